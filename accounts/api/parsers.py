"""What the API takes: JSON, and not too much of it."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from accounts.api.problems import TooLarge

LONGEST_BODY = 16 * 1024


class BoundedJson(BaseParser):
    """A JSON text (RFC 8259) of at most 16 KiB."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        raw = stream.read(LONGEST_BODY + 1)
        if len(raw) > LONGEST_BODY:
            raise TooLarge(f"A body has at most {LONGEST_BODY} bytes.")
        try:
            found = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
            json.dumps(found, ensure_ascii=False).encode("utf-8")  # no half of a surrogate pair
        except (ValueError, RecursionError) as error:
            raise ParseError("The body is not JSON in UTF-8.") from error
        return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
