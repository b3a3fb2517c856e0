"""Saying "this was not me": what it stops, and that it opens nothing."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import notices
from accounts.audit.models import AuditRecord
from accounts.notices import Notice
from accounts.people import not_me
from accounts.people.models import Denial, NotMeLink, Role
from accounts.people.registry import Act
from accounts.signin.models import Session
from registration import challenges
from registration.models import Challenge, Purpose
from reset import kernel, services
from reset import not_me as denying
from reset.models import Attempt
from tests.cast import PASSWORD, add_pass
from tests.journeys import Journey, ResetJourney, can_sign_in, words_of
from tests.reports.visits import enter
from tests.reset.denials import LINK, again, link_in, say
from tests.reset.scene import NEW, STRANGER, begun, fresh, proved
from tests.support.memory import move_to_memory
from tests.support.postbox import text_of
from writeback import stores
from writeback.models import Operation, Outcome, Write

pytestmark = pytest.mark.django_db

ADA, BEN = "ada@corp.example", "ben@corp.example"


def kinds(*wanted):
    found = AuditRecord.objects.order_by("pk").values_list("kind", flat=True)
    return [kind for kind in found if kind in wanted]


def attempt_of(person):
    return Attempt.objects.in_directory(person.directory).get()


def test_the_owner_stops_an_attempt_that_is_under_way(code_link, ada):
    """I6: one terminal event, however often it is said."""
    client = Client()
    page = say(code_link, client)
    assert "It is stopped" in words_of(page)
    assert words_of(say(code_link, client)) == words_of(page)
    attempt = attempt_of(ada)
    assert (attempt.ending, attempt.closed_at is not None) == ("stopped", True)
    assert kinds("reset.disowned", "reset.stopped") == ["reset.disowned"]
    assert again(ada).resets_blocked_at is None
    assert isinstance(kernel.admit(attempt, Operation.RESET, client=STRANGER), str)


def test_afterwards_the_account_is_protected_and_the_helpdesk_told(
    notice_link, ada, helpdesk, administrator, run_outbox, postbox, no_secret_kept
):
    """S-C46: resets are stopped, sessions ended, the nearest help told, and the page says so."""
    inside = Client()
    inside.post(reverse("signin:sign_in"), {"username": ADA, "password": PASSWORD})
    assert Session.objects.filter(user=ada).exists()
    page = words_of(say(notice_link))
    assert "Your account is protected" in page
    assert "The helpdesk has been told" in page
    assert again(ada).resets_blocked_at is not None
    assert not Session.objects.filter(user=ada).exists()
    assert inside.get(reverse("account")).status_code == 302
    postbox.clear()
    run_outbox()
    told = postbox.to(helpdesk.mail)[0]
    assert not postbox.to(administrator.mail)
    assert "Account: ada@corp.example" in text_of(told)
    assert not LINK.search(text_of(told))
    assert kinds("people.resets_blocked") == ["people.resets_blocked"]


def test_it_opens_nothing_and_the_password_stays(notice_link, ada):
    say(notice_link)
    assert can_sign_in(ADA)
    journey = Journey(Client())
    journey.client.get(notice_link)
    assert journey.get("account").step == "signin:sign_in"


def test_saying_it_where_one_is_signed_in_signs_out_and_shows_what_is_true(notice_link, ada):
    client = Client()
    client.post(reverse("signin:sign_in"), {"username": ADA, "password": PASSWORD})
    assert "Your account is protected" in words_of(say(notice_link, client))
    assert client.get(reverse("account")).status_code == 302


def test_repeated_clicks_tell_the_helpdesk_once(notice_link, ada, helpdesk, run_outbox, postbox):
    """S-C22."""
    notices.notify(ada, Notice.METHOD_ADDED, client=STRANGER)
    run_outbox()
    other = link_in(postbox.to("ada@mail.example")[-1])
    postbox.clear()
    for link in (notice_link, other, notice_link):
        assert "Your account is protected" in words_of(say(link))
    run_outbox()
    assert len(postbox.to(helpdesk.mail)) == 1


def test_with_nobody_to_tell_the_page_does_not_say_that_somebody_was(notice_link):
    """P-C59."""
    page = words_of(say(notice_link))
    assert "Your account is protected" in page
    assert "has been told" not in page


def test_a_blocked_account_looks_like_any_other_and_cannot_be_reset(code_link, notice_link, ada):
    say(notice_link)
    assert attempt_of(ada).ending == "stopped"
    assert begun(ADA).user is None


def test_proofs_that_were_ready_are_worth_nothing(ben, run_outbox):
    """I2: also those of another attempt than the one the mail was about."""
    attempt = proved(BEN)
    link = not_me.offer(ben, Notice.METHOD_ADDED.value, "7F3K-2Q9D")
    assert denying.deny(link, client=STRANGER) is Denial.BLOCKED
    finished = services.finish(attempt, NEW, client=STRANGER)
    assert finished.problems
    assert not Write.objects.in_directory(ben.directory).exists()
    assert not_me.lift(again(ben), Act(STRANGER))
    assert services.finish(fresh(attempt), NEW, client=STRANGER).problems


def test_an_attempt_that_was_won_means_protection(code_link, ada, postbox):
    journey = ResetJourney(Client())
    journey.start(ADA).choose()
    attempt = Attempt.objects.in_directory(ada.directory).get(pk=_newest(ada).pk)
    assert attempt.challenge_id
    link = not_me.offer_for_code(ada, attempt.challenge_id, attempt.reference)
    Attempt.objects.in_directory(ada.directory).filter(pk=attempt.pk).update(
        write=Write.objects.create(
            directory=ada.directory,
            user=ada,
            operation=Operation.RESET,
            evidence="proofs",
            evidence_id=str(attempt.pk),
            expires_at=timezone.now(),
            outcome=Outcome.DONE,
        )
    )
    assert denying.deny(link, client=STRANGER) is Denial.BLOCKED
    assert fresh(attempt).ending == ""  # its own end is settled by the answer


def _newest(person):
    return Attempt.objects.in_directory(person.directory).latest("created_at")


def test_a_write_on_its_way_is_not_called_stopped(ben):
    """The answer is open: the account is protected, and the truth is settled as ever."""
    memory = move_to_memory(ben, "the old one")
    memory.faults.lose = "answer"
    attempt = proved(BEN)
    services.finish(attempt, NEW, client=STRANGER)
    link = not_me.offer_for_code(ben, attempt.challenge_id or _passed(attempt), attempt.reference)
    assert denying.deny(link, client=STRANGER) is Denial.BLOCKED
    assert fresh(attempt).closed_at is None
    assert kinds("reset.disowned", "reset.stopped") == []
    stores.forget()


def _passed(attempt):
    mine = Challenge.objects.in_directory(attempt.directory_id).filter(holder=str(attempt.pk))
    return mine.get().pk


def test_an_attempt_that_had_ended_changed_nothing(code_link, ada):
    services.stop(fresh(attempt_of(ada)), client=STRANGER)
    assert "It was over already" in words_of(say(code_link))
    assert kinds("reset.disowned", "reset.stopped") == ["reset.stopped"]
    assert again(ada).resets_blocked_at is None


@pytest.mark.parametrize("purpose", [Purpose.REGISTER, Purpose.SIGN_IN, Purpose.REHEARSAL])
def test_other_codes_become_worthless_and_block_nothing(ada, corp, purpose):
    """A mail to a mistyped address gives its reader no power over the account."""
    challenge = challenges.issue(
        directory=corp,
        factor=ada.factors.get(),
        method="alternate_email",
        purpose=purpose,
        holder="a session",
        language="en",
        client=STRANGER,
    )
    link = not_me.offer_for_code(ada, challenge.pk, "7F3K-2Q9D")
    assert not_me.offer_for_code(ada, challenge.pk, "7F3K-2Q9D") == link
    assert denying.deny(link, client=STRANGER) is Denial.VOID
    answer = challenges.answer(challenge, "123456", holder="a session", purpose=purpose)
    assert answer.verdict is challenges.Verdict.CLOSED
    assert again(ada).resets_blocked_at is None
    assert kinds("reset.code_denied") == ["reset.code_denied"]


def test_staff_lift_it_and_old_mails_cannot_bring_it_back(notice_link, ada, helpdesk, operator):
    notices.notify(ada, Notice.PASSWORD_CHANGED, client=STRANGER)
    link = NotMeLink.objects.in_directory(ada.directory).latest("created_at")
    say(notice_link)
    act = Act(STRANGER, operator)
    assert not_me.lift(again(ada), act)
    assert not not_me.lift(again(ada), act)
    assert say(notice_link).status_code == 404
    assert not_me.held(str(link.pk)) is None
    assert again(ada).resets_blocked_at is None
    [lifted] = AuditRecord.objects.filter(kind="people.resets_allowed")
    assert lifted.actor_id == operator.pk
    assert begun(ADA).user == ada


def test_a_pass_is_void_and_stays_so_when_resets_are_allowed_again(ada):
    """S-C46: who talked staff into a pass does not come back when the owner can reset again."""
    add_pass(ada)
    link = not_me.offer(ada, Notice.PASS_ISSUED.value, "7F3K-2Q9D")
    assert denying.deny(link, client=STRANGER) is Denial.BLOCKED
    assert not_me.lift(again(ada), Act(STRANGER))
    assert not ada.factors.filter(method="temporary_pass").exists()
    assert ada.factors.exists()
    assert kinds("registration.pass_revoked") == ["registration.pass_revoked"]
    assert denying.deny(link, client=STRANGER) is Denial.BLOCKED
    assert kinds("registration.pass_revoked") == ["registration.pass_revoked"]


def test_only_those_who_may_lift_a_block_do_in_the_configuration(client, make_user, ada):
    not_me.block_resets(ada, client=STRANGER)
    boss = make_user("boss", roles=(Role.DIRECTORY_ADMINISTRATOR,))
    not_me.block_resets(boss, client=STRANGER)
    lower = make_user("lower", roles=(Role.USER_ADMINISTRATOR,))
    enter(client, lower)
    chosen = {"action": "allow_resets", "_selected_action": [ada.pk, boss.pk]}
    client.post(reverse("admin:accounts_user_changelist"), chosen)
    assert again(ada).resets_blocked_at is None
    assert again(boss).resets_blocked_at is not None


def test_protecting_an_account_is_done_whole_or_not_at_all(notice_link, ada, monkeypatch):
    """A fault in the middle, and the account is not blocked with its sessions going on."""
    enter(Client(), ada)

    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr(denying, "_tell", fail)
    client = Client(raise_request_exception=False)
    assert say(notice_link, client).status_code == 500
    assert again(ada).resets_blocked_at is None
    assert Session.objects.filter(user=ada).exists()
    monkeypatch.undo()
    say(notice_link, client)
    assert again(ada).resets_blocked_at
    assert not Session.objects.filter(user=ada).exists()
