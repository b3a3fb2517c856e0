"""Passwords in the memory store, for tests of locks, refusals, outages and lost answers."""

from accounts.people.models import Source, User
from tests.cast import PASSWORD
from writeback import stores
from writeback.stores.memory import Memory


def move_to_memory(user: User, password: str = PASSWORD, *, locked: bool = False) -> Memory:
    """From now on this person's password lives in a fresh memory store."""
    user.directory.store_kind = "memory"
    user.directory.save()
    user.source = Source.SYNCHRONIZED
    user.save()
    stores.forget()
    store = stores.for_user(user)
    assert isinstance(store, Memory)
    store.add(user, password, locked=locked)
    return store
