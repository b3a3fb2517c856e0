"""The 25 examples that the original's behaviour was boiled down to, as far as they apply here.

Those that belong to another part are tests there; each says "Acceptance example" and its number.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.limits.models import Tally
from accounts.people.models import Directory, Group, GroupClosure
from accounts.policy.models import Policy
from accounts.signin import lockout
from accounts.tenancy import across_directories
from registration.telephony.backends import locmem
from reset import services
from tests import cast
from tests.apps import code_now
from tests.cast import PASSWORD
from tests.journeys import NEW, Journey, ResetJourney, can_sign_in
from tests.reset.scene import STRANGER, answered, asked, begun, fresh
from tests.support.memory import move_to_memory
from writeback import stores
from writeback.stores.base import Answer

pytestmark = pytest.mark.django_db
TESTS = Path(__file__).resolve().parents[1]
BEN, CLEO = "ben@corp.example", "cleo@corp.example"


@pytest.fixture(autouse=True)
def _stores():
    yield
    stores.forget()


def rule(directory, **fields):
    Policy.objects.in_directory(directory).update(**fields)


def mailed(name, run_outbox, postbox):
    """A browser that has passed the check by mail."""
    journey = ResetJourney().start(name).choose(0)
    run_outbox()
    return journey.answer(postbox.code(f"{name.partition('@')[0]}@home.example"))


def trail(kind):
    with across_directories("a test looks"):
        return list(AuditRecord.objects.filter(kind=kind).order_by("pk"))


def test_every_example_has_a_test():
    said = "".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    numbers = re.findall(r"Acceptance examples? (\d+(?:(?:, | and )\d+)*)", said)
    tested = {int(number) for found in numbers for number in re.findall(r"\d+", found)}
    assert tested == set(range(1, 26))


def test_too_few_methods_are_said_before_any_gate_where_policy_talks(ada, corp):
    """Acceptance example 1: two gates, one method: code 14 at once."""
    rule(corp, methods_required=2, talkative=True)
    journey = ResetJourney().start("ada@corp.example")
    assert journey.step == "reset:denied"
    assert "SSPR_0014" in journey.words


def test_the_method_used_first_is_not_offered_again(ben, corp, run_outbox, postbox):
    """Acceptance example 4."""
    rule(corp, methods_required=2)
    journey = mailed(BEN, run_outbox, postbox)
    assert journey.step == "reset:method"
    assert "Email my alternate email" not in journey.words
    assert "authenticator" in journey.words


def test_a_wrong_number_sends_nothing_and_the_fifth_is_the_last(cleo, corp, run_outbox):
    """Acceptance examples 5 and 6: said at once where policy talks; a day from the last try, and
    in the trail as blocked, which is no failure."""
    rule(corp, talkative=True, methods=["mobile_phone", "alternate_email"])
    cast.add_phone(cleo, "+447700900123")
    locmem.outbox.clear()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        journey = ResetJourney().start(CLEO).choose(0)
        for ending in range(5):
            journey.post("reset:address", address=f"0770090000{ending}")
            assert journey.step == "reset:address"
            assert "not the number we hold" in journey.words
        assert journey.post("reset:address", address="07700 900123").page.status_code == 429
        run_outbox()
        assert locmem.outbox == []
        assert [line.outcome for line in trail("reset.blocked")] == ["blocked"]
        for hours, opens in ((23, False), (1.1, True)):
            clock.shift(timedelta(hours=hours))
            later = ResetJourney().start(CLEO).choose(0)
            later.post("reset:address", address="+44 7700 900123")
            assert (later.step == "reset:code") is opens


@pytest.mark.parametrize(("seconds", "counts"), [(595, True), (605, False)])
def test_a_code_counts_for_ten_minutes_of_fifteen(ada, run_outbox, postbox, seconds, counts):
    """Acceptance example 7."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        journey = ResetJourney().start("ada@corp.example").choose(0)
        run_outbox()
        clock.shift(timedelta(seconds=seconds))
        journey.answer(postbox.code("ada@home.example"))
        assert journey.step == ("reset:password" if counts else "reset:code")


def test_a_success_clears_the_counters(ben):
    """Acceptance example 8."""
    journey = ResetJourney().start(BEN).choose(1)
    for code in ("000000", "111111", "222222", "333333"):
        journey.answer(code)
    journey.answer(code_now())
    assert journey.save().step == "reset:done"
    wrong = Tally.objects.filter(limit="reset.wrong_answers", count__gt=0)
    assert not wrong.filter(resets_at__gt=timezone.now()).exists()


def test_people_with_a_role_reset_by_rules_of_their_own(helpdesk, corp, run_outbox, postbox):
    """Acceptance examples 11 and 12: outside the groups, policy switched off, a method it does not
    have: always two gates, never questions."""
    group = Group.objects.create(directory=corp, name="Others")
    GroupClosure.objects.create(directory=corp, ancestor=group, descendant=group)
    policy = Policy.objects.in_directory(corp).get()
    policy.groups.add(group)
    rule(corp, self_service_reset=False, methods=["security_questions"], methods_required=1)
    cast.add_answers(helpdesk)
    name = helpdesk.user_principal_name
    assert "security_questions" not in {offer["method"] for offer in begun(name).offers}
    journey = mailed(name, run_outbox, postbox)
    assert journey.step == "reset:method"
    app = [offer["method"] for offer in begun(name).offers].index("authenticator_app")
    assert journey.choose(app).answer(code_now()).save().step == "reset:done"


def test_people_with_a_role_have_a_switch_of_their_own(helpdesk, corp):
    """Acceptance example 11: off for them, whatever policy says, and on for everybody else."""
    rule(corp, talkative=True)
    Directory.objects.filter(pk=corp.pk).update(administrators_may_reset=False)
    journey = ResetJourney().start(helpdesk.user_principal_name)
    assert "SSPR_0043" in journey.words
    assert "another administrator" in journey.words


def test_an_outage_is_told_before_the_gates(ben):
    """Acceptance example 13: and alike to people whose password is kept there and to nobody."""
    memory = move_to_memory(ben)
    memory.faults.away = True
    journey = ResetJourney().start(BEN)
    assert journey.page.status_code == 503
    assert "SSPR_0030" in journey.words
    assert "before you go through the checks for nothing" in journey.words


def test_when_our_side_is_late_the_page_waits_and_then_says_done(ben, monkeypatch):
    """Acceptance example 14: the directory has the password, and we have not heard of it yet."""
    memory = move_to_memory(ben)
    journey = ResetJourney().start(BEN).choose(1).answer(code_now())
    memory.faults.lose = "answer"
    with monkeypatch.context() as late:
        late.setattr(memory, "outcome", lambda job: Answer.UNKNOWN)
        journey.save()
    assert journey.step == "reset:waiting"
    assert "has not answered yet" in journey.words
    assert journey.get("reset:waiting").step == "reset:done"
    assert memory.entries[ben.upn_key].password == NEW


def test_an_unlock_leaves_the_portals_lock_and_a_reset_lifts_it(ben, corp):
    """Acceptance example 15."""
    memory = move_to_memory(ben, locked=True)
    rule(corp, unlock_without_reset=True)
    for number in range(10):
        can_sign_in(BEN, f"wrong password number {number}")
    journey = ResetJourney().start(BEN).post("reset:why", goal="unlock")
    journey.post("reset:method", check=1).post("reset:code", code=code_now())
    assert "refuses your password until" in journey.post("reset:unlock").words
    assert not memory.entries[ben.upn_key].locked
    assert lockout.locked_until(lockout.key_of(ben))
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        again = asked(begun(BEN), "authenticator_app")
        assert getattr(answered(again, code_now()), "passed", False)
        assert not services.finish(fresh(again), NEW, client=STRANGER).problems
    assert lockout.locked_until(lockout.key_of(ben)) is None


def test_a_change_refuses_the_last_password_and_a_reset_takes_it(ada, run_outbox, postbox):
    """Acceptance example 16."""
    signed_in = Journey()
    signed_in.post("signin:sign_in", username="ada@corp.example", password=PASSWORD)
    signed_in.post("change:change", current_password=PASSWORD, new_password=PASSWORD)
    assert "used this password before" in signed_in.words
    journey = mailed("ada@corp.example", run_outbox, postbox)
    assert journey.save(PASSWORD).step == "reset:done"
    assert can_sign_in("ada@corp.example", PASSWORD)


def test_a_password_that_no_longer_lasts_for_ever_is_due(ada, corp):
    """Acceptance example 25: only where passwords expire, here after 90 days."""
    now = timezone.now()
    ada.password_changed_at, ada.password_never_expires = now - timedelta(days=91), True
    ada.save()
    assert can_sign_in("ada@corp.example")
    ada.password_never_expires = False
    ada.save()
    assert can_sign_in("ada@corp.example")
    Directory.objects.filter(pk=corp.pk).update(password_max_age_days=90)
    journey = Journey()
    journey.post("signin:sign_in", username="ada@corp.example", password=PASSWORD)
    assert journey.step == "change:change"
