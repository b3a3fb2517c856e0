"""Directories: branding, sign-in rules and domains."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import branding, countries
from accounts.admin.base import ModelForm, ScopedAdmin, act_of, scope_of
from accounts.languages import LanguageField
from accounts.people import events
from accounts.people.models import Directory, Domain, User
from accounts.people.registry import differences
from accounts.people.roles import Capability, has

if TYPE_CHECKING:
    TabularInline = admin.TabularInline[Any, Any]
    BaseInlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    TabularInline, BaseInlineFormSet = admin.TabularInline, forms.BaseInlineFormSet

LOGOS = ("logo", "logo_dark")
SETTINGS = (
    "name",
    "alias",
    "store_kind",
    "language",
    "time_zone",
    "default_region",
    "organization",
    "primary_color",
    "helpdesk_phone",
    "helpdesk_hours",
    "administrators_may_reset",
    "bot_challenge",
    "helpdesk_only_when_guessed",
    "password_max_age_days",
    "password_reminder_days",
    "lockout_threshold",
    "lockout_seconds",
)


def _countries() -> list[tuple[str, str]]:
    return [("", str(_("None"))), *countries.choices()]


class DirectoryForm(ModelForm):
    language = LanguageField(
        label=_("Language"),
        initial=settings.LANGUAGE_CODE,
        help_text=_("Of messages to people who have not chosen one."),
    )
    default_region = forms.ChoiceField(
        label=_("Country of telephone numbers"),
        choices=_countries,
        required=False,
        help_text=_("Numbers written without a country code are taken to be of this country."),
    )
    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("A PNG, JPEG or WebP picture of up to 2 MB, for light pages."),
    )
    logo_dark_file = forms.FileField(
        label=_("Logo for dark pages"), required=False, help_text=_("Empty: the one above.")
    )
    remove_logos = forms.BooleanField(label=_("Remove both logos"), required=False)

    def clean_logo_file(self) -> bytes:
        return self._picture("logo_file")

    def clean_logo_dark_file(self) -> bytes:
        return self._picture("logo_dark_file")

    def _picture(self, name: str) -> bytes:
        upload = self.cleaned_data.get(name)
        return branding.clean_logo(upload.read(branding.LARGEST_LOGO + 1)) if upload else b""

    def place_logos(self) -> None:
        """Put what was uploaded, or removed, onto the directory."""
        for name in LOGOS:
            if self.cleaned_data.get("remove_logos"):
                setattr(self.instance, name, b"")
            elif self.cleaned_data.get(f"{name}_file"):
                setattr(self.instance, name, self.cleaned_data[f"{name}_file"])


class DomainFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        """A domain that people still have user IDs in cannot be taken away."""
        super().clean()
        for form in self.deleted_forms:
            people = User.objects.in_directory(self.instance)
            if people.filter(upn_key__endswith=f"@{form.instance.name}").exists():
                raise ValidationError(
                    _("%(domain)s cannot be removed: people still have user IDs in it."),
                    "domain_in_use",
                    {"domain": form.instance.name},
                )


class DomainInline(TabularInline):
    """Domains are added and removed, never renamed: user IDs end in them."""

    model = Domain
    formset = DomainFormSet
    fields = ("name",)
    extra = 0
    min_num = 1

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return has(request.user, Capability.DIRECTORIES)

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return scope_of(request) is None

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return scope_of(request) is None


@admin.register(Directory)
class DirectoryAdmin(ScopedAdmin):
    capability = Capability.DIRECTORIES
    directory_field = "pk"
    form = DirectoryForm
    inlines = (DomainInline,)
    list_display = ("name", "organization", "store_kind", "is_default")
    search_fields = ("name", "organization")
    actions = ("make_default",)
    fieldsets: ClassVar[Any] = (
        (
            None,
            {
                "fields": (
                    "name",
                    "alias",
                    "is_default",
                    "store_kind",
                    "language",
                    "time_zone",
                    "default_region",
                )
            },
        ),
        (
            _("Branding"),
            {
                "fields": (
                    "organization",
                    "primary_color",
                    "logo_file",
                    "logo_dark_file",
                    "remove_logos",
                    "helpdesk_phone",
                    "helpdesk_hours",
                )
            },
        ),
        (
            _("Resets"),
            {
                "fields": (
                    "administrators_may_reset",
                    "bot_challenge",
                    "helpdesk_only_when_guessed",
                )
            },
        ),
        (
            _("Sign-in"),
            {
                "fields": (
                    "password_max_age_days",
                    "password_reminder_days",
                    "lockout_threshold",
                    "lockout_seconds",
                )
            },
        ),
    )

    def has_add_permission(self, request: Any) -> bool:
        return super().has_add_permission(request) and scope_of(request) is None

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """What a directory is called and where its passwords are is for operators."""
        if scope_of(request) is None:
            return ("is_default",)
        return ("name", "alias", "is_default", "store_kind")

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        was = Directory.objects.get(pk=obj.pk) if change else None
        form.place_logos()
        obj.is_default = obj.is_default or not Directory.objects.exists()
        obj.save()
        act = act_of(request)
        if was is None:
            act.note_for(events.DirectoryCreated(name=obj.name), obj)
            return
        for row in (was, obj):
            row.logo, row.logo_dark = bytes(row.logo), bytes(row.logo_dark)
        told = [str(change) for change in differences(was, obj, (*SETTINGS, *LOGOS))]
        if told:
            act.note_for(events.DirectoryChanged(name=obj.name, changes=told), obj)

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        added = [domain.name for domain in formset.new_objects]
        removed = [domain.name for domain in formset.deleted_objects]
        if added or removed:
            event = events.DomainsChanged(added=added, removed=removed)
            act_of(request).note_for(event, form.instance)

    @admin.action(description=_("Make the default directory"), permissions=["add"])
    def make_default(self, request: Any, queryset: Any) -> None:
        """Pages that do not know a person yet wear its branding."""
        chosen = queryset.first()
        if chosen is None or queryset.count() != 1:
            self.message_user(request, _("Choose one directory."), "ERROR")
            return
        Directory.objects.exclude(pk=chosen.pk).update(is_default=False)
        Directory.objects.filter(pk=chosen.pk).update(is_default=True)
        event = events.DirectoryChanged(name=chosen.name, changes=["is_default: false -> true"])
        act_of(request).note_for(event, chosen)
