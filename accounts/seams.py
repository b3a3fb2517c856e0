"""Needs that point upward: what accounts asks of the apps above it.

Each is a dotted path in settings, or a list of them; the Protocols say what stands there.
``sspr.checks`` imports every path when the project starts, so a misspelt one is an error and not
a silence.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from accounts.outbox.models import Parcel
    from accounts.people.models import Directory, User
    from accounts.policy.models import Policy


class Interrupt(Protocol):
    """SIGN_IN_INTERRUPTS: something a person must do before a session counts."""

    slug: str

    def due(self, user: "User") -> bool:
        """Does this stand between the person and a session? Asked at sign-in and when settled."""

    def url(self) -> str:
        """Where the person does it."""


class NoticeAddresses(Protocol):
    """NOTICE_ADDRESSES: mail addresses of a person that notices go to."""

    def __call__(self, user: "User") -> Iterable[str]: ...


class MailRefused(Protocol):
    """MAIL_REFUSED: hears that a server will take no mail for an address of a person."""

    def __call__(self, user: "User", address: str, status: str) -> None: ...


class OutboxHandler(Protocol):
    """OUTBOX_HANDLERS: does the work of a parcel, or raises ``outbox.services.TryLater``."""

    def __call__(self, parcel: "Parcel") -> None: ...


class PolicyEffect(Protocol):
    """POLICY_EFFECTS: sentences about whom a change of policy strands."""

    def __call__(self, policy: "Policy") -> Iterable[str]: ...


class PeopleSynchronized(Protocol):
    """PEOPLE_SYNCHRONIZED: hears whom synchronisation has just written, in its transaction.

    ``contacts``: the keys of those whose contact data are not what they were.
    """

    def __call__(
        self, directory: "Directory", people: Sequence["User"], contacts: Collection[int]
    ) -> None: ...


class BotChallenge(Protocol):
    """BOT_CHALLENGE: one dotted path; what a stranger's browser has to do while programs are about.

    ``template`` shows it within a form, with what ``ask`` returned as ``asked``, and sends the
    answer in the field ``effort``; ``script`` is the static file that does the work.
    """

    template: str
    script: str

    def ask(self, *, browser: str, purpose: str) -> str:
        """A new one, for one browser and one purpose."""

    def passed(self, answer: str, *, browser: str, purpose: str) -> bool:
        """Is this its answer? Yes at most once; no for whatever cannot be read."""


@cache
def _loaded(setting: str) -> tuple[Any, ...]:
    paths = getattr(settings, setting)
    return tuple(import_string(path) for path in paths)


def interrupts() -> tuple[Interrupt, ...]:
    """In the order in which they stand before a person."""
    return tuple(made() for made in _loaded("SIGN_IN_INTERRUPTS"))


def notice_addresses() -> tuple[NoticeAddresses, ...]:
    return _loaded("NOTICE_ADDRESSES")


def mail_refused() -> tuple[MailRefused, ...]:
    return _loaded("MAIL_REFUSED")


def people_synchronized() -> tuple[PeopleSynchronized, ...]:
    return _loaded("PEOPLE_SYNCHRONIZED")


def policy_effects() -> tuple[PolicyEffect, ...]:
    return _loaded("POLICY_EFFECTS")


def bot_challenge() -> BotChallenge:
    made: BotChallenge = import_string(settings.BOT_CHALLENGE)()
    return made


@cache
def outbox_handler(kind: str) -> OutboxHandler:
    """The handler of a kind of parcel; KeyError when there is none."""
    handler: OutboxHandler = import_string(settings.OUTBOX_HANDLERS[kind])
    return handler


@cache
def periodic_job(name: str) -> Any:
    """The function of a periodic job."""
    path, _seconds = settings.PERIODIC_JOBS[name]
    return import_string(path)
