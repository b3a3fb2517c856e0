"""Keys that are changed while people are in the middle of things (S-F28)."""

import io
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.api import tokens
from accounts.audit.seal import seal
from accounts.audit.verify import verify
from accounts.people.registry import Act
from accounts.returns import mark, marks_in
from accounts.signin.models import Session
from accounts.signin.sessions import end_sessions
from registration.models import Factor, Passkey
from reset.proof_of_work import ProofOfWork
from tests.apps import code_now
from tests.cast import PASSWORD, add_passkey, passkey_of
from tests.journeys import Journey, ResetJourney
from tests.reset.denials import again, link_in, say
from tests.reset.scene import STRANGER
from tests.reset.solving import solved
from tests.support.postbox import text_of
from writeback.channel import enrolment
from writeback.models import Agent

pytestmark = pytest.mark.django_db

ADA, BEN = "ada@corp.example", "ben@corp.example"


@pytest.fixture
def change_keys(settings):
    """New keys; those from before still count, unless ``at_once``."""

    def change(*, at_once=False):
        for name in ("SECRET_KEY", "CODE_PEPPER"):
            before = [] if at_once else [getattr(settings, name)]
            setattr(settings, name, f"another {name} of forty letters or so {len(before)}")
            setattr(settings, f"{name}_FALLBACKS", before)

    return change


@pytest.fixture
def forget_former(settings):
    """What was made with the keys from before counts no more."""

    def forget():
        settings.SECRET_KEY_FALLBACKS = settings.CODE_PEPPER_FALLBACKS = []

    return forget


def signed_in(name):
    journey = Journey(Client(REMOTE_ADDR="192.0.2.1"))
    journey.post("signin:sign_in", username=name, password=PASSWORD)
    assert is_in(journey)
    return journey


def is_in(journey):
    return journey.client.get(reverse("account")).status_code == 200


@pytest.mark.parametrize("moment", ["before the code is made", "before it is entered", "after it"])
def test_a_reset_that_was_under_way_is_finished(change_keys, ada, run_outbox, postbox, moment):
    journey = ResetJourney().start(ADA).choose()
    if moment == "before the code is made":
        change_keys()
    run_outbox()
    code = postbox.code("ada@home.example")
    if moment == "before it is entered":
        change_keys()
    assert journey.answer("000000").step == "reset:code"
    assert journey.answer(code).step == "reset:password"
    if moment == "after it":
        change_keys()
    assert journey.save().step == "reset:done"


def test_the_link_of_a_code_and_the_link_not_me_still_lead_there(
    change_keys, ada, run_outbox, postbox
):
    journey = ResetJourney().start(ADA).choose()
    run_outbox()
    mail = postbox.to("ada@home.example")[-1]
    change_keys()
    token = text_of(mail).split("/reset/link/")[1].split("/")[0]
    assert journey.answer(token).step == "reset:password"
    journey.save()
    assert say(link_in(mail)).status_code == 200
    assert again(ada).resets_blocked_at


def test_a_link_not_me_decided_before_and_sent_after_works(change_keys, ben, run_outbox, postbox):
    ResetJourney().start(BEN).choose(1).answer(code_now()).save()
    change_keys()
    run_outbox()
    say(link_in(postbox.to("ben@home.example")[-1]))
    assert again(ben).resets_blocked_at


def test_sessions_go_on_and_are_kept_under_the_new_key(change_keys, forget_former, ben):
    journey = signed_in(BEN)
    change_keys()
    assert is_in(journey)
    forget_former()
    assert is_in(journey)


def test_a_session_ended_elsewhere_is_over_whatever_key_it_was_kept_under(change_keys, ben):
    journey = signed_in(BEN)
    change_keys()
    end_sessions(ben)
    assert not is_in(journey)
    assert not Session.objects.filter(user=ben).exists()


def test_without_the_former_keys_everything_is_over_and_nothing_is_a_fault(
    change_keys, ben, run_outbox, postbox
):
    """Keys that leaked are changed at once."""
    inside, journey = signed_in(BEN), ResetJourney().start(BEN).choose(0)
    run_outbox()
    mail = postbox.to("ben@home.example")[-1]
    change_keys(at_once=True)
    assert not is_in(inside)
    assert journey.answer(postbox.code("ben@home.example")).step == "reset:closed"
    say(link_in(mail))
    assert not again(ben).resets_blocked_at
    fresh = ResetJourney().start(BEN).choose(1)
    assert fresh.answer(code_now()).step == "reset:code"


def test_an_app_outlives_the_former_key_once_it_is_sealed_anew(change_keys, forget_former, ben):
    change_keys()
    assert ResetJourney().start(BEN).choose(1).answer(code_now()).step == "reset:password"
    call_command("reseal", stdout=io.StringIO())
    forget_former()
    Factor.objects.in_directory(ben.directory).update(last_step=0)
    assert ResetJourney().start(BEN).choose(1).answer(code_now()).step == "reset:password"


def test_what_nothing_opens_is_said(change_keys, ben):
    change_keys(at_once=True)
    with pytest.raises(Exception, match="1 cannot be opened"):
        call_command("reseal", stdout=io.StringIO())


@pytest.mark.parametrize("is_old", [False, True])
def test_a_passkey_outlives_the_former_key(change_keys, forget_former, cleo, is_old):
    """``is_old``: from before its handle was kept."""
    add_passkey(cleo)
    device = passkey_of(cleo)
    Passkey.objects.in_directory(cleo.directory).update(handle=b"" if is_old else device.handle)

    def comes_in(meanwhile):
        browser = Client()
        asked = browser.get("/sign-in/passkey/options/").json()["challenge"]
        meanwhile()
        browser.post("/sign-in/passkey/", {"credential": device.use(asked)})
        return browser.get(reverse("account")).status_code == 200

    assert comes_in(meanwhile=change_keys)
    call_command("reseal", stdout=io.StringIO())
    forget_former()
    assert comes_in(meanwhile=lambda: None)


def test_a_token_that_is_used_moves_to_the_new_key(change_keys, forget_former, administrator):
    act = Act(STRANGER, administrator)
    used, unused = (tokens.issue(administrator.directory_id, n, [], 5, act) for n in ("a", "b"))
    change_keys()
    assert tokens.admit(used.text).pk == used.token.pk
    forget_former()
    assert tokens.admit(used.text).pk == used.token.pk
    with pytest.raises(tokens.Refused):
        tokens.admit(unused.text)


def test_the_chain_of_the_trail_holds_on_both_sides(change_keys, forget_former, ben):
    for _half in range(2):
        ResetJourney().start(BEN).get("reset:help")
        seal()
        if not _half:
            change_keys()
    assert verify().holds
    forget_former()
    assert verify().faults == ["Seal 1 was not made by this installation, or was changed."]


def test_work_that_was_done_counts_once_and_a_returned_mail_is_known(change_keys, ada):
    proof = ProofOfWork()
    answer = solved(proof.ask(browser="b", purpose="reset"))
    [returned] = marks_in(mark(ada.pk, ADA, ada.created_at))
    change_keys()
    assert proof.passed(answer, browser="b", purpose="reset")
    assert not proof.passed(answer, browser="b", purpose="reset")
    assert not proof.passed(answer, browser="another", purpose="reset")
    assert returned.fits(ADA)
    assert not replace(returned, person=ada.pk + 1).fits(ADA)


def test_an_agent_is_vouched_for_on_both_sides(change_keys, forget_former, corp):
    """And by a whole hash only: one letter of it would be right by chance."""
    agent, _ticket = enrolment.invite(corp.pk, "unit", Act(STRANGER))
    agent.signer, agent.opening = "a" * 64, "b" * 64
    agent.voucher = enrolment.vouched(agent, agent.signer, agent.opening)
    agent.save()
    change_keys()
    assert enrolment.is_vouched(agent)
    call_command("reseal", stdout=io.StringIO())
    forget_former()
    agent = Agent.objects.in_directory(corp).get()
    assert enrolment.is_vouched(agent)
    agent.voucher = bytes(agent.voucher)[:14]
    assert not enrolment.is_vouched(agent)
    agent.opening, agent.voucher = "c" * 64, bytes(32)
    assert not enrolment.is_vouched(agent)
