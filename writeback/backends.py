"""Signing in against the store that holds a person's password."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from accounts.hashing import MAX_LENGTH
from accounts.people.models import User
from accounts.signin.errors import StoreAway
from accounts.tenancy import across_directories
from writeback import stores
from writeback.stores.base import AnswerLost, Away, Verdict

_WELCOME = frozenset({Verdict.RIGHT, Verdict.MUST_CHANGE})


class StoreBackend(BaseBackend):
    """Asks the person's store. A store that cannot be asked is an outage, never a wrong password.

    For nobody the same slow hash is computed, and nobody comes in.
    """

    @sensitive_variables()
    def authenticate(  # type: ignore[override]  # ours is asked with a person, not with a name
        self, request: HttpRequest | None, person: User | None = None, password: str = ""
    ) -> User | None:
        if person is None:
            make_password(password[:MAX_LENGTH])
            return None
        store = stores.for_user(person)
        if store is None:
            raise StoreAway
        try:
            verdict = store.verify(person, password)
        except (Away, AnswerLost) as error:
            raise StoreAway from error
        return person if verdict in _WELCOME and person.enabled else None

    def get_user(self, user_id: int) -> User | None:
        with across_directories("the session names the person; the person names the directory"):
            people = User.objects.select_related("directory")
            return people.filter(pk=user_id, enabled=True).first()
