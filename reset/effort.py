"""What a stranger's browser has to do first: a little work, or a wait. Nothing a browser sends
switches it off: the directory of the typed name decides, and the server counts and judges."""

from dataclasses import dataclass

from accounts import seams
from accounts.people.models import BotChallenge, Directory
from reset import breaker, waits

RESET, CONTACT = "reset:start", "reset:contact"  # what it is for: names of pages


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
