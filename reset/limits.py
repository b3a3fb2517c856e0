"""How often one may try. The same for somebody and nobody, and alike in every browser.

A browser that has signed in to the account before is counted apart from strangers', so that a
stranger who uses up a limit cannot keep the owner out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.client import Client
from accounts.limits import services as limits
from accounts.limits.services import Limit
from accounts.people.models import Directory
from reset.models import Attempt

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)

OPENINGS = Limit("reset.openings", times=100, within=HOUR, rest=HOUR)
OPENINGS_PER_NAME = Limit("reset.openings_per_name", times=20, within=HOUR, rest=HOUR)
WRONG = Limit("reset.wrong_answers", times=5, within=HOUR, rest=DAY)
WRONG_PER_NETWORK = Limit("reset.wrong_answers_per_network", times=200, within=HOUR, rest=HOUR)
COMPLETIONS = Limit("reset.completions", times=5, within=HOUR, rest=DAY)
SENDS = Limit("reset.sends", times=10, within=timedelta(minutes=10), rest=DAY)
TELLINGS = Limit("reset.tellings", times=3, within=DAY, rest=DAY)


@dataclass(frozen=True, slots=True)
class Paused:
    """A limit is used up. Said openly, and alike for all, in the time of the directory."""

    limit: str
    until: datetime | None  # None: as long as nobody does something about it
    time_zone: str
    method: str = ""


def opening(
    name_key: bytes, known_browser: bool, *, directory: Directory, client: Client
) -> Paused | None:
    """Count one more attempt for this name and, from a stranger, from this network."""
    return _spend_network(OPENINGS, known_browser, client, directory) or _spend(
        OPENINGS_PER_NAME, name_key.hex(), _place(known_browser), of=directory
    )


def telling(name_key: bytes, *, directory: Directory) -> bool:
    """May a mail say today why this name cannot reset? Counted for every name and attempt, so that
    nobody can fill a mailbox with it."""
    return limits.spend(TELLINGS, name_key.hex(), directory=directory.pk).allowed


def answering(attempt: Attempt, method: str, client: Client) -> Paused | None:
    """Count one more answer, before it is looked at; a right one clears the count."""
    return _spend(WRONG, *_who(attempt, method), of=attempt, method=method) or _spend_network(
        WRONG_PER_NETWORK, attempt.from_known_browser, client, attempt, method
    )


def completing(attempt: Attempt, method: str) -> Paused | None:
    """Count one more address typed in whole. Only a success of the attempt forgets them."""
    return _spend(COMPLETIONS, *_who(attempt, method), of=attempt, method=method)


def sending(attempt: Attempt, method: str) -> Paused | None:
    """Count one more message."""
    return _spend(SENDS, *_who(attempt, method), of=attempt, method=method)


def answering_paused(attempt: Attempt, method: str) -> Paused | None:
    """Is this method paused for this account? Counts nothing."""
    until = limits.blocked_until(WRONG, *_who(attempt, method))
    return Paused(WRONG.name, until, attempt.directory.time_zone, method) if until else None


def held_up(attempt: Attempt, method: str) -> Paused:
    """Nothing can be sent in this way just now, whoever asks."""
    return Paused("telephony.budget", None, attempt.directory.time_zone, method)


def answered(attempt: Attempt, method: str) -> None:
    """A right answer forgets the wrong ones before it."""
    limits.clear(WRONG, *_who(attempt, method))


def succeeded(attempt: Attempt) -> None:
    """A successful reset clears the account's counters, in this place."""
    methods = {str(offer["method"]) for offer in attempt.offers}
    counted = (WRONG, SENDS, COMPLETIONS)
    limits.clear_all((limit, _who(attempt, method)) for method in methods for limit in counted)


def _who(attempt: Attempt, method: str) -> tuple[str, str, str]:
    return bytes(attempt.name_key).hex(), method, _place(attempt.from_known_browser)


def _place(known: bool) -> str:
    return "known" if known else "stranger"


def _spend_network(
    limit: Limit, known_browser: bool, client: Client, of: Attempt | Directory, method: str = ""
) -> Paused | None:
    """Networks are counted for strangers only: one machine that guesses stops no office."""
    if known_browser:
        return None
    return _spend(limit, client.network, of=of, method=method)


def _spend(limit: Limit, *who: str, of: Attempt | Directory, method: str = "") -> Paused | None:
    key = of.directory_id if isinstance(of, Attempt) else of.pk
    spent = limits.spend(limit, *who, directory=key)
    if spent.allowed:
        return None
    until = spent.until or timezone.now()  # None: it opened again a moment ago, uncounted
    directory = of.directory if isinstance(of, Attempt) else of
    return Paused(limit.name, until, directory.time_zone, method)
