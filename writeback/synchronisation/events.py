from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.audit.events import Event
from accounts.audit.models import Outcome

DONE = Outcome.SUCCEEDED


@dataclass(frozen=True, kw_only=True)
class Synchronised(
    Event,
    kind="synchronisation.done",
    outcome=DONE,
    sentence=_(
        "Synchronised with the directory server: %(created)d new, %(changed)d changed, "
        "%(gone)d gone"
    ),
):
    created: int
    changed: int
    gone: int


@dataclass(frozen=True, kw_only=True)
class DeletionsAsked(
    Event,
    kind="synchronisation.asks",
    outcome=Outcome.BLOCKED,
    sentence=_(
        "%(gone)d of %(known)d people are gone from the directory server: nobody was disabled"
    ),
):
    gone: int
    known: int


@dataclass(frozen=True, kw_only=True)
class DeletionsAccepted(
    Event,
    kind="synchronisation.accepted",
    outcome=DONE,
    sentence=_("Agreed that %(gone)d people are gone from the directory server"),
):
    gone: int


@dataclass(frozen=True, kw_only=True)
class SynchronisationFailed(
    Event,
    kind="synchronisation.failed",
    outcome=Outcome.FAILED,
    sentence=_("Could not synchronise with the directory server (%(reason)s)"),
):
    reason: str


@dataclass(frozen=True, kw_only=True)
class PersonLinked(
    Event,
    kind="synchronisation.linked",
    outcome=DONE,
    sentence=_("Linked to the account of this name in the directory server"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class PersonGone(
    Event,
    kind="synchronisation.person_gone",
    outcome=DONE,
    sentence=_("Is gone from the directory server: disabled the account"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class PersonBack(
    Event,
    kind="synchronisation.person_back",
    outcome=DONE,
    sentence=_("Is back in the directory server"),
):
    pass


@dataclass(frozen=True, kw_only=True)
class NameSetAside(
    Event,
    kind="synchronisation.name_set_aside",
    outcome=DONE,
    sentence=_("Gave up the user ID, which somebody new has in the directory server"),
):
    pass
