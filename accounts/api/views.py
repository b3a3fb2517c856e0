"""What every part of the API keeps to: JSON, a bounded body, a token with its scope."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.views import APIView

from accounts.api import events
from accounts.api.authentication import BearerToken, HasScope
from accounts.api.models import ApiToken
from accounts.api.parsers import BoundedJson
from accounts.people.models import User
from accounts.people.registry import Act


class ApiView(APIView):
    """A resource of the API. ``scopes`` says what a token needs, by HTTP method."""

    authentication_classes = (BearerToken,)
    permission_classes = (HasScope,)
    parser_classes = (BoundedJson,)
    renderer_classes = (JSONRenderer,)
    metadata_class = None
    scopes: ClassVar[Mapping[str, str]] = {}
    parameters: ClassVar[frozenset[str]] = frozenset()  # what may stand in the query

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        unknown = sorted(request.query_params.keys() - self.parameters)
        if unknown:
            raise ValidationError(dict.fromkeys(unknown, "There is no such parameter."))

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answered = super().finalize_response(request, response, *args, **kwargs)
        answered.setdefault("Cache-Control", "no-store")
        return answered

    @property
    def token(self) -> ApiToken:
        request: Any = self.request
        found: ApiToken = request.auth
        return found

    @property
    def act(self) -> Act:
        """Who changes something: whoever made the token."""
        request: Any = self.request
        return Act(request.client, self.token.created_by)

    def note(self, subject: User) -> None:
        """Write down which token a change of a person came by."""
        request: Any = self.request
        operation = f"{request.method} {request.resolver_match.url_name}"
        self.act.note(events.Called(token=self.token.name, operation=operation), subject)
