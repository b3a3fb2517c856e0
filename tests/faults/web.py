"""A web process of the product for gunicorn, with the settings of the tests and no worker in it."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
application = get_wsgi_application()
settings.TRUSTED_PROXIES = ["127.0.0.0/8"]  # as if a proxy stood before it
