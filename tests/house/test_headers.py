"""What every answer says to a browser (S-B-3.4, S-E04), and what it does not."""

import json
import logging

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from sspr.logs import Formatter

PAGES = ["/", "/reset/", "/sign-in/", "/livez", "/nothing/here", "/.well-known/security.txt"]

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(params=PAGES)
def answer(request, corp):
    return Client().get(request.param)


def policy_of(answer):
    parts = (part.split(None, 1) for part in answer["Content-Security-Policy"].split("; "))
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts}


def test_the_content_security_policy_is_strict(answer):
    policy = policy_of(answer)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Robots-Tag", "noindex, nofollow"),
    ],
)
def test_every_answer_carries_the_header(answer, header, value):
    assert answer[header] == value


def test_no_answer_invites_other_origins(answer):
    assert "Access-Control-Allow-Origin" not in answer


def test_every_answer_names_its_request(answer):
    assert len(answer["X-Request-ID"]) == 36


@pytest.mark.parametrize("page", ["/", "/reset/", "/sign-in/"])
def test_pages_are_kept_by_no_cache(corp, page):
    """S-C26, S-C27."""
    assert "no-store" in Client().get(page)["Cache-Control"]


def test_over_https_the_browser_is_told_to_stay_there(corp):
    with override_settings(SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True):
        answer = Client().get("/livez", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("host", ["evil.test", "localhost.evil.test", "localhost@evil.test"])
def test_a_strange_host_gets_no_page(corp, host):
    """S-C03: the host of a request decides nothing."""
    assert Client(headers={"host": host}).get("/reset/").status_code == 400


def test_a_forwarded_host_changes_nothing(corp):
    answer = Client(headers={"x-forwarded-host": "evil.test"}).get("/.well-known/security.txt")
    assert "evil.test" not in answer.content.decode()


def test_the_request_line_holds_no_address_and_no_query(corp, caplog):
    """S-B-14.2.1: what people type in an address is in no log."""
    with caplog.at_level(logging.INFO, logger="sspr.request"):
        Client(REMOTE_ADDR="203.0.113.77").get("/reset/?username=canary-name")
    line = Formatter().format(next(r for r in caplog.records if r.name == "sspr.request"))
    assert json.loads(line)["route"] == "reset:start"
    assert "canary-name" not in line
    assert "203.0.113.77" not in line


def test_a_log_line_stays_one_line():
    """S-B-16.4.1."""
    record = logging.LogRecord("x", logging.INFO, "", 0, "a\r\nb\x1b[31m", None, None)
    record.request_id = ""
    assert "\n" not in Formatter().format(record)


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
def test_other_methods_are_refused(corp, method):
    assert getattr(Client(), method)(reverse("reset:start")).status_code == 405
