"""How often one may try. The same for somebody and nobody, and alike in every browser.

What a stranger does is counted apart from what comes from a browser that has signed in to the
account before, and from what follows the proof of something nobody can guess: so a stranger who
uses up a limit keeps no owner out. What nobody can guess is not counted per account at all. The
table of all limits is docs/limits.md.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.client import Client
from accounts.limits import services as limits
from accounts.limits.services import Limit
from accounts.people.models import Directory
from accounts.policy.models import Policy
from registration import methods
from reset.models import Attempt

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)

OPENINGS = Limit("reset.openings", times=100, within=HOUR, rest=HOUR)
OPENINGS_PER_NAME = Limit("reset.openings_per_name", times=20, within=HOUR, rest=HOUR)
WRONG = Limit("reset.wrong_answers", times=5, within=HOUR, rest=DAY)
WRONG_PER_NETWORK = Limit("reset.wrong_answers_per_network", times=200, within=HOUR, rest=HOUR)
COMPLETIONS = Limit("reset.completions", times=5, within=HOUR, rest=DAY)
SENDS = Limit("reset.sends", times=10, within=timedelta(minutes=10), rest=DAY)
TELLINGS = Limit("reset.tellings", times=3, within=DAY, rest=DAY)
RESETS = Limit("reset.resets", times=5, within=HOUR, rest=DAY)
PACE = Limit("reset.pace", times=1, within=timedelta(seconds=30), rest=timedelta(seconds=30))
LONGEST_PACE = timedelta(minutes=4)

KNOWN, PROVED, STRANGER = "known", "proved", "stranger"


@dataclass(frozen=True, slots=True)
class Paused:
    """A limit is used up. Said openly, and alike for all, in the time of the directory."""

    limit: str
    until: datetime | None  # None: as long as nobody does something about it
    time_zone: str
    method: str = ""

    @property
    def is_brief(self) -> bool:
        """Is it worth waiting for with the page open?"""
        return self.limit == PACE.name


def opening(
    name_key: bytes, known_browser: bool, *, directory: Directory, client: Client
) -> Paused | None:
    """Count one more attempt: for the name from its own browser, from a stranger's network."""
    if known_browser:
        return _spend(OPENINGS_PER_NAME, name_key.hex(), KNOWN, of=directory)
    return _spend(OPENINGS, client.network, of=directory)


def telling(name_key: bytes, *, directory: Directory) -> bool:
    """May a mail say today why this name cannot reset? Counted for every name and attempt, so that
    nobody can fill a mailbox with it."""
    return limits.spend(TELLINGS, name_key.hex(), directory=directory.pk).allowed


def answering(
    attempt: Attempt, method: str, client: Client, *, is_strained: bool = False
) -> Paused | None:
    """Count one more answer, before it is looked at; a right one clears the count.

    Networks are counted for strangers only: one machine that guesses stops no office.
    """
    place, who = place_of(attempt), _who(attempt, method)
    paused = None
    if methods.get(method).guessable:
        if is_strained and place == STRANGER:
            paused = _pace(attempt, method)
        wrong = ruled(WRONG, attempt.policy)
        paused = paused or _spend(wrong, *who, of=attempt, method=method)
    if paused or place != STRANGER:
        return paused
    return _spend(WRONG_PER_NETWORK, client.network, of=attempt, method=method)


def completing(attempt: Attempt, method: str) -> Paused | None:
    """Count one more address typed in whole. Only a success of the attempt forgets them."""
    limit = ruled(COMPLETIONS, attempt.policy)
    return _spend(limit, *_who(attempt, method), of=attempt, method=method)


def sending(attempt: Attempt, method: str) -> Paused | None:
    """Count one more message, or one more question where there is nothing to send."""
    if not methods.get(method).guessable:
        return None
    limit = ruled(SENDS, attempt.policy)
    return _spend(limit, *_who(attempt, method), of=attempt, method=method)


def answering_paused(attempt: Attempt, method: str) -> Paused | None:
    """Is this method paused for this account? Counts nothing."""
    if not methods.get(method).guessable:
        return None
    until = limits.blocked_until(ruled(WRONG, attempt.policy), *_who(attempt, method))
    return Paused(WRONG.name, until, attempt.directory.time_zone, method) if until else None


def resetting_paused(attempt: Attempt) -> Paused | None:
    """Has this account been reset too often? Only who passes every check could bring that about."""
    until = limits.blocked_until(RESETS, bytes(attempt.name_key).hex())
    return Paused(RESETS.name, until, attempt.directory.time_zone) if until else None


def held_up(attempt: Attempt, method: str) -> Paused:
    """Nothing can be sent in this way just now, whoever asks."""
    return Paused("telephony.budget", None, attempt.directory.time_zone, method)


def answered(attempt: Attempt, method: str) -> None:
    """A right answer forgets the wrong ones before it."""
    who = _who(attempt, method)
    limits.clear_all([(WRONG, who), (PACE, who)])


def succeeded(attempt: Attempt, *, is_reset: bool = True) -> None:
    """A success clears the account's counters, in this place; resets themselves are counted."""
    name, known = bytes(attempt.name_key).hex(), attempt.from_known_browser
    ways = {str(offer["method"]) for offer in attempt.offers}
    places = (KNOWN,) if known else (STRANGER, PROVED)
    counted = (WRONG, SENDS, COMPLETIONS, PACE)
    limits.clear_all(
        (limit, (name, method, place)) for method in ways for place in places for limit in counted
    )
    if is_reset:
        limits.spend(ruled(RESETS, attempt.policy), name, directory=attempt.directory_id)


def place_of(attempt: Attempt) -> str:
    """Whose tries these are counted with: those of a known browser, of somebody who has proved
    what nobody can guess, or of strangers."""
    if attempt.from_known_browser:
        return KNOWN
    proved = any(not methods.get(method).guessable for method in attempt.proved_by)
    return PROVED if proved else STRANGER


def ruled(limit: Limit, policy: Policy | None) -> Limit:
    """A limit as a policy has it; a decoy has a policy like anybody."""
    if policy is None:
        return limit
    decided = {
        WRONG.name: policy.answers_allowed,
        COMPLETIONS.name: policy.answers_allowed,
        SENDS.name: policy.messages_allowed,
    }
    rest = timedelta(hours=policy.block_hours)
    return replace(limit, times=decided.get(limit.name, limit.times), rest=rest)


def _pace(attempt: Attempt, method: str) -> Paused | None:
    """Each answer makes the wait before the next one longer."""
    who = _who(attempt, method)
    wait = min(LONGEST_PACE, PACE.within * 2 ** limits.counted(WRONG, *who))
    return _spend(replace(PACE, within=wait, rest=wait), *who, of=attempt, method=method)


def _who(attempt: Attempt, method: str) -> tuple[str, str, str]:
    return bytes(attempt.name_key).hex(), method, place_of(attempt)


def _spend(limit: Limit, *who: str, of: Attempt | Directory, method: str = "") -> Paused | None:
    key = of.directory_id if isinstance(of, Attempt) else of.pk
    spent = limits.spend(limit, *who, directory=key)
    if spent.allowed:
        return None
    until = spent.until or timezone.now()  # None: it opened again a moment ago, uncounted
    directory = of.directory if isinstance(of, Attempt) else of
    return Paused(limit.name, until, directory.time_zone, method)
