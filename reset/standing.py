"""Who is asking, and can this attempt be won? Decided once, when an attempt begins.

Everything is read the same way for somebody and nobody, then decided on values.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import BigIntegerField

from accounts.people import names
from accounts.people.models import Source, User, roles_of
from accounts.people.services import Found
from accounts.policy import services as policies
from accounts.policy.models import Policy
from accounts.policy.services import EffectiveRules
from accounts.prepared import Given, Prepared
from registration import methods
from registration.models import Factor
from registration.services import asked_apart, in_order
from reset import decoys
from writeback import stores

_OWNED = Prepared(
    lambda: Factor.objects.filter(
        directory_id=Given("directory", BigIntegerField()), user_id=Given("user", BigIntegerField())
    ).order_by("pk")
)


class Standing(StrEnum):
    """Why an attempt can be won, or not. For the trail; the page says the same for all."""

    READY = "ready"
    UNKNOWN = "unknown name"
    DISABLED = "account disabled"
    BLOCKED = "resets blocked"
    SWITCHED_OFF = "reset switched off"
    NO_POLICY = "no policy"
    TOO_FEW_METHODS = "too few methods"
    NO_STORE = "no writeback"


@dataclass(frozen=True, slots=True)
class Situation:
    """What an attempt begins with. ``user`` is only set when the attempt can be won."""

    standing: Standing
    user: User | None
    rules: EffectiveRules
    offers: list[dict[str, Any]]
    source: str
    known_browser: bool


def look(typed: str, found: Found, known: bool) -> Situation:
    """Read everything there is about a name, and decide."""
    pk = found.user.pk if found.user else 0
    candidates = policies.candidates(found.directory, pk)
    roles = roles_of(found.directory.pk, pk)
    owned = _OWNED.all(directory=found.directory.pk, user=pk)
    shape = decoys.shape_of(found.directory)

    rules = policies.effective_among(
        candidates,
        None,
        roles,
        administrators_may_reset=found.directory.administrators_may_reset,
    )
    allowed = [factor for factor in owned if factor.method in rules.methods]
    usable = [factor for factor in allowed if factor.is_usable(unconfirmed=rules.unconfirmed)]
    standing = _standing(found.user, rules, usable)
    if standing is Standing.READY and found.user:
        own = [factor for factor in usable if not methods.get(factor.method).offered_to_all]
        offers = [*_offers(own), *_open_to_all(rules, usable)]
        return Situation(standing, found.user, rules, offers, found.user.source, known)
    spelling = found.user.user_principal_name if found.user else typed
    draw = decoys.Draw(found.draw_key, names.parse(spelling).local, shape)
    return _decoy(draw, candidates, standing, known)


def _standing(user: User | None, rules: EffectiveRules, usable: list[Factor]) -> Standing:
    if user is None:
        return Standing.UNKNOWN
    if not user.enabled:
        return Standing.DISABLED
    if user.resets_blocked_at:
        return Standing.BLOCKED
    if rules.policy is None and not rules.administrators:
        return Standing.NO_POLICY
    if not rules.enabled:
        return Standing.SWITCHED_OFF
    if len({factor.method for factor in usable}) < rules.gates:
        return Standing.TOO_FEW_METHODS
    return Standing.READY if stores.for_user(user) else Standing.NO_STORE


def _offers(usable: list[Factor]) -> list[dict[str, Any]]:
    ranked = asked_apart(in_order(usable))
    return [
        {"method": f.method, "way": way.slug, "hint": methods.get(f.method).mask(f), "factor": f.pk}
        for f in ranked
        for way in methods.get(f.method).ways
    ]


def _open_to_all(rules: EffectiveRules, usable: list[Factor]) -> list[dict[str, Any]]:
    """What everybody under a policy is offered, behind what is their own: that somebody has one
    is nobody's business."""
    held = {factor.method: factor.pk for factor in usable}
    named = {*held, *(rules.policy.methods if rules.policy else ())}
    kinds = [methods.get(slug) for slug in rules.methods if slug in named]
    return [
        {"method": kind.slug, "way": way.slug, "hint": "", "factor": held.get(kind.slug)}
        for kind in kinds
        for way in kind.ways
        if kind.offered_to_all
    ]


def _decoy(
    draw: decoys.Draw, candidates: list[Policy], standing: Standing, known: bool
) -> Situation:
    drawn = draw.pick("holding", draw.shape.get("holdings", [])) or ((), 0, Source.CLOUD)
    kit, policy_pk, source = drawn  # together: not every kit goes with every policy
    chosen = next((policy for policy in candidates if policy.pk == policy_pk), None)
    rules = policies.effective_among(
        [], chosen or _usual(candidates), (), administrators_may_reset=False
    )
    kit = [slug for slug in kit if slug in rules.methods]  # what policy allows today
    if len(set(kit)) < rules.gates:
        kit = _likely_kit(rules)
    own = [slug for slug in kit if not methods.get(slug).offered_to_all]
    offers = [*decoys.offers(draw, own), *_open_to_all(rules, [])]
    return Situation(standing, None, rules, offers, source, known)


def _likely_kit(rules: EffectiveRules) -> list[str]:
    """What people have as long as nobody has anything."""
    return list(rules.methods or methods.all_methods())[: max(rules.gates, 1)]


def _usual(candidates: list[Policy]) -> Policy | None:
    """The policy most people are under: the last that lets people reset."""
    enabled = [policy for policy in candidates if policy.self_service_reset]
    return enabled[-1] if enabled else None
