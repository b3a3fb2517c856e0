"""What staff do with the contact data and methods of a person: look, masked; set; take away.

The staff page and the API call these. A caller gives its ``Act``; whether its actor may is asked
here, of the one matrix (accounts.people.roles), so that no way in can forget it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import notices
from accounts.notices import Notice
from accounts.people import registry
from accounts.people.models import User
from accounts.people.registry import Act
from accounts.people.roles import Action, may
from accounts.policy.services import effective
from registration import coverage, factors, methods
from registration.events import FactorSetByStaff
from registration.models import Factor, FactorSource
from registration.services import factors_of
from registration.telephony import kinds, numbers

# The methods that staff can set, and the public attribute of the account that tells the same.
ATTRIBUTES = {
    "alternate_email": "alternate_email",
    "mobile_phone": "mobile",
    "office_phone": "office_phone",
}
LONGEST_ADDRESS = 254
_MAILBOXES = {"mail", "alternate_email"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be set, each value already ``cleaned``.

    ``contacts``: public attributes of the account by name. ``factors``: addresses by method;
    with ``confirmed`` they count (after the policy's rest), else the person confirms them first,
    unless the policy accepts unconfirmed data.
    """

    contacts: Mapping[str, str] = field(default_factory=dict)
    factors: Mapping[str, str] = field(default_factory=dict)
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The factors that were wanted, and whether anything had to be changed."""

    factors: list[Factor]
    changed: bool


def may_edit(act: Act, user: User) -> bool:
    """May the actor change what proves who this person is?"""
    return act.actor is not None and may(act.actor, Action.EDIT_CONTACTS, user)


def settable() -> list[str]:
    """The methods that staff can set here: those of the list that are installed."""
    return [slug for slug in ATTRIBUTES if slug in methods.all_methods()]


def cleaned(user: User, attribute: str, text: str) -> str:
    """A contact attribute as it is kept; raises ValidationError with the reason.

    A telephone number without its country code belongs to the directory's country.
    """
    if attribute not in _MAILBOXES:
        return numbers.canonical(numbers.parse(text, user.directory.default_region))
    mailbox, _at, domain = text.strip().rpartition("@")
    address = f"{mailbox}@{domain.lower()}"
    validate_email(address)
    if len(address) > LONGEST_ADDRESS:
        raise ValidationError(_("An address has at most 254 characters."), "too_long")
    return address


def cleaned_factor(user: User, slug: str, text: str) -> str:
    """The address of a factor as it is kept; raises ValidationError with the reason."""
    address = cleaned(user, ATTRIBUTES[slug], text)
    if ATTRIBUTES[slug] in _MAILBOXES:
        methods.get(slug).draft(user, {"address": address})  # refuses the organisation's own
    else:
        kinds.check(numbers.from_canonical(address), slug, effective(user).policy)
    return address


def masked(attribute: str, value: str) -> str:
    """Enough of a contact attribute to recognise it, too little to use it."""
    if not value:
        return ""
    if attribute in _MAILBOXES:
        return methods.get("alternate_email").mask(Factor(address=value))
    try:
        return numbers.mask(numbers.parse(value))
    except ValidationError:
        return numbers.BULLETS


def label_of(attribute: str) -> str:
    """What a contact attribute is called."""
    column: Any = User._meta.get_field(attribute)
    return str(column.verbose_name)


def set_data(user: User, wanted: Wanted, act: Act) -> Outcome:
    """Set contact data and factors of a person. What is so already is left alone.

    Every address on record before hears of what changed.
    Raises PermissionDenied, or ValidationError where somebody has too many of a method.
    """
    with transaction.atomic():
        _locked(user, act)
        contacts = {
            name: value for name, value in wanted.contacts.items() if getattr(user, name) != value
        }
        found = {slug: _held(user, slug, address) for slug, address in wanted.factors.items()}
        due = [slug for slug, held in found.items() if _differs(held, wanted.confirmed)]
        if contacts or due:
            _tell(user, contacts, due, wanted.confirmed, act)  # while the old ones are on record
        for slug in due:
            found[slug] = _put(user, slug, wanted, found[slug])
            act.note(FactorSetByStaff(method=slug, confirmed=wanted.confirmed), user)
        if due:
            coverage.update(user)
        for name, value in contacts.items():
            setattr(user, name, value)
        registry.change(user, contacts, act)
    return Outcome([held for held in found.values() if held], bool(contacts or due))


def remove(factor: Factor, act: Act) -> None:
    """Take a factor away from its person; every address hears of it. Raises PermissionDenied."""
    with transaction.atomic():
        _locked(factor.user, act)
        factors.remove(factor, client=act.client, actor=act.actor)


def _locked(user: User, act: Act) -> None:
    """One change of a person at a time, by somebody who may."""
    if not may_edit(act, user):
        raise PermissionDenied
    User.objects.in_directory(user.directory_id).select_for_update().get(pk=user.pk)


def _held(user: User, slug: str, address: str) -> Factor | None:
    """The factor with this address, however its letters are written; of several, one that is
    confirmed."""
    found = factors_of(user).filter(method=slug, address__iexact=address)
    return found.order_by(F("confirmed_at").asc(nulls_last=True), "pk").first()


def _differs(held: Factor | None, confirmed: bool) -> bool:
    return held is None or (confirmed and held.confirmed_at is None)


def _put(user: User, slug: str, wanted: Wanted, held: Factor | None) -> Factor:
    """Make the factor, or confirm the one there is; what was set before to be confirmed goes."""
    mine = factors_of(user).filter(method=slug)
    if wanted.confirmed:
        _refuse_too_many(user, slug)
    else:
        mine.filter(confirmed_at=None).exclude(source=FactorSource.SELF).delete()
    factor = held or Factor(directory_id=user.directory_id, user=user, method=slug)
    factor.user, factor.source = user, FactorSource.IMPORT
    factor.address = wanted.factors[slug]
    now = timezone.now()
    factor.confirmed_at = now if wanted.confirmed else None
    factor.usable_from = now + factors.rest_of(user)  # also unconfirmed: a policy may accept that
    factor.save()
    if wanted.confirmed and methods.get(slug).most == 1:
        mine.exclude(pk=factor.pk).delete()
    return factor


def _refuse_too_many(user: User, slug: str) -> None:
    confirmed = factors_of(user).filter(method=slug, confirmed_at__isnull=False)
    most = methods.get(slug).most
    if 1 < most <= confirmed.count():
        raise ValidationError(
            _("This person has %(most)d of these. Remove one first."), "too_many", {"most": most}
        )


def _tell(
    user: User, contacts: Mapping[str, str], due: list[str], confirmed: bool, act: Act
) -> None:
    with override(user.wants_language):
        told = [str(methods.get(slug).name) for slug in due]
        covered = {ATTRIBUTES[slug] for slug in due}
        told += [label_of(name) for name in contacts if name not in covered]
        counts = bool(due) and (confirmed or effective(user).unconfirmed)
        context = {"what": ", ".join(told), "counts": "yes" if counts else ""}
    notices.notify(user, Notice.CONTACTS_CHANGED, client=act.client, context=context)
