"""Fifty answers at the same moment are five tries, and one pass."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.outbox.models import Parcel
from registration import challenges
from registration.challenges import Verdict
from registration.failures import WARNED_AT
from registration.models import Challenge, Factor
from tests.registration.provers import (
    answer,
    app_code,
    issue,
    make_factor,
    right_answer,
    show_passkey,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 50


def at_once(act: Callable[[], Any]) -> list[Any]:
    """Do the same in fifty threads that start together, each on a connection of its own."""
    barrier = Barrier(AT_ONCE)

    def one(_number: int) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(30)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_fifty_wrong_answers_are_five_tries(cleo):
    challenge = issue(make_factor(cleo, "alternate_email"), "alternate_email")
    right_answer(challenge)
    verdicts = Counter(result.verdict for result in at_once(lambda: answer(challenge, "x")))
    assert verdicts == {Verdict.WRONG: 5, Verdict.USED_UP: 45}
    assert Factor.objects.in_directory(cleo.directory_id).get().failures == 5


def test_fifty_right_answers_pass_once(cleo):
    challenge = issue(make_factor(cleo, "alternate_email"), "alternate_email")
    code = right_answer(challenge)
    verdicts = Counter(result.verdict for result in at_once(lambda: answer(challenge, code)))
    assert verdicts[Verdict.PASSED] == 1
    assert verdicts[Verdict.WRONG] == 0


def test_one_app_code_passes_one_of_fifty_challenges(cleo):
    app = make_factor(cleo, "authenticator_app")
    waiting = [issue(app, app.method) for _number in range(AT_ONCE)]
    code = app_code()
    verdicts = Counter(result.verdict for result in at_once(lambda: answer(waiting.pop(), code)))
    assert verdicts == {Verdict.PASSED: 1, Verdict.WRONG: AT_ONCE - 1}


@pytest.mark.parametrize(("slug", "notices"), [("recovery_codes", 1), ("temporary_pass", 0)])
def test_one_code_for_one_use_passes_one_of_fifty_challenges(cleo, slug, notices):
    codes = make_factor(cleo, slug)
    waiting = [issue(codes, codes.method) for _number in range(AT_ONCE)]
    code = right_answer(waiting[0])
    verdicts = Counter(result.verdict for result in at_once(lambda: answer(waiting.pop(), code)))
    assert verdicts == {Verdict.PASSED: 1, Verdict.WRONG: AT_ONCE - 1}
    assert Parcel.objects.filter(kind="notice").count() == notices


def test_of_fifty_wrong_answers_at_once_one_warns_the_owner(cleo):
    app = make_factor(cleo, "authenticator_app")
    Factor.objects.in_directory(cleo.directory_id).update(failures=WARNED_AT - AT_ONCE // 2)
    waiting = [issue(app, app.method) for _number in range(AT_ONCE)]
    at_once(lambda: answer(waiting.pop(), "x"))
    app.refresh_from_db()
    assert (app.failures, app.disabled_at) == (WARNED_AT + AT_ONCE // 2, None)
    told = [parcel.payload["notice"] for parcel in Parcel.objects.filter(kind="notice")]
    assert told == ["method_guessed"]


def test_fifty_requests_for_another_code_send_one(cleo):
    challenge = issue(make_factor(cleo, "alternate_email"), "alternate_email")
    Challenge.objects.in_directory(challenge.directory_id).update(next_send_at=challenge.created_at)
    asked = at_once(lambda: challenges.resend(Challenge.objects.get(pk=challenge.pk)))
    assert (sum(asked), Parcel.objects.filter(kind="challenge").count()) == (1, 2)


def test_fifty_times_the_same_passkey_pass_once(cleo):
    """P-C48: a challenge is used once, by whoever comes first."""
    challenge = issue(make_factor(cleo, "passkey"), "passkey")
    shown = show_passkey(challenge)
    verdicts = Counter(result.verdict for result in at_once(lambda: answer(challenge, shown)))
    assert verdicts[Verdict.PASSED] == 1
    assert sum(verdicts.values()) == AT_ONCE
