"""The outermost layers: a name and a log line for each request, and headers on every answer."""

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.http.request import UnreadablePostError
from django.urls import reverse

from accounts import prefill
from sspr import logs

Answer = Callable[[HttpRequest], HttpResponseBase]

log = logging.getLogger("sspr.request")


class RequestLog:
    """Gives a request its id and writes one line when it is answered.

    The line names the route, not the address: addresses may carry what people typed.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = str(uuid.uuid4())  # type: ignore[attr-defined]
        token = logs.request_id.set(request.request_id)  # type: ignore[attr-defined]
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            log.info("answered", extra=_facts(request, response, started))
        finally:
            logs.request_id.reset(token)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response


class SecurityHeaders:
    """What Django leaves out, on every answer."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = _to_the_right_name(request) or self.get_response(request)
        response.setdefault("Content-Security-Policy", _OURS_ALONE)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("X-Robots-Tag", "noindex, nofollow")
        response.setdefault("Permissions-Policy", _NOTHING)
        return response


class WholeRequests:
    """Refuses a form whose end is missing: a line that broke while a password was on its way would
    leave an account with the first half of it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        said = request.META.get("CONTENT_LENGTH") or "0"
        if said == "0" or request.content_type == "multipart/form-data":
            return  # files come in parts, and the last one says that it is the last
        try:
            is_whole = len(request.body) == int(said)
        except UnreadablePostError:
            is_whole = False
        if not is_whole:
            raise BadRequest("The connection broke before all of the request was here.")


class DeepLinks:
    """``?username=``, ``?directory=`` and ``?goal=`` move to the session, and the address is
    answered by a clean one: on the pages where people arrive, and nowhere else."""

    PAGES = frozenset(
        {"portal", "signin:sign_in", "reset:start", "registration:overview", "change:change"}
    )

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponseBase | None:
        match = request.resolver_match
        if request.method not in {"GET", "HEAD"} or not match or match.view_name not in self.PAGES:
            return None
        if not any(name in request.GET for name in prefill.FIELDS):
            return None
        prefill.keep(request, request.GET)
        rest = request.GET.copy()
        for name in prefill.FIELDS:
            rest.pop(name, None)
        query = f"?{rest.urlencode()}" if rest else ""
        return HttpResponseRedirect(f"{reverse(match.view_name)}{query}", status=303)


_OURS_ALONE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)
_NOTHING = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=(), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self)"
)


def _to_the_right_name(request: HttpRequest) -> HttpResponseBase | None:
    """In a demonstration, move from 127.0.0.1 to localhost: passkeys need a name."""
    host = request.META.get("HTTP_HOST", "")
    if settings.DEMO and host.startswith("127.0.0.1:") and request.path != "/livez":
        return HttpResponseRedirect(f"{settings.PUBLIC_BASE_URL}{request.path}")
    return None


def _facts(request: HttpRequest, response: HttpResponseBase, started: float) -> dict[str, object]:
    match = request.resolver_match
    return {
        "method": request.method,
        "route": match.view_name if match else "",
        "status": response.status_code,
        "milliseconds": round((time.perf_counter() - started) * 1000, 1),
    }
