"""What a stranger's browser has to do first: a little work, or a wait. Nothing a browser sends
switches it off: the directory of the typed name decides, and the server counts and judges."""

from dataclasses import dataclass

from django.core.cache import cache

from accounts import seams
from accounts.people.models import BotChallenge, Directory
from accounts.people.services import directory_or_default
from reset import breaker, waits

RESET, CONTACT = "reset:start", "reset:contact"  # what it is for: names of pages
_KEPT = 5  # seconds


class Due(Exception):
    """Before this request is let in, its browser has work to do."""

    def __init__(self, directory: Directory) -> None:
        super().__init__(directory.name)
        self.directory = directory


@dataclass(frozen=True, slots=True)
class Effort:
    """What a request brings. ``browser``: the secret of its cookie, which ties what we asked to
    this browser; ``answer`` and ``ticket``: a solution, and a wait; empty for none."""

    browser: str = ""
    answer: str = ""
    ticket: str = ""


NONE = Effort()


def is_due(directory: Directory, *, known_browser: bool = False) -> bool:
    """Do strangers have to work just now? Browsers that have signed the person in before never."""
    if known_browser or directory.bot_challenge == BotChallenge.OFF:
        return False
    return directory.bot_challenge != BotChallenge.STRAINED or breaker.is_strained(directory)


def is_expected(directory: int) -> bool:
    """Will strangers here (0: in the default directory) probably have to work? Kept for a few
    seconds, so that a page that only saves time costs no query: ``demand`` looks itself."""
    key = f"effort-{directory}"
    found: bool | None = cache.get(key)
    if found is None:
        first = directory_or_default(directory)
        found = first is not None and is_due(first)
        cache.set(key, found, _KEPT)
    return found


def demand(directory: Directory, brought: Effort, *, purpose: str, known_browser: bool) -> None:
    """Raise Due unless the work is done, or none is due. Call it outside any transaction."""
    if not is_due(directory, known_browser=known_browser):
        return
    facts = {"browser": brought.browser, "purpose": purpose}
    if brought.browser and seams.bot_challenge().passed(brought.answer, **facts):
        return
    if brought.browser and waits.is_over(brought.ticket, **facts):
        return
    raise Due(directory)
