"""The second check at sign-in, for people with a role."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit.services import record
from accounts.client import Client
from accounts.limits.services import Limit, Spent, clear, spend
from registration import challenges
from registration.challenges import Answer
from registration.events import SecondFactorFailed, SecondFactorPassed
from registration.models import Challenge, Factor, Purpose

TRIES = Limit(
    "signin.second_factor",
    times=10,
    within=timedelta(hours=1),
    rest=timedelta(hours=1),
)


def question(factor: Factor, asked: str, *, holder: str, client: Client) -> Challenge:
    """The question that a session was ``asked`` last, while it can be answered; else a new one.

    What bounds guessing is the limit above: a question that is used up makes way for another.
    """
    user = factor.user
    if asked:
        held = challenges.held_by(holder, Purpose.SIGN_IN, user.directory, uuid.UUID(asked))
        if held and held.factor_id == factor.pk and _is_open(held):
            return held
    return challenges.issue(
        directory=user.directory,
        factor=factor,
        method=factor.method,
        purpose=Purpose.SIGN_IN,
        holder=holder,
        language=user.wants_language,
        client=client,
    )


def prove(
    challenge: Challenge, factor: Factor, text: str, *, holder: str, client: Client
) -> Answer | Spent:
    """Judge an answer; the Spent when there have been too many wrong ones."""
    user = factor.user
    spent = spend(TRIES, str(user.pk), directory=user.directory_id)
    if not spent.allowed:
        return spent
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


def _is_open(challenge: Challenge) -> bool:
    """Can a question still be answered?"""
    is_over = challenge.passed_at or challenge.closed_at or challenge.tries >= challenges.TRIES
    return not is_over and challenge.expires_at >= timezone.now()
