"""One person's contact data and methods, for staff: masked to look at, open to set."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import ModelAdmin, act_of, actor_of, scope_of
from accounts.people.models import User
from accounts.people.roles import Action, may
from accounts.signin.guards import recent_password_required
from registration import methods, staff
from registration.models import Factor
from registration.services import factors_of

FIELDS = ("mail", "alternate_email", "mobile", "office_phone")
CONTACT, PREFILLED, CONFIRMED = "contact", "prefilled", "confirmed"
_METHODS = {attribute: slug for slug, attribute in staff.ATTRIBUTES.items()}
_USES = (
    (PREFILLED, gettext_lazy("Contact data, and a method once the person has confirmed it")),
    (CONFIRMED, gettext_lazy("Contact data, and a method that counts: you have checked it")),
    (CONTACT, gettext_lazy("Contact data only")),
)


class ContactsForm(forms.Form):
    """What shall be set. What stays empty stays as it is."""

    mail = forms.CharField(required=False, max_length=254)
    alternate_email = forms.CharField(required=False, max_length=254)
    mobile = forms.CharField(required=False, max_length=100)
    office_phone = forms.CharField(required=False, max_length=100)
    use = forms.ChoiceField(
        label=gettext_lazy("Keep it as"),
        choices=_USES,
        initial=PREFILLED,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The work email is contact data in any case."),
    )

    def __init__(self, person: User, data: Any = None) -> None:
        super().__init__(data)
        self.person = person
        for name in FIELDS:
            field = self.fields[name]
            field.label = staff.label_of(name).capitalize()
            field.help_text = _now(person, name)
            field.widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        entered = [name for name in FIELDS if given.get(name)]
        if not entered and not self.errors:
            raise ValidationError(_("Enter what shall be set."), "nothing")
        for name in entered:
            try:
                given[name] = self._cleaned(name, given[name])
            except ValidationError as refusal:
                self.add_error(name, ValidationError(refusal.messages))
        return given

    @property
    def wanted(self) -> staff.Wanted:
        given = self.cleaned_data
        contacts = {name: given[name] for name in FIELDS if given.get(name)}
        factors = {_METHODS[name]: text for name, text in contacts.items() if self._proves(name)}
        return staff.Wanted(contacts, factors, confirmed=given["use"] == CONFIRMED)

    def _cleaned(self, name: str, text: str) -> str:
        if self._proves(name):
            return staff.cleaned_factor(self.person, _METHODS[name], text)
        return staff.cleaned(self.person, name, text)

    def _proves(self, name: str) -> bool:
        """Does this become a method, too?"""
        chosen = self.cleaned_data.get("use") in {PREFILLED, CONFIRMED}
        return chosen and _METHODS.get(name, "") in staff.settable()


@recent_password_required
def contact_page(request: Any, page: ModelAdmin, pk: int) -> Any:
    """Look at one person's contact data, and set it."""
    person = person_of(request, pk)
    act = act_of(request)
    editable = staff.may_edit(act, person)
    if request.method == "POST" and not editable:
        raise PermissionDenied
    form = ContactsForm(person, request.POST if request.method == "POST" else None)
    if form.is_valid() and _set(person, form, act):
        messages.success(request, _("Done. Every address that was on record hears of it."))
        return HttpResponseRedirect(request.path)
    drawn: Any = form  # the helper draws any form, whatever its types say
    fieldsets: Any = [(_("Set contact data"), {"fields": [*FIELDS, "use"]})]
    context = {
        **context_of(request, page, person, _("Contact data")),
        "editable": editable,
        "contacts": [(staff.label_of(name), _masked(person, name)) for name in FIELDS],
        "factors": [_shown(factor) for factor in _factors(person)],
        "adminform": AdminForm(drawn, fieldsets, {}, (), model_admin=page),
        "errors": form.errors,
    }
    return TemplateResponse(request, "admin/registration/coverage/contact.html", context)


@recent_password_required
def remove_page(request: Any, page: ModelAdmin, pk: int, factor: int) -> Any:
    """Ask, and then take a method away from a person."""
    person = person_of(request, pk)
    found = next((one for one in _factors(person) if one.pk == factor), None)
    if found is None:
        raise Http404
    if not staff.may_edit(act_of(request), person):
        raise PermissionDenied
    if request.method == "POST":
        staff.remove(found, act_of(request))
        messages.success(request, _("Removed. Every address that was on record hears of it."))
        return HttpResponseRedirect(reverse("admin:registration_coverage_contact", args=[pk]))
    context = {**context_of(request, page, person, _("Contact data")), "factor": _shown(found)}
    return TemplateResponse(request, "admin/registration/coverage/remove.html", context)


def _set(person: User, form: ContactsForm, act: Any) -> bool:
    """False, with the reason on the form, when somebody has too many of a method."""
    try:
        staff.set_data(person, form.wanted, act)
    except ValidationError as refusal:
        form.add_error(None, ValidationError(refusal.messages))
        return False
    return True


def person_of(request: Any, pk: int) -> User:
    """Whom the page is about; raises Http404 or PermissionDenied."""
    scope = scope_of(request)
    people = User.objects.all() if scope is None else User.objects.in_directory(scope)
    person = people.select_related("directory").filter(pk=pk).first()
    if person is None:
        raise Http404
    if not may(actor_of(request), Action.VIEW, person):
        raise PermissionDenied
    return person


def _factors(person: User) -> list[Factor]:
    found = list(factors_of(person).filter(method__in=methods.all_methods()).order_by("pk"))
    for factor in found:
        factor.user, factor.directory = person, person.directory
    return found


def _shown(factor: Factor) -> dict[str, Any]:
    method = methods.get(factor.method)
    return {
        "factor": factor,
        "name": method.name,
        "masked": method.mask(factor),
        "source": factor.get_source_display(),
        "remark": method.remark(factor),
    }


def _masked(person: User, name: str) -> str:
    return staff.masked(name, getattr(person, name))


def _now(person: User, name: str) -> str:
    masked = _masked(person, name)
    now = _("Now: %(masked)s.") % {"masked": masked} if masked else _("None yet.")
    if name in _METHODS and _METHODS[name] not in staff.settable():
        return f"{now} {_('Contact data only: this method is not in use here.')}"
    return now


def context_of(request: Any, page: ModelAdmin, person: User, title: str) -> dict[str, Any]:
    """What every page about one person shows around its own."""
    return {
        **page.admin_site.each_context(request),
        "opts": User._meta,
        "title": title,
        "subtitle": str(person),
        "person": person,
    }
