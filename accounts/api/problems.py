"""Refusals as RFC 9457 problem details: what went wrong, and what to do about it."""

from collections.abc import Iterator
from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"

_DETAILS = {
    400: "The request cannot be read. Compare it with /api/v1/schema/.",
    403: "The role this token acts with may not do that to this person.",
    404: "There is nothing at this address, or not in the directory of this token.",
    500: "That is our mistake. Tell the operator, with the reference.",
    503: "The portal cannot answer just now. Try again in a few seconds.",
}


class TooLarge(exceptions.APIException):
    """413: a body is longer than any request needs."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is too large."
    default_code = "too_large"


def content_of(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """The members of a problem; its type says no more than its status does."""
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}


def plain(status: int, reference: str) -> JsonResponse:
    """A problem from outside the API's own views: no such address, a fault of ours."""
    detail = _DETAILS.get(status, HTTPStatus(status).description or HTTPStatus(status).phrase)
    content = content_of(status, detail, reference=reference)
    headers = {"Cache-Control": "no-store"}
    return JsonResponse(content, status=status, content_type=MEDIA_TYPE, headers=headers)


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """What a view raised, as a problem; None for what is our own mistake."""
    refusal = _refusal(error)
    if refusal is None:
        return None
    status, invalid = refusal.status_code, isinstance(refusal, exceptions.ValidationError)
    detail = "Some values cannot be used; errors says which, and why." if invalid else ""
    content = content_of(status, detail or str(refusal.detail))
    if invalid:
        content["errors"] = list(_errors(refusal.detail))
    return Response(content, status, headers=_headers(refusal), content_type=MEDIA_TYPE)


def _refusal(error: Exception) -> exceptions.APIException | None:
    """Django's own refusals in the words of the framework."""
    if isinstance(error, ValidationError):
        return exceptions.ValidationError(_by_field(error))
    if isinstance(error, Http404):
        return exceptions.NotFound(_DETAILS[404])
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(_DETAILS[403])
    return error if isinstance(error, exceptions.APIException) else None


def _headers(refusal: exceptions.APIException) -> dict[str, str]:
    """What goes with a 401 (RFC 6750) and a 429 (RFC 9110)."""
    headers = {}
    if challenge := getattr(refusal, "auth_header", ""):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(refusal, "wait", None):
        headers["Retry-After"] = str(ceil(wait))
    return headers


def _by_field(error: ValidationError) -> Any:
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def _errors(detail: Any, pointer: str = "#") -> Iterator[dict[str, str]]:
    """One entry for each reason, with where it is in the request (RFC 6901)."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            inside = name and name != "non_field_errors"
            escaped = str(name).replace("~", "~0").replace("/", "~1")
            yield from _errors(inner, f"{pointer}/{escaped}" if inside else pointer)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _errors(inner, pointer)
    else:
        yield {"pointer": pointer, "detail": str(detail)}
