"""Which attacks there are, in the order they are tried, and what came of each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sspr.drill.stranger import Target, Unjudged


class Verdict(StrEnum):
    HELD = "held"
    BROKEN = "BROKEN"
    UNJUDGED = "could not be judged"


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one attack. ``numbers`` are those of docs/security-tests.md."""

    attack: str
    numbers: tuple[str, ...]
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class Attack:
    """``carry_out`` returns what it found open, nothing when all held, or raises Unjudged."""

    title: str
    numbers: tuple[str, ...]
    carry_out: Callable[[Target], list[str]]

    def __call__(self, target: Target) -> Finding:
        try:
            found = self.carry_out(target)
        except Unjudged as reason:
            return self._finding(Verdict.UNJUDGED, str(reason))
        return self._finding(Verdict.BROKEN if found else Verdict.HELD, "; ".join(found))

    def _finding(self, verdict: Verdict, why: str) -> Finding:
        return Finding(self.title, self.numbers, verdict, why)


def run(attacks: list[Attack], target: Target) -> Iterator[Finding]:
    """One after the other: the later ones use up limits that the earlier ones need."""
    return (attack(target) for attack in attacks)
