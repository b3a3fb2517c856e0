"""What providers tell us about messages."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.signin.guards import public
from registration.telephony import reports
from registration.telephony.backends.twilio import Twilio, report_of, sid_of
from registration.telephony.providers import providers

LONGEST = 16 * 1024  # bytes; a report has one or two thousand


@csrf_exempt
@require_POST
@public
def twilio_report(request: HttpRequest, reference: uuid.UUID) -> HttpResponse:
    """What became of a text or a call. Known and unknown messages get the same answer."""
    if len(request.body) > LONGEST:
        return HttpResponse(status=413)
    if not _is_signed(request):
        return HttpResponse(status=403)
    reports.note(reference, sid_of(request.POST), report_of(request.POST))
    return HttpResponse(status=204)


def _is_signed(request: HttpRequest) -> bool:
    """By one of our accounts, for our own public address; whatever host the request names."""
    url = f"{settings.PUBLIC_BASE_URL}{request.get_full_path()}"
    signature = request.headers.get("X-Twilio-Signature", "")
    ours = [provider for provider in providers() if isinstance(provider, Twilio)]
    return any(provider.is_signed(url, request.POST, signature) for provider in ours)
