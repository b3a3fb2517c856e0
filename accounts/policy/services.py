"""Which rules apply to a person: the first policy that holds them, or those of role holders."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import BigIntegerField, Exists, OuterRef, Q

from accounts.crypto import keyed_hash
from accounts.policy.models import Policy
from accounts.prepared import Given, Prepared
from accounts.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from accounts.people.models import Directory, User

QUESTIONS = "security_questions"
GATES_OF_ROLE_HOLDERS = 2
# What makes evidence worth more or less, or a password acceptable, beside methods and gates.
_WEIGHTY = (
    "questions_to_reset",
    "factor_rest_hours",
    "unconfirmed_data_accepted",
    "strong_factors_required",
    "unlock_without_reset",
    "writeback_enabled",
    "password_min_length",
    "banned_words",
    "breached_passwords",
    "history_length",
    "history_on_reset",
)


@dataclass(frozen=True, slots=True)
class EffectiveRules:
    """What somebody may use, and what they must prove.

    ``policy`` still gives the password rules and texts where ``administrators`` is set.
    """

    enabled: bool
    methods: tuple[str, ...]
    gates: int
    policy: Policy | None
    administrators: bool
    fingerprint: str

    @property
    def unconfirmed(self) -> bool:
        """Does contact data that nobody has confirmed count? Never for people with a role."""
        accepted = self.policy is not None and self.policy.unconfirmed_data_accepted
        return accepted and not self.administrators


def candidates(directory: "Directory | int", user_pk: int) -> list[Policy]:
    """The directory's policies in their order, each with ``applies`` for one person.

    Nobody is user 0, at the cost of somebody: one query of the same shape.
    """
    return _CANDIDATES.all(directory=_key(directory), user=user_pk)


def for_user(user: "User") -> Policy | None:
    """The first policy whose groups hold the person, nested groups included; one query."""
    return _APPLYING.first(directory=user.directory_id, user=user.pk)


def helpdesk_url(user: "User") -> str:
    """Where the policy for a person says the helpdesk is; empty for nowhere."""
    policy = for_user(user)
    return policy.helpdesk_url if policy else ""


def general_helpdesk_url(directory: "Directory | int") -> str:
    """Where the policy for everybody in a directory says the helpdesk is; empty for nowhere."""
    policy = _APPLYING.first(directory=_key(directory), user=0)
    return policy.helpdesk_url if policy else ""


def effective(user: "User") -> EffectiveRules:
    """The rules for a person, whose directory should be loaded already; two queries."""
    return rules_of(for_user(user), user.roles, user.directory)


def rules_of(
    policy: Policy | None, roles: Collection[str] = (), directory: "Directory | None" = None
) -> EffectiveRules:
    """The rules under one policy; role holders need their directory, which may say no to them."""
    allowed = directory is not None and directory.administrators_may_reset
    return effective_among([], policy, roles, administrators_may_reset=allowed)


def effective_among(
    policies: Iterable[Policy],
    chosen: Policy | None,
    roles: Collection[str],
    *,
    administrators_may_reset: bool,
) -> EffectiveRules:
    """The rules under ``chosen``, or else under the first of ``candidates()`` that applies.

    Role holders always pass two gates and never answer questions, whatever the policy says about
    switches and methods; only the directory can switch their resets off.
    """
    policy = chosen or next((one for one in policies if getattr(one, "applies", False)), None)
    if roles:
        methods = tuple(slug for slug in settings.VERIFICATION_METHODS if slug != QUESTIONS)
        gates, switch = GATES_OF_ROLE_HOLDERS, administrators_may_reset
    else:
        methods = _offered(policy)
        gates = policy.methods_required if policy else 1
        switch = policy is not None and policy.self_service_reset
    enabled = switch and len(methods) >= gates
    return EffectiveRules(
        enabled=enabled,
        methods=methods,
        gates=gates,
        policy=policy,
        administrators=bool(roles),
        fingerprint=_fingerprint(policy, methods, gates, enabled, bool(roles)),
    )


def _key(directory: "Directory | int") -> int:
    return directory if isinstance(directory, int) else directory.pk


def _applies() -> Q:
    """Is a policy for a person: for everybody, or for one of their groups, nested ones included?

    The person's groups are asked for once and not for each policy, which PostgreSQL would plan
    for several times as long as it takes to answer.
    """
    links = Policy.groups.through._default_manager
    theirs = links.filter(
        group__directory_id=_DIRECTORY,
        group__descendant_rows__descendant__membership__user_id=_USER,
    )
    return ~Exists(links.filter(policy_id=OuterRef("pk"))) | Q(pk__in=theirs.values("policy_id"))


def _policies() -> TenantQuerySet[Policy]:
    return Policy.objects.filter(directory_id=_DIRECTORY)


def _candidates() -> TenantQuerySet[Policy]:
    return _policies().annotate(applies=_applies())


_DIRECTORY, _USER = Given("directory", BigIntegerField()), Given("user", BigIntegerField())
_CANDIDATES = Prepared(_candidates)
_APPLYING = Prepared(lambda: _policies().filter(_applies())[:1])


def _offered(policy: Policy | None) -> tuple[str, ...]:
    """The policy's methods that this installation has; questions never stand alone unasked."""
    chosen = set(policy.methods) if policy else set()
    offered = tuple(slug for slug in settings.VERIFICATION_METHODS if slug in chosen)
    if policy and offered == (QUESTIONS,) and not policy.questions_alone_accepted:
        return ()
    return offered


def _fingerprint(
    policy: Policy | None, methods: tuple[str, ...], gates: int, enabled: bool, roles: bool
) -> str:
    weighty = {name: getattr(policy, name, None) for name in _WEIGHTY}
    facts = [policy.pk if policy else 0, methods, gates, enabled, roles, weighty]
    return keyed_hash("policy", json.dumps(facts, sort_keys=True)).hex()
