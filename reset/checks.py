"""The checks of an attempt: choosing one, completing an address, answering.

Somebody's check and nobody's go the same way. Only the person's own factor can make an answer
right, and whether there is one is asked of nothing but the challenge.
"""

from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField

from accounts.client import Client
from accounts.prepared import Given, Prepared, build_in_vain
from registration import challenges, methods
from registration.challenges import Answer
from registration.methods.base import Way
from registration.models import Challenge, Factor, Purpose
from reset import breaker, events, kernel, limits, telling
from reset.limits import Paused
from reset.models import Attempt
from reset.outcomes import Standing
from reset.trail import note

_OFFERED = Prepared(
    lambda: Factor.objects.filter(
        directory_id=Given("directory", BigIntegerField()),
        pk=Given("factor", BigIntegerField()),
        user_id=Given("user", BigIntegerField()),
    )
)


def chosen_offer(attempt: Attempt) -> dict[str, Any]:
    """The offer whose check is under way."""
    assert attempt.chosen is not None, "only a check that was chosen is shown"
    return dict(attempt.offers[attempt.chosen])


def way_of(offer: dict[str, Any]) -> Way:
    """What an offer is called and how it looks."""
    return methods.get(str(offer["method"])).way(str(offer.get("way", "")))


def choose(attempt: Attempt, number: int, *, client: Client) -> Paused | None:
    """Choose an offer; whoever had another challenge open has it no more.

    Where the owner types the whole address first, nothing is sent before that.
    """
    method = str(attempt.offers[number]["method"])
    paused = limits.answering_paused(attempt, method)
    if paused:
        return _noted(attempt, paused, client)
    if not methods.get(method).completed:
        return _ask(attempt, number, is_theirs=True, client=client)
    with transaction.atomic():
        kernel.lock(attempt)
        kernel.hold(attempt, None, number)
    return None


def complete(attempt: Attempt, typed: str, *, client: Client) -> Paused | bool:
    """The owner types the whole address. A wrong one leads on, too, to a check without a factor;
    only a talkative policy says that it is wrong, by False.

    Every try is counted, the right one as well: what is not counted could be told apart.
    """
    offer = chosen_offer(attempt)
    method = str(offer["method"])
    paused = limits.completing(attempt, method)
    if paused:
        return _noted(attempt, paused, client)
    factor = _factor(attempt, offer)
    is_theirs = factor is not None and methods.get(method).is_complete(factor, typed)
    note(events.AddressTyped(method=method, matched="yes" if is_theirs else "no"), attempt, client)
    if not is_theirs and attempt.policy and attempt.policy.talkative:
        return False
    return _ask(attempt, attempt.chosen or 0, is_theirs=is_theirs, client=client) or True


def send_again(attempt: Attempt, *, client: Client) -> Paused | bool:
    """Another code; False while the wait since the last one is not over."""
    challenge = attempt.challenge
    assert challenge, "only a step with a challenge offers this"
    paused = limits.sending(attempt, challenge.method) or _full(attempt, challenge)
    if paused:
        return _noted(attempt, paused, client)
    return challenges.resend(challenge)


def leave(attempt: Attempt) -> None:
    """Go back to choosing. The challenge stays as it is, and counts for nothing any more."""
    with transaction.atomic():
        kernel.lock(attempt)
        kernel.hold(attempt, None)


def answer(attempt: Attempt, text: str, *, client: Client) -> Answer | Paused:
    """Judge one answer. It is counted before it is compared."""
    challenge = attempt.challenge
    assert challenge, "only a step with a challenge takes answers"
    strained = breaker.state_for(attempt).is_strained
    paused = limits.answering(attempt, challenge.method, client, is_strained=strained)
    if paused:
        return _noted(attempt, paused, client)
    result = challenges.answer(challenge, text, holder=str(attempt.pk), purpose=Purpose.RESET)
    breaker.count(attempt, passed=result.passed)
    if not result.passed:
        failed = events.GateFailed(method=challenge.method, why=result.verdict)
        note(failed, attempt, client)
        return result
    with transaction.atomic():
        kernel.lock(attempt)
        kernel.prove(attempt, challenge)
        note(events.GatePassed(method=challenge.method), attempt, client)
        if attempt.standing != Standing.READY:
            telling.deny(attempt, client)
    limits.answered(attempt, challenge.method)
    return result


def _ask(attempt: Attempt, number: int, *, is_theirs: bool, client: Client) -> Paused | None:
    """Put one challenge to one factor, or to nobody's."""
    offer = attempt.offers[number]
    method = str(offer["method"])
    paused = limits.sending(attempt, method)
    if paused:
        return _noted(attempt, paused, client)
    factor = _factor(attempt, offer)
    with transaction.atomic():
        kernel.lock(attempt)
        question = challenges.drafted(
            directory=attempt.directory,
            factor=factor if is_theirs else None,
            method=method,
            way=str(offer.get("way", "")),
            policy=attempt.policy,
            purpose=Purpose.RESET,
            holder=str(attempt.pk),
            language=attempt.language,
            client=client,
            destination_key=f"{bytes(attempt.name_key).hex()} {method} {number}",
            person_key=bytes(attempt.name_key).hex(),
            known_browser=limits.place_of(attempt) != limits.STRANGER,
            hint=str(offer["hint"]),
        )
        if full := _full(attempt, question):
            return _noted(attempt, full, client)
        if methods.get(method).is_held_up(question):
            return _noted(attempt, limits.held_up(attempt, method), client)
        kernel.hold(attempt, challenges.put(question), number)
        note(events.GateStarted(method=method), attempt, client)
    return None


def _full(attempt: Attempt, question: Challenge) -> Paused | None:
    """Did the address get all its messages of this hour, or day? Then none would come."""
    until = challenges.sends_blocked_until(question.destination) if question.sends else None
    if until is None:
        return None
    name = challenges.SENDS_TO_ONE_ADDRESS.name
    return Paused(name, until, attempt.directory.time_zone, question.method)


def _factor(attempt: Attempt, offer: dict[str, Any]) -> Factor | None:
    """The factor behind an offer; none for nobody, found by the same statement."""
    found = _OFFERED.first(
        directory=attempt.directory_id, factor=offer["factor"] or 0, user=attempt.user_id or 0
    )
    if found is None:
        build_in_vain(Factor)
    return found


def _noted(attempt: Attempt, paused: Paused, client: Client) -> Paused:
    until = paused.until.isoformat(timespec="seconds") if paused.until else ""
    note(events.Blocked(limit=paused.limit, until=until, method=paused.method), attempt, client)
    return paused
