"""Slow hashes for everything people remember: Argon2id, a bounded number at a time.

Each hash takes 46 MiB, so a burst of them would end the process; waiting keeps it alive.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import (
    DEFAULT_HASH_LENGTH,
    DEFAULT_RANDOM_SALT_LENGTH,
    Parameters,
    extract_parameters,
    low_level,
)
from argon2.exceptions import InvalidHashError, VerificationError
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

MAX_LENGTH = 256  # code points; nothing is ever cut to fit
WAIT_SECONDS = 10.0
_LEAST_MEMORY_KIB = 8  # what Argon2 itself asks for with one lane


class Busy(Exception):
    """Every slot for slow hashes stayed taken: try again shortly."""


@cache
def _slots(at_once: int) -> BoundedSemaphore:
    return BoundedSemaphore(at_once)


@contextmanager
def _slot() -> Iterator[None]:
    slots = _slots(settings.HASHES_AT_ONCE)
    if not slots.acquire(timeout=WAIT_SECONDS):
        raise Busy(f"No slot for a slow hash within {WAIT_SECONDS:.0f} s.")
    try:
        yield
    finally:
        slots.release()


def _raw(password: str) -> bytes:
    """UTF-8; a lone surrogate, which no keyboard sends, is just another text."""
    return password.encode("utf-8", "surrogatepass")


class Argon2id(Argon2PasswordHasher):
    """Argon2id with the parameters of the settings, one lane."""

    algorithm = "argon2"
    parallelism = 1

    def params(self) -> Parameters:
        return Parameters(
            type=low_level.Type.ID,
            version=low_level.ARGON2_VERSION,
            salt_len=DEFAULT_RANDOM_SALT_LENGTH,
            hash_len=DEFAULT_HASH_LENGTH,
            time_cost=settings.ARGON2_TIME_COST,
            memory_cost=settings.ARGON2_MEMORY_KIB,
            parallelism=self.parallelism,
        )

    def encode(self, password: str, salt: str) -> str:
        if len(password) > MAX_LENGTH:
            raise ValueError(f"A password has at most {MAX_LENGTH} characters.")
        return self.algorithm + self._hash(password, salt, self.params())

    def verify(self, password: str, encoded: str) -> bool:
        """Too long a password costs what a wrong one costs, and is wrong."""
        fits = len(password) <= MAX_LENGTH
        stored = encoded.removeprefix(self.algorithm).encode()
        candidate = _raw(password) if fits else b""
        try:
            with _slot():
                right = low_level.verify_secret(stored, candidate, low_level.Type.ID)
        except VerificationError:
            return False
        return right and fits

    def must_update(self, encoded: str) -> bool:
        """Only upwards: a hash stronger than today's settings stays as it is.

        A broken one opens nothing and is nothing to renew.
        """
        try:
            has, wants = extract_parameters(encoded.removeprefix(self.algorithm)), self.params()
        except InvalidHashError:
            return False
        return (
            has.memory_cost < wants.memory_cost
            or has.time_cost < wants.time_cost
            or has.hash_len < wants.hash_len
            or has.version < wants.version
        )

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Spend what a wrong try against a cheaper, older hash has saved.

        The cost of Argon2 grows with memory times passes, so the rest is one more hash of the
        difference.
        """
        has, wants = extract_parameters(encoded.removeprefix(self.algorithm)), self.params()
        spent = has.memory_cost * has.time_cost
        rest = wants.memory_cost * wants.time_cost - spent
        wants.memory_cost = rest // wants.time_cost
        if wants.memory_cost >= _LEAST_MEMORY_KIB:
            self._hash(password[:MAX_LENGTH], self.salt(), wants)

    def _hash(self, password: str, salt: str, params: Parameters) -> str:
        with _slot():
            return low_level.hash_secret(
                _raw(password),
                salt.encode(),
                time_cost=params.time_cost,
                memory_cost=params.memory_cost,
                parallelism=params.parallelism,
                hash_len=params.hash_len,
                type=params.type,
            ).decode("ascii")
