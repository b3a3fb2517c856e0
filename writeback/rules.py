"""What a new password has to be: our own rules, and those of the directory it will live in.

Told before anybody types. What a directory does not say is not made up: then the page says that
there may be more. Only what is sure to be refused there is refused here.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.people.models import Source, StoreKind, User
from accounts.policy.models import Policy
from accounts.policy.passwords import Rule, rules_for_user
from accounts.policy.passwords.length import Length
from writeback import stores
from writeback.stores.base import Demands, State, StoreError

KEPT = timedelta(minutes=5)  # what was asked of a password, between a page and what is sent from it
_LEAST_KINDS = 3
_UNSAID = Demands()


@dataclass(frozen=True, slots=True)
class Asked:
    """``mixed``: kinds of characters are asked for, or may be."""

    rules: tuple[Rule, ...]
    mixed: bool
    demands: Demands | None


@dataclass(frozen=True, slots=True)
class Kinds:
    """Three of the five kinds of characters (MS-SAMR 3.1.1.7.1). Whether a name in it is too much
    the directory says itself, since servers differ."""

    name: str
    code: str = "complexity"

    @property
    def text(self) -> str:
        return _("Three of these: capitals, small letters, numbers, signs. And not your user ID")

    @property
    def live(self) -> dict[str, str]:
        return {"rule": "kinds", "least": str(_LEAST_KINDS), "name": self.name}

    def check(self, password: str) -> str:
        if kinds(password) >= _LEAST_KINDS:
            return ""
        return _(
            "Your directory wants more kinds of characters: mix capitals, small letters, numbers "
            "and signs."
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What only the directory can check."""

    text: str
    code: str = "directory"

    @property
    def live(self) -> dict[str, str]:
        return {}

    def check(self, password: str) -> str:
        return ""


def look(user: User) -> State | None:
    """What the person's own directory says of the account now; None where it cannot be asked, and
    for passwords kept here."""
    store = stores.for_user(user) if user.source != Source.CLOUD else None
    if store is None or store.is_away():
        return None
    try:
        state = store.describe(user)
    except StoreError:
        return None
    if state.demands:
        _keep(user, state.demands)
    return state


def asked_of(user: User, policy: Policy | None, *, at_reset: bool = False) -> Asked:
    """The rules for a person's next password, ours and their directory's; the longer wins. Not
    every directory refuses former passwords at a reset as it does where the person changes one."""
    ours = rules_for_user(user, policy)
    if user.source == Source.CLOUD:
        return Asked(ours, mixed=False, demands=None)
    demands = demands_of(user)
    if at_reset:
        demands = replace(demands, history=demands.history_on_reset)
    merged = tuple(_at_least(rule, demands.min_length or 0) for rule in ours)
    rules = (*merged[:1], *_theirs(user, demands), *merged[1:])
    return Asked(rules, mixed=demands.complexity is not False, demands=demands)


def demands_of(user: User) -> Demands:
    """What was said a moment ago, or is said now; nothing at all where nobody can say."""
    kept = cache.get(_key(user))
    if kept is None:
        state = look(user)
        return (state and state.demands) or _UNSAID
    age = kept["min_age"]
    return Demands(**{**kept, "min_age": None if age is None else timedelta(seconds=age)})


def change_waits_until(state: State | None) -> datetime | None:
    """Until when a directory lets nobody change this password who knows it; None for now."""
    if state is None or state.due or state.demands is None:
        return None
    changed, age = state.password_changed_at, state.demands.min_age
    return changed + age if changed and age else None


def reset_waits_until(user: User, state: State | None) -> datetime | None:
    """The same for a reset: OpenLDAP holds everybody but its root to the least age, Active
    Directory only who changes a password."""
    holds = user.directory.store_kind == StoreKind.OPENLDAP
    return change_waits_until(state) if holds else None


def in_words(demands: Demands | None) -> tuple[str, ...]:
    """What a directory asks of a password, as a list for people."""
    if demands is None:
        return ()
    length = (Length(demands.min_length).text,) if demands.min_length else ()
    return (*length, *(rule.text for rule in _said(demands, "")))


def kinds(password: str) -> int:
    """How many of the five kinds of characters there are, in the server's favour: what servers
    count differently counts as both."""
    return sum(
        (
            any(c.isupper() for c in password),
            any(c.islower() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
            any(not (c.isascii() or c.isupper() or c.islower()) for c in password),
        )
    )


def _theirs(user: User, demands: Demands) -> Sequence[Rule]:
    name = user.user_principal_name.partition("@")[0].lower()
    said = _said(demands, name)
    if None not in (demands.min_length, demands.complexity, demands.history):
        return said
    more = _("Your organisation’s directory may ask for more. If so, you hear what when you save")
    return (*said, Told(more))


def _said(demands: Demands, name: str) -> tuple[Rule, ...]:
    found: tuple[Rule, ...] = ()
    if demands.complexity:
        found += (Kinds(name),)
    if demands.history:
        text = ngettext(
            "Not your last password", "None of your last %(count)d passwords", demands.history
        )
        found += (Told(text % {"count": demands.history}, "in_history"),)
    return found


def _at_least(rule: Rule, shortest: int) -> Rule:
    return Length(max(rule.shortest, shortest)) if isinstance(rule, Length) else rule


def _keep(user: User, demands: Demands) -> None:
    plain: dict[str, Any] = asdict(demands)
    if demands.min_age is not None:
        plain["min_age"] = demands.min_age.total_seconds()
    cache.set(_key(user), plain, KEPT.total_seconds())


def _key(user: User) -> str:
    return f"demands:{user.pk}"
