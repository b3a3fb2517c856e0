"""The colours and logos of directories. Their addresses carry a version, so browsers keep them."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.branding import stylesheet
from accounts.people.models import Directory

_kept = cache_control(public=True, max_age=31_536_000, immutable=True)


@require_safe
@login_not_required
@_kept
def css(request: HttpRequest, directory: int) -> HttpResponse:
    """The directory's colours, as a sheet of a few hundred bytes."""
    color = _shown("primary_color", directory)
    return HttpResponse(stylesheet(str(color)), content_type="text/css; charset=utf-8")


@require_safe
@login_not_required
@_kept
def logo(request: HttpRequest, directory: int) -> HttpResponse:
    """The logo for light pages."""
    return _picture("logo", directory)


@require_safe
@login_not_required
@_kept
def logo_dark(request: HttpRequest, directory: int) -> HttpResponse:
    """The logo for dark pages."""
    return _picture("logo_dark", directory)


def _picture(name: str, directory: int) -> HttpResponse:
    return HttpResponse(_shown(name, directory), content_type="image/png")


def _shown(name: str, directory: int) -> bytes | str:
    found: bytes | str | None = (
        Directory.objects.filter(pk=directory).values_list(name, flat=True).first()
    )
    if not found:
        raise Http404
    return found
