"""The API's own description (OpenAPI 3), made from the code it describes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from accounts.api.problems import MEDIA_TYPE

_WRONG = {
    400: "The values cannot be used.",
    401: "No token, or none that counts.",
    403: "The token lacks the scope, or its role may not.",
    404: "Nobody and nothing of this name in the token's directory.",
    406: "Only JSON is given.",
    413: "The body is longer than 16 KiB.",
    415: "Only JSON is taken.",
    429: "Too often; Retry-After says how long to wait.",
}
_WITH_BODY = {413, 415}


class ErrorSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="Where in the request (RFC 6901).")
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. ``errors`` is there when values cannot be used."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ErrorSerializer(many=True, required=False)  # type: ignore[assignment]  # a field


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # no types
    target_class = "accounts.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that an administrator made for one directory.",
        }


def described(
    operation: str,
    summary: str,
    *,
    answers: Mapping[int, Any],
    scope: str = "",
    parameters: Sequence[OpenApiParameter] = (),
    takes: Any = None,
) -> Callable[[Any], Any]:
    """Describe an operation: what it needs, takes and gives, and every way it can refuse."""
    problems = {
        (status, MEDIA_TYPE): OpenApiResponse(ProblemSerializer, description=text)
        for status, text in _WRONG.items()
        if takes or status not in _WITH_BODY
    }
    return extend_schema(
        operation_id=operation,
        summary=summary,
        description=f"Needs the scope `{scope}`." if scope else None,
        parameters=list(parameters),
        request=takes,
        responses={**answers, **problems},
    )
