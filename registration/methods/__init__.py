"""The methods that are installed: settings.VERIFICATION_METHODS, a slug → dotted path."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from registration.methods.base import Method


@cache
def all_methods() -> dict[str, Method]:
    """Every installed method by its slug, in the order in which people are offered them."""
    return {slug: import_string(path)() for slug, path in settings.VERIFICATION_METHODS.items()}


def get(slug: str) -> Method:
    """The method with this slug; KeyError when it is not installed."""
    return all_methods()[slug]
