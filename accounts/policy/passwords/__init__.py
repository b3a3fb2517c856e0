"""The rules of a new password: told before typing, checked on the server, named when broken."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField

from accounts.policy.models import BannedTerm, Policy
from accounts.policy.passwords.banned import BannedWords
from accounts.policy.passwords.blocklist import Blocklist
from accounts.policy.passwords.breached import Breached
from accounts.policy.passwords.characters import Characters
from accounts.policy.passwords.length import DEFAULT, FLOOR, Length, too_long
from accounts.policy.passwords.own_names import OwnNames
from accounts.policy.passwords.rule import MAX_LENGTH, PersonWords, Rule
from accounts.prepared import Given, Prepared

if TYPE_CHECKING:
    from accounts.people.models import User

__all__ = ["MAX_LENGTH", "PersonWords", "Rule", "refusals", "rules_for", "rules_for_user"]


_TERMS = Prepared(
    lambda: BannedTerm.objects.filter(
        directory_id=Given("directory", BigIntegerField())
    ).values_list("term")
)


def rules_for(
    policy: Policy | None, person: PersonWords, *, terms: Iterable[str] = ()
) -> tuple[Rule, ...]:
    """The rules under a policy; without one, those of a policy nobody has touched."""
    shortest = policy.password_min_length if policy else DEFAULT
    rules: tuple[Rule, ...] = (
        Length(max(FLOOR, shortest)),
        OwnNames(person),
        Blocklist(),
        Characters(),
    )
    if policy is None or policy.breached_passwords:
        rules += (Breached(),)
    if policy is None or policy.banned_words:
        rules += (BannedWords.of(terms, person),)
    return rules


def rules_for_user(user: "User", policy: Policy | None) -> tuple[Rule, ...]:
    """The rules for a person, with the directory's own list: one query."""
    directory = user.directory
    terms = [term for (term,) in _TERMS.all(directory=directory.pk)]
    person = PersonWords(user.user_principal_name, user.display_name, directory.display_name)
    return rules_for(policy, person, terms=terms)


def refusals(password: str, rules: Iterable[Rule]) -> list[ValidationError]:
    """What is wrong with a password, one error for each broken rule; empty when it will do."""
    if len(password) > MAX_LENGTH:  # no rule reads further than a password can be long
        return [ValidationError(too_long(), "length")]
    found = ((rule.code, rule.check(password)) for rule in rules)
    return [ValidationError(refusal, code) for code, refusal in found if refusal]
