"""A trial opens nothing, to nobody, however it is turned."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.policy.models import Policy
from registration import challenges, rehearsal
from registration.challenges import Verdict
from registration.models import Purpose
from reset import kernel
from reset.models import Proof
from tests.account.trials import START, WRONG, choose, factor_of, kinds, of_purpose, state, trial
from tests.apps import code_now
from tests.cast import PASSWORD
from tests.journeys import words_of
from tests.registration.provers import CLIENT, HOLDER, issue
from tests.reports.visits import enter
from tests.reset.scene import begun, fresh
from writeback.models import Operation, Write

pytestmark = pytest.mark.django_db


def test_nobody_else_answers_a_trial(ben, bens, ada):
    where = trial(bens, ben)
    bens_elsewhere, adas = (enter(Client(), one, second_factor=False) for one in (ben, ada))
    for browser in (bens_elsewhere, adas):
        for address in (where, f"{where}again/", f"{where}nothing/"):
            answer = browser.post(address, {"code": code_now()})
            assert answer["Location"] == START
    assert Client().post(where, {"code": code_now()})["Location"].startswith("/sign-in/?next=")
    assert kinds() == ["started"]
    assert state(ben) == "untried"


@pytest.mark.parametrize("leave", ["again/", "nothing/"])
def test_only_a_posted_form_moves_a_trial(ben, bens, leave):
    where = trial(bens, ben, "alternate_email")
    assert bens.get(f"{where}{leave}").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = bens.cookies
    assert strict.post(where, {"code": WRONG}).status_code == 403
    assert kinds() == ["started"]


def test_a_trial_that_ran_out_is_over(ben, bens):
    where = trial(bens, ben)
    with time_machine.travel(timezone.now() + challenges.LIFE + timedelta(seconds=1)):
        assert bens.get(where)["Location"].startswith(("/sign-in/", START))
    assert state(ben) == "untried"


def test_a_new_code_takes_its_time(ben, bens):
    where = trial(bens, ben, "alternate_email")
    assert "too early" in words_of(bens.post(f"{where}again/", follow=True))
    with time_machine.travel(timezone.now() + timedelta(seconds=challenges.FIRST_WAIT + 1)):
        assert "on its way" in words_of(bens.post(f"{where}again/", follow=True))


def test_the_password_is_asked_for_before_a_trial_begins(ben, bens):
    """An open browser that somebody finds is no place to guess answers in."""
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        factor = factor_of(ben, "authenticator_app")
        for answer in (bens.get(START), choose(bens, factor), bens.get(f"{START}number/1/")):
            assert answer["Location"].startswith("/sign-in/again/")
        bens.post(f"/sign-in/again/?next={START}", {"password": PASSWORD})
        assert bens.get(START).status_code == 200
    assert not of_purpose().exists()


def test_trials_are_limited(ben, bens, monkeypatch):
    factor = factor_of(ben, "authenticator_app")
    for _trial in range(rehearsal.BEGINNINGS.times):
        choose(bens, factor)
    assert "That was a lot at once" in words_of(choose(bens, factor))
    assert of_purpose().count() == rehearsal.BEGINNINGS.times


def test_wrong_answers_are_limited_over_all_trials(ben, bens):
    for _answer in range(rehearsal.ANSWERS.times):
        where = trial(bens, ben)
        bens.post(where, {"code": WRONG})
    before = factor_of(ben, "authenticator_app").failures
    page = bens.post(trial(bens, ben), {"code": code_now()})
    assert "paused until" in words_of(page)
    assert factor_of(ben, "authenticator_app").failures == before
    assert state(ben) == "untried"


def rehearsed(factor, holder=HOLDER):
    """A passed rehearsal of a factor."""
    challenge = rehearsal.begin(factor, "", typed="", holder=holder, client=CLIENT)
    assert rehearsal.answer(challenge, code_now(), holder=holder, client=CLIENT).passed
    return challenge


def test_a_rehearsal_is_no_proof_for_a_reset(ben):
    """P-C10: even one that claims to be held by the attempt itself."""
    attempt = begun("ben@corp.example")
    challenge = rehearsed(factor_of(ben, "authenticator_app"), holder=str(attempt.pk))
    Proof.objects.create(
        directory=ben.directory, attempt=attempt, challenge=challenge, method=challenge.method
    )
    refusal = kernel.admit(fresh(attempt), Operation.RESET, client=CLIENT)
    assert isinstance(refusal, str)
    assert not Write.objects.in_directory(ben.directory).exists()


@pytest.mark.parametrize("purpose", [one for one in Purpose if one != Purpose.REHEARSAL])
def test_purposes_do_not_open_each_other(ben, purpose):
    factor = factor_of(ben, "authenticator_app")
    for put, asked in ((Purpose.REHEARSAL, purpose), (purpose, Purpose.REHEARSAL)):
        challenge = issue(factor, factor.method, purpose=put)
        answer = challenges.answer(challenge, code_now(), holder=HOLDER, purpose=asked)
        assert answer.verdict is Verdict.CLOSED
        assert challenges.held_by(HOLDER, asked, ben.directory, challenge.pk) is None
    assert factor_of(ben, "authenticator_app").last_step == 0


def test_a_trial_is_no_page_of_any_other_part(ben, bens):
    pk = uuid.UUID(trial(bens, ben).split("/")[-2])
    for address in (f"/register/confirm/{pk}/", f"/sign-in/second-factor/{pk}/"):
        assert bens.post(address, {"code": code_now()}).status_code in {302, 404}
    assert not of_purpose().get().passed_at
    assert "second_factor_at" not in bens.session


def test_a_rehearsal_is_no_second_factor(ben, bens):
    bens.post(trial(bens, ben), {"code": code_now()})
    assert "second_factor_at" not in bens.session
    assert of_purpose().get().passed_at


def test_who_has_nothing_is_sent_to_register(cleo):
    page = words_of(enter(Client(), cleo, second_factor=False).get(START))
    assert "There is nothing to try yet" in page
    assert "Set up ways to get back in" in page


def test_what_stands_before_a_session_keeps_trials_shut(cleo, client):
    Policy.objects.in_directory(cleo.directory).update(registration_required=True)
    client.post("/sign-in/", {"username": cleo.user_principal_name, "password": PASSWORD})
    assert client.get(START)["Location"].startswith("/sign-in/")
