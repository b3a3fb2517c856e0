"""Writing to those who help. The page before and the page after are the same for every name."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts import prefill
from accounts.people import services as people
from accounts.people.models import User
from accounts.signin.guards import VisitRequest, public
from reset import contact as messages
from reset import effort, kiosk, steps
from reset.contact import Why
from reset.forms import ContactForm
from reset.limits import Paused
from reset.models import Attempt
from reset.views.effort import KEY as WAIT
from reset.views.effort import brought, show_work, work_for
from reset.views.pages import get_or_post, show_paused, show_unavailable

CONTACTED = "contacted"  # in the session: the reference of the last message


@get_or_post
@public
def contact(request: VisitRequest) -> HttpResponse:
    """Who are you, and what is wrong? Choices only."""
    attempt = steps.current(request)
    form = ContactForm(request.POST or None, initial={"username": _likely_name(request)})
    kiosk.offer_nothing(request, form)
    if request.method != "POST" or not form.is_valid():
        return _show_form(request, form, attempt)
    try:
        asked = messages.ask(
            form.cleaned_data["username"],
            Why(form.cleaned_data["why"]),
            attempt=attempt,
            client=request.client,
            brought=brought(request),
        )
    except effort.Due as due:
        return show_work(request, due, effort.CONTACT, form.cleaned_data)
    except messages.Elsewhere as elsewhere:
        request.directory, request.helpdesk_link = elsewhere.directory, elsewhere.url
        return render(request, "reset/help.html", {"attempt": attempt})
    except messages.NobodyThere as nobody:
        request.directory = nobody.directory
        return render(request, "reset/contact_nobody.html", {"attempt": attempt}, status=503)
    except people.NotSetUp:
        return show_unavailable(request, is_set_up=False)
    if isinstance(asked, Paused):
        return show_paused(request, asked, "reset/contact_paused.html", attempt=attempt)
    request.session.pop(WAIT, None)
    request.session[CONTACTED] = asked
    return redirect("reset:contacted")


@require_safe
@public
def contacted(request: VisitRequest) -> HttpResponse:
    """It is on its way, if the name is somebody's; and what to do meanwhile."""
    reference = request.session.get(CONTACTED) if request.session.session_key else None
    if not reference:
        return redirect("reset:contact")
    attempt = steps.current(request)
    request.reference = reference
    return render(request, "reset/contacted.html", {"attempt": attempt})


def _show_form(request: VisitRequest, form: ContactForm, attempt: Attempt | None) -> HttpResponse:
    """Unless the helpdesk of this page has a place of its own."""
    if attempt is None:
        prefill.wear(request)
    if request.helpdesk_link:
        return redirect("reset:help")
    context = {"form": form, "attempt": attempt, "work": work_for(request, effort.CONTACT)}
    return render(request, "reset/contact.html", context)


def _likely_name(request: VisitRequest) -> str:
    """What was typed before in this visit: nobody types it twice (WCAG 2.2, 3.3.7)."""
    if isinstance(request.user, User):
        return request.user.user_principal_name
    return str(request.session.get(steps.TYPED, ""))
