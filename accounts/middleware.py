"""What every request carries: a language, and a client as far as it can be trusted."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.http import escape_leading_slashes

from accounts.client import Client, address_of, browser_hash, device_of, network_of

Answer = Callable[[HttpRequest], HttpResponseBase]

_LANGUAGE_FIELDS = ("lang", "mkt")
_LONGEST_HEADER = 200


class Language(LocaleMiddleware):
    """``?lang=`` or ``?mkt=``, then the cookie, then the browser, then the default.

    A language asked for in the address is kept in the cookie and taken out of the address.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "GET" and any(name in request.GET for name in _LANGUAGE_FIELDS):
            return _remember_language(request)
        accepted = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
        request.META["HTTP_ACCEPT_LANGUAGE"] = accepted[:_LONGEST_HEADER]
        try:
            response = super().__call__(request)
        finally:
            translation.deactivate()  # what this thread does next is for somebody else
        assert isinstance(response, HttpResponseBase), "this product answers synchronously"
        return response


class Visitor:
    """Sets ``request.client``."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        address = address_of(request)
        agent = request.META.get("HTTP_USER_AGENT", "")[:_LONGEST_HEADER]
        request.client = Client(  # type: ignore[attr-defined]
            address=address,
            network=network_of(address),
            device=device_of(agent),
            language=translation.get_language() or settings.LANGUAGE_CODE,
            user_agent=agent,
            request_id=getattr(request, "request_id", ""),
            browser=browser_hash(request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")),
        )
        return self.get_response(request)


def _remember_language(request: HttpRequest) -> HttpResponseBase:
    wanted = next(request.GET[name] for name in _LANGUAGE_FIELDS if name in request.GET)
    rest = request.GET.copy()
    for name in _LANGUAGE_FIELDS:
        rest.pop(name, None)
    query = f"?{rest.urlencode()}" if rest else ""
    response = HttpResponseRedirect(f"{escape_leading_slashes(request.path)}{query}", status=303)
    try:
        found = translation.get_supported_language_variant(wanted[:20])
    except LookupError:
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        found,
        max_age=365 * 86_400,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
