"""With a broker: the web process only sends word, and a worker of its own does the work."""

import os
import subprocess
import sys
import time
import uuid
from datetime import timedelta

import pytest
from celery import Celery
from django.conf import settings as django_settings
from django.db import connection

from accounts.client import Client
from accounts.outbox import wake
from accounts.outbox.models import Parcel
from registration import challenges
from registration.models import Purpose

REDIS = os.environ.get("TEST_REDIS_URL", "")

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not REDIS, reason="needs Redis: run script/test"),
]


def database_url():
    """The test database, as another process reaches it."""
    values = connection.settings_dict
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**values)


def wait_until(is_so, seconds=60):
    """Look again and again, at most that long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.2)
    return False


@pytest.fixture
def worker(tmp_path):
    """A real ``celery -A sspr worker`` that says it is ready; its log, for a failing test."""
    environment = os.environ | {
        "BROKER_URL": REDIS,
        "DATABASE_URL": database_url(),
        "SECRET_KEY": django_settings.SECRET_KEY,
        "CODE_PEPPER": django_settings.CODE_PEPPER,
        "DJANGO_SETTINGS_MODULE": "sspr.settings",
    }
    command = [sys.executable, "-m", "celery", "-A", "sspr", "worker", "--pool=solo", "-l", "INFO"]
    log = tmp_path / "worker.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=django_settings.BASE_DIR, env=environment, stdout=output, stderr=output
        )
        try:
            assert wait_until(lambda: " ready" in log.read_text()), log.read_text()
            yield log
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_a_worker_does_what_the_web_process_decided(worker, corp, settings, monkeypatch):
    settings.BROKER_URL = REDIS
    monkeypatch.setattr(wake, "current_app", Celery(broker=REDIS))
    challenge = challenges.issue(
        directory=corp,
        factor=None,
        method="alternate_email",
        purpose=Purpose.RESET,
        holder=str(uuid.uuid4()),
        language="en",
        client=Client.nowhere(),
    )
    finished = Parcel.objects.filter(finished_at__isnull=False)
    assert wait_until(finished.exists), worker.read_text()
    challenge.refresh_from_db()
    assert bytes(challenge.code_hash)
    assert challenge.code_expires_at
    assert challenge.code_expires_at - challenge.created_at > timedelta(minutes=9)
