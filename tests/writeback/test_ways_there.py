"""The ways to a new password, from the first page to the real directory server and back."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.outbox.models import Parcel
from accounts.people.models import User
from accounts.policy.models import Policy
from accounts.signin.models import Session
from tests.agent.servers import BETTER, GOOD
from tests.apps import code_now
from tests.cast import add_app, make_user
from tests.journeys import Journey, ResetJourney
from tests.reports.visits import enter
from tests.support import canary
from tests.support.on_premises import move_to
from writeback.models import Outcome, Write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_kept")]

HASHED = re.compile(r"\b(argon2|pbkdf2|bcrypt|scrypt|md5)[\w$]*\$")


@pytest.fixture
def rosa(server, served, corp):
    """Somebody with an app, whose password lives in the directory server."""
    served(server)
    user = make_user(f"rosa{uuid.uuid4().hex[:8]}", directory=corp)
    add_app(user)
    user.dn = move_to(server, user, canary.watch(GOOD))  # type: ignore[attr-defined]  # for tests
    yield user
    user.refresh_from_db()
    assert not user.password
    rows = [row for model in (User, Write, Parcel) for row in model.objects.all().values()]
    mine = [row for row in rows if user.pk in (row.get("user_id"), row.get("id"))]
    assert mine
    assert not any(HASHED.search(str(row)) for row in mine)
    former = apps.get_model("accounts", "PasswordRecord")
    assert not former.objects.in_directory(corp).exists()


def signed_in(user, password=GOOD):
    journey = Journey(Client(REMOTE_ADDR="198.51.100.9"))
    name = user.user_principal_name
    journey.post("signin:sign_in", username=name, password=canary.watch(password))
    return journey


def checked(user, goal=""):
    """A reset with its check passed."""
    journey = ResetJourney()
    if goal:
        journey.get("reset:start", goal=goal)
    return journey.start(user.user_principal_name).choose().answer(code_now())


def test_a_forgotten_password_is_replaced_there(server, rosa):
    """P-C52: sessions from before end, and the old one works nowhere."""
    before = signed_in(rosa)
    assert before.get("account").step == "account"
    server.require_change(rosa.dn)
    journey = checked(rosa)
    enforced = server.kind == "openldap"  # Samba holds nobody to its history at a reset
    assert ("None of your last 5 passwords" in journey.words) is enforced
    journey.save(BETTER)
    assert journey.step == "reset:done"
    assert server.binds(rosa.dn, BETTER)
    assert not server.binds(rosa.dn, GOOD)
    assert before.get("account").step == "signin:sign_in"
    assert not Session.objects.filter(user=rosa).exists()
    assert Write.objects.in_directory(rosa.directory).get().outcome == Outcome.DONE


def test_a_refusal_says_what_the_directory_said(server, rosa):
    server.policy(min_length=24)
    journey = checked(rosa)
    assert "24 characters or more" in journey.words
    journey.save("Twenty-three-Letters-23")
    assert "This password has 23" in journey.words
    assert not Write.objects.in_directory(rosa.directory).exists()
    server.policy(min_length=30)  # stricter since the page was shown
    journey.save("Twenty-four-Letters-now-24")
    assert "wants at least" in journey.words or "wants a longer password" in journey.words
    assert server.binds(rosa.dn, GOOD)


def test_a_lock_is_lifted_there_and_the_password_stays(server, rosa):
    Policy.objects.in_directory(rosa.directory).update(unlock_without_reset=True)
    server.policy(lockout=3)
    server.lock(rosa.dn, 3)
    assert not server.binds(rosa.dn, GOOD)
    journey = checked(rosa, goal="unlock")
    assert journey.heading == "Unlock your account"
    journey.post("reset:unlock")
    assert journey.step == "reset:done"
    assert server.binds(rosa.dn, GOOD)


def test_a_change_too_soon_is_told_before_anybody_types(server, rosa):
    journey = signed_in(rosa)
    server.policy(min_age=timedelta(days=1))
    journey.get("change:change")
    assert "until" in journey.heading
    assert "allows the next change tomorrow at" in journey.words
    assert "New password" not in journey.words


def test_a_locked_account_hears_of_it_before_anybody_types(server, rosa):
    journey = signed_in(rosa)
    server.policy(lockout=3)
    server.lock(rosa.dn, 3)
    journey.get("change:change")
    assert journey.heading == "You can’t change your password just now"
    assert "has locked this account" in journey.words


def test_what_the_account_page_tells(server, rosa):
    journey = signed_in(rosa).get("account")
    assert "12 characters or more" in journey.words
    assert "Expires on" in journey.words


def test_staff_set_a_temporary_password_there(server, rosa, make_user):
    keeper = enter(Client(), make_user("keeper", roles=("user_administrator",)))
    page = reverse("admin:reset_strain_assist", args=[rosa.pk])
    answer = keeper.post(page, {"note": "INC-4711"}).content.decode()
    [text] = map(html.unescape, re.findall(r'id="password-text">([^<]+)<', answer))
    canary.watch(text)
    assert not server.binds(rosa.dn, GOOD)
    journey = signed_in(rosa, text)
    assert journey.heading == "Choose a new password to go on"
    journey.post("change:change", current_password=text, new_password=canary.watch(BETTER))
    assert journey.get("account").step == "account"
    assert server.binds(rosa.dn, BETTER)
    rosa.refresh_from_db()
    assert not rosa.must_change_password
    assert rosa.password_changed_at > timezone.now() - timedelta(minutes=5)
