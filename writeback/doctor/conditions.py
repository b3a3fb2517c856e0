"""The six things that the state of writeback can be, each with what to do about it."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from writeback.agent.answers import Finding, Health


class Condition(models.TextChoices):
    """In one word, how it stands."""

    RUNNING = "running", _("Running")
    OUTDATED = "outdated", _("Connected, but the agent is outdated")
    UNTOLD = "untold", _("Not known: the agent is too old to tell")
    AWAY = "away", _("Cannot connect just now")
    MISCONFIGURED = "misconfigured", _("Not set up properly")
    OUR_SIDE = "our_side", _("Cannot connect, and the fault may be on the portal’s side")


REMEDIES: dict[str, Any] = {
    Condition.RUNNING: _("Nothing has to be done."),
    Condition.OUTDATED: _("Passwords are written. Update the agent when there is time for it."),
    Condition.UNTOLD: _("Update the agent: it may or may not write passwords."),
    Condition.AWAY: _(
        "See that the agent and the directory server run and reach each other. Resets wait "
        "until then."
    ),
    Condition.MISCONFIGURED: _("Go through the faults below from the top, then check again."),
    Condition.OUR_SIDE: _(
        "See that the portal reaches the broker. The agents need not be touched."
    ),
}

_BY_THE_WAY = {
    ("broker", "away"): Condition.OUR_SIDE,
    ("agent", "none"): Condition.MISCONFIGURED,
    ("agent", "wrong_settings"): Condition.MISCONFIGURED,
    ("agent", "refuses"): Condition.MISCONFIGURED,
    ("agent", "silent"): Condition.AWAY,
    ("agent", "unanswered"): Condition.AWAY,
    ("agent", "too_old"): Condition.UNTOLD,
}
_OF_A_SERVER = frozenset({"reachable", "certificate", "bind"})


def condition_of(findings: Iterable[Finding]) -> Condition:
    """The worst that these findings mean. Where one server of several lets us in, the others
    trouble nobody yet."""
    everything = list(findings)
    for one in everything:
        if (one.subject, one.cause) in _BY_THE_WAY:
            return _BY_THE_WAY[one.subject, one.cause]
    lets_in = any(one.subject == "bind" and one.well for one in everything)
    faults = [one for one in everything if one.health is Health.FAULT]
    of_servers = [one for one in faults if one.subject in _OF_A_SERVER]
    if len(faults) > len(of_servers):
        return Condition.MISCONFIGURED
    if of_servers and not lets_in:
        is_silence = all(one.cause == "silent" for one in of_servers)
        return Condition.AWAY if is_silence else Condition.MISCONFIGURED
    if any((one.subject, one.cause) == ("agent", "outdated") for one in everything):
        return Condition.OUTDATED
    return Condition.RUNNING
