"""Strangers' browsers work, or wait, before an attempt: somebody's name and nobody's alike."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import seams
from accounts.people.models import BotChallenge, Directory
from accounts.signin import browsers
from reset import breaker, effort, services, waits
from reset.models import Attempt
from reset.proof_of_work import LIFE, ProofOfWork
from tests.journeys import Journey, ResetJourney
from tests.reset.scene import STRANGER
from tests.reset.solving import solved

pytestmark = pytest.mark.django_db

ADA, NOBODY = "ada@corp.example", "nobody.here@corp.example"
WORK = "One moment"
ASKED = {"browser": "this browser", "purpose": effort.RESET}


@pytest.fixture(autouse=True)
def always(settings, corp):
    settings.BOT_CHALLENGE_NUMBERS = 40
    ask(BotChallenge.ALWAYS)


def ask(mode):
    Directory.objects.update(bot_challenge=mode)


def attempts(directory):
    return Attempt.objects.in_directory(directory).count()


def work_on(journey):
    """The work on the page, done."""
    found = re.search(r'data-work="([^"]+)"', journey.page.content.decode())
    assert found
    return solved(found[1])


@pytest.fixture
def answer():
    return solved(ProofOfWork().ask(**ASKED))


@pytest.mark.parametrize("name", [ADA, NOBODY])
def test_nobody_begins_without_the_work_and_everybody_with_it(ada, name):
    journey = ResetJourney().start(name)
    assert journey.heading == WORK
    assert attempts(ada.directory) == 0
    journey.post("reset:start", username=name, effort=work_on(journey))
    assert journey.step == "reset:method"


def test_work_that_was_done_while_typing_is_not_asked_for_again(ada):
    journey = Journey().get("reset:start")
    journey.post("reset:start", username=ADA, effort=work_on(journey))
    assert journey.step == "reset:method"


def test_a_name_is_asked_to_work_whoever_it_is(ada):
    """I9."""
    seen = []
    for name in (NOBODY, ADA, NOBODY):  # the first finds out what is the same for all
        with CaptureQueriesContext(connection) as captured:
            journey = ResetJourney().start(name)
        words = journey.words.partition("Reference")[0]
        seen.append((words, journey.page.status_code, len(captured)))
    assert seen[1] == seen[2]


def test_who_worked_pauses_no_name_and_who_did_not_neither(ada):
    """Requests without work cost the owner of a name none of its tries."""
    for _try in range(25):
        ResetJourney().start(ADA)
    journey = ResetJourney().start(ADA)
    journey.post("reset:start", username=ADA, effort=work_on(journey))
    assert journey.step == "reset:method"


def test_a_browser_that_is_known_is_not_asked(ada, settings):
    journey = ResetJourney()
    journey.client.cookies[settings.BROWSER_COOKIE_NAME] = browsers.remember(ada, "")
    assert journey.start(ADA).step == "reset:method"
    assert ResetJourney(journey.client).start(NOBODY).heading == WORK


@pytest.mark.parametrize(
    ("mode", "strained", "is_asked"),
    [
        (BotChallenge.OFF, True, False),
        (BotChallenge.STRAINED, False, False),
        (BotChallenge.STRAINED, True, True),
        (BotChallenge.ALWAYS, False, True),
    ],
)
def test_the_directory_says_when(ada, monkeypatch, mode, strained, is_asked):
    monkeypatch.setattr(breaker, "is_strained", lambda directory: strained)
    ask(mode)
    assert ("data-work" in Journey().get("reset:start").page.content.decode()) is is_asked
    assert (ResetJourney().start(ADA).heading == WORK) is is_asked


def test_a_page_that_was_kept_spares_nobody_the_work(ada):
    """What is kept for a moment only decides whether the work can be done while typing."""
    ask(BotChallenge.OFF)
    Journey().get("reset:start")
    ask(BotChallenge.ALWAYS)
    journey = Journey().get("reset:start")
    assert "data-work" not in journey.page.content.decode()
    journey.post("reset:start", username=ADA)
    assert journey.heading == WORK
    assert attempts(ada.directory) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"effort": "off"},
        {"hide_captcha": "true", "bot_challenge": "off", "directory": "Other"},
        {"effort": "1." + "0" * 32 + ".99999999999.1." + "0" * 64 + "." + "0" * 64 + ".0"},
        {"effort": "9" * 100_000},
        {"effort": "\0\ud7ff\N{ARABIC-INDIC DIGIT FIVE}"},
        {"ticket": "0" * 32 + ".1." + "0" * 64},
        {"ticket": "x"},
    ],
)
def test_no_parameter_switches_it_off(ada, other, fields):
    """P-C42."""
    Directory.objects.filter(pk=other.pk).update(bot_challenge=BotChallenge.OFF)
    journey = Journey().get("reset:start", directory="Other")
    journey.post("reset:start", username=ADA, **fields)
    assert journey.heading == WORK
    assert attempts(ada.directory) == 0


def test_a_solution_is_good_once(corp, answer):
    """P-C42: a captcha that can be used again is none."""
    assert ProofOfWork().passed(answer, **ASKED)
    assert not ProofOfWork().passed(answer, **ASKED)


@pytest.mark.parametrize(
    "of", [{"browser": "another browser"}, {"purpose": effort.CONTACT}, {"browser": ""}]
)
def test_a_solution_is_for_one_browser_and_one_purpose(corp, answer, of):
    assert not ProofOfWork().passed(answer, **{**ASKED, **of})
    assert ProofOfWork().passed(answer, **ASKED)


def test_a_solution_runs_out(corp, answer):
    with time_machine.travel(timezone.now() + LIFE + timedelta(seconds=1)):
        assert not ProofOfWork().passed(answer, **ASKED)


@pytest.mark.parametrize("part", range(7))
def test_a_changed_solution_is_none(corp, answer, part):
    parts = answer.split(".")
    last = parts[part][-1]
    parts[part] = parts[part][:-1] + ("1" if last == "0" else "0")
    assert not ProofOfWork().passed(".".join(parts), **ASKED)
    assert ProofOfWork().passed(answer, **ASKED)


def test_work_that_was_too_easy_counts_no_more(corp, answer, settings):
    settings.BOT_CHALLENGE_NUMBERS = 41
    assert not ProofOfWork().passed(answer, **ASKED)


def test_without_a_cookie_nothing_is_solved(corp):
    anyone = {"browser": "", "purpose": effort.RESET}
    brought = effort.Effort("", solved(ProofOfWork().ask(**anyone)), "")
    with pytest.raises(effort.Due):
        services.open_attempt(ADA, goal="", client=STRANGER, brought=brought)


def test_without_scripts_one_waits(ada):
    """S-D41, S-X11: nothing to read, hear or remember, and no dead end."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        journey = ResetJourney().start(ADA)
        journey.post("reset:start", username=ADA, wait="yes")
        assert (journey.heading, journey.page["Refresh"]) == ("Wait a moment", "30")
        clock.shift(30)
        journey.get("reset:moment")
        assert "Refresh" not in journey.page
        ticket = re.search(r'name="ticket" value="([^"]+)"', journey.page.content.decode())
        assert ticket
        journey.post("reset:start", username=ADA, ticket=ticket[1])
    assert journey.step == "reset:method"


@pytest.fixture
def ticket(corp):
    begun = waits.begin(**ASKED, directory=corp, client=STRANGER)
    assert isinstance(begun, waits.Wait)
    return begun.ticket


@pytest.mark.parametrize(
    ("after", "of", "is_good"),
    [
        (29, {}, False),
        (30, {}, True),
        (30, {"browser": "another browser"}, False),
        (30, {"purpose": effort.CONTACT}, False),
        (30 + 15 * 60 - 1, {}, True),
        (30 + 15 * 60, {}, False),
    ],
)
def test_a_wait_has_its_time_its_browser_and_its_purpose(corp, after, of, is_good):
    with time_machine.travel("2026-11-20T08:58:20Z", tick=False) as clock:
        begun = waits.begin(**ASKED, directory=corp, client=STRANGER)
        assert isinstance(begun, waits.Wait)
        clock.shift(after)
        assert waits.is_over(begun.ticket, **{**ASKED, **of}) is is_good


def test_a_wait_is_good_once(ticket):
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert waits.is_over(ticket, **ASKED)
        assert not waits.is_over(ticket, **ASKED)


def test_a_wait_cannot_be_shortened(ticket):
    said, _ready, signature = ticket.split(".")
    assert not waits.is_over(f"{said}.1.{signature}", **ASKED)


def test_a_network_has_few_waits_and_is_told_so(ada, monkeypatch):
    monkeypatch.setattr(waits, "WAITS", replace(waits.WAITS, times=1))
    for heading in ("Wait a moment", "Paused until"):
        journey = Journey().post("reset:start", username=ADA, wait="yes")
        assert journey.heading.startswith(heading)


def test_the_page_of_a_wait_leads_back_without_one(corp):
    assert Journey().get("reset:moment").step == "reset:start"


class Riddle:
    """Another challenge that an operator might plug in."""

    template, script = "components/proof_of_work.html", "js/proof_of_work.js"

    def ask(self, *, browser, purpose):
        return "say friend"

    def passed(self, answer, *, browser, purpose):
        return answer == "friend"


def test_another_challenge_can_be_plugged_in(ada, settings):
    settings.BOT_CHALLENGE = f"{__name__}.Riddle"
    assert isinstance(seams.bot_challenge(), Riddle)
    journey = Journey().get("reset:start")
    assert "say friend" in journey.page.content.decode()
    assert journey.post("reset:start", username=ADA, effort="foe").heading == WORK
    assert journey.post("reset:start", username=ADA, effort="friend").step == "reset:method"
