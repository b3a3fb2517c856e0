"""What an address says in advance: who somebody is, whose portal this is, and what for.

It moves to the session, so that it stands in no history, bookmark or log, and is believed no more
than what somebody types.
"""

from collections.abc import Mapping
from typing import Any

from accounts.forms import LONGEST_NAME
from accounts.people.models import Directory, User
from accounts.people.services import default_directory, directory_named
from accounts.policy import services as policies

FIELDS = ("username", "directory", "goal")
KEY = "prefill"  # in the session


def kept(request: Any) -> dict[str, str]:
    """What was said, by field; nothing for a browser without a session."""
    found: dict[str, str] = request.session.get(KEY, {}) if request.session.session_key else {}
    return found


def keep(request: Any, said: Mapping[str, str]) -> None:
    """Remember what an address says, of each field one value. A directory that is not there is
    left aside; the one known before stays, and everything else makes way."""
    known = {name: said[name][:LONGEST_NAME] for name in FIELDS if said.get(name)}
    if "directory" in known and directory_named(known["directory"]) is None:
        del known["directory"]
    before = {name: value for name, value in kept(request).items() if name == "directory"}
    if known or kept(request):
        request.session[KEY] = before | known


def forget(request: Any, *fields: str) -> None:
    """Forget some of it, everything when none is named."""
    before = kept(request)
    left = {name: value for name, value in before.items() if fields and name not in fields}
    if left != before:
        request.session[KEY] = left


def directory(request: Any) -> Directory | None:
    """Whose portal was asked for, if there is such."""
    named = kept(request).get("directory", "")
    return directory_named(named) if named else None


def wear(request: Any) -> None:
    """Make the page that of the directory this browser came for, else of the default one, with
    the helpdesk of whoever is signed in, else of everybody."""
    request.directory = request.directory or directory(request) or default_directory()
    request.helpdesk_link = ""
    if isinstance(request.user, User):
        request.helpdesk_link = policies.helpdesk_url(request.user)
    elif request.directory:
        request.helpdesk_link = policies.general_helpdesk_url(request.directory)
