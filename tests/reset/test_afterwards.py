"""What is true once a password is reset or an account unlocked, and what is said of it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.policy.models import Policy
from accounts.signin import lockout
from accounts.tenancy import across_directories
from registration import challenges
from registration.models import Challenge, Purpose
from reset import services
from reset.models import Attempt, Ending
from tests.apps import code_now
from tests.cast import PASSWORD, add_mailbox
from tests.journeys import NEW, Journey, ResetJourney, can_sign_in
from tests.reset.scene import STRANGER, answered, asked, begun, fresh, proved
from tests.support.memory import move_to_memory
from writeback import stores

pytestmark = pytest.mark.django_db
BEN = "ben@corp.example"


def rule(directory, **fields):
    Policy.objects.in_directory(directory).update(**fields)


@pytest.fixture
def memory(ben):
    """Ben's password is kept in a directory that can lock him, and people may unlock."""
    rule(ben.directory, unlock_without_reset=True)
    yield move_to_memory(ben, PASSWORD)
    stores.forget()


@pytest.fixture
def unlocking(ben):
    """Ben's browser, after the checks, where an unlock is offered."""

    def checked():
        journey = ResetJourney().start(BEN)
        journey.post("reset:why", goal="unlock")
        journey.choose(1).answer(code_now())
        assert journey.step == "reset:unlock"
        return journey

    return checked


def attempt():
    with across_directories("a test looks"):
        return Attempt.objects.latest("created_at")


def lock_here(user):
    for number in range(10):
        can_sign_in(user.user_principal_name, f"wrong password number {number}")
    assert lockout.locked_until(lockout.key_of(user))


def signed_in(user):
    browser = Journey(Client(REMOTE_ADDR="198.51.100.9"))
    browser.post("signin:sign_in", username=user.user_principal_name, password=PASSWORD)
    return browser.client


def is_signed_in(client):
    return client.get(reverse("account")).status_code == 200


class TestUnlock:
    def test_a_locked_account_is_unlocked_and_keeps_its_password(self, ben, memory, unlocking):
        memory.entries[ben.upn_key].locked = True
        journey = unlocking()
        assert journey.heading == "Unlock your account"
        journey.post("reset:unlock")
        assert journey.heading == "Your account is unlocked"
        assert "Your password is the one you had" in journey.words
        assert "It was not locked" not in journey.words
        assert not memory.entries[ben.upn_key].locked
        assert memory.entries[ben.upn_key].password == PASSWORD

    def test_who_was_not_locked_is_told_so_after_the_checks(self, ben, memory, unlocking):
        """The original offers it to locked people only, and so tells strangers who is."""
        journey = unlocking()
        assert journey.heading == "Your account is not locked"
        journey.post("reset:unlock")
        assert journey.step == "reset:done"
        assert "It was not locked" in journey.words

    def test_it_is_offered_to_the_locked_and_to_others_alike(self, ben, memory):
        pages = []
        for locked in (True, False):
            memory.entries[ben.upn_key].locked = locked
            journey = ResetJourney().start(BEN)
            pages.append((journey.step, journey.words.replace(attempt().reference, "")))
        assert pages[0] == pages[1]
        assert pages[0][0] == "reset:why"

    def test_a_store_that_cannot_say_is_not_spoken_for(self, ben, memory, unlocking):
        journey = unlocking()
        memory.faults.away = True
        assert journey.get("reset:unlock").heading == "Unlock your account"

    def test_a_new_password_can_be_chosen_instead(self, ben, memory, unlocking):
        journey = unlocking()
        journey.post("reset:unlock", instead="1")
        assert journey.step == "reset:password"
        assert journey.save().heading == "Your password has been reset"
        assert memory.entries[ben.upn_key].password == NEW

    def test_the_portals_own_lock_outlasts_an_unlock_elsewhere_and_is_told(
        self, ben, memory, unlocking
    ):
        """Acceptance example 15: unlock-only leaves the cloud lock; a reset clears it."""
        lock_here(ben)
        journey = unlocking()
        journey.post("reset:unlock")
        assert "This portal itself refuses your password until" in journey.words
        assert lockout.locked_until(lockout.key_of(ben))

    def test_a_new_password_lifts_both_locks(self, ben, memory, unlocking):
        memory.entries[ben.upn_key].locked = True
        lock_here(ben)
        unlocking().post("reset:unlock", instead="1").save()
        assert lockout.locked_until(lockout.key_of(ben)) is None
        assert not memory.entries[ben.upn_key].locked

    def test_where_the_portal_keeps_the_password_its_lock_is_the_one(self, ben, unlocking):
        rule(ben.directory, unlock_without_reset=True)
        lock_here(ben)
        journey = unlocking()
        assert journey.heading == "Unlock your account"
        journey.post("reset:unlock")
        assert "refuses your password" not in journey.words
        assert lockout.locked_until(lockout.key_of(ben)) is None
        assert can_sign_in(BEN)


class TestSessions:
    @pytest.fixture
    def anna(self, make_user, corp):
        user = make_user("anna")
        add_mailbox(user)
        return user

    def reset(self, name, run_outbox, postbox, **fields):
        journey = ResetJourney().start(name).choose(0)
        run_outbox()
        journey.answer(postbox.code("anna@home.example"))
        self.form = journey.words
        journey.post("reset:password", new_password=NEW, **fields)
        assert journey.step == "reset:done"
        return journey

    @pytest.mark.parametrize(
        ("ends", "fields", "stays"),
        [
            (True, {}, False),
            (True, {"sign_out": ""}, False),
            (False, {"sign_out": "on"}, False),
            (False, {}, True),
        ],
    )
    def test_a_policy_decides_or_lets_people_choose(
        self, anna, corp, run_outbox, postbox, ends, fields, stays
    ):
        """S-C50: and the page says which of the two it was."""
        rule(corp, end_sessions=ends)
        here = signed_in(anna)
        assert is_signed_in(here)
        journey = self.reset(anna.user_principal_name, run_outbox, postbox, **fields)
        assert ("Sign me out everywhere else" in self.form) is not ends
        assert is_signed_in(here) is stays
        assert ("you stay signed in where you are" in journey.words) is stays
        assert ("You are signed out of this portal everywhere" in journey.words) is not stays

    def test_a_session_that_was_dead_before_stays_dead(self, anna, corp, run_outbox, postbox):
        rule(corp, end_sessions=False)
        here = signed_in(anna)
        type(anna).objects.in_directory(corp).filter(pk=anna.pk).update(
            sessions_valid_from=timezone.now()
        )
        self.reset(anna.user_principal_name, run_outbox, postbox)
        assert not is_signed_in(here)

    def test_people_with_a_role_do_not_choose(self, helpdesk, corp):
        rule(corp, end_sessions=False)
        assert not services.may_stay_signed_in(begun(helpdesk.user_principal_name))


class TestOtherAttempts:
    def test_a_new_password_ends_what_else_is_under_way(self, ben, run_outbox, postbox):
        """S-C14: other attempts, codes and links are dead; each attempt has its one last event."""
        other = asked(begun(BEN), "alternate_email")
        run_outbox()
        code = postbox.code("ben@home.example")
        assert not services.finish(proved(BEN), NEW, client=STRANGER).problems
        assert fresh(other).ending == Ending.OVERTAKEN
        assert not getattr(answered(other, code), "passed", False)

    def test_a_code_for_signing_in_is_dead_as_well(self, ben, corp):
        factor = ben.factors.get(method="alternate_email")
        asked_for = challenges.issue(
            directory=corp,
            factor=factor,
            method="alternate_email",
            purpose=Purpose.SIGN_IN,
            holder="a session",
            language="en",
            client=STRANGER,
        )
        services.finish(proved(BEN), NEW, client=STRANGER)
        kept = Challenge.objects.in_directory(corp).get(pk=asked_for.pk)
        assert kept.closed_at is not None

    def test_somebody_elses_attempt_goes_on(self, ada, ben):
        hers = begun("ada@corp.example")
        services.finish(proved(BEN), NEW, client=STRANGER)
        assert fresh(hers).closed_at is None

    def test_an_unlock_ends_nothing_else(self, ben, memory, unlocking):
        other = begun(BEN, goal="reset")
        unlocking().post("reset:unlock")
        assert fresh(other).closed_at is None


def test_a_new_password_of_a_directory_ends_what_was_signed_in_here(memory, ben):
    """P-C36, S-C50: nothing of the account changes here, so its sessions are ended by name."""
    elsewhere = signed_in(ben)
    assert is_signed_in(elsewhere)
    journey = ResetJourney().start(BEN)
    journey.post("reset:why", goal="reset")
    assert journey.choose(1).answer(code_now()).save().step == "reset:done"
    assert not is_signed_in(elsewhere)
