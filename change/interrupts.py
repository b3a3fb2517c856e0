"""A password that is due stands before the session."""

from django.urls import reverse
from django.utils import timezone

from accounts.people import passwords
from accounts.people.models import User


class PasswordDue:
    """Flagged by an administrator, or older than the directory allows."""

    slug = "password"

    def due(self, user: User) -> bool:
        return passwords.is_due(user, timezone.now())

    def url(self) -> str:
        return reverse("change:change")
