"""Findings as they are made, sent and read aloud."""

from typing import Any

from writeback.agent.answers import Finding, Health
from writeback.agent.doctor import words_of_people, words_of_servers
from writeback.agent.doctor.wording import Words

WORDS: dict[tuple[str, str], Words] = {**words_of_servers.WORDS, **words_of_people.WORDS}


def finding(
    subject: str, cause: str = "well", *, mends: tuple[str, ...] = (), **facts: Any
) -> Finding:
    """A finding of the table; ``facts`` are the names in its sentences."""
    return Finding(subject, cause, WORDS[subject, cause].health, facts, mends)


def told(one: Finding) -> dict[str, Any]:
    """A finding as a result carries it."""
    return {
        "subject": one.subject,
        "cause": one.cause,
        "health": one.health.value,
        "facts": one.facts,
        "mends": list(one.mends),
    }


def heard(raw: Any) -> Finding:
    """A finding out of a result; raises ValueError for what is none."""
    try:
        return Finding(
            subject=str(raw["subject"]),
            cause=str(raw["cause"]),
            health=Health(raw["health"]),
            facts={str(name): str(value) for name, value in raw["facts"].items()},
            mends=tuple(map(str, raw["mends"])),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no finding") from error
