"""The addresses of the API: what each part brings, and the description of the whole."""

from typing import Any, ClassVar

from django.urls import include, path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView

from accounts.api.authentication import BearerToken, HasScope


@extend_schema(exclude=True)
class Description(SpectacularJSONAPIView):
    """OpenAPI 3, for whoever has a token of any scope."""

    authentication_classes = (BearerToken,)
    permission_classes = (HasScope,)
    metadata_class = None
    scopes: ClassVar[dict[str, str]] = {}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]  # no types
        response["Cache-Control"] = "no-store"
        return response


app_name = "api"
urlpatterns = [
    path("schema/", Description.as_view(), name="schema"),
    path("", include("registration.api.urls")),
]
