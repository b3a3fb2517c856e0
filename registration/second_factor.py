"""The second check at sign-in, for people with a role."""

from datetime import timedelta

from django.db import transaction

from accounts.audit.services import record
from accounts.client import Client
from accounts.limits.services import Limit, Spent, clear, spend
from registration import challenges
from registration.challenges import Answer
from registration.events import SecondFactorFailed, SecondFactorPassed
from registration.models import Factor, Purpose

TRIES = Limit(
    "second factor at sign-in",
    times=10,
    within=timedelta(hours=1),
    rest=timedelta(hours=1),
)


def prove(factor: Factor, text: str, *, holder: str, client: Client) -> Answer | Spent:
    """Judge a code from somebody's app; the Spent when there have been too many wrong ones.

    Every code is a challenge of its own, so that what bounds guessing is this one limit.
    """
    user = factor.user
    spent = spend(TRIES, str(user.pk), directory=user.directory_id)
    if not spent.allowed:
        return spent
    challenge = challenges.issue(
        directory=user.directory,
        factor=factor,
        method=factor.method,
        purpose=Purpose.SIGN_IN,
        holder=holder,
        language=user.wants_language,
        client=client,
    )
    answer = challenges.answer(challenge, text, holder=holder, purpose=Purpose.SIGN_IN)
    if answer.passed:
        clear(TRIES, str(user.pk))
    event = (
        SecondFactorPassed(method=factor.method)
        if answer.passed
        else SecondFactorFailed(method=factor.method, reason=str(answer.verdict))
    )
    with transaction.atomic():
        record(event, directory=user.directory_id, client=client, subject=user)
    return answer
