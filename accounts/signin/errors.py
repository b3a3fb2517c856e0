"""What can go wrong while signing in that is nobody's mistake."""


class StoreAway(Exception):
    """The store that holds the password could not be asked: neither right nor wrong."""
