"""Records in words: what happened, how it ended, on what, in the reader's language."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit.events import kinds, sentence
from accounts.audit.models import Outcome
from accounts.moments import told
from accounts.people.models import Role
from registration.methods import all_methods

OUTCOMES = {
    Outcome.SUCCEEDED: gettext_lazy("Succeeded"),
    Outcome.FAILED: gettext_lazy("Failed"),
    Outcome.BLOCKED: gettext_lazy("Blocked"),
    Outcome.NOTED: gettext_lazy("Noted"),
}
BADGES = {
    Outcome.SUCCEEDED: ("ok", "check"),
    Outcome.FAILED: ("warn", "alert"),
    Outcome.BLOCKED: ("bad", "cross"),
    Outcome.NOTED: ("", ""),
}
DEVICES = {
    "phone": gettext_lazy("Phone"),
    "tablet": gettext_lazy("Tablet"),
    "computer": gettext_lazy("Computer"),
    "system": gettext_lazy("The system"),
}
_NAMES = {"name", "old", "group", "child", "policy"}
_SLUG = re.compile(r"[a-z0-9_]+")
_GAP = re.compile(r"%\(\w+\)[sd]")


def what_happened(kind: str, facts: Mapping[str, Any], time_zone: str) -> str:
    """The sentence of an event, with its facts put in words."""
    return sentence(kind, {name: _word(name, fact, time_zone) for name, fact in facts.items()})


def method_name(slug: str) -> str:
    """What people call a method; its slug when it is not installed any more."""
    method = all_methods().get(slug)
    return str(method.name) if method else slug.replace("_", " ")


def kind_choices() -> list[tuple[str, str]]:
    """Every kind of event, by its sentence without the facts."""
    named = ((kind, _GAP.sub("…", str(event.sentence))) for kind, event in kinds().items())
    return sorted(named, key=lambda choice: choice[1].casefold())


def _word(name: str, fact: Any, time_zone: str) -> Any:
    if isinstance(fact, list):
        return ", ".join(str(_word(name, one, time_zone)) for one in fact) or _("nothing")
    if isinstance(fact, bool):
        return _("yes") if fact else _("no")
    if not isinstance(fact, str):
        return fact
    if name in {"method", "methods"}:
        return method_name(fact)
    if name == "role":
        return str(dict(Role.choices).get(fact, fact))
    if name == "limit":
        return fact.rpartition(".")[2].replace("_", " ")
    moment = _moment(fact) if name == "until" else None
    return told(moment, time_zone) if moment else _in_words(name, fact)


def _in_words(name: str, fact: str) -> str:
    """A slug as words; a name that somebody chose as it is."""
    is_slug = name not in _NAMES and _SLUG.fullmatch(fact)
    return fact.replace("_", " ") if is_slug else fact


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
