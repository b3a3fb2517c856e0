"""Long lists, a page at a time: after the last row of the page before, however many there are."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

USUAL, MOST = 50, 200  # rows on a page


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins, and how many rows it has at most."""

    after: str
    limit: int

    PARAMETERS: ClassVar = [
        OpenApiParameter("cursor", str, description="`next` of the page before."),
        OpenApiParameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
            description="How many on a page.",
        ),
    ]

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "Cursor":
        """What the address asks for; raises ValidationError."""
        return cls(_after(parameters.get("cursor", "")), _limit(parameters.get("limit", "")))

    def page(self, rows: QuerySet[Any], field: str) -> dict[str, Any]:
        """The rows in the order of a unique text column, and the cursor of the next page."""
        if self.after:
            rows = rows.filter(**{f"{field}__gt": self.after})
        found = list(rows.order_by(field)[: self.limit + 1])
        shown = found[: self.limit]
        more = len(found) > self.limit
        return {"results": shown, "next": _written(getattr(shown[-1], field)) if more else None}


def _written(after: str) -> str:
    return urlsafe_b64encode(after.encode()).decode().rstrip("=")


def _after(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        after = urlsafe_b64decode(padded.encode("ascii")).decode()
    except (binascii.Error, ValueError):
        after = "\0"
    if "\0" in after or _written(after) != cursor:
        raise ValidationError({"cursor": "Take next of the page before, as it is."})
    return after


def _limit(text: str) -> int:
    if not text:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST):
        raise ValidationError({"limit": f"Between 1 and {MOST}."})
    return int(text)
