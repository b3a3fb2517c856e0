"""Which factors a person has, and which of them count."""

from collections.abc import Iterable, Sequence

from accounts.people.models import User
from accounts.tenancy import TenantQuerySet
from registration.methods import all_methods, get
from registration.models import Factor


def usable_factors(user: User, methods: Sequence[str]) -> list[Factor]:
    """The factors that can pass a gate now, in the order of the methods, oldest first."""
    found = factors_of(user).filter(method__in=methods).order_by("pk")
    usable = [factor for factor in found if factor.is_usable]
    return sorted(usable, key=lambda factor: methods.index(factor.method))


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


def own_factor(user: User, pk: int) -> Factor | None:
    """One of a person's own confirmed factors."""
    factor = factors_of(user).filter(pk=pk, confirmed_at__isnull=False).first()
    if factor:
        factor.user, factor.directory = user, user.directory
    return factor


def second_factors(user: User) -> list[Factor]:
    """What can be the second check at sign-in, those put out of use included.

    Who guesses somebody's app out of use must not get to register one of their own instead.
    """
    slugs = [method.slug for method in all_methods().values() if method.second_factor]
    found = factors_of(user).filter(method__in=slugs, confirmed_at__isnull=False).order_by("pk")
    return list(found)
