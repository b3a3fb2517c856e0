"""The Celery application: wakes workers; the work itself is rows (accounts.outbox)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sspr.settings")

app = Celery("sspr")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
app.autodiscover_tasks()
