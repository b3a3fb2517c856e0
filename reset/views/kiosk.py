"""Pages of shared computers: is anybody there, wiping, and going on with one's own phone."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import prefill
from accounts.signin.guards import VisitRequest, public
from registration import pictures
from reset import kiosk, services, steps


@require_safe
@public
def idle(request: VisitRequest) -> HttpResponse:
    """Nobody has touched anything for a while. One press, and everything is as it was."""
    attempt = steps.current(request)
    back = reverse(steps.stage_of(attempt) if attempt else kiosk.START)
    context = {"back": back, "seconds": kiosk.WARNING_SECONDS}
    response = render(request, "reset/kiosk_idle.html", context)
    response["Refresh"] = f"{kiosk.WARNING_SECONDS}; url={reverse(kiosk.WIPE)}"
    return response


@require_safe
@public
def wipe(request: VisitRequest) -> HttpResponseBase:
    """Start over for the next person."""
    attempt = steps.current(request)
    if attempt and request.kiosk:
        services.stop(attempt, client=request.client)
    return kiosk.wipe(request)


@require_safe
@public
def phone(request: VisitRequest) -> HttpResponse:
    """The reset portal's address, to be scanned with a phone."""
    steps.current(request)  # whose page it is
    request.directory = request.directory or prefill.directory(request)
    return render(request, "reset/phone.html", {"address": _address(request)})


@require_safe
@public
def phone_picture(request: VisitRequest) -> HttpResponse:
    return pictures.qr(_address(request))


def _address(request: VisitRequest) -> str:
    """The way in, and whose: nothing of the person or the attempt (docs/kiosk.md)."""
    directory = prefill.kept(request).get("directory", "")
    query = f"?{urlencode({'directory': directory})}" if directory else ""
    return f"{settings.PUBLIC_BASE_URL}{reverse(kiosk.START)}{query}"
