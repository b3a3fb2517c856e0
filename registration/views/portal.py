from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.signin.guards import (
    VisitRequest,
    acting_user,
    recent_password_required,
    settles,
)
from accounts.signin.services import settle
from registration import factors, interrupts, methods, services
from registration.forms import NameForm
from registration.models import Factor
from registration.overview import Overview, overview_of
from registration.views import steps

ask = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@settles("registration")
def overview(request: VisitRequest) -> HttpResponse:
    """Everything somebody has set up, and everything they can do with it."""
    return _page(request, overview_of(acting_user(request)), "registration/overview.html")


@require_safe
@settles("registration")
def check(request: VisitRequest) -> HttpResponse:
    """What is registered, once more before it counts as looked over. Too little is no answer."""
    shown = overview_of(acting_user(request))
    if not shown.is_covered:
        return redirect("registration:overview")
    return _page(request, shown, "registration/check.html")


@require_POST
@settles("registration")
def looks_good(request: VisitRequest) -> HttpResponse:
    """The person has looked at what is registered: it is right."""
    enough = factors.look_over(acting_user(request), client=request.client)
    if request.interrupted_user:
        return redirect(settle(request))
    if not enough:
        return redirect("registration:overview")
    messages.success(request, _("Thank you. We will ask again when it is time."))
    return redirect("registration:overview")


@require_POST
@settles("registration")
def not_now(request: VisitRequest) -> HttpResponse:
    """Put registration off, as often as the policy allows."""
    if request.interrupted_user:
        interrupts.put_off(request.interrupted_user, client=request.client)
        return redirect(settle(request))
    return redirect("registration:overview")


@ask
@settles("registration")
@recent_password_required
def confirm_given(request: VisitRequest, pk: int) -> HttpResponse:
    """What the organisation has on record is right: put its first question."""
    factor = _own(request, pk)
    if factor.confirmed_at or request.method != "POST":
        return redirect("registration:overview")
    try:
        challenge = factors.ask(factor, holder=steps.holder_of(request), client=request.client)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("registration:overview")
    return redirect("registration:confirm", challenge.pk)


@ask
@never_cache
@recent_password_required
def prefer(request: VisitRequest, pk: int) -> HttpResponse:
    factor = _own(request, pk)
    if request.method == "POST":
        factors.prefer(factor, client=request.client)
        messages.success(request, _("This is offered first from now on."))
    return redirect("registration:overview")


@ask
@never_cache
@recent_password_required
def rename(request: VisitRequest, pk: int) -> HttpResponse:
    factor = _own(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = NameForm(posted, initial={"label": factor.label})
    if form.is_valid():
        factors.rename(factor, form.cleaned_data["label"], client=request.client)
        return redirect("registration:overview")
    context = {"form": form, "factor": factor, "method": methods.get(factor.method)}
    return render(request, "registration/rename.html", context)


@ask
@settles("registration")
@recent_password_required
def remove(request: VisitRequest, pk: int) -> HttpResponse:
    factor = _own(request, pk)
    refusal = ""
    if request.method == "POST":
        try:
            factors.remove(factor, client=request.client)
        except ValidationError as error:
            refusal = error.messages[0]
        else:
            messages.success(request, _("Removed. Every address we have for you is told."))
            return redirect("registration:overview")
    method = methods.get(factor.method)
    shown = method.shown(factor) or factor.label
    context = {"factor": factor, "method": method, "shown": shown, "refusal": refusal}
    return render(request, "registration/remove.html", context, status=409 if refusal else 200)


def _page(request: VisitRequest, shown: Overview, template: str) -> HttpResponse:
    user, held_up = acting_user(request), request.interrupted_user is not None
    due = interrupts.why_due(user) if held_up else ""
    context = {
        "overview": shown,
        "held_up": held_up,
        "due": due,
        "may_put_off": bool(due) and interrupts.may_put_off(user),
    }
    return render(request, template, context)


def _own(request: VisitRequest, pk: int) -> Factor:
    factor = services.own_factor(acting_user(request), pk)
    if factor is None or factor.method not in methods.all_methods():
        raise Http404
    return factor
