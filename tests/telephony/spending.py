"""Asking the governor."""

from typing import Any

from accounts.people.models import Directory

HERS = "+447700900123"


def asked(directory: Directory, **about: Any) -> dict[str, Any]:
    """What is asked of the governor: a text to one person, unless told otherwise."""
    usual = {"person_key": "7", "number_e164": HERS, "network": "192.0.2.0/24", "kind": "text"}
    return {"directory": directory, **usual, **about}
