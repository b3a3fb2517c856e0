"""Where "this was not me" in a message leads: to a page with a button, and to what it did."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.people import not_me
from accounts.people.models import Denial, NotMeLink
from accounts.policy.services import helpdesk_url
from accounts.signin.guards import VisitRequest, public
from accounts.signin.services import sign_out
from reset import not_me as services
from reset.views.pages import get_or_post

KEY = "not_me"  # in the session: the link's id


@require_safe
@public
def arrive(request: VisitRequest, token: str) -> HttpResponse:
    """The token moves to the session, so that it is in no log and no Referer; nothing is done."""
    link = not_me.opened(token)
    if link:
        request.session[KEY] = str(link.pk)
    elif request.session.session_key:
        request.session.pop(KEY, None)
    return redirect("not_me")


@get_or_post
@public
def ask(request: VisitRequest) -> HttpResponse:
    """Was it not you? Only the button does anything, so a mail filter that looks does no harm."""
    link = _current(request)
    if link is None:
        return render(request, "reset/not_me_over.html", status=404)
    request.directory_id = link.directory_id
    request.reference = link.reference
    request.helpdesk_link = helpdesk_url(link.user)
    if request.method == "POST":
        denial = services.deny(link, client=request.client)
        if denial is Denial.BLOCKED and request.user.pk == link.user_id:
            sign_out(request.session, link.user, request.client)
            request.session[KEY] = str(link.pk)
        return redirect("not_me")
    context = {"link": link, "matter": services.matter_of(link)}
    if not link.denial:
        return render(request, "reset/not_me.html", context)
    context["is_told"] = services.is_somebody_told(link)
    return render(request, "reset/not_me_done.html", context)


def _current(request: VisitRequest) -> NotMeLink | None:
    pk = request.session.get(KEY)
    return not_me.held(pk) if pk else None
