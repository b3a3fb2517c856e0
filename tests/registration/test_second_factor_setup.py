"""Setting up the second factor at sign-in opens a session only where there was none before."""

import pytest

from accounts.crypto import unseal
from accounts.people.models import RoleGrant
from registration.models import Factor
from tests.cast import add_app
from tests.registration.provers import app_code

pytestmark = pytest.mark.django_db
SECOND = "/sign-in/second-factor/"


def is_in(browser):
    return browser.get("/register/").context["user"].is_authenticated


def test_what_was_begun_before_the_owners_app_was_there_opens_nothing(make_user, signed_in):
    """P-C53: who has only the password does not add an app beside one that exists by now."""
    user = make_user("rosa", roles=("operator",))
    browser = signed_in(user)
    begun = browser.post(SECOND)["Location"]
    row = Factor.objects.in_directory(user.directory_id).get(user=user)
    key = unseal("authenticator_app", bytes(row.secret))
    add_app(user)
    assert browser.post(begun, {"code": app_code(secret=key)})["Location"] == SECOND
    assert browser.get("/account/").status_code == 302
    row.refresh_from_db(from_queryset=Factor.objects.in_directory(user.directory_id))
    assert row.confirmed_at is None


def test_a_mailbox_that_is_being_added_is_no_second_factor(cleo, signed_in, mailed_code):
    """P-C01: a role needs an app, whichever question of the session is answered here."""
    browser = signed_in(cleo)
    mailbox = {"address": "cleo@home.example"}
    begun = browser.post("/register/add/alternate_email/", mailbox)["Location"]
    RoleGrant.objects.create(directory=cleo.directory, user=cleo, role="operator")
    address = begun.replace("/register/confirm/", SECOND)
    code = mailed_code("cleo@home.example")
    assert browser.post(address, {"code": code})["Location"] == SECOND
    assert browser.get("/admin/").status_code == 302
