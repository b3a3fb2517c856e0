"""Codes of an authenticator app: near enough in time, and each only once."""

import pytest
import time_machine

from registration.challenges import Verdict
from registration.methods.authenticator_app import AuthenticatorApp
from registration.models import Factor
from tests import cast
from tests.registration.provers import answer, app_code, issue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]
APP = "authenticator_app"


@pytest.fixture
def _frozen():
    with time_machine.travel("2026-11-20T09:00:10Z", tick=False):
        yield


@pytest.fixture
def app(cleo, _frozen):
    return cast.add_app(cleo)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_one_step_off(app, steps):
    assert answer(issue(app, APP), app_code(steps)).verdict is Verdict.PASSED


@pytest.mark.parametrize("steps", [-2, 2, 100])
def test_a_clock_may_not_be_further_off(app, steps):
    assert answer(issue(app, APP), app_code(steps)).verdict is Verdict.WRONG


def test_a_code_works_for_one_challenge_only(app):
    answer(issue(app, APP), app_code())
    assert answer(issue(app, APP), app_code()).verdict is Verdict.WRONG


def test_an_older_code_is_worth_nothing_after_a_newer_one(app):
    answer(issue(app, APP), app_code())
    assert answer(issue(app, APP), app_code(-1)).verdict is Verdict.WRONG


def test_the_next_code_works_again(app):
    answer(issue(app, APP), app_code())
    assert answer(issue(app, APP), app_code(1)).verdict is Verdict.PASSED


def test_the_secret_is_sealed_in_its_row(app):
    row = Factor.objects.in_directory(app.directory_id).get()
    assert cast.APP_SECRET not in bytes(row.secret)


def test_each_app_has_a_secret_of_its_own(cleo):
    method = AuthenticatorApp()
    drafts = [method.draft(cleo, {}).secret for _app in range(3)]
    apps = [Factor(user=cleo, directory=cleo.directory, secret=secret) for secret in drafts]
    keys = {method.setup(app).key.replace(" ", "") for app in apps}
    assert [len(key) for key in keys] == [32, 32, 32]


def test_the_picture_names_the_account_and_whose_it_is(app):
    uri = AuthenticatorApp().setup(app).uri
    assert uri.startswith("otpauth://totp/Corp%3Acleo%40corp.example?secret=")
    assert uri.endswith("&issuer=Corp")


def test_a_key_sealed_under_a_lost_pepper_fits_no_code(app, caplog):
    """P-C16: what cannot be read opens nothing, and looks like a wrong code."""
    Factor.objects.in_directory(app.directory_id).update(secret=b"sealed under another key")
    assert answer(issue(app, APP), app_code()).verdict is Verdict.WRONG
    assert "CODE_PEPPER" in caplog.text
