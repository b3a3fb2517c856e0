"""The limits of a reset: which policy says how many, and who stands apart (microsoft-sspr 3.5)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone

from accounts.limits import services as counters
from accounts.limits.models import Tally
from accounts.limits.services import Spent
from accounts.policy.models import Policy
from registration import challenges
from registration.models import Factor
from reset import checks, limits, services
from reset.limits import Paused
from reset.models import Strain
from tests import cast
from tests.journeys import ResetJourney
from tests.reset.scene import NEW, STRANGER, answered, asked, begun, fresh, proved

pytestmark = pytest.mark.django_db

MAIL, CODES = "alternate_email", "recovery_codes"
NAMES = ("ada@corp.example", "nobody.here@corp.example")


def wrong(attempt, times, text="000000"):
    """What comes of so many wrong answers, each to a challenge of its own."""
    return [answered(asked(fresh(attempt), MAIL), text) for _time in range(times)]


def passes(attempt):
    """Does a recovery code open its gate?"""
    answer = answered(asked(attempt, CODES), cast.codes()[0])
    return not isinstance(answer, Paused) and answer.passed


def limit_of(paused):
    return paused.limit if paused else ""


def is_paused(attempt, method=MAIL):
    return limits.answering_paused(fresh(attempt), method) is not None


@pytest.mark.parametrize("name", NAMES)
def test_policy_says_how_many_wrong_answers_and_how_long(ada, name):
    """S-C18: in other attempts and other challenges, too."""
    Policy.objects.update(answers_allowed=3, block_hours=2)
    assert not any(isinstance(one, Paused) for one in wrong(begun(name), 2))
    attempt = begun(name)
    assert not is_paused(attempt)
    wrong(attempt, 1)
    paused = limits.answering_paused(attempt, MAIL)
    assert paused
    assert paused.until
    assert timedelta(minutes=119) < paused.until - timezone.now() <= timedelta(hours=2)


@pytest.mark.parametrize("name", NAMES)
def test_policy_says_how_many_messages(ada, name):
    """P-C22."""
    Policy.objects.update(messages_allowed=3)
    attempt = begun(name)
    for _message in range(3):
        asked(attempt, MAIL)
    assert limit_of(checks.choose(fresh(attempt), 0, client=STRANGER)) == "reset.sends"


@pytest.mark.parametrize("name", NAMES)
def test_typed_numbers_run_out_with_the_wrong_answers(corp, ada, name):
    Policy.objects.update(answers_allowed=3)
    attempt = begun(name)
    tries = [limits.completing(attempt, "mobile_phone") for _try in range(4)]
    assert [paused is None for paused in tries] == [True, True, True, False]


def test_without_a_policy_the_defaults_hold(ada):
    attempt = begun("ada@corp.example")
    attempt.policy = None
    tries = [limits.answering(attempt, MAIL, STRANGER) for _try in range(6)]
    assert [paused is None for paused in tries] == [True] * 5 + [False]


def test_a_lower_limit_stops_at_once_and_a_higher_one_lets_on(ada):
    attempt = begun("ada@corp.example")
    wrong(attempt, 4)
    assert not is_paused(attempt)
    Policy.objects.update(answers_allowed=3)
    assert is_paused(attempt)
    assert limit_of(limits.answering(fresh(attempt), MAIL, STRANGER)) == "reset.wrong_answers"
    Policy.objects.update(answers_allowed=6)
    assert not is_paused(attempt)
    wrong(attempt, 2)
    assert is_paused(attempt)


def test_a_count_that_cannot_say_until_when_is_closed(ada, monkeypatch):
    """S-C09: refused stays refused, though the limit opened again a moment ago."""
    monkeypatch.setattr(counters, "spend", lambda *_who, **_whose: Spent(allowed=False, until=None))
    attempt = begun_without_counting(monkeypatch)
    paused = limits.answering(attempt, MAIL, STRANGER)
    assert paused
    assert paused.until
    assert paused.until <= timezone.now()


def begun_without_counting(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(limits, "opening", lambda *_who, **_whose: None)
        return begun("ada@corp.example")


def test_a_database_that_does_not_answer_lets_nobody_through(ada, monkeypatch):
    """S-F21: the error comes out, and nothing is compared."""

    def breaks(*_who, **_whose):
        raise OperationalError("gone")

    attempt = asked(begun("ada@corp.example"), MAIL)
    monkeypatch.setattr(counters, "spend", breaks)
    with pytest.raises(OperationalError):
        answered(attempt, "000000")
    challenge = fresh(attempt).challenge
    assert challenge
    assert challenge.tries == 0


def test_five_resets_in_an_hour_are_enough_for_an_account(ben):
    """microsoft-sspr 3.5; nobody gets there without proving it each time."""
    now = timezone.now()
    for number in range(6):
        with time_machine.travel(now + timedelta(seconds=31 * number), tick=False):
            attempt = proved("ben@corp.example")
            done = services.finish(attempt, f"{NEW} number {number}", client=STRANGER)
        assert [problem.code for problem in done.problems] == ["too_often"] * (number == 5)


@pytest.fixture
def with_codes(ada):
    """Ada keeps recovery codes, beside her mailbox."""
    Policy.objects.update(methods=[MAIL, "authenticator_app", CODES])
    return cast.add_codes(ada)


def test_what_nobody_can_guess_no_stranger_can_block(with_codes):
    """S-C35, SP 800-63B 3.1.2.2: a hundred wrong codes of 73 bits stop no right one."""
    for _time in range(21):
        attempt = asked(begun("ada@corp.example"), CODES)
        for _try in range(5):
            assert not isinstance(answered(attempt, "2ZZZZZZZZZZZZZZZ"), Paused)
    factor = Factor.objects.in_directory(attempt.directory_id).get(pk=with_codes.pk)
    assert (factor.failures, factor.disabled_at) == (0, None)
    assert passes(begun("ada@corp.example"))


def test_who_has_proved_what_nobody_can_guess_is_no_stranger(with_codes):
    """S-C35: the second check is open though strangers used it up."""
    Policy.objects.update(methods_required=2)
    wrong(begun("ada@corp.example"), 5)
    attempt = begun("ada@corp.example")
    assert is_paused(attempt)
    assert passes(attempt)
    assert not is_paused(attempt)
    assert limits.place_of(fresh(attempt)) == "proved"


def test_a_stranger_answers_at_a_growing_pace_while_somebody_guesses(ada):
    """S-C19: slower, and not blocked."""
    now = timezone.now().replace(microsecond=0)
    taken = []
    with time_machine.travel(now, tick=False) as clock:
        attempt = asked(begun("ada@corp.example"), MAIL)
        Strain.objects.create(directory=ada.directory, until=now + timedelta(hours=1))
        for second in range(0, 240, 10):
            clock.move_to(now + timedelta(seconds=second))
            if not isinstance(answered(attempt, "000000"), Paused):
                taken.append(second)
    assert taken == [0, 30, 90, 210]
    assert Tally.objects.get(limit="reset.wrong_answers").count == 4


def test_a_known_browser_keeps_its_pace(ada):
    attempt = asked(begun("ada@corp.example"), MAIL)
    attempt.from_known_browser = True
    tries = [limits.answering(attempt, MAIL, STRANGER, is_strained=True) for _try in range(5)]
    assert tries == [None] * 5


@pytest.mark.parametrize("name", ["ada@corp.example", "nobody.here@corp.example"])
def test_a_mailbox_that_got_its_messages_of_an_hour_is_said_openly_and_alike(
    ada, name, run_outbox, postbox
):
    """S-C22: the sixth in an hour does not come, and the page says until when, whoever's it is."""
    for _visit in range(challenges.SENDS_IN_ONE_HOUR.times):
        assert ResetJourney().start(name).choose().step == "reset:code"
        run_outbox()
    assert len(postbox.to("ada@home.example")) == (5 if name.startswith("ada") else 0)
    held = ResetJourney().start(name).choose()
    assert held.page.status_code == 429
    assert "Email my alternate email" in held.words
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert ResetJourney().start(name).choose().step == "reset:code"
