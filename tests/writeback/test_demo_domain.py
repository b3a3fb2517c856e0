"""The demonstration's people in an Active Directory are in the conditions their stories tell."""

import pytest

from accounts.people.models import Directory, Source, User
from accounts.signin import lockout
from sspr.demo import domain
from sspr.demo.people import PASSWORD
from tests.cast import make_user
from writeback import stores
from writeback.stores.base import Verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved_in(corp, samba, served, monkeypatch):
    """People of the demonstration, after they moved."""
    for name, value in samba.env.items():
        monkeypatch.setenv(f"AD_{name}", value)
    unit = f"{domain.UNIT},{samba.base}"
    samba.admin.add(unit, "organizationalUnit")
    served(samba)
    Directory.objects.update(store_kind="cloud")
    people = {
        "plain": make_user("plain", directory=corp),
        "off": make_user("off", directory=corp, enabled=False),
        "due": make_user("due", directory=corp, must_change_password=True),
        "locked": make_user("locked", directory=corp),
    }
    for number in range(corp.lockout_threshold):
        lockout.reserve(lockout.key_of(people["locked"]), str(number), False, corp)
    domain.move_in(people.values())
    yield people
    for user in people.values():
        samba.admin.delete(f"CN={user.display_name},{unit}")
    stores.forget()


def held_by(user):
    store = stores.for_user(user)
    assert store
    return store


def test_their_passwords_are_in_the_domain_and_nowhere_else(moved_in):
    found = {name: held_by(user).verify(user, PASSWORD) for name, user in moved_in.items()}
    assert found == {
        "plain": Verdict.RIGHT,
        "off": Verdict.DISABLED,
        "due": Verdict.MUST_CHANGE,
        "locked": Verdict.LOCKED,
    }
    for user in User.objects.in_directory(moved_in["plain"].directory):
        assert (user.source, user.password) == (Source.SYNCHRONIZED, "")


def test_who_was_paused_here_is_locked_there_instead(moved_in):
    user = moved_in["locked"]
    assert lockout.locked_until(lockout.key_of(user)) is None
    assert held_by(user).describe(user).locked
