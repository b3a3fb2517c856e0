"""The demo inbox: the mail, texts and calls everybody gets, and the codes their apps show."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from accounts.signin.guards import public
from sspr.demo import authenticators, mailbox, telephones

_KEY = "demo_inbox"


@require_safe
@public
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything that was sent. Beyond this machine only for those who hold the inbox key."""
    key = request.GET.get("key", "")
    if key and constant_time_compare(key, settings.DEMO_INBOX_KEY):
        request.session[_KEY] = True
        return redirect("demo:inbox")
    _check(request)
    context = {
        "letters": mailbox.letters(),
        "phones": authenticators.phones(),
        "messages_to_phones": telephones.messages(),
    }
    return render(request, "demo/inbox.html", context)


@require_safe
@public
def letter(request: HttpRequest, letter: str) -> HttpResponse:
    """One message as a mail program shows it, in a page that can do nothing."""
    _check(request)
    found = next((one for one in mailbox.letters() if one.id == letter), None)
    if found is None:
        raise Http404
    response = HttpResponse(found.html)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
    )
    return response


def _check(request: HttpRequest) -> None:
    if settings.DEMO_INBOX_KEY and not request.session.get(_KEY):
        raise Http404
