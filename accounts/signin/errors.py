"""What can go wrong while signing in that is nobody's mistake."""

from datetime import datetime


class StoreAway(Exception):
    """The store that holds the password could not be asked: neither right nor wrong."""


class HeldUp(Exception):
    """The store takes no password of this account now, not even the right one.

    ``why``: ``locked`` or ``too_many_wrong`` there, or ``disabled``. Strangers hear nothing of it.
    """

    def __init__(self, why: str, until: datetime | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.until = until
