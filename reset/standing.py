"""Who is asking, and what an attempt begins with.

Everything is read the same way for somebody and nobody; reset.decision decides on the values.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BigIntegerField

from accounts.people import names
from accounts.people.models import Directory, Role, Source, User, roles_of
from accounts.people.services import Found
from accounts.policy import services as policies
from accounts.policy.models import Policy
from accounts.policy.services import EffectiveRules
from accounts.prepared import Given, Prepared, build_in_vain
from registration import methods
from registration.models import Factor
from registration.services import asked_apart, in_order
from reset import decoys, gates
from reset.decision import Case, decide
from reset.outcomes import Standing
from writeback import stores

_OWNED = Prepared(
    lambda: Factor.objects.filter(
        directory_id=Given("directory", BigIntegerField()), user_id=Given("user", BigIntegerField())
    ).order_by("pk")
)


# What is told to people who have passed a gate by a method of their own.
_PROVABLE = frozenset(
    {
        Standing.ADMINISTRATORS_OFF,
        Standing.OUT_OF_SCOPE,
        Standing.SWITCHED_OFF,
        Standing.TOO_FEW_METHODS,
        Standing.NO_WRITEBACK,
    }
)


@dataclass(frozen=True, slots=True)
class Situation:
    """What an attempt begins with.

    ``user`` is set when they can pass a gate; without READY, that leads to the reason and no
    further. ``policy``: what limits, pages and choices are like. ``talks``: policy says the reason
    at once. ``is_away``: where the password lives, or seems to, nothing answers.
    """

    standing: Standing
    user: User | None
    rules: EffectiveRules
    policy: Policy | None
    offers: list[dict[str, Any]]
    source: str
    known_browser: bool
    talks: bool = False
    is_away: bool = False
    needs_strong: bool = False


def look(typed: str, found: Found, known: bool) -> Situation:
    """Read everything there is about a name, and decide."""
    pk = found.user.pk if found.user else 0
    candidates = policies.candidates(found.directory, pk)
    roles = roles_of(found.directory.pk, pk)
    owned = _OWNED.all(directory=found.directory.pk, user=pk)
    shape = decoys.shape_of(found.directory)
    away = _away(found.directory)
    rules = policies.effective_among(
        candidates,
        None,
        roles,
        administrators_may_reset=found.directory.administrators_may_reset,
    )
    installed = [factor for factor in owned if factor.method in methods.all_methods()]
    working = [factor for factor in installed if factor.is_usable(unconfirmed=rules.unconfirmed)]
    usable = [factor for factor in working if factor.method in rules.methods]
    standing = decide(_case(found.user, candidates, rules, usable, away))
    shown = _shown(rules, candidates)
    talks = shown is not None and shown.talkative
    if found.user and standing in {Standing.READY, Standing.STORE_AWAY}:
        own = [factor for factor in usable if not methods.get(factor.method).offered_to_all]
        offers = [*_offers(own), *_open_to_all(rules, shown, usable)]
        return Situation(
            standing,
            found.user,
            rules,
            shown,
            offers,
            found.user.source,
            known,
            talks=talks,
            is_away=found.user.source in away,
            needs_strong=gates.must_be_strong(rules, usable),
        )
    decoy = _decoy(_draw(typed, found, shape), candidates, standing, known)
    decoy = replace(decoy, talks=talks, is_away=decoy.source in away)
    build_in_vain(*[Factor] * (len(decoy.offers) - len(owned)))
    return _provable(decoy, found.user, working) if standing in _PROVABLE else decoy


def _draw(typed: str, found: Found, shape: decoys.Shape) -> decoys.Draw:
    spelling = found.user.user_principal_name if found.user else typed
    return decoys.Draw(found.draw_key, names.parse(spelling).local, shape)


def _case(
    user: User | None,
    candidates: list[Policy],
    rules: EffectiveRules,
    usable: list[Factor],
    away: frozenset[str],
) -> Case:
    return Case(
        user=user,
        policies=candidates,
        rules=rules,
        usable=usable,
        can_be_written=user is not None and stores.for_user(user) is not None,
        is_away=user is not None and user.source in away,
    )


def _away(directory: Directory) -> frozenset[str]:
    """The sources whose store does not answer. All are asked, whoever it is for."""
    reach = {source: stores.for_source(directory, source) for source in Source}
    away = {store for store in set(reach.values()) if store and store.is_away()}
    return frozenset(source for source, store in reach.items() if store in away)


def _shown(rules: EffectiveRules, candidates: list[Policy]) -> Policy | None:
    """What the pages go by. A role holder under no policy would be told from everybody by having
    none: for them, it is the directory's general one."""
    return rules.policy or _usual(candidates)


def _provable(decoy: Situation, user: User | None, working: list[Factor]) -> Situation:
    """The same choice, with somebody's own methods behind those of it that they have."""
    own = {factor.method: factor for factor in reversed(in_order(working))}
    offers = []
    for offer in decoy.offers:
        factor, method = own.get(offer["method"]), methods.get(offer["method"])
        shown = {} if factor is None else {"factor": factor.pk, "hint": method.mask(factor)}
        offers.append(offer | shown)
    is_any = any(offer["factor"] for offer in offers)
    return replace(decoy, offers=offers, user=user if is_any else None)


def _offers(usable: list[Factor]) -> list[dict[str, Any]]:
    ranked = asked_apart(in_order(usable))
    return [
        {"method": f.method, "way": way.slug, "hint": methods.get(f.method).mask(f), "factor": f.pk}
        for f in ranked
        for way in methods.get(f.method).ways
    ]


def _open_to_all(
    rules: EffectiveRules, policy: Policy | None, usable: list[Factor]
) -> list[dict[str, Any]]:
    """What everybody under a policy is offered, behind what is their own: that somebody has one
    is nobody's business. So role holders are offered no more than the policy has."""
    held = {factor.method: factor.pk for factor in usable}
    named = policy.methods if policy else ()
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
    drawn = draw.pick("kit", draw.shape.get("kits", [])) or ((), 0, Source.CLOUD, False)
    kit, policy_pk, source, has_role = drawn  # together: not every kit goes with every policy
    chosen = next((policy for policy in candidates if policy.pk == policy_pk), None)
    roles = (Role.HELPDESK,) if has_role else ()  # any: role holders may use what policy has not
    rules = policies.effective_among(
        [], chosen or _usual(candidates), roles, administrators_may_reset=True
    )
    kit = [slug for slug in kit if slug in rules.methods]  # what policy allows today
    if len(set(kit)) < rules.gates:
        kit = _likely_kit(rules)
    own = [slug for slug in kit if not methods.get(slug).offered_to_all]
    offers = [*decoys.offers(draw, own), *_open_to_all(rules, rules.policy, [])]
    return Situation(standing, None, rules, rules.policy, offers, source, known)


def _likely_kit(rules: EffectiveRules) -> list[str]:
    """What people have as long as nobody has anything."""
    return list(rules.methods or methods.all_methods())[: max(rules.gates, 1)]


def _usual(candidates: list[Policy]) -> Policy | None:
    """The policy most people are under: the last that lets people reset."""
    enabled = [policy for policy in candidates if policy.self_service_reset]
    return enabled[-1] if enabled else None
