"""What a driver of a directory server can do, and what it says about an account.

A driver names an account by its *anchor*: the server's own immutable id (objectGUID, entryUUID) as
the text of a UUID. Names are looked up once and never written to. Every verb may raise ``Away``
(nothing was sent), ``AnswerLost`` (sent, and no answer) or ``Refused`` with a code of the
catalogue; what a server does not say, a driver does not guess.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from writeback.agent.answers import Verdict
from writeback.agent.settings import LdapSettings


@dataclass(frozen=True, slots=True)
class Rules:
    """The password rules in force for one account; None where the server does not say.

    ``source`` names where they stand: ``domain``, ``pso:NAME``, ``ppolicy:DN`` or ``unreadable``.
    ``complexity``: three of the five kinds of characters (MS-SAMR 3.1.1.7.1), and not the name.
    ``history``: so many former passwords are refused at a change, ``history_on_reset`` at a reset.
    """

    source: str
    min_length: int | None = None
    history: int | None = None
    history_on_reset: int | None = None
    min_age: timedelta | None = None
    max_age: timedelta | None = None
    complexity: bool | None = None
    lockout_threshold: int | None = None
    lockout_duration: timedelta | None = None
    lockout_window: timedelta | None = None  # in which wrong passwords add up; None: for ever


@dataclass(frozen=True, slots=True)
class Account:
    """One account, as the server has it now. Moments are aware; None: never, or not said.

    ``groups`` are the SIDs or names of every group, nested ones included, as far as the driver can
    read them. ``protected``: powerful by what it is in, so that nothing here may write to it.
    ``policy`` names the entry with its password rules; empty: those of the domain, or not said.
    ``wrong_at``: the wrong passwords that the server counts, whether or not its window is over.
    ``witness`` is another text after each writing of the password and stays the same otherwise,
    also while a change is due; empty where the server tells no such thing.
    """

    anchor: str
    dn: str
    name: str
    enabled: bool = True
    locked: bool = False
    locked_at: datetime | None = None
    must_change: bool = False
    expired: bool = False
    protected: bool = False
    password_changed_at: datetime | None = None
    password_expires_at: datetime | None = None
    groups: frozenset[str] = frozenset()
    policy: str = ""
    wrong_at: tuple[datetime, ...] = ()
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One person, as synchronisation reads them. ``attributes`` are contact data by our own names;
    ``primary`` is the anchor of the group that only the person names, empty for none."""

    anchor: str
    user_principal_name: str
    account_name: str
    display_name: str
    enabled: bool
    attributes: dict[str, str] = field(default_factory=dict)
    primary: str = ""


@dataclass(frozen=True, slots=True)
class GroupPart:
    """A group and some of its members, people and groups alike: anchors, 16 bytes each. The
    members of a group are those of all its parts in one reading."""

    anchor: str
    name: str
    members: bytes = b""


@dataclass(frozen=True, slots=True)
class Present:
    """People and groups that are there, changed or not: anchors, 16 bytes each."""

    anchors: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """The end of a reading, and from where the next one goes on. ``whole``: everything was told
    and not only what changed."""

    text: str
    whole: bool


Item = Person | GroupPart | Present | Mark


Admit = Callable[[Account], None]


def anybody(account: Account) -> None:
    """Nobody is refused."""


class Driver(ABC):
    """A directory server. Thread-safe; a connection serves one operation at a time.

    ``admit`` hears of the account as it is on the very server that will be written to, before
    anything is, and raises ``Refused`` for no; once more when it was moved meanwhile.
    """

    kind: str
    _settings: LdapSettings

    @property
    def settings(self) -> LdapSettings:
        """How it was told to reach its servers."""
        return self._settings

    @abstractmethod
    def reach(self) -> None:
        """Does a server answer, and let the service account in? Raises Away where none does."""

    @abstractmethod
    def find(self, name: str) -> Account | None:
        """The account a person means by a sign-in name; None for nobody.

        Raises ``Refused("ambiguous")`` when the name fits more than one.
        """

    @abstractmethod
    def account(self, anchor: str) -> Account | None:
        """The account with this anchor, wherever it was moved or renamed to."""

    @abstractmethod
    def rules(self, account: Account) -> Rules:
        """The password rules in force for an account."""

    @abstractmethod
    def verify(self, anchor: str, password: str) -> Verdict:
        """Bind as the person. An empty password is wrong and is never sent (RFC 4513 5.1.2).

        Raises ``Refused("too_many_wrong")`` where one more might lock the account (``lockout``).
        """

    @abstractmethod
    def reset(
        self, anchor: str, password: str, *, must_change: bool = False, admit: Admit = anybody
    ) -> None:
        """Set a password without knowing the old one, and lift the lock, in one operation."""

    @abstractmethod
    def change(self, anchor: str, password: str, *, current: str, admit: Admit = anybody) -> None:
        """Set a password as the person, who knows the current one; refused as ``verify`` is."""

    @abstractmethod
    def unlock(self, anchor: str, *, admit: Admit = anybody) -> None:
        """Lift a lock; the password stays."""

    @abstractmethod
    def changes(self, mark: str) -> Iterator[Item]:
        """Who and what changed since a mark, and everything that is there; a ``Mark`` is last.

        Everything is told where the mark is empty, of another server or of other settings. Flat in
        memory, on one server throughout. Raises ``Refused("limited")`` where the server does not
        show all of it: what is not shown is not gone.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of every connection."""


def is_sendable(text: str) -> bool:
    """Can servers be trusted with it? Some take a NUL for the end, so that a password would be set,
    or be right, that is shorter than what was typed; half a surrogate pair is no character."""
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)
