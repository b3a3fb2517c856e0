"""Who hears of what was done to a password."""

import pytest

from accounts import notices
from accounts.audit.models import AuditRecord
from accounts.notices import Notice
from accounts.outbox.models import Parcel
from accounts.people.models import Role
from accounts.policy.models import Policy
from accounts.tenancy import across_directories
from change import tasks as change_tasks
from reset import assisted
from reset import tasks as reset_tasks
from tests.cast import add_app
from tests.reset.scene import STRANGER, begun
from tests.support.postbox import text_of
from writeback.models import Evidence, Operation, Outcome, Write

pytestmark = pytest.mark.django_db

PATHS = {
    (Evidence.PROOFS, Operation.RESET): ("reset.succeeded", Notice.PASSWORD_RESET),
    (Evidence.PROOFS, Operation.UNLOCK): ("reset.unlocked", Notice.ACCOUNT_UNLOCKED),
    (Evidence.STAFF_ACT, Operation.RESET): ("reset.by_staff", Notice.PASSWORD_RESET),
    (Evidence.STAFF_ACT, Operation.UNLOCK): ("reset.unlocked_by_staff", Notice.ACCOUNT_UNLOCKED),
    (Evidence.CURRENT_PASSWORD, Operation.CHANGE): ("change.changed", Notice.PASSWORD_CHANGED),
}
SETTLED_BY = {
    Evidence.PROOFS: reset_tasks.settle,
    Evidence.STAFF_ACT: assisted.settle,
    Evidence.CURRENT_PASSWORD: change_tasks.settle,
}


def settled(person, evidence, operation):
    """A write that was confirmed, with the consequences that its owner draws."""
    attempt = begun(person.user_principal_name)
    Parcel.objects.filter(directory=person.directory).delete()  # what that told is not looked at
    row = Write.objects.create(
        directory=person.directory,
        user=person,
        operation=operation,
        evidence=evidence,
        evidence_id=str(attempt.pk),
        expires_at=attempt.expires_at,
        outcome=Outcome.DONE,
    )
    with across_directories("the periodic job"):
        SETTLED_BY[evidence]()
    return row


def told(postbox, address):
    return [mail["Subject"] for mail in postbox.to(address)]


@pytest.mark.parametrize(("path", "leaves"), PATHS.items())
def test_every_way_to_a_write_leaves_an_event_and_a_notice(ada, run_outbox, postbox, path, leaves):
    """P-C54: the owner of each kind of evidence settles it; all that exist are listed here."""
    event, notice = leaves
    settled(ada, *path)
    run_outbox()
    assert AuditRecord.objects.filter(kind=event, subject=ada).count() == 1
    assert AuditRecord.objects.filter(kind="notice.sent").count() == len(postbox.messages) > 0
    assert {"ada@mail.example", "ada@home.example"} == {
        mail["X-Envelope-To"] for mail in postbox.messages
    }
    assert notice in notices.DENIABLE
    assert all("/not-me/" in text_of(mail) for mail in postbox.messages)


def test_no_way_to_a_write_is_forgotten():
    """P-C54: whoever adds a kind of evidence or an operation says above what it leaves."""
    assert {operation for _evidence, operation in PATHS} == set(Operation)
    assert set(SETTLED_BY) == set(Evidence)


@pytest.fixture
def holder(make_user, corp):
    """A user administrator who can reset."""
    person = make_user("holder", roles=(Role.USER_ADMINISTRATOR,), alternate_email="")
    add_app(person)
    return person


def reset(person):
    return settled(person, Evidence.PROOFS, Operation.RESET)


def test_administrators_hear_of_a_role_holders_reset_in_their_own_language(
    holder, administrator, operator, make_user, other, run_outbox, postbox, corp
):
    """microsoft-sspr 1.3: all administrators but the person, and nobody else."""
    Policy.objects.in_directory(corp).update(notify_administrators=True)
    second = make_user("second", roles=(Role.DIRECTORY_ADMINISTRATOR,), language="de")
    reset(holder)
    run_outbox()
    for person in (administrator, second):
        [mail] = postbox.to(person.mail)
        assert mail["Content-Language"] == (person.language or "en")
        assert holder.user_principal_name in text_of(mail)
        assert "/not-me/" not in text_of(mail)
    assert not postbox.to(operator.mail)
    assert "reset" in told(postbox, holder.mail)[0]


def test_nobody_is_told_of_their_own_reset_as_an_administrator(
    make_user, operator, run_outbox, postbox, corp
):
    Policy.objects.in_directory(corp).update(notify_administrators=True)
    boss = make_user("boss", roles=(Role.DIRECTORY_ADMINISTRATOR,))
    reset(boss)
    run_outbox()
    assert told(postbox, boss.mail) == ["Your password was reset"]
    assert len(postbox.to(operator.mail)) == 1  # the only one left to tell


def test_other_operators_hear_of_an_operators_reset(make_user, operator, run_outbox, postbox, corp):
    Policy.objects.in_directory(corp).update(notify_administrators=True)
    boss = make_user("boss", roles=(Role.DIRECTORY_ADMINISTRATOR,))
    second = make_user("second", roles=(Role.OPERATOR,))
    reset(second)
    run_outbox()
    assert len(postbox.to(operator.mail)) == len(postbox.to(boss.mail)) == 1


@pytest.mark.parametrize("why_not", ["switched off", "no role", "an unlock"])
def test_administrators_hear_of_nothing_else(
    ada, holder, administrator, run_outbox, postbox, corp, why_not
):
    Policy.objects.in_directory(corp).update(notify_administrators=why_not != "switched off")
    operation = Operation.UNLOCK if why_not == "an unlock" else Operation.RESET
    settled(ada if why_not == "no role" else holder, Evidence.PROOFS, operation)
    run_outbox()
    assert postbox.to(administrator.mail) == []


def test_notices_can_be_switched_off_for_people_and_stay_on_for_administrators(
    holder, administrator, run_outbox, postbox, corp
):
    Policy.objects.in_directory(corp).update(notify_users=False, notify_administrators=True)
    reset(holder)
    run_outbox()
    assert not postbox.to(holder.mail)
    assert postbox.to(administrator.mail)
    assert STRANGER.network not in text_of(postbox.to(administrator.mail)[0])
