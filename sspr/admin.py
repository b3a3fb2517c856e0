"""The configuration portal: Django's admin site, behind our own sign-in and roles."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.models import Group as DjangoGroup
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.people.models import Role
from accounts.people.roles import HOLDERS, Capability, has
from accounts.signin import keys
from accounts.signin.guards import staff_required
from accounts.tenancy import across_directories

# Our own pages do these; and nothing here leads to a person's page as that person.
_NOT_OURS = {"login", "logout", "password_change", "password_change_done", "view_on_site"}

View = Callable[..., HttpResponseBase]


class Site(AdminSite):
    site_header = _("Configuration")
    site_title = _("Configuration")
    index_title = _("Configuration")
    site_url = "/"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Django's own groups give permissions, which nobody has here: they have no page."""
        given = model_or_iterable if isinstance(model_or_iterable, tuple) else (model_or_iterable,)
        ours = [model for model in given if model is not DjangoGroup]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: Any) -> bool:
        """Somebody with a role that opens the portal, who proved a second factor."""
        if not request.user.is_authenticated or keys.SECOND_FACTOR_AT not in request.session:
            return False
        return has(request.user, Capability.ADMIN)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        guard = staff_required(*HOLDERS[Capability.ADMIN])
        return guard(_whole(super().admin_view(view, cacheable)))

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return HttpResponseRedirect(reverse("signin:sign_in"))

    def get_urls(self) -> list[Any]:
        urls = [url for url in super().get_urls() if getattr(url, "name", "") not in _NOT_OURS]
        for url in urls:
            if hasattr(getattr(url, "callback", None), "login_url"):
                url.callback.login_url = reverse_lazy("signin:sign_in")  # type: ignore[union-attr]
        return urls


def _whole(view: View) -> View:
    """Render inside the view, so that an operator's page may look across directories."""

    @wraps(view)
    def whole(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        everywhere = Role.OPERATOR in request.user.roles
        with across_directories("an operator's page") if everywhere else nullcontext():
            response = view(request, *args, **kwargs)
            render = getattr(response, "render", None)
            return render() if render else response

    return whole
