"""Which factors a person has, and which of them count."""

from collections.abc import Iterable, Sequence

from accounts.people.models import User
from accounts.policy.models import Policy
from accounts.policy.services import EffectiveRules
from accounts.tenancy import TenantQuerySet
from registration.methods import all_methods, get
from registration.methods.base import Method
from registration.models import Factor, FactorSource


def usable_factors(user: User, rules: EffectiveRules) -> list[Factor]:
    """The factors that can pass a gate now, in the order in which they are offered."""
    owned = factors_of(user).filter(method__in=rules.methods)
    return in_order(each for each in owned if each.is_usable(unconfirmed=rules.unconfirmed))


def in_order(factors: Iterable[Factor]) -> list[Factor]:
    """The preferred one first, then in the order of the methods, oldest first."""
    order = {slug: at for at, slug in enumerate(all_methods())}
    return sorted(factors, key=lambda f: (not f.is_preferred, order[f.method], f.pk))


def asked_apart(factors: Sequence[Factor]) -> list[Factor]:
    """Without those that the question to one before them asks for, too."""
    first: dict[object, Factor] = {}
    for factor in factors:
        first.setdefault(factor.method if get(factor.method).any_will_do else factor.pk, factor)
    return list(first.values())


def factors_of(user: User) -> TenantQuerySet[Factor]:
    """Everything a person has registered or begun to."""
    return Factor.objects.in_directory(user.directory_id).filter(user=user)


def notice_addresses(user: User) -> Iterable[str]:
    """Confirmed addresses: whoever takes over one of them cannot silence the others."""
    mailboxes = factors_of(user).filter(address__contains="@", confirmed_at__isnull=False)
    return mailboxes.order_by("pk").values_list("address", flat=True)


def confirmed_factors(user: User) -> list[Factor]:
    """What a person has and has confirmed, the put out of use included; oldest first."""
    return list(factors_of(user).filter(confirmed_at__isnull=False).order_by("pk"))


def given_factors(user: User) -> list[Factor]:
    """What the directory or an import says about a person, and they have not confirmed."""
    given = factors_of(user).filter(confirmed_at=None).exclude(source=FactorSource.SELF)
    return list(given.order_by("pk"))


def own_factor(user: User, pk: int) -> Factor | None:
    """One of a person's own factors, confirmed or given; not one they have only begun to add."""
    known = factors_of(user).exclude(confirmed_at=None, source=FactorSource.SELF)
    factor = known.filter(pk=pk).first()
    if factor:
        factor.user, factor.directory = user, user.directory
    return factor


def may_sign_in_with(user: User, policy: Policy) -> list[Method]:
    """The policy's methods that do without a password, of which the person has none yet."""
    slugs = [slug for slug, each in all_methods().items() if each.signs_in]
    wanted = [slug for slug in slugs if slug in policy.methods]
    held = set(factors_of(user).filter(method__in=wanted).values_list("method", flat=True))
    return [get(slug) for slug in wanted if slug not in held]


def second_factors(user: User) -> list[Factor]:
    """What can be the second check at sign-in, those put out of use included.

    Who guesses somebody's app out of use must not get to register one of their own instead.
    """
    slugs = [method.slug for method in all_methods().values() if method.second_factor]
    found = factors_of(user).filter(method__in=slugs, confirmed_at__isnull=False).order_by("pk")
    return list(found)
