"""The outermost layer of the product under test: everything that is answered passes here."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from tests.support import canary, tenancy


class Watch:
    """Guards the statements of a request and notes the addresses and cookies it made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with tenancy.guarded():
            response = self.get_response(request)
        canary.saw_address(request.get_full_path())
        canary.saw_address(response.get("Location", ""))
        for cookie in response.cookies.values():
            canary.saw_cookie(cookie.OutputString())
        return response
