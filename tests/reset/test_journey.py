"""From a forgotten password to a new one, and the wrong turns on the way."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.policy.models import Policy
from accounts.tenancy import across_directories
from reset.models import Attempt, Proof
from tests.apps import code_now
from tests.cast import PASSWORD, add_mailbox
from tests.journeys import NEW, ResetJourney, can_sign_in
from writeback.models import Write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_kept")]

ADA = "ada@corp.example"
BEN = "ben@corp.example"


@pytest.fixture
def journey():
    return ResetJourney()


@pytest.fixture
def two_checks(corp):
    Policy.objects.in_directory(corp).update(methods_required=2)


def kinds():
    with across_directories("a test looks"):
        return list(AuditRecord.objects.order_by("pk").values_list("kind", flat=True))


def attempt():
    with across_directories("a test looks"):
        return Attempt.objects.select_related("write").latest("created_at")


def pass_mail(journey, run_outbox, postbox, address="ada@home.example"):
    journey.choose(0)
    run_outbox()
    return journey.answer(postbox.code(address))


def test_a_mailed_code_leads_to_a_new_password(ada, journey, run_outbox, postbox):
    pass_mail(journey.start(ADA), run_outbox, postbox)
    assert journey.step == "reset:password"
    journey.save()
    assert journey.step == "reset:done"
    assert can_sign_in(ADA, NEW)
    assert not can_sign_in(ADA, PASSWORD)


def test_every_step_is_in_the_trail(ada, journey, run_outbox, postbox):
    pass_mail(journey.start(ADA), run_outbox, postbox).save()
    told = [kind for kind in kinds() if kind.startswith(("reset.", "writeback."))]
    assert told == [
        "reset.started",
        "reset.step_shown",
        "reset.gate_started",
        "reset.step_shown",
        "reset.gate_passed",
        "reset.step_shown",
        "writeback.done",
        "reset.succeeded",
        "reset.step_shown",
    ]


def test_every_address_hears_of_it(ada, journey, run_outbox, postbox):
    pass_mail(journey.start(ADA), run_outbox, postbox).save()
    postbox.clear()
    run_outbox()
    assert sorted(mail["X-Envelope-To"] for mail in postbox.messages) == [
        "ada@home.example",
        "ada@mail.example",
    ]


def test_two_checks_need_two_different_methods(ben, two_checks, journey, run_outbox, postbox):
    pass_mail(journey.start(BEN), run_outbox, postbox, "ben@home.example")
    assert journey.step == "reset:method"
    assert "Email my alternate email" not in journey.words
    journey.choose(1).answer(code_now())
    assert journey.step == "reset:password"
    journey.save()
    assert can_sign_in(BEN, NEW)


def test_the_number_of_checks_is_told_after_the_first(
    ben, two_checks, journey, run_outbox, postbox
):
    journey.start(BEN)
    assert "Second check" not in journey.words
    pass_mail(journey, run_outbox, postbox, "ben@home.example")
    assert "Second check" in journey.words


def test_the_used_method_cannot_be_chosen_again(ben, two_checks, journey, run_outbox, postbox):
    pass_mail(journey.start(BEN), run_outbox, postbox, "ben@home.example")
    journey.choose(0)
    assert journey.step == "reset:method"
    assert "Choose one of these" in journey.words


def test_a_wrong_code_says_so_and_keeps_the_step(ada, journey, run_outbox, postbox):
    journey.start(ADA).choose(0)
    run_outbox()
    right = postbox.code("ada@home.example")
    journey.answer("000000" if right != "000000" else "111111")
    assert journey.step == "reset:code"
    assert "That is not the code we sent" in journey.words
    assert journey.page.context["form"].errors.as_data()["code"]


def test_an_empty_code_opens_nothing(ada, journey, run_outbox, postbox):
    """P-C01, P-C02: an empty or repeated answer passes no gate."""
    journey.start(ADA).choose(0).answer("")
    assert journey.step == "reset:code"
    assert not Proof.objects.in_directory(ada.directory).exists()


def test_a_weak_password_is_refused_by_its_rule(ada, journey, run_outbox, postbox):
    pass_mail(journey.start(ADA), run_outbox, postbox).save("short")
    assert journey.step == "reset:password"
    codes = [e.code for e in journey.page.context["form"].errors.as_data()["new_password"]]
    assert "length" in codes
    assert not Write.objects.in_directory(ada.directory).exists()


def test_after_fifteen_minutes_it_is_over(ada, run_outbox, postbox):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        journey = ResetJourney()
        pass_mail(journey.start(ADA), run_outbox, postbox)
        clock.shift(timedelta(minutes=15))
        journey.save()
        assert journey.step == "reset:closed"
    assert can_sign_in(ADA, PASSWORD)


def test_just_before_fifteen_minutes_it_is_not(ada, run_outbox, postbox):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        journey = ResetJourney()
        pass_mail(journey.start(ADA), run_outbox, postbox)
        clock.shift(timedelta(minutes=14, seconds=59))
        assert journey.save().step == "reset:done"


def test_a_finished_attempt_cannot_be_used_again(ada, journey, run_outbox, postbox):
    pass_mail(journey.start(ADA), run_outbox, postbox).save()
    journey.save("another eight word sentence for ada")
    assert journey.step == "reset:done"
    assert Write.objects.in_directory(ada.directory).count() == 1
    assert can_sign_in(ADA, NEW)


def test_another_browser_cannot_go_on_with_it(ada, journey, run_outbox, postbox):
    """S-C12, S-C14: an attempt belongs to the browser that began it."""
    pass_mail(journey.start(ADA), run_outbox, postbox)
    stranger = ResetJourney()
    stranger.save()
    assert stranger.step == "reset:closed"
    assert not Write.objects.in_directory(ada.directory).exists()


def test_starting_for_somebody_else_gives_up_the_proofs(ada, ben, journey, run_outbox, postbox):
    """S-C14: two tabs, two people, one session."""
    pass_mail(journey.start(ADA), run_outbox, postbox)
    journey.start(BEN)
    journey.save()
    assert journey.step == "reset:method"
    assert can_sign_in(BEN, PASSWORD)


def test_stopping_changes_nothing(ada, journey, run_outbox, postbox):
    pass_mail(journey.start(ADA), run_outbox, postbox)
    journey.post("reset:stop")
    journey.save()
    assert journey.step == "reset:closed"
    assert attempt().ending == "stopped"
    assert can_sign_in(ADA, PASSWORD)


@pytest.mark.parametrize("name", ["reset:code_again", "reset:other_check", "reset:stop"])
def test_what_changes_something_is_never_a_get(ada, journey, name):
    """S-B-3.5.3: GET changes nothing."""
    journey.start(ADA).choose(0).get(name)
    assert journey.page.status_code == 405


def test_a_lockout_at_sign_in_ends_with_a_reset(ada, journey, run_outbox, postbox):
    for number in range(10):
        can_sign_in(ADA, f"wrong password number {number}")
    assert not can_sign_in(ADA, PASSWORD)
    pass_mail(journey.start(ADA), run_outbox, postbox).save()
    assert can_sign_in(ADA, NEW)


def test_what_came_in_the_address_is_gone_from_it(ada, journey):
    journey.get("reset:start", username=ADA, directory="Corp")
    assert journey.page.redirect_chain == [("/reset/", 303)]
    assert journey.page.context["form"]["username"].value() == ADA


def test_somebody_who_knows_the_password_is_only_unlocked(ada, corp, journey, run_outbox, postbox):
    Policy.objects.in_directory(corp).update(unlock_without_reset=True)
    for number in range(10):
        can_sign_in(ADA, f"wrong password number {number}")
    assert journey.start(ADA).step == "reset:why"
    journey.post("reset:why", goal="unlock")
    pass_mail(journey, run_outbox, postbox)
    assert journey.step == "reset:unlock"
    assert journey.post("reset:unlock").heading == "Your account is unlocked"
    assert can_sign_in(ADA, PASSWORD)


def test_an_unlock_never_takes_a_password(ada, corp, journey, run_outbox, postbox):
    Policy.objects.in_directory(corp).update(unlock_without_reset=True)
    journey.start(ADA).post("reset:why", goal="unlock")
    pass_mail(journey, run_outbox, postbox).save()
    assert journey.step == "reset:unlock"
    assert not Write.objects.in_directory(corp).exists()


def test_without_the_policy_nobody_is_asked_why(ada, journey):
    journey.get("reset:start", goal="unlock")
    assert journey.start(ADA).step == "reset:method"


@pytest.mark.parametrize("name", ["Other", "other.example", "OTHER.example"])
def test_a_directory_in_the_address_lends_its_branding(corp, other, journey, name):
    other.organization = "The Other House"
    other.save()
    journey.get("reset:start", directory=name)
    assert "The Other House" in journey.words


@pytest.mark.parametrize("name", ["", "nowhere.example", "x" * 500, "\x00", "' OR 1=1 --"])
def test_a_directory_that_is_none_lends_nothing(corp, journey, name):
    journey.get("reset:start", directory=name)
    assert journey.page.status_code == 200


def test_looking_again_and_again_fills_no_trail(ada, journey):
    journey.start(ADA)
    for _ in range(5):
        journey.get("reset:method")
        journey.get("reset:help")
    assert kinds().count("reset.step_shown") == 1
    assert kinds().count("reset.help_shown") == 1


@pytest.mark.postgres
def test_a_mailbox_with_a_long_domain_gets_its_code(cleo, run_outbox, postbox):
    """PostgreSQL holds columns to their length: the mask of this one is longer than most."""
    address = f"cleo@{'long-name.' * 12}example"
    add_mailbox(cleo, address)
    journey = ResetJourney().start("cleo@corp.example").choose()
    run_outbox()
    assert journey.answer(postbox.code(address)).step == "reset:password"


def test_a_countdown_has_every_kind_of_number_of_its_language(ada):
    """Arabic tells six apart; the script asks the browser which kind a number is."""
    journey = ResetJourney(Client(headers={"accept-language": "ar"})).start(ADA).choose()
    page = journey.page.content.decode()
    found = dict(re.findall(r'data-(one|two|few|many|other)="([^"]+)"', page))
    assert found["two"] == "ممكن خلال ثانيتين"
    assert [re.sub(r"\d+", "n", found[kind]) for kind in ("few", "many")] == [
        "ممكن خلال n ثوانٍ",
        "ممكن خلال n ثانية",
    ]
