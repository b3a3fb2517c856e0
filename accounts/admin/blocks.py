"""Blocks and locks: what is paused just now, and lifting it."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ReadOnlyAdmin, act_of, actor_of, scope_of
from accounts.limits.models import Tally
from accounts.limits.services import ONCE
from accounts.people import events
from accounts.people.roles import Capability
from accounts.signin.models import Lockout


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    """Counters under keyed hashes: which limit and how often, and not whose.

    What is a person's is lifted on that person's page, where the matrix of roles can be asked:
    ``of_people`` are the names of such limits, added by the app that has the page.
    """

    capability = Capability.LIMITS
    of_people: ClassVar[set[str]] = set()
    list_display = ("limit", "count", "first_at", "resets_at")
    list_display_links = None
    list_filter = ("limit",)
    ordering = ("-count", "-resets_at")
    actions = ("lift",)

    def get_queryset(self, request: Any) -> Any:
        rows = super().get_queryset(request).filter(resets_at__gt=timezone.now())
        return rows.exclude(limit__startswith=ONCE)

    @admin.display(description="")
    def action_checkbox(self, obj: Any) -> Any:
        """A key is bytes, so it travels as hex."""
        label = str(_("Choose this row"))
        attributes = {"class": "action-select", "aria-label": label}
        box = forms.CheckboxInput(attributes, check_test=lambda _value: False)
        return box.render(ACTION_CHECKBOX_NAME, bytes(obj.pk).hex())

    def response_action(self, request: Any, queryset: Any, *_where: Any) -> Any:
        keys = [_key(text) for text in request.POST.getlist(ACTION_CHECKBOX_NAME)]
        if request.POST.get("action") == "lift":
            self.lift(request, queryset.filter(pk__in=keys))
        return HttpResponseRedirect(request.get_full_path())

    @admin.action(description=_("Lift"), permissions=["view"])
    def lift(self, request: Any, queryset: Any) -> None:
        """Forget the tries; written down for each."""
        act, done = act_of(request), False
        if queryset.filter(limit__in=self.of_people).exists():
            text = _("Blocks of people stay: they are lifted on the person’s own page.")
            self.message_user(request, text, "WARNING")
        for tally in queryset.exclude(limit__in=self.of_people):
            directory = tally.directory_id or actor_of(request).directory_id
            tally.delete()
            act.note_for(events.BlockLifted(limit=tally.limit), directory)
            done = True
        if done:
            self.message_user(request, _("The chosen blocks are lifted."))


def _key(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


@admin.register(Lockout)
class LockoutAdmin(ReadOnlyAdmin):
    """Locks by name, of all directories and of names that are nobody's: for operators.

    Others find a person's lock on the person's own page.
    """

    capability = Capability.LIMITS
    list_display = ("changed_at", "known_browser", "failures", "locks", "locked_until")
    list_display_links = None
    ordering = ("-changed_at",)
    actions = ("unlock",)

    def has_module_permission(self, request: Any) -> bool:
        return super().has_module_permission(request) and scope_of(request) is None

    def get_queryset(self, request: Any) -> Any:
        """Locks belong to no directory, so there is none for anybody who has one."""
        return Lockout.objects.all() if scope_of(request) is None else Lockout.objects.none()

    def get_list_display(self, request: Any) -> Any:
        return self.list_display

    def get_list_filter(self, request: Any) -> Any:
        return ("known_browser",)

    @admin.action(description=_("Unlock"), permissions=["view"])
    def unlock(self, request: Any, queryset: Any) -> None:
        act, home = act_of(request), actor_of(request).directory_id
        for lock in queryset:
            lock.delete()
            act.note_for(events.LockLifted(), home)
        self.message_user(request, _("The chosen locks are lifted."))
