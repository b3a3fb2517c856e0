"""The stores there are; settings.STORES names them, one file each."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.people.models import Directory, Source, StoreKind, User
from writeback.stores.base import Store


def for_user(user: User) -> Store | None:
    """The store that holds a person's password; None when nothing here can reach it."""
    return for_source(user.directory, user.source)


def for_source(directory: Directory, source: str) -> Store | None:
    """The store of a directory's people with this source."""
    if source == Source.CLOUD:
        return _made(StoreKind.CLOUD, directory.pk)
    if directory.store_kind == StoreKind.CLOUD:
        return None
    return _made(directory.store_kind, directory.pk)


def forget() -> None:
    """Make the stores anew, after the settings that name them changed."""
    _made.cache_clear()


@cache
def _made(kind: str, directory: int) -> Store:
    store: Store = import_string(settings.STORES[kind])(directory)
    return store
