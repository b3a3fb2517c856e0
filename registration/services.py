"""Factors: adding, confirming and removing them, and which of them count."""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from accounts.people.models import User
from registration.models import Factor


def usable_factors(user: User, methods: Sequence[str]) -> list[Factor]:
    """The factors that can pass a gate now, in the order of the methods, oldest first."""
    found = (
        Factor.objects.in_directory(user.directory_id)
        .filter(user=user, method__in=methods, disabled_at=None)
        .filter(confirmed_at__isnull=False, usable_from__lte=timezone.now())
        .order_by("pk")
    )
    return sorted(found, key=lambda factor: methods.index(factor.method))


def notice_addresses(user: User) -> Iterable[str]:
    """Confirmed mail addresses: whoever takes over one of them cannot silence the others."""
    mailboxes = Factor.objects.in_directory(user.directory_id).filter(
        user=user, method="alternate_email", confirmed_at__isnull=False
    )
    return mailboxes.order_by("pk").values_list("address", flat=True)
