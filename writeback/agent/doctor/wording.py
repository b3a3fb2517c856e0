"""The form of what a finding says, and of what mends it: sentences with named places for facts.

The agent's console shows them as they are, the portal in the reader's language. An id is never
given anew to something else: administrators search for it (docs/writeback-events.md).
"""

from typing import NamedTuple

from writeback.agent.answers import Health


class Words(NamedTuple):
    """``remedy`` is empty where nothing has to be done."""

    id: str
    health: Health
    says: str
    remedy: str = ""


def gettext_noop(text: str) -> str:
    """Marks a sentence for translators; this package knows no languages."""
    return text
