"""What needs no list to be guessed: repeats, and walks over the keyboard or the alphabet."""

from functools import cache

_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "1234567890",
    "0123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "!@#$%^&*()",
    '!"£$%^&*()',
)
_LEAST_STEP = 3  # a shorter run is no walk
_MOST_WALKS = 4
_UNIT = 4  # the longest piece whose mere repetition is no password
_LONGEST = 256


@cache
def _paths() -> tuple[str, ...]:
    """Every row both ways, long enough to walk round and round."""
    rounds = (row * (_LONGEST // len(row) + 2) for row in _ROWS)
    return tuple(path for row in rounds for path in (row, row[::-1]))


def unit(text: str) -> str:
    """The shortest piece whose repetition makes the text; the text itself when none does."""
    for size in range(1, len(text) // 2 + 1):
        piece = text[:size]
        if (piece * (len(text) // size + 1))[: len(text)] == text:
            return piece
    return text


def is_pattern(text: str) -> bool:
    """A short piece over and over, or at most four walks one after the other."""
    if len(text) < _LEAST_STEP:
        return False
    return len(unit(text)) <= min(_UNIT, len(text) // 2) or _is_walk(text)


def _is_walk(text: str) -> bool:
    start = walks = 0
    while start < len(text):
        step = _step(text, start)
        walks += 1
        if (step < _LEAST_STEP and start + step < len(text)) or walks > _MOST_WALKS:
            return False
        start += step
    return walks > 0


def _step(text: str, start: int) -> int:
    """How far one walk, or one character held down, goes from here."""
    return max(_held(text, start), *(_along(path, text, start) for path in _paths()))


def _held(text: str, start: int) -> int:
    return len(text) - start - len(text[start:].lstrip(text[start]))


def _along(path: str, text: str, start: int) -> int:
    low, high = 0, len(text) - start
    while low < high:
        middle = (low + high + 1) // 2
        if text[start : start + middle] in path:
            low = middle
        else:
            high = middle - 1
    return low
