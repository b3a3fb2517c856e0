"""The pages that belong to no one app: help, health, and the well-known addresses."""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts import prefill
from accounts.limits.models import Tally
from accounts.signin.guards import VisitRequest, public

_HELP = frozenset({"accessibility", "privacy", "cookies"})
_CONTACT_FOR = timedelta(days=300)


@require_safe
@public
def help_page(request: VisitRequest, name: str) -> HttpResponse:
    """Accessibility, privacy, cookies."""
    if name not in _HELP:
        raise Http404
    prefill.wear(request)
    return render(request, f"help/{name}.html")


@require_safe
@public
def livez(request: HttpRequest) -> HttpResponse:
    """Is this process answering? Depends on nothing."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@public
def readyz(request: HttpRequest) -> HttpResponse:
    """Can this process do its work: are the database and the limits there?"""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        Tally.objects.filter(key=b"").exists()
    except DatabaseError:
        return HttpResponse("database away\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@public
def change_password(request: HttpRequest) -> HttpResponse:
    """https://w3c.github.io/webappsec-change-password-url/: where browsers and managers go."""
    return HttpResponseRedirect(reverse("change:change"))


@require_safe
@public
@cache_control(max_age=86_400)
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116: whom to tell about a weakness."""
    expires = (timezone.now() + _CONTACT_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: en",
        f"Canonical: {settings.PUBLIC_BASE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
