"""Telling a worker that there is something to do. Losing this call loses nothing but seconds."""

import logging
import threading

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

bell = threading.Event()


def wake() -> None:
    """Ring the bell of this process's own worker, or send Celery word."""
    if not settings.BROKER_URL:
        bell.set()
        return
    try:
        current_app.send_task("accounts.work_outbox", retry=False, ignore_result=True)
    except OperationalError as error:
        log.warning("outbox: the broker did not answer (%s); beat sweeps", type(error).__name__)
