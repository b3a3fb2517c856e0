from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone


@pytest.mark.django_db
def test_password_managers_find_the_change_page():
    """https://w3c.github.io/webappsec-change-password-url/: a temporary redirect."""
    answer = Client().get("/.well-known/change-password")
    assert (answer.status_code, answer["Location"]) == (302, "/change/")


@pytest.mark.django_db
def test_what_does_not_exist_does_not_seem_to():
    missing = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"
    assert Client().get(missing).status_code == 404


@pytest.mark.django_db
def test_a_finder_of_weaknesses_learns_whom_to_tell():
    """RFC 9116: Contact and Expires are mandatory; Expires lies ahead, and within a year."""
    answer = Client().get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    expires = datetime.fromisoformat(fields["Expires"])
    assert fields["Contact"].startswith("mailto:")
    assert timedelta(days=31) < expires - timezone.now() < timedelta(days=365)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
