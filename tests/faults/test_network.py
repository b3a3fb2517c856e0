"""Lines that break while something is on its way (S-F26): gunicorn is talked to byte by byte."""

import os
import socket
import struct
import subprocess
import sys
import time
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.urls import reverse

from accounts.audit.models import AuditRecord
from accounts.tenancy import across_directories
from registration.models import Challenge
from tests.apps import code_now
from tests.cast import PASSWORD
from tests.journeys import NEW, ResetJourney, can_sign_in
from tests.support.postbox import free_port
from writeback.models import Outcome, Write

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

CSRF = "c" * 32
ABRUPTLY = struct.pack("ii", 1, 0)  # closing resets the line, and nothing more arrives


@pytest.fixture(scope="module")
def portal(django_db_setup):
    """The port of a web process of its own, on the database of the tests."""
    port = free_port()
    values = connection.settings_dict
    address = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**values)
    command = [
        str(Path(sys.executable).parent / "gunicorn"),
        "tests.faults.web:application",
        f"--bind=127.0.0.1:{port}",
        "--worker-class=gthread",
        "--threads=2",
        "--no-control-socket",
    ]
    process = subprocess.Popen(
        command,
        cwd=django_settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address},
        stderr=subprocess.DEVNULL,
    )
    await_it(lambda: sent(port, b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n") == 200)
    yield port
    process.terminate()
    process.wait(timeout=20)


def await_it(is_so):
    for _ in range(200):
        try:
            if is_so():
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError("It did not come.")


def sent(port, said, *, listening=True):
    """Say something and hang up; returns the status of the answer, 0 for none."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(said)
        if not listening:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABRUPTLY)
            return 0
        line.shutdown(socket.SHUT_WR)
        answer = HTTPResponse(line)
        try:
            answer.begin()
        except OSError:
            return 0
        return answer.status


def form(path, journey, **fields):
    """A form as a browser sends it, the password last."""
    body = urlencode({"csrfmiddlewaretoken": CSRF, **fields}).encode()
    cookies = f"csrf={CSRF}; session={journey.client.cookies['session'].value}"
    head = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Cookie: {cookies}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n", body


def outcomes():
    with across_directories("a test looks"):
        return list(Write.objects.values_list("outcome", flat=True))


def test_a_password_that_breaks_off_is_not_set_and_one_whose_answer_is_lost_is(ben, portal):
    journey = ResetJourney().start("ben@corp.example").choose(1).answer(code_now())
    head, body = form(reverse("reset:password"), journey, new_password=NEW)

    cuts = [head[:20], head[:-2], head, *(head + body[:-n] for n in (1, 2, 9, len(NEW)))]
    assert not [status for status in (sent(portal, cut) for cut in cuts) if status not in {0, 400}]
    assert outcomes() == []
    assert can_sign_in("ben@corp.example", PASSWORD)

    sent(portal, head + body, listening=False)
    await_it(lambda: outcomes() == [Outcome.DONE])
    assert sent(portal, head + body) == 302  # who heard nothing sends it once more
    assert outcomes() == [Outcome.DONE]
    assert journey.get("reset:password").step == "reset:done"
    assert can_sign_in("ben@corp.example", NEW)


def test_a_code_that_breaks_off_costs_no_try(ben, portal):
    journey = ResetJourney().start("ben@corp.example").choose(1)
    head, body = form(reverse("reset:code"), journey, code="000000")
    for length in range(1, 7):
        assert sent(portal, head + body[:-length]) == 400
    asked = Challenge.objects.in_directory(ben.directory)
    assert asked.get().tries == 0
    assert sent(portal, head + body) == 200
    assert asked.get().tries == 1


@pytest.mark.parametrize(
    ("header", "network"),
    [("X-Forwarded-For", "203.0.113.0/24"), ("X_Forwarded_For", "127.0.0.0/24")],
)
def test_a_header_spelled_with_underscores_is_not_ours(corp, portal, header, network):
    """S-C48: proxies take away what clients send under our name, and not under such a one."""
    body = urlencode({"csrfmiddlewaretoken": CSRF, "username": "ada@corp.example"})
    head = (
        f"POST /reset/ HTTP/1.1\r\nHost: localhost\r\nCookie: csrf={CSRF}\r\n"
        f"{header}: 203.0.113.7\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    assert sent(portal, (head + body).encode()) == 302
    begun = AuditRecord.objects.in_directory(corp).filter(kind="reset.started")
    assert begun.get().network == network
