"""Weighing a password against banned words.

Every banned word found counts one point, every other character one point, and a password needs
five. So a banned word is no catastrophe in a long password, but a few of them do not make one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.policy.passwords.rule import PersonWords

NEEDED = 5
_NAME_LETTERS = 4
_MASK = "\0"
_LOOKALIKES = str.maketrans("01$@", "olsa")


def normalize(text: str) -> str:
    """Small letters, and the four substitutions everybody knows."""
    return text.lower().translate(_LOOKALIKES)


@dataclass(frozen=True)
class Words:
    """``terms`` are found within one edit, ``names`` only as they are and from four letters on."""

    terms: frozenset[str]
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, terms: Iterable[str], names: Iterable[str] = ()) -> "Words":
        """Normalised, so that both sides of a comparison speak the same language."""
        usable = (normalize(name) for name in names if len(name) >= _NAME_LETTERS)
        return cls(frozenset(map(normalize, terms)), frozenset(usable))

    @cached_property
    def exact(self) -> frozenset[str]:
        return self.terms | self.names

    @cached_property
    def exact_sizes(self) -> list[int]:
        return sorted({len(word) for word in self.exact})

    @cached_property
    def fuzzy_sizes(self) -> list[int]:
        sizes = {len(term) for term in self.terms}
        return sorted({size + more for size in sizes for more in (-1, 0, 1)})

    @cached_property
    def most_covered(self) -> int:
        """More characters than this cannot be covered by too few points."""
        longest = max((*self.exact_sizes, *self.fuzzy_sizes), default=1)
        return (NEEDED - 1) * longest

    @cached_property
    def shorter(self) -> frozenset[str]:
        """Every term without one of its letters."""
        return frozenset(one for term in self.terms for one in _shorter(term))

    @cached_property
    def masked(self) -> frozenset[str]:
        """Every term with one of its letters masked."""
        return frozenset(one for term in self.terms for one in _masked(term))

    def nearly(self, text: str) -> bool:
        """Is this a term with one letter added, lost or changed?"""
        return (
            text in self.shorter
            or any(one in self.masked for one in _masked(text))
            or any(one in self.terms for one in _shorter(text))
        )


def score(password: str, words: Words) -> int:
    """Points of a password; exact words are taken out first, then those nearly right."""
    text = normalize(password)
    found, rest = _split(text, words.exact_sizes, words.exact.__contains__)
    for piece in rest:
        nearly, others = _split(piece, words.fuzzy_sizes, words.nearly)
        found += nearly + sum(map(len, others))
    return found


def _split(text: str, sizes: list[int], is_word: Callable[[str], bool]) -> tuple[int, list[str]]:
    """How many words cover most of the text, and the pieces between them."""
    cost = list(range(len(text) + 1))
    word_before = [0] * (len(text) + 1)
    for end in range(1, len(text) + 1):
        cost[end] = cost[end - 1] + 1
        for size in sizes:
            start = end - size
            if start < 0:
                break
            if cost[start] + 1 < cost[end] and is_word(text[start:end]):
                cost[end], word_before[end] = cost[start] + 1, size
    return _walk_back(text, word_before)


def _walk_back(text: str, word_before: list[int]) -> tuple[int, list[str]]:
    found, pieces, end, piece_end = 0, [], len(text), len(text)
    while end:
        size = word_before[end]
        if size:
            found += 1
            pieces.append(text[end:piece_end])
            piece_end = end - size
        end -= size or 1
    pieces.append(text[:piece_end])
    return found, [piece for piece in pieces if piece]


def _shorter(text: str) -> Iterator[str]:
    return (text[:at] + text[at + 1 :] for at in range(len(text)))


def _masked(text: str) -> Iterator[str]:
    return (text[:at] + _MASK + text[at + 1 :] for at in range(len(text)))


@dataclass(frozen=True)
class BannedWords:
    """Enough of the password is neither a banned word nor a name."""

    words: Words
    code: str = "banned_words"

    @classmethod
    def of(cls, terms: Iterable[str], person: PersonWords) -> "BannedWords":
        return cls(Words.of(terms, (*person.own, *person.organizations)))

    @property
    def text(self) -> str:
        return _("Mostly other words than names and those your organisation does not allow")

    @property
    def live(self) -> dict[str, str]:
        return {}

    def check(self, password: str) -> str:
        if len(password) > self.words.most_covered or score(password, self.words) >= NEEDED:
            return ""
        return _(
            "Too much of this password is names or words that your organisation does not allow. "
            "Add other words."
        )
