"""What happens to the account while a change is on its way."""

import pytest
from django.contrib.auth.hashers import check_password, make_password

from accounts.people import passwords
from accounts.people.models import User
from change import services
from tests.cast import PASSWORD
from tests.journeys import NEW
from tests.reset.scene import STRANGER
from writeback.models import Outcome, Write
from writeback.stores import cloud

pytestmark = pytest.mark.django_db

OWNERS = "eleven copper kettles by the sea"


def disable(user):
    User.objects.in_directory(user.directory).filter(pk=user.pk).update(enabled=False)


def set_anew(user):
    rows = User.objects.in_directory(user.directory).filter(pk=user.pk)
    rows.update(password=make_password(OWNERS))


def before(module, name, monkeypatch, happens):
    real = getattr(module, name)

    def first_that(*args, **kwargs):
        happens()
        return real(*args, **kwargs)

    monkeypatch.setattr(module, name, first_that)


@pytest.mark.parametrize("meanwhile", [disable, set_anew])
def test_an_account_that_changed_after_the_password_was_judged_admits_no_write(
    ada, monkeypatch, meanwhile
):
    """P-C19, S-C42: looked at again in the transaction that inserts, and said, not a fault."""
    before(passwords, "in_history", monkeypatch, lambda: meanwhile(ada))
    changed = services.change(ada, PASSWORD, NEW, client=STRANGER)
    assert (changed.row, changed.field) == (None, "current_password")
    assert not Write.objects.in_directory(ada.directory).exists()


def test_a_change_does_not_overtake_the_reset_that_was_meant_to_stop_it(ada, monkeypatch):
    """P-C36: who knows the old password cannot win against the owner who has just replaced it."""
    before(cloud, "make_password", monkeypatch, lambda: set_anew(ada))
    changed = services.change(ada, PASSWORD, NEW, client=STRANGER)
    assert changed.row is not None
    assert changed.row.outcome == Outcome.REFUSED
    assert [problem.code for problem in changed.problems] == ["wrong_current"]
    ada.refresh_from_db(from_queryset=User.objects.in_directory(ada.directory))
    assert check_password(OWNERS, ada.password)
