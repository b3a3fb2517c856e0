"""References: what a person can read to the helpdesk, like ``7F3K-2Q9D``."""

import uuid

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O or U


def reference_of(identifier: uuid.UUID | str) -> str:
    """Eight letters and digits (40 bits) of an identifier; empty for an empty one."""
    if not identifier:
        return ""
    bits = uuid.UUID(str(identifier)).int >> 88
    letters = "".join(_ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def prefix_of(reference: str) -> str | None:
    """The first ten hex digits of the identifiers a reference stands for; None for no reference."""
    letters = reference.upper().replace("-", "").replace(" ", "")
    letters = letters.replace("O", "0").replace("I", "1").replace("L", "1")
    if len(letters) != 8 or any(letter not in _ALPHABET for letter in letters):
        return None
    bits = 0
    for letter in letters:
        bits = bits << 5 | _ALPHABET.index(letter)
    return f"{bits:010x}"
