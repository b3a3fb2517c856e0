"""Pages with a part for each directory, and buttons for one of them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from accounts.admin.base import ScopedAdmin, scope_of
from accounts.people.models import Directory

MOST = 50  # directories on an operator's page


class ByDirectory(ScopedAdmin):
    """Mixed into the admin of such a page. A directory out of scope does not exist."""

    def directories(self, request: Any) -> QuerySet[Directory]:
        """Those that the actor works in, by name."""
        scope = scope_of(request)
        everything = Directory.objects.order_by("name")
        return everything if scope is None else everything.filter(pk=scope)

    def posted(self, request: Any, key: int) -> Directory | None:
        """The directory that something was posted for; None for a mere visit."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.directories(request).filter(pk=key).first()
        if request.method == "POST" and found is None:
            raise Http404
        return found if request.method == "POST" else None
