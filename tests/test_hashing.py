"""The slow hash: whole passwords, today's parameters, a bounded number at a time."""

import pytest
from argon2 import low_level
from django.contrib.auth.hashers import check_password, make_password, verify_password

from accounts import hashing
from accounts.hashing import Argon2id, Busy

HASHER = Argon2id()
SALT = "x" * 22


def encoded(password: str) -> str:
    return HASHER.encode(password, SALT)


def test_a_password_opens_its_own_hash_and_no_other():
    stored = make_password("a quiet harbour town")
    assert check_password("a quiet harbour town", stored)
    assert not check_password("a quiet harbour towm", stored)


def test_the_hash_is_argon2id_with_the_parameters_of_the_settings(settings):
    settings.ARGON2_MEMORY_KIB, settings.ARGON2_TIME_COST = 96, 2
    assert encoded("a quiet harbour town").startswith("argon2$argon2id$v=19$m=96,t=2,p=1$")


@pytest.mark.parametrize("same", [64, 72, 127, 255])
def test_passwords_that_differ_only_late_are_different(same: int):
    """S-A04: nothing is cut at 72 bytes, nor anywhere else."""
    assert not HASHER.verify("a" * same + "b", encoded("a" * same + "c"))


@pytest.mark.parametrize("longer", ["a" * 255, "a" * 256 + "b"])
def test_a_shorter_or_longer_password_is_another(longer: str):
    assert not HASHER.verify(longer, encoded("a" * 256))


def test_256_characters_are_hashed_whole():
    assert HASHER.verify("\N{GRINNING FACE}" * 256, encoded("\N{GRINNING FACE}" * 256))


def test_257_characters_are_never_hashed():
    """S-C34."""
    with pytest.raises(ValueError, match="at most 256"):
        encoded("a" * 257)


def test_257_characters_cost_a_comparison_and_are_wrong(monkeypatch: pytest.MonkeyPatch):
    compared = []
    real = low_level.verify_secret

    def noted(stored: bytes, candidate: bytes, kind: low_level.Type) -> bool:
        compared.append(candidate)
        return real(stored, candidate, kind)

    monkeypatch.setattr(low_level, "verify_secret", noted)
    assert not HASHER.verify("a" * 257, encoded("a" * 256))
    assert compared == [b""]


def test_too_long_a_password_does_not_pass_for_the_empty_one():
    assert not HASHER.verify("a" * 257, encoded(""))


@pytest.mark.parametrize("odd", ["\0", "before\0after", "\ud800", "\udfff tail", ""])
def test_odd_text_is_compared_whole_and_never_crashes(odd: str):
    stored = encoded(odd)
    assert HASHER.verify(odd, stored)
    assert not HASHER.verify(odd + "x", stored)


def test_what_follows_a_nul_counts():
    assert not HASHER.verify("before\0other", encoded("before\0after"))


@pytest.mark.parametrize("other", ["e\u0301tude", "ETUDE", "\u00e9tude ", " \u00e9tude"])
def test_a_password_is_compared_exactly_as_typed(other: str):
    """S-A13, S-A14: no trimming, folding or composing on either side."""
    assert not HASHER.verify(other, encoded("\u00e9tude"))


@pytest.mark.parametrize(
    "broken", ["argon2$argon2id$v=19$m=64,t=1,p=1$broken", "argon2$", "argon2$argon2i$x", "argon2"]
)
def test_a_broken_hash_opens_nothing_and_crashes_nothing(broken: str):
    assert not check_password("anything at all here", broken)


def test_a_hash_of_today_is_not_made_again():
    assert not HASHER.must_update(encoded("a quiet harbour town"))


@pytest.mark.parametrize("grown", [{"ARGON2_MEMORY_KIB": 65}, {"ARGON2_TIME_COST": 2}])
def test_a_hash_is_made_again_when_the_parameters_grow(settings, grown: dict[str, int]):
    stored = encoded("a quiet harbour town")
    for name, value in grown.items():
        setattr(settings, name, value)
    assert HASHER.must_update(stored)
    assert not HASHER.must_update(encoded("a quiet harbour town"))


def test_a_stronger_hash_is_left_alone(settings):
    settings.ARGON2_MEMORY_KIB = 128
    stored = encoded("a quiet harbour town")
    settings.ARGON2_MEMORY_KIB = 64
    assert not HASHER.must_update(stored)


def test_a_right_password_is_stored_anew_when_the_parameters_grew(settings):
    stored = encoded("a quiet harbour town")
    renewed: list[str] = []
    settings.ARGON2_MEMORY_KIB = 128
    assert check_password("a quiet harbour town", stored, renewed.append)
    assert renewed == ["a quiet harbour town"]


def test_a_wrong_try_against_an_old_hash_spends_the_difference(settings, monkeypatch):
    stored, spent = encoded("a quiet harbour town"), []
    settings.ARGON2_MEMORY_KIB = 256
    real = Argon2id._hash

    def noted(self, password, salt, params):
        spent.append(params.memory_cost)
        return real(self, password, salt, params)

    monkeypatch.setattr(Argon2id, "_hash", noted)
    assert verify_password("another town altogether", stored) == (False, True)
    assert spent == [256 - 64]


def test_a_hash_that_finds_no_slot_says_busy(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.01)
    with hashing._slot(), pytest.raises(Busy):
        encoded("a quiet harbour town")


@pytest.mark.parametrize("odd", ["right", "wrong"])
def test_a_slot_is_given_back(monkeypatch: pytest.MonkeyPatch, odd: str):
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.01)
    stored = encoded("right")
    assert HASHER.verify(odd, stored) is (odd == "right")
    assert HASHER.verify("right", stored)


def test_as_many_hashes_run_at_once_as_the_settings_allow(settings, monkeypatch):
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.01)
    settings.HASHES_AT_ONCE = 2
    with hashing._slot():
        assert encoded("a quiet harbour town")
        with hashing._slot(), pytest.raises(Busy):
            encoded("a quiet harbour town")
