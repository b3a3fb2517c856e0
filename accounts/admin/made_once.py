"""What is made in the portal and shown once: whoever makes it has just given their password."""

from typing import Any

from django.utils.decorators import method_decorator

from accounts.admin.base import ScopedAdmin, scope_of
from accounts.signin.guards import recent_password_required


class MadeOnce(ScopedAdmin):
    """Made one at a time, in the actor's directory, or in the one that an operator chooses."""

    @method_decorator(recent_password_required)
    def add_view(self, request: Any, form_url: str = "", extra_context: Any = None) -> Any:
        one_only = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **one_only})

    def whose(self, request: Any) -> list[str]:
        """The field that asks for the directory, where there is a choice."""
        return [] if scope_of(request) else ["directory"]
