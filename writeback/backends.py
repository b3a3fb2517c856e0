"""Signing in against the store that holds a person's password."""

from contextlib import suppress

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db.models import BigAutoField
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from accounts.hashing import MAX_LENGTH
from accounts.people.models import Directory, Source, User
from accounts.prepared import Given, Prepared
from accounts.signin import lockout
from accounts.signin.errors import HeldUp, StoreAway
from accounts.tenancy import across_directories
from writeback import stores
from writeback.stores.base import AnswerLost, Away, Refused, Store, StoreError, Verdict

_WELCOME = frozenset({Verdict.RIGHT, Verdict.MUST_CHANGE, Verdict.EXPIRED})
_DUE = frozenset({Verdict.MUST_CHANGE, Verdict.EXPIRED})

_HELD_UP = {Verdict.LOCKED: "locked", Verdict.DISABLED: "disabled"}


class StoreBackend(BaseBackend):
    """Asks the person's store. A store that cannot be asked is an outage, never a wrong password.

    Whoever does not come in costs the same: one slow hash, and one question to the directory's own
    server where it has one. So people kept here, people kept there and nobody take as long, and an
    outage of that server is told to all three.
    """

    @sensitive_variables()
    def authenticate(  # type: ignore[override]  # ours is asked with a person, not with a name
        self,
        request: HttpRequest | None,
        person: User | None = None,
        password: str = "",
        directory: Directory | None = None,
        name: bytes = b"",
    ) -> User | None:
        """``person``: None for nobody, of whom ``directory`` and ``name`` are all there is."""
        if person is None:
            make_password(password[:MAX_LENGTH])
            _pretend(directory, name)
            return None
        store = stores.for_user(person)
        if store is None:
            raise StoreAway
        verdict = _verdict(store, person, password)
        if verdict in _WELCOME:
            return _let_in(store, person, verdict) if person.enabled else None
        if person.source == Source.CLOUD:
            _pretend(directory, name)
        if why := _HELD_UP.get(verdict):
            raise HeldUp(why)
        return None

    def get_user(self, user_id: int) -> User | None:
        with across_directories("the session names the person; the person names the directory"):
            return _ENABLED.first(person=user_id)


# Asked at every page that somebody signed in opens.
_ENABLED = Prepared(
    lambda: User.objects.select_related("directory").filter(
        pk=Given("person", BigAutoField()), enabled=True
    )
)


@sensitive_variables()
def _verdict(store: Store, person: User, password: str) -> Verdict:
    """What the store says; unless it is welcome, a slow hash was computed on the way."""
    verdict = Verdict.WRONG
    failure: StoreAway | HeldUp | None = None
    try:
        verdict = store.verify(person, password)
    except (Away, AnswerLost):
        failure = StoreAway()
    except Refused as refusal:
        failure = HeldUp(refusal.code, refusal.until)
    if verdict not in _WELCOME and person.source != Source.CLOUD:
        make_password(password[:MAX_LENGTH])
    if failure:
        raise failure
    return verdict


def _pretend(directory: Directory | None, name: bytes) -> None:
    """Ask where a synchronised person of the directory would be asked about."""
    store = stores.for_source(directory, Source.SYNCHRONIZED) if directory else None
    if store is None:
        return
    try:
        store.pretend(name)
    except (Away, AnswerLost) as error:
        raise StoreAway from error
    except Refused:
        return


def _let_in(store: Store, person: User, verdict: Verdict) -> User:
    """With what the directory says of the password; where it is kept here, that is known here."""
    if person.source == Source.CLOUD:
        return person
    is_due = verdict in _DUE
    if person.must_change_password != is_due:
        person.must_change_password = is_due
        people = User.objects.in_directory(person.directory_id).filter(pk=person.pk)
        people.update(must_change_password=is_due)
    if lockout.is_to_be_learned(person.directory):
        with suppress(StoreError):
            store.describe(person)
    return person
