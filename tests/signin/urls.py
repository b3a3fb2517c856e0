"""The sign-in pages, and pages of every kind to stand before."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, include, path

from accounts.signin import services
from accounts.signin.guards import (
    VisitRequest,
    acting_user,
    public,
    recent_password_required,
    settles,
    staff_required,
)


@public
def anyone(request: HttpRequest, name: str = "") -> HttpResponse:
    return HttpResponse(f"anyone: {request.user}")


def somebody(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"somebody: {request.user}")


@staff_required("helpdesk")
def staff(request: HttpRequest) -> HttpResponse:
    return HttpResponse("staff")


@recent_password_required
def sensitive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("sensitive")


@settles("second_factor")
def second_factor(request: VisitRequest) -> HttpResponse:
    if request.method == "POST":
        services.pass_second_factor(request.session)
        return HttpResponse(services.settle(request))
    return HttpResponse(f"second factor of {acting_user(request)}")


@settles("password")
def password(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"password of {acting_user(request)}")


@settles("registration")
def overview(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"registration of {acting_user(request)}")


def _app(name: str, *patterns: URLPattern) -> tuple[Any, str | None, str | None]:
    return include((list(patterns), name))


urlpatterns = [
    path("", anyone, name="portal"),
    path("account/", somebody, name="account"),
    path("staff/", staff),
    path("sensitive/", sensitive),
    path("help/<slug:name>/", anyone, name="help"),
    path("brand/<int:directory>/css", anyone, name="brand_css"),
    path("", include("accounts.signin.urls")),
    path("change/", _app("change", path("", password, name="change"))),
    path(
        "reset/",
        _app(
            "reset",
            path("", anyone, name="start"),
            path("help/", anyone, name="help"),
            path("contact/", anyone, name="contact"),
        ),
    ),
    path(
        "register/",
        _app(
            "registration",
            path("", overview, name="overview"),
            path("second-factor/", second_factor, name="second_factor"),
        ),
    ),
]
