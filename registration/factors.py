"""Adding, confirming, renaming and removing factors. Every address hears of every change."""

from collections.abc import Mapping
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import notices
from accounts.audit.events import Event
from accounts.audit.services import record
from accounts.client import Client
from accounts.limits.services import Limit, blocked_until, spend
from accounts.moments import told_end
from accounts.notices import Notice
from accounts.people.models import User
from accounts.policy.services import effective
from registration import challenges, coverage, methods
from registration.challenges import Answer
from registration.events import (
    ConfirmationFailed,
    CoverageConfirmed,
    FactorAdded,
    FactorConfirmed,
    FactorPreferred,
    FactorRemoved,
    FactorRenamed,
)
from registration.methods.base import Draft, Method
from registration.models import Challenge, Factor, FactorPiece, FactorSource, Purpose
from registration.services import factors_of, second_factors

ADDITIONS = Limit(
    "registration.additions",
    times=20,
    within=timedelta(hours=1),
    rest=timedelta(hours=1),
)


def add(
    user: User, slug: str, values: Mapping[str, str], *, holder: str, client: Client
) -> Challenge | None:
    """Begin to add a factor: it counts once its first question, which is returned, is answered.

    None when it counts at once, because its method asks nothing first. Raises ValidationError
    with the reason when it may not be added. What was begun before and never confirmed makes way.
    """
    method = methods.get(slug)
    draft = _checked(user, method, values)
    with transaction.atomic():
        User.objects.in_directory(user.directory_id).select_for_update().get(pk=user.pk)
        begun = Q(source=FactorSource.SELF) | Q(address=draft.address)
        factors_of(user).filter(begun, method=slug, confirmed_at=None).delete()
        factor = Factor.objects.create(
            directory_id=user.directory_id,
            user=user,
            method=slug,
            address=draft.address,
            secret=draft.secret,
        )
        _keep_pieces(factor, draft)
        _note(FactorAdded(method=slug), user, client)
        if not method.confirmed_by_answer:
            _confirm(factor, label="", client=client)
            return None
        return _first_question(user, factor, way=draft.way, holder=holder, client=client)


def ask(factor: Factor, *, holder: str, client: Client) -> Challenge:
    """Put its first question to a factor that was given by the directory or an import.

    Raises ValidationError when it may not be asked just now.
    """
    user = factor.user
    _check_pace(user, factor.address)
    with transaction.atomic():
        return _first_question(user, factor, holder=holder, client=client)


def confirm(challenge: Challenge, text: str, *, label: str, holder: str, client: Client) -> Answer:
    """Answer the first question; a right answer makes the factor count, after its rest."""
    verdict = challenges.answer(challenge, text, holder=holder, purpose=Purpose.REGISTER)
    factor = challenge.factor
    if factor is None:
        return verdict
    if not verdict.passed:
        reason = str(verdict.verdict)
        _note(ConfirmationFailed(method=factor.method, reason=reason), factor.user, client)
        return verdict
    with transaction.atomic():
        _confirm(factor, label=label, client=client)
    return verdict


def remove(factor: Factor, *, client: Client, actor: User | None = None) -> None:
    """Take a factor away; every address hears of it, the one that goes included.

    ``actor`` is whoever does it for the person, who may have lost their only app.
    """
    if actor is None and is_last_second_factor(factor):
        raise ValidationError(
            _("Add another second check first: your role needs one."), code="needed"
        )
    had_enough = actor is None and coverage.of(factor.user).registered
    with transaction.atomic():  # told first: the address that goes is still on record
        tell(Notice.METHOD_REMOVED, factor, client)
        _note(FactorRemoved(method=factor.method), factor.user, client, actor)
        for challenge in factor.challenges.in_directory(factor.directory_id):
            challenges.close(challenge)
        factor.delete()
        coverage.update_after_own_removal(factor.user, had_enough=had_enough)


def rename(factor: Factor, label: str, *, client: Client) -> None:
    """Give a factor another name."""
    with transaction.atomic():
        factor.label = label[:60]
        factor.save(update_fields=["label"])
        _note(FactorRenamed(method=factor.method), factor.user, client)


def prefer(factor: Factor, *, client: Client) -> None:
    """Offer this factor first from now on."""
    with transaction.atomic():
        factors_of(factor.user).update(is_preferred=Q(pk=factor.pk))
        _note(FactorPreferred(method=factor.method), factor.user, client)


def look_over(user: User, *, client: Client) -> bool:
    """The person says that what is registered is right. Nothing is sent.

    False when there is not enough: that is nothing to confirm.
    """
    with transaction.atomic():
        if not coverage.update(user, looked_over=True).registered:
            return False
        _note(CoverageConfirmed(), user, client)
        return True


def is_last_second_factor(factor: Factor) -> bool:
    """Would somebody with a role be left without a second check at sign-in?"""
    if not (methods.get(factor.method).second_factor and factor.user.roles):
        return False
    others = [found for found in second_factors(factor.user) if found.pk != factor.pk]
    return all(found.disabled_at for found in others)


def _confirm(factor: Factor, *, label: str, client: Client) -> None:
    """Make a factor count, after its rest; of what there is one of, the old one goes."""
    user, method, now = factor.user, methods.get(factor.method), timezone.now()
    factor.confirmed_at, factor.label = now, label[:60]
    factor.usable_from = now + rest_of(user)
    method.confirmed(factor)
    factor.save(update_fields=["confirmed_at", "usable_from", "label", "secret"])
    if method.most == 1:
        factors_of(user).filter(method=factor.method).exclude(pk=factor.pk).delete()
    coverage.update(user, looked_over=True)
    _note(FactorConfirmed(method=factor.method), user, client)
    tell(Notice.METHOD_ADDED, factor, client)


def _keep_pieces(factor: Factor, draft: Draft) -> None:
    FactorPiece.objects.bulk_create(
        FactorPiece(
            directory_id=factor.directory_id,
            factor=factor,
            name=piece.name,
            text=piece.text,
            hashed=piece.hashed,
        )
        for piece in draft.pieces
    )


def _checked(user: User, method: Method, values: Mapping[str, str]) -> Draft:
    """What the new factor is made of; raises ValidationError with the reason why not."""
    if blocked_until(ADDITIONS, str(user.pk)):  # before a draft costs slow hashes
        raise _paused()
    draft = method.draft(user, values)
    held = factors_of(user).filter(method=method.slug, confirmed_at__isnull=False)
    addresses = [factor.address.casefold() for factor in held]
    if 1 < method.most <= len(addresses):
        raise ValidationError(
            _("You have %(most)d of these. Remove one first."), "too_many", {"most": method.most}
        )
    if draft.address and draft.address.casefold() in addresses:
        raise ValidationError(_("You have added this address before."), "duplicate")
    _check_pace(user, draft.address)
    return draft


def _first_question(
    user: User, factor: Factor, *, holder: str, client: Client, way: str = ""
) -> Challenge:
    question = challenges.drafted(
        directory=user.directory,
        factor=factor,
        method=factor.method,
        way=way,
        policy=effective(user).policy,
        purpose=Purpose.REGISTER,
        holder=holder,
        person_key=str(user.pk),
        language=user.wants_language,
        client=client,
    )
    if methods.get(factor.method).is_held_up(question):
        raise ValidationError(
            _("Nothing can be sent there just now. Use another way, or try again tomorrow."),
            "held_up",
        )
    return challenges.put(question)


def _paused() -> ValidationError:
    return ValidationError(_("That was a lot at once. Go on in an hour."), "paused")


def _check_pace(user: User, address: str) -> None:
    """Not too much at once, and nothing to an address whose messages are paused."""
    if not spend(ADDITIONS, str(user.pk), directory=user.directory_id).allowed:
        raise _paused()
    if not address:
        return
    until = challenges.sends_blocked_until(challenges.destination_of(None, address))
    if until:
        raise ValidationError(
            _("Messages to this address are paused until %(until)s. Use another address."),
            "paused",
            {"until": told_end(until, user.directory.time_zone)},
        )


def rest_of(user: User) -> timedelta:
    """How long a new factor of this person waits before it counts."""
    policy = effective(user).policy
    return timedelta(hours=policy.factor_rest_hours if policy else 0)


def _note(event: Event, user: User, client: Client, actor: User | None = None) -> None:
    record(event, directory=user.directory_id, client=client, subject=user, actor=actor)


def tell(notice: Notice, factor: Factor, client: Client) -> None:
    """Let every address of the person know what happened to a factor; in its transaction."""
    method = methods.get(factor.method)
    with override(factor.user.wants_language):
        context = {
            "method": factor.method,
            "method_name": str(method.name),
            "detail": method.mask(factor),
        }
    notices.notify(factor.user, notice, client=client, context=context)
