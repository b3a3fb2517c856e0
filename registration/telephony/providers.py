"""The providers that are installed: settings.TELEPHONY_PROVIDERS, in the order they are tried.

Each entry has a ``BACKEND`` (a dotted path), a ``NAME`` and the ``OPTIONS`` that it is made with.
None is a default: without an entry, telephones cannot be reached and no method says they can.
"""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from registration.telephony.backends.base import Provider


@cache
def providers() -> tuple[Provider, ...]:
    """Every provider, ready to be used."""
    return tuple(
        import_string(entry["BACKEND"])(name=entry["NAME"], **entry.get("OPTIONS", {}))
        for entry in settings.TELEPHONY_PROVIDERS
    )


def can_text() -> bool:
    """Is there a provider for text messages?"""
    return any(provider.texts for provider in providers())


def can_call() -> bool:
    """Is there a provider for calls?"""
    return any(provider.calls for provider in providers())
