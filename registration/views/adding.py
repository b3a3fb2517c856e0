import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.policy.services import effective
from accounts.signin.guards import (
    VisitRequest,
    acting_user,
    public,
    recent_password_required,
    settles,
)
from registration import challenges, codes, factors, methods
from registration.forms import AddForm
from registration.methods.base import Method
from registration.views import steps


@require_http_methods(["GET", "HEAD", "POST"])
@settles("registration")
@recent_password_required
def add(request: VisitRequest, slug: str) -> HttpResponse:
    """Ask for what a new factor needs, if it needs anything, and begin to add it."""
    method = _offered(request, slug)
    user = acting_user(request)
    form = AddForm(method, user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            challenge = factors.add(
                user,
                slug,
                form.cleaned_data,
                holder=steps.holder_of(request),
                client=request.client,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            if challenge is None:
                return _added(request)
            return redirect("registration:confirm", challenge.pk)
    return render(request, "registration/add.html", {"form": form, "method": method})


@require_http_methods(["GET", "HEAD", "POST"])
@settles("registration")
def confirm(request: VisitRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for the first code of a new factor."""
    challenge, factor = steps.begun(request, pk)
    if factor.confirmed_at:
        return redirect("registration:overview")
    form, answer = steps.tried(request, challenge)
    if answer and answer.passed:
        return _added(request)
    return steps.code_page(
        request,
        challenge,
        factor,
        form,
        answer,
        picture_url=reverse("registration:picture", args=[pk]),
        start_url=reverse("registration:add", args=[challenge.method]),
        back_url=reverse("registration:overview"),
        back_text=_("Ways to get back in"),
    )


@require_safe
@public
def link(request: VisitRequest, pk: uuid.UUID, token: str) -> HttpResponse:
    """Where the link in a message leads: to a button, for whoever is adding the address here."""
    is_here = steps.is_adding(request, pk)
    action = reverse("registration:confirm", args=[pk]) if is_here else ""
    context = {"token": token[: codes.TOKEN_LENGTH], "action": action}
    return render(request, "questions/link.html", context)


@require_POST
@settles("registration")
def resend(request: VisitRequest, pk: uuid.UUID) -> HttpResponse:
    """Send a newer code, when it is time for one."""
    challenge, _factor = steps.begun(request, pk)
    if challenges.resend(challenge):
        messages.info(request, _("A new code is on its way. Only the newest works."))
    elif challenge.sends >= challenges.SENDS or steps.is_over(None, challenge):
        messages.warning(request, _("There are no more codes for this try. Start again."))
    else:
        messages.warning(request, _("It is too early for a new code. Wait a little."))
    return redirect("registration:confirm", pk)


@require_safe
@settles("registration")
def picture(request: VisitRequest, pk: uuid.UUID) -> HttpResponse:
    return steps.picture(request, pk)


@require_safe
@settles("registration")
def codes_text(request: VisitRequest, pk: uuid.UUID) -> HttpResponse:
    return steps.codes_text(request, pk)


def _added(request: VisitRequest) -> HttpResponse:
    messages.success(request, _("Added. Every address we have for you is told."))
    held_up = request.interrupted_user is not None
    return redirect("registration:check" if held_up else "registration:overview")


def _offered(request: VisitRequest, slug: str) -> Method:
    """The method, if the person's policy has it."""
    if slug not in effective(acting_user(request)).methods:
        raise Http404
    method = methods.get(slug)
    if not method.added_by_people:
        raise Http404
    return method
