"""The search for secrets finds them wherever they could be left behind."""

import logging

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from accounts.outbox.models import Parcel
from accounts.people.models import User
from tests.support import canary
from tests.support.middleware import Watch

SECRET = "a canary's song"

log = logging.getLogger("sspr.canary")


@pytest.fixture(autouse=True)
def _watched():
    canary.watch(SECRET)
    yield
    canary.forget()


def found_and_forgotten() -> list[str]:
    """What leaked; forgotten, so that this test does not fail for finding it."""
    leaks = canary.leaks_outside()
    canary.forget()
    return [leak.partition(":")[0] for leak in leaks]


def test_a_secret_in_a_log_line_is_found():
    log.warning("somebody typed %s", SECRET)
    assert found_and_forgotten() == ["log"]


def test_a_secret_in_a_facts_of_a_log_line_is_found():
    log.warning("somebody typed", extra={"typed": SECRET})
    assert found_and_forgotten() == ["log"]


def test_a_secret_in_a_traceback_is_found():
    try:
        raise ValueError(SECRET)
    except ValueError:
        log.exception("failed")
    assert found_and_forgotten() == ["log"]


def test_a_secret_in_an_address_is_found():
    Watch(lambda request: HttpResponse())(RequestFactory().get("/", {"password": SECRET}))
    assert found_and_forgotten() == ["address"]


def test_a_secret_in_a_redirect_is_found():
    Watch(lambda request: HttpResponseRedirect(f"/?p={SECRET}"))(RequestFactory().get("/"))
    assert found_and_forgotten() == ["address"]


def test_a_secret_in_a_cookie_is_found():
    response = HttpResponse()
    response.set_cookie("seen", "246802")
    canary.watch("246802")
    Watch(lambda request: response)(RequestFactory().get("/"))
    assert found_and_forgotten() == ["cookie"]


def test_a_secret_in_a_row_is_found(ada: User):
    Parcel.objects.create(kind="x", payload={"code": SECRET}, expires_at=ada.created_at)
    assert [leak.partition(":")[0] for leak in canary.leaks_in_rows()] == ["accounts_parcel"]


def test_a_secret_in_a_binary_column_is_found(ada: User):
    ada.factors.in_directory(ada.directory_id).update(secret=SECRET.encode())
    assert [leak.partition(":")[0] for leak in canary.leaks_in_rows()] == ["registration_factor"]


def test_digits_inside_other_digits_are_no_code():
    canary.watch("123456")
    log.warning("took 0.123456 seconds, row 9123456")
    assert found_and_forgotten() == []
