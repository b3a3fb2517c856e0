"""What every page of the configuration portal keeps to: a role, a directory, an audit event."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import models
from django.http import Http404
from django.template.response import TemplateResponse

from accounts.people.models import Directory, Role, User
from accounts.people.registry import Act
from accounts.people.roles import Capability, has

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
else:
    ModelAdmin, ModelForm = admin.ModelAdmin, forms.ModelForm


def actor_of(request: Any) -> User:
    """Who is signed in."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    user: User = request.user
    return user


def act_of(request: Any) -> Act:
    """Who changes something through this request."""
    return Act(request.client, actor_of(request))


def scope_of(request: Any) -> int | None:
    """The one directory somebody works in; None for operators, who work in all of them."""
    actor = actor_of(request)
    return None if Role.OPERATOR in actor.roles else actor.directory_id


class ScopedForm(ModelForm):
    """A form for a row of one directory: the actor's own, the row's, or the one chosen."""

    scope: ClassVar[int | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.scope and self.instance.directory_id is None:
            self.instance.directory_id = self.scope

    @property
    def directory(self) -> int | None:
        """Whose row this is, once that is known."""
        found: int | None = self.instance.directory_id
        return found

    def _get_validation_exclusions(self) -> set[str]:
        """Names are unique within the directory, so that is checked though nobody enters it.

        As long as nobody knows which it is, there is nothing to check, and no field to say it at.
        """
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded if self.directory is None else excluded - {"directory"}


class ScopedAdmin(ModelAdmin):
    """Rows of the actor's directory, for holders of one capability; of all for an operator.

    A row of another directory does not exist. Django's own permissions and log are not used.
    """

    capability: ClassVar[Capability]
    writable: ClassVar[bool] = True
    form: type[ModelForm] = ScopedForm
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False

    def response_action(self, request: Any, queryset: Any) -> Any:  # type: ignore[override]
        """Refuse what is no key of a row before it reaches the database."""
        key = self.model._meta.pk
        key = getattr(key, "target_field", key)  # cleaning a link would look its row up
        for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                key.clean(chosen, None)
            except ValidationError as error:
                raise BadRequest("A chosen row is no row.") from error
        return super().response_action(request, queryset)

    def has_module_permission(self, request: Any) -> bool:
        return request.user.is_authenticated and has(request.user, self.capability)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return self.has_module_permission(request) and self._in_scope(request, obj)

    def has_add_permission(self, request: Any) -> bool:
        return self.writable and self.has_module_permission(request)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return self.writable and self.has_view_permission(request, obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: Any) -> models.QuerySet[Any]:
        scope = scope_of(request)
        rows = super().get_queryset(request)
        return rows if scope is None else rows.filter(**{self.directory_field: scope})

    directory_field: ClassVar[str] = "directory_id"

    def get_list_display(self, request: Any) -> Any:
        shown = list(super().get_list_display(request))
        return shown if scope_of(request) or self.model is Directory else [*shown, "directory"]

    def get_list_filter(self, request: Any) -> Any:
        filters = list(super().get_list_filter(request))
        return filters if scope_of(request) or self.model is Directory else ["directory", *filters]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"scope": scope_of(request), "actor": request.user})

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        scope = scope_of(request)
        if scope and issubclass(db_field.related_model, Directory):
            kwargs["queryset"] = Directory.objects.filter(pk=scope)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def page(self, request: Any, template: str, title: Any, **more: Any) -> TemplateResponse:
        """A page of its own, with what stands around every page of the portal."""
        site = self.admin_site.each_context(request)
        return TemplateResponse(
            request, template, {**site, "opts": self.opts, "title": title, **more}
        )

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> Any:
        raise Http404  # the audit trail is the history

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: Any, obj: Any, message: Any) -> Any:
        return None

    def log_deletions(self, request: Any, queryset: Any) -> Any:
        return None

    def _get_obj_does_not_exist_redirect(self, request: Any, opts: Any, object_id: str) -> Any:
        raise Http404

    def _in_scope(self, request: Any, obj: Any) -> bool:
        scope = scope_of(request)
        if obj is None or scope is None:
            return True
        return bool(getattr(obj, self.directory_field) == scope)


class ReadOnlyAdmin(ScopedAdmin):
    """A list to look at. Rows are made by the product itself, never here."""

    writable = False

    def has_add_permission(self, request: Any) -> bool:
        return False

    def change_view(self, *args: Any, **kwargs: Any) -> Any:
        raise Http404  # the list says it all
