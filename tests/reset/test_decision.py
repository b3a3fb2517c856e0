"""Whether a person may reset: one rule after the other, and what each of them says to whom."""

import pytest
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.people.models import Directory, Group, GroupClosure, Membership
from accounts.policy.models import Policy
from accounts.tenancy import across_directories
from reset import decision, kernel, outcomes
from reset.decision import RULES
from reset.models import Attempt, Ending
from reset.outcomes import Standing
from tests import cast
from tests.journeys import ResetJourney
from tests.reset.scene import STRANGER, begun, fresh, proved
from writeback import stores
from writeback.models import Operation, Write
from writeback.stores.memory import Memory

pytestmark = pytest.mark.django_db
ADA, BEN, CLEO = "ada@corp.example", "ben@corp.example", "cleo@corp.example"


@pytest.fixture(autouse=True)
def _stores():
    stores.forget()
    yield
    stores.forget()


def rule(directory, **fields):
    Policy.objects.in_directory(directory).update(**fields)


def only_for_a_group(user):
    group = Group.objects.create(directory=user.directory, name="Others")
    GroupClosure.objects.create(directory=user.directory, ancestor=group, descendant=group)
    Policy.objects.in_directory(user.directory).get().groups.add(group)
    return group


def keep_it_on_premises(user, **faults):
    user.source = "synchronized"
    user.save()
    Directory.objects.filter(pk=user.directory_id).update(store_kind="memory")
    user.directory.refresh_from_db()
    store = stores.for_user(user)
    assert isinstance(store, Memory)
    store.add(user, "an old password of hers")
    store.faults.away = faults.get("away", False)


def nothing(user):
    pass


def disable(user):
    user.enabled = False
    user.save()


def stop_resets(user):
    user.resets_blocked_at = timezone.now()
    user.save()


def give_a_role(user):
    user.role_grants.create(directory=user.directory, role="helpdesk")
    Directory.objects.filter(pk=user.directory_id).update(administrators_may_reset=False)


def delete_policies(user):
    Policy.objects.in_directory(user.directory).delete()


def switch_off(user):
    rule(user.directory, self_service_reset=False)


def ask_for_three(user):
    user.factors.filter(method="authenticator_app").delete()
    rule(user.directory, methods_required=2)


def no_store(user):
    user.source = "federated"
    user.save()


def no_writeback(user):
    keep_it_on_premises(user)
    rule(user.directory, writeback_enabled=False)


CASES = [
    (disable, Standing.DISABLED, 42),
    (stop_resets, Standing.BLOCKED, 44),
    (give_a_role, Standing.ADMINISTRATORS_OFF, 43),
    (only_for_a_group, Standing.OUT_OF_SCOPE, 13),
    (switch_off, Standing.SWITCHED_OFF, 9),
    (ask_for_three, Standing.TOO_FEW_METHODS, 14),
    (no_store, Standing.NO_WRITEBACK, 10),
    (no_writeback, Standing.NO_WRITEBACK, 10),
]


def trail(kind):
    with across_directories("a test looks"):
        return list(AuditRecord.objects.filter(kind=kind).order_by("pk"))


def attempt():
    with across_directories("a test looks"):
        return Attempt.objects.latest("created_at")


@pytest.mark.parametrize(("happens", "standing", "number"), CASES)
def test_who_talks_says_the_reason_at_once_and_what_to_do(ben, happens, standing, number, postbox):
    """S-D09: a page of its own, a code and a reference; no gate, no mail, one last event."""
    rule(ben.directory, talkative=True)
    happens(ben)
    journey = ResetJourney().start(BEN)
    outcome = outcomes.of(standing)
    assert (journey.step, journey.heading) == ("reset:denied", str(outcome.title))
    assert f"SSPR_{number:04d}" in journey.words
    assert str(outcome.text) in journey.words
    assert str(outcome.advice) in journey.words
    assert attempt().reference in journey.words
    assert (attempt().ending, attempt().standing) == (Ending.DENIED, standing)
    assert [line.outcome for line in trail("reset.denied")] == ["failed"]
    assert journey.get("reset:method").step == "reset:denied"


@pytest.mark.parametrize(("happens", "standing", "number"), CASES)
def test_who_is_quiet_says_it_by_mail_and_in_the_trail(
    ben, happens, standing, number, postbox, run_outbox
):
    """S-C01: the page goes on like anybody's; the addresses on record hear the reason."""
    happens(ben)
    journey = ResetJourney().start(BEN)
    assert journey.step == "reset:method"
    assert "SSPR" not in journey.words
    assert attempt().standing == standing
    run_outbox()
    told = {mail["X-Envelope-To"] for mail in postbox.messages}
    assert told == {"ben@mail.example", "ben@home.example"}
    mail = postbox.messages[0]
    text = mail.get_body(("plain",)).get_content()
    assert f"SSPR_{number:04d}" in text
    assert attempt().reference in text
    assert str(outcomes.of(standing).text) in " ".join(text.split())


def test_who_can_reset_and_who_is_nobody_get_no_such_mail(ada, postbox, run_outbox):
    ResetJourney().start(ADA)
    ResetJourney().start("nobody@corp.example")
    run_outbox()
    assert postbox.messages == []


def test_the_mail_is_sent_three_times_a_day_at_most(cleo, postbox, run_outbox):
    """S-C22."""
    for _ in range(5):
        ResetJourney().start(CLEO)
    run_outbox()
    assert [mail["X-Envelope-To"] for mail in postbox.messages] == ["cleo@mail.example"] * 3


def test_whoever_passes_a_gate_is_told_why_there_is_no_more(ada, postbox, run_outbox):
    rule(ada.directory, methods_required=2)
    journey = ResetJourney().start(ADA)
    offers = [offer["method"] for offer in attempt().offers]
    journey.choose(offers.index("alternate_email"))
    run_outbox()
    journey.answer("000000")
    assert journey.step == "reset:code"
    assert "SSPR" not in journey.words
    journey.answer(postbox.code("ada@home.example"))
    assert journey.step == "reset:denied"
    assert "SSPR_0014" in journey.words
    assert len(trail("reset.denied")) == 1
    assert journey.save().step == "reset:denied"
    assert not Write.objects.in_directory(ada.directory).exists()


@pytest.mark.parametrize("happens", [disable, stop_resets])
def test_a_stopped_account_passes_no_gate(ben, happens):
    happens(ben)
    assert begun(BEN).user is None


def test_who_talks_says_that_a_name_is_unknown(corp, ada):
    rule(corp, talkative=True)
    journey = ResetJourney().start("nobody@corp.example")
    assert journey.step == "reset:denied"
    assert "SSPR_0041" in journey.words
    assert journey.heading == "We don’t know this user ID"


def test_the_general_policy_says_whether_unknown_names_are_talked_about(corp, ada, ben):
    """A talkative policy of a few does not make a directory talkative."""
    group = only_for_a_group(ada)
    rule(corp, talkative=True)
    cast.make_policy(corp, "General", position=1)
    Membership.objects.create(directory=corp, user=ada, group=group)
    disable(ada)
    assert ResetJourney().start(ADA).step == "reset:denied"
    assert ResetJourney().start("nobody@corp.example").step == "reset:method"


def test_no_policy_at_all_says_so_to_nobody_but_the_trail(ben):
    delete_policies(ben)
    assert ResetJourney().start(BEN).step == "reset:method"
    assert attempt().standing == Standing.NO_POLICY


def test_a_store_that_is_away_is_said_before_any_gate_and_to_everybody(ben):
    """S-D11."""
    keep_it_on_premises(ben, away=True)
    journey = ResetJourney().start(BEN)
    assert journey.page.status_code == 503
    assert "SSPR_0030" in journey.words
    (line,) = trail("reset.denied")
    assert Standing.STORE_AWAY.encode() in bytes(line.body)


@pytest.mark.parametrize("at", range(len(RULES)))
def test_a_rule_that_fails_opens_nothing(ben, monkeypatch, at):
    """P-C16: an exception is a no, and looks like any other."""

    def broken(case):
        raise ValueError("what was not thought of")

    rules = list(RULES)
    rules[at] = (rules[at][0], broken)
    monkeypatch.setattr(decision, "RULES", tuple(rules))
    assert begun(BEN).user is None
    assert attempt().standing == Standing.FAULT


def test_the_first_rule_decides(ben):
    """The order of Microsoft's portal: which message wins is fixed."""
    assert [standing for standing, _applies in RULES] == [
        Standing.UNKNOWN,
        Standing.DISABLED,
        Standing.BLOCKED,
        Standing.ADMINISTRATORS_OFF,
        Standing.NO_POLICY,
        Standing.OUT_OF_SCOPE,
        Standing.SWITCHED_OFF,
        Standing.TOO_FEW_METHODS,
        Standing.NO_WRITEBACK,
        Standing.STORE_AWAY,
    ]
    for happens, _standing, _number in CASES:
        happens(ben)
    assert begun(BEN).standing == Standing.DISABLED


def test_every_outcome_has_a_number_of_its_own():
    said = [outcomes.of(standing) for standing in Standing if standing is not Standing.READY]
    assert len({outcome.number for outcome in said}) == len(said)
    assert outcomes.of("a standing of an older version").number == 50


@pytest.mark.parametrize("happens", [stop_resets, no_writeback])
def test_what_is_switched_on_meanwhile_stops_the_write(ben, happens):
    """S-C42."""
    begun_before = proved(BEN)
    happens(ben)
    assert isinstance(kernel.admit(begun_before, Operation.RESET, client=STRANGER), str)
    assert not Write.objects.in_directory(ben.directory).exists()


def test_an_attempt_that_cannot_be_won_is_admitted_to_nothing(ben):
    passed = proved(BEN)
    rows = Attempt.objects.in_directory(ben.directory)
    rows.update(standing=Standing.TOO_FEW_METHODS)
    assert isinstance(kernel.admit(fresh(passed), Operation.RESET, client=STRANGER), str)
