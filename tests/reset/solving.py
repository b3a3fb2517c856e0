"""Doing the work that a browser does."""

from hashlib import sha256


def solved(asked: str) -> str:
    """The answer to what ``ProofOfWork.ask`` asked."""
    _version, salt, _ends, most, goal, _signature = asked.split(".")
    for number in range(int(most)):
        if sha256(f"{salt}.{number}".encode()).hexdigest() == goal:
            return f"{asked}.{number}"
    raise AssertionError("No number is the right one.")
