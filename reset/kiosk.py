"""Kiosk mode: the reset portal on lock screens and shared computers.

``/reset/?kiosk=1`` begins it, and it lasts as long as the session. Pages then lead nowhere else,
and what a person leaves behind is wiped: after a warning when nobody touches anything, at the end,
and whenever a request leaves the flow. See docs/kiosk.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django import forms
from django.conf import settings
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from accounts import prefill
from accounts.people.models import User
from accounts.signin.guards import VisitRequest
from accounts.signin.services import sign_out

WARNING_SECONDS = 60  # WCAG 2.2.1 asks for 20 at least
START, IDLE, WIPE = "reset:start", "reset:kiosk_idle", "reset:kiosk_wipe"
_KEY = "kiosk"  # in the session: when the browser was last heard of
_LOOKS = {"brand_css", "brand_logo", "brand_logo_dark"}
_LOOKING = {"GET", "HEAD"}
_HEARD_EVERY = 20  # seconds; more often is not worth a write

Answer = Callable[[VisitRequest], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Kiosk:
    """What a page has to know: after how many seconds it leads where, once it was touched or
    (without JavaScript) in any case."""

    seconds: int
    when_touched: str
    anyway: str

    @property
    def minutes(self) -> int:
        return max(1, self.seconds // 60)


class KioskMode:
    """Sets ``request.kiosk``, and keeps such a session within the flow."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.kiosk = _kiosk_of(request) if _heard(request) is not None else None
        return self.get_response(request)

    def process_view(self, request: Any, *_view: object) -> HttpResponseBase | None:
        match = request.resolver_match
        if match.view_name == START and "kiosk" in request.GET and request.method in _LOOKING:
            return _begin_or_end(request)
        heard = _heard(request)
        if heard is None or match.view_name in {WIPE, *_LOOKS}:
            return None
        silent = _now() - heard
        if match.namespace != "reset" or silent > settings.KIOSK_IDLE_SECONDS + 2 * WARNING_SECONDS:
            return HttpResponseRedirect(reverse(WIPE), status=303)
        if silent > _HEARD_EVERY:
            request.session[_KEY] = _now()
        return None


def wipe(request: VisitRequest) -> HttpResponseBase:
    """Forget the person, and be the first page of a kiosk again."""
    directory = prefill.kept(request).get("directory", "")
    said = {"kiosk": "1", **({"directory": directory} if directory else {})}
    response = HttpResponseRedirect(f"{reverse(START)}?{urlencode(said)}", status=303)
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    if _heard(request) is not None and _is_used(request):
        request.session.flush()
        response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def offer_nothing(request: Any, form: forms.BaseForm) -> None:
    """On a shared computer no browser keeps what is typed, or offers what others typed."""
    if request.kiosk:
        for field in form.fields.values():
            field.widget.attrs["autocomplete"] = "off"


def _begin_or_end(request: Any) -> HttpResponseBase:
    """``?kiosk=1`` and ``?kiosk=0``; what else the address says stays in it for who is next.

    Another site's link changes nothing: it could lock somebody's browser in.
    """
    rest = request.GET.copy()
    wanted = rest.pop("kiosk")[-1]
    if _is_from_here(request):
        if isinstance(request.user, User) or request.interrupted_user:
            sign_out(request.session, request.interrupted_user or request.user, request.client)
        if wanted == "1":
            request.session[_KEY] = _now()
        elif _heard(request) is not None:
            request.session.flush()
    query = f"?{rest.urlencode()}" if rest else ""
    return HttpResponseRedirect(f"{reverse(START)}{query}", status=303)


def _is_from_here(request: Any) -> bool:
    """Did somebody type the address, or follow a link of ours? Browsers that do not say are
    believed as long as nothing is lost by it."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said in {"none", "same-origin"}
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(request.headers.get("Referer", "")))
    is_elsewhere = "Referer" in request.headers and origin != settings.PUBLIC_BASE_URL
    return not is_elsewhere and not _is_used(request)


def _kiosk_of(request: Any) -> Kiosk:
    idle, away = reverse(IDLE), reverse(WIPE)
    anyway = idle if _is_used(request) else away
    return Kiosk(settings.KIOSK_IDLE_SECONDS, idle, anyway)


def _is_used(request: Any) -> bool:
    """Is there anything of anybody in this session?"""
    rest = set(request.session.keys()) - {_KEY, prefill.KEY}
    return bool(rest or prefill.kept(request).get("username"))


def _heard(request: Any) -> int | None:
    found: int | None = request.session.get(_KEY) if request.session.session_key else None
    return found


def _now() -> int:
    return int(timezone.now().timestamp())
