"""The web process. Without a broker, it also works the outbox, in one thread of its own."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sspr.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  needs the settings that the line above loads

from accounts.outbox import loop  # noqa: E402
from sspr import errors, urls  # noqa: E402, F401  every page is there before the first request

errors.prepare()
gc.freeze()  # what is there now stays: nobody need look through it again and again for rubbish
if not settings.BROKER_URL:
    loop.start()
