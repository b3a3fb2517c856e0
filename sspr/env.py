"""Settings from the environment. Every reader is loud about a value it cannot use."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_WORDS = {"1": True, "true": True, "yes": True, "on": True}
_WORDS |= {"0": False, "false": False, "no": False, "off": False, "": False}


def text(name: str, default: str = "") -> str:
    """The value of ``name``, or of the file that ``name_FILE`` points to."""
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return os.environ.get(name, default)
    if name in os.environ:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: {path} cannot be read.") from error


def former(name: str) -> list[str]:
    """What a key was before, for as long as that is still to count; nothing by default."""
    return [found] if (found := text(name)) else []


def flag(name: str, default: bool = False) -> bool:
    """A yes or a no; anything else is an error, never a silent no."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return _WORDS[value.strip().lower()]
    except KeyError:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.") from None


def number(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def listed(name: str) -> list[str]:
    """Comma-separated words, without blanks."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]
