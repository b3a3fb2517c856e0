"""Campaigns in the configuration portal: a preview, a start, and how far each is."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin.base import ReadOnlyAdmin, act_of, scope_of
from accounts.people.models import Directory, Group
from accounts.people.registry import Act
from accounts.people.roles import Capability
from accounts.signin.guards import recent_password_required
from registration.campaigns import services
from registration.campaigns.audience import preview
from registration.campaigns.models import Audience, Campaign, Kind

MOST_LOOKED_AT = 5000  # people of a preview: a page has seconds, the command has time
_START = "_start"


class CampaignForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """A campaign as it would be started, of the actor's directory or of the one chosen."""

    kind = forms.ChoiceField(
        label=_("Letter"), choices=Kind.choices, initial=Kind.ANNOUNCE, widget=forms.RadioSelect
    )
    audience = forms.ChoiceField(
        label=_("To"),
        choices=Audience.choices,
        initial=Audience.EVERYBODY,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Campaign
        fields: ClassVar = ["directory", "kind", "audience", "group", "wave", "per_hour"]

    def __init__(self, scope: int | None, data: Any = None) -> None:
        super().__init__(data)
        directories, groups = Directory.objects.order_by("name"), Group.objects.order_by("name")
        if scope is not None:
            directories, groups = directories.filter(pk=scope), groups.in_directory(scope)
            del self.fields["directory"]
            self.instance.directory = directories.get()
        else:
            self._choices("directory").queryset = directories
        self._choices("group").queryset = groups.select_related("directory")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors:
            draft = Campaign(directory=given.get("directory") or self.instance.directory)
            for name in ("kind", "audience", "group", "wave", "per_hour"):
                setattr(draft, name, given[name])
            services.check(draft)
        return given

    def _choices(self, name: str) -> Any:
        return self.fields[name]


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    """Started here or from the shell; then it goes on by itself."""

    capability = Capability.CAMPAIGNS
    list_display = ("kind", "audience", "group", "state", "letters", "created_by", "created_at")
    list_display_links = None
    list_filter = ("state", "kind")
    list_select_related = ("group", "created_by")
    ordering = ("-created_at",)
    actions = ("pause", "resume", "stop")

    def has_add_permission(self, request: Any) -> bool:
        return self.has_module_permission(request)

    @method_decorator(recent_password_required)
    def add_view(self, request: Any, form_url: str = "", extra_context: Any = None) -> Any:
        """First how many letters it would be, then the start."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        scope = scope_of(request)
        form = CampaignForm(scope, request.POST if request.method == "POST" else None)
        found = None
        if form.is_valid():
            if _START in request.POST and self._started(request, form):
                return HttpResponseRedirect(reverse("admin:registration_campaign_changelist"))
            found = preview(form.instance, MOST_LOOKED_AT)
        drawn: Any = form  # the helper draws any form, whatever its types say
        fieldsets: Any = [(None, {"fields": list(form.fields)})]
        return self.page(
            request,
            "admin/registration/campaign/start.html",
            _("Start a campaign"),
            adminform=AdminForm(drawn, fieldsets, {}, (), model_admin=self),
            errors=form.errors,
            preview=found,
        )

    @admin.display(description=_("letters"))
    def letters(self, campaign: Campaign) -> str:
        return services.progress(campaign).in_words or str(_("nobody listed yet"))

    @admin.action(description=_("Pause"), permissions=["view"])
    def pause(self, request: Any, queryset: Any) -> None:
        self._each(request, queryset, services.pause)

    @admin.action(description=_("Resume"), permissions=["view"])
    def resume(self, request: Any, queryset: Any) -> None:
        self._each(request, queryset, services.resume)

    @admin.action(description=_("Stop for good"), permissions=["view"])
    def stop(self, request: Any, queryset: Any) -> None:
        self._each(request, queryset, services.stop)

    def _each(self, request: Any, queryset: Any, do: Callable[[Campaign, Act], bool]) -> None:
        act = act_of(request)
        done = sum(do(campaign, act) for campaign in queryset)
        told = ngettext("%(count)d campaign changed.", "%(count)d campaigns changed.", done)
        self.message_user(request, told % {"count": done})

    def _started(self, request: Any, form: CampaignForm) -> bool:
        """False, with the reason on the form, when somebody else was faster."""
        try:
            services.start(form.instance, act_of(request))
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.messages))
            return False
        self.message_user(request, _("Started. People are listed now; then the first wave leaves."))
        return True
