"""One code, one challenge, one chance: every way in which an answer must not pass."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from accounts.limits.services import spend
from accounts.outbox import services as outbox
from accounts.outbox.models import Parcel
from registration import challenges, codes, methods
from registration.challenges import Verdict
from registration.failures import HARD_CAP, WARNED_AT
from registration.models import Challenge, Factor, Purpose
from tests import cast
from tests.registration.conftest import kinds
from tests.registration.provers import (
    HOLDER,
    answer,
    app_code,
    intercepted,
    issue,
    make_factor,
    right_answer,
)

pytestmark = pytest.mark.django_db
EMAIL = "alternate_email"
ELSEWHERE = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def mailbox(cleo):
    return make_factor(cleo, EMAIL)


@pytest.fixture
def challenge(mailbox):
    return issue(mailbox, EMAIL)


def wrong_for(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_wrong_code_is_wrong(challenge):
    result = answer(challenge, wrong_for(right_answer(challenge)))
    assert (result.verdict, result.tries_left) == (Verdict.WRONG, 4)


@pytest.mark.parametrize(
    ("age", "verdict"),
    [(timedelta(seconds=599), Verdict.PASSED), (timedelta(minutes=10), Verdict.EXPIRED)],
)
def test_a_code_works_for_ten_minutes(challenge, age, verdict):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        code = right_answer(challenge)
    with time_machine.travel(now + age, tick=False):
        assert answer(challenge, code).verdict is verdict


def test_an_expired_code_costs_no_try(challenge):
    code = right_answer(challenge)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert answer(challenge, code).tries_left == 5


def test_the_challenge_itself_runs_out(ben):
    app = Factor.objects.in_directory(ben.directory_id).get(method="authenticator_app")
    challenge = issue(app, app.method)
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert answer(challenge, app_code()).verdict is Verdict.EXPIRED


def test_only_the_newest_code_is_right(challenge):
    old = right_answer(challenge)
    Challenge.objects.in_directory(challenge.directory).update(next_send_at=timezone.now())
    assert challenges.resend(challenge)
    new = right_answer(challenge)
    assert answer(challenge, old).verdict is Verdict.WRONG
    assert answer(challenge, new).verdict is Verdict.PASSED


def test_the_right_code_comes_too_late_after_five_wrong_ones(challenge):
    code = right_answer(challenge)
    left = [answer(challenge, wrong_for(code)).tries_left for _try in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert answer(challenge, code).verdict is Verdict.USED_UP


def test_a_new_code_brings_no_new_tries(challenge):
    for _try in range(3):
        answer(challenge, "x")
    Challenge.objects.in_directory(challenge.directory).update(next_send_at=timezone.now())
    challenges.resend(challenge)
    assert answer(challenge, wrong_for(right_answer(challenge))).tries_left == 1


@pytest.mark.parametrize(
    "as_whom", [{"purpose": Purpose.REGISTER}, {"purpose": Purpose.SIGN_IN}, {"holder": ELSEWHERE}]
)
def test_a_code_opens_nothing_but_what_it_was_made_for(challenge, as_whom):
    code = right_answer(challenge)
    assert answer(challenge, code, **as_whom).verdict is Verdict.CLOSED
    assert answer(challenge, code).verdict is Verdict.PASSED


def test_a_code_fits_only_its_own_challenge(challenge, mailbox):
    second = issue(mailbox, EMAIL)
    with intercepted(methods.get(EMAIL)) as sent:
        outbox.work()
    assert answer(challenge, sent[1]).verdict is Verdict.WRONG
    assert answer(second, sent[1]).verdict is Verdict.PASSED


def test_somebody_elses_app_does_not_help(ben, cleo):
    mine = cast.add_app(cleo, secret=b"another twenty bytes")
    challenge = issue(mine, mine.method)
    assert answer(challenge, app_code()).verdict is Verdict.WRONG


@pytest.mark.parametrize("moved", [{"holder": ELSEWHERE}, {"purpose": Purpose.REGISTER}])
def test_a_hash_moved_to_another_holder_or_purpose_fits_no_more(challenge, moved):
    code = right_answer(challenge)
    Challenge.objects.in_directory(challenge.directory).update(**moved)
    challenge.refresh_from_db()
    assert answer(challenge, code).verdict is Verdict.WRONG


def test_a_hash_copied_to_another_challenge_fits_no_more(challenge, mailbox):
    code = right_answer(challenge)
    challenge.refresh_from_db()
    second = issue(mailbox, EMAIL)
    challenges.keep_code(second, bytes(challenge.code_hash))
    assert answer(second, code).verdict is Verdict.WRONG


def test_a_removed_factors_code_opens_nothing(challenge, mailbox):
    code = right_answer(challenge)
    mailbox.delete()
    assert answer(challenge, code).verdict is Verdict.WRONG


@pytest.mark.parametrize(
    "change",
    [
        {"disabled_at": timezone.now()},
        {"confirmed_at": None},
        {"usable_from": timezone.now() + timedelta(days=400)},
    ],
)
def test_a_factor_out_of_use_opens_no_reset(challenge, mailbox, change):
    code = right_answer(challenge)
    Factor.objects.in_directory(mailbox.directory_id).update(**change)
    assert answer(challenge, code).verdict is Verdict.WRONG


def test_a_closed_challenge_takes_no_answer(challenge):
    code = right_answer(challenge)
    challenges.close(challenge)
    assert answer(challenge, code).verdict is Verdict.CLOSED


def test_no_code_is_right_before_one_was_made(challenge):
    assert answer(challenge, "").verdict is Verdict.WRONG
    assert answer(challenge, "000000").verdict is Verdict.WRONG


@pytest.mark.parametrize(
    "typed", ["123 456", "123-456", " 123\u2013456 ", "１２３４５６", "١٢٣٤٥٦", "\u200e123456"]
)
def test_a_code_may_be_typed_as_people_type(typed):
    assert codes.digits(typed) == "123456"


@pytest.mark.parametrize("typed", ["12345a", "123456" + " " * 40, "½23456", "12.34", "123\x00456a"])
def test_what_is_no_code_is_nothing(typed):
    assert codes.digits(typed) == ""


def test_a_hundred_wrong_answers_in_a_row_put_a_factor_out_of_use(mailbox):
    Factor.objects.in_directory(mailbox.directory_id).update(failures=HARD_CAP - 1)
    answer(issue(mailbox, EMAIL), "x")
    mailbox.refresh_from_db()
    assert mailbox.disabled_at
    assert kinds() == ["registration.factor_disabled"]
    assert Parcel.objects.filter(kind="notice").exists()


def test_the_owner_hears_once_of_fifty_wrong_answers_in_a_row(mailbox):
    """standards A.4: half way, while nothing has been taken away yet."""
    told = []
    Factor.objects.in_directory(mailbox.directory_id).update(failures=WARNED_AT - 2)
    for _time in range(3):
        answer(issue(mailbox, EMAIL), "x")
        notices = Parcel.objects.filter(kind="notice").values_list("payload", flat=True)
        told.append([payload["notice"] for payload in notices])
    assert told[0] == []
    assert set(told[1]) == {"method_guessed"}
    assert told[2] == told[1]
    mailbox.refresh_from_db()
    assert (mailbox.failures, mailbox.disabled_at) == (WARNED_AT + 1, None)
    assert kinds() == ["registration.factor_guessed_at"]


def test_a_right_answer_forgives_the_wrong_ones(challenge, mailbox):
    Factor.objects.in_directory(mailbox.directory_id).update(failures=HARD_CAP - 1)
    answer(challenge, right_answer(challenge))
    mailbox.refresh_from_db()
    assert (mailbox.failures, mailbox.disabled_at) == (0, None)


def test_the_wait_for_another_code_doubles(challenge):
    waits = []
    for _send in range(4):
        with time_machine.travel(challenge.next_send_at, tick=False):
            challenges.resend(challenge)
            waits.append((challenge.next_send_at - timezone.now()).total_seconds())
    assert waits == [60, 120, 240, 480]


@pytest.mark.parametrize(("seconds", "sent"), [(29, False), (31, True)])
def test_a_second_code_comes_after_half_a_minute(challenge, seconds, sent):
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
        assert challenges.resend(challenge) is sent


def test_five_codes_are_all_there_are(challenge):
    now = timezone.now()
    for minutes in (1, 3, 6, 11):
        with time_machine.travel(now + timedelta(minutes=minutes)):
            assert challenges.resend(challenge)
    with time_machine.travel(now + timedelta(minutes=29)):
        assert not challenges.resend(challenge)


@pytest.mark.parametrize("limit", challenges.SENDINGS)
def test_too_many_messages_to_one_address_are_held_back(mailbox, limit):
    """S-C22: neither in an hour nor in a day."""
    for _send in range(limit.times):
        spend(limit, challenges.destination_of(mailbox, ""))
    issue(mailbox, EMAIL)
    with intercepted(methods.get(EMAIL)) as sent:
        outbox.work()
    assert (sent, kinds()) == ([], ["registration.code_held_back"])


def test_nobodys_messages_run_out_alike(corp):
    times = challenges.SENDS_IN_ONE_HOUR.times
    for _send in range(times + 1):
        issue(None, EMAIL, directory=corp, destination_key="a name")
    outbox.work()
    assert kinds() == ["registration.code_for_nobody"] * times + ["registration.code_held_back"]


def test_an_answer_inside_a_transaction_is_a_mistake(challenge, transactional_db):
    with pytest.raises(RuntimeError), transaction.atomic():
        challenges.answer(challenge, "x", holder=HOLDER, purpose=Purpose.RESET)


@pytest.mark.parametrize("change", [{"disabled_at": timezone.now()}, {"confirmed_at": None}])
def test_a_factor_out_of_use_lets_nobody_sign_in(cleo, change):
    app = cast.add_app(cleo)
    challenge = issue(app, app.method, purpose=Purpose.SIGN_IN)
    Factor.objects.in_directory(cleo.directory_id).update(**change)
    assert answer(challenge, app_code()).verdict is Verdict.WRONG


def test_a_new_app_lets_sign_in_while_it_rests(cleo):
    app = cast.add_app(cleo, usable_from=timezone.now() + timedelta(days=1))
    assert answer(issue(app, app.method), app_code()).verdict is Verdict.WRONG
    challenge = issue(app, app.method, purpose=Purpose.SIGN_IN)
    assert answer(challenge, app_code(1)).verdict is Verdict.PASSED
