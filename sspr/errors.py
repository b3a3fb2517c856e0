"""The pages for when something goes wrong. Each says what happened and what to do next."""

import codecs
import errno
import logging
import sys

from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

from accounts.api import problems
from accounts.hashing import Busy
from accounts.reference import reference_of
from writeback.services import Full

log = logging.getLogger(__name__)

API = "/api/"
AWAY = (OperationalError, InterfaceError, Busy, Full, MemoryError)
RUN_OUT = {errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.ENOMEM}  # open files, room, memory
READ_ONLY = "25006"  # what PostgreSQL answers a write while it is a copy that waits to take over


def prepare() -> None:
    """Have in memory what an outage needs: it may come when no file can be opened."""
    codecs.lookup("unicode_escape")  # for Django's line in the log
    for status in (500, 503):
        loader.render_to_string(f"errors/{status}.html", {"reference": ""})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the cookie it was sent with: blocked cookies, an old tab, or forgery."""
    log.warning("csrf: %s", reason)
    return _page(request, 403, name="csrf")


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After for what passes by itself, 500 for our own mistakes."""
    if _passes_by_itself(sys.exc_info()[1]):
        response = _page(request, 503)
        response["Retry-After"] = "10"
        return response
    return _page(request, 500)


def _passes_by_itself(error: BaseException | None) -> bool:
    """Is the database away, busy or full, or not the one that takes writes? Or has this machine
    run out of something?"""
    if isinstance(error, Error):
        return isinstance(error, AWAY) or getattr(error.__cause__, "pgcode", "") == READ_ONLY
    return isinstance(error, AWAY) or getattr(error, "errno", None) in RUN_OUT


def _page(request: HttpRequest, status: int, name: str = "") -> HttpResponse:
    """Rendered without context processors: they may need what just failed. Programs get JSON."""
    reference = reference_of(getattr(request, "request_id", ""))
    if request.path.startswith(API):
        return problems.plain(status, reference)
    template = loader.get_template(f"errors/{name or status}.html")
    content = template.render({"reference": reference})
    response = HttpResponse(content, status=status)
    response["Cache-Control"] = "no-store"
    return response
