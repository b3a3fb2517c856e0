"""An attacker at a hundred times every limit, and the owner who gets in all the same."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client as Browser

from accounts.client import Client
from accounts.people.models import BotChallenge, Directory, User
from accounts.policy.models import Policy
from accounts.signin import browsers, lockout
from reset import blocks, breaker, checks, effort, guessing, limits, services
from reset.effort import Effort
from reset.models import Attempt
from reset.proof_of_work import ProofOfWork
from tests import cast
from tests.journeys import ResetJourney, can_sign_in
from tests.reset.scene import STRANGER, fresh
from tests.reset.solving import solved
from tests.support.threads import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ADA = "ada@corp.example"
MAIL, CODES, PASS, KEY = "alternate_email", "recovery_codes", "temporary_pass", "passkey"
AT_ONCE = 10
SMALL = 3  # of each limit that a policy or this test decides
EACH = 100 * SMALL // AT_ONCE  # tries of one thread: together a hundred times as many as allowed


@pytest.fixture
def besieged(ada: User, settings: Any, monkeypatch: Any) -> User:
    """Ada, with all she could need, and limits so small that a hundred times of them is soon tried.

    The attacker is in her own office, and in ten other networks.
    """
    settings.BOT_CHALLENGE_NUMBERS = 40
    for name in ("OPENINGS", "WRONG_PER_NETWORK"):
        monkeypatch.setattr(limits, name, replace(getattr(limits, name), times=SMALL))
    monkeypatch.setattr(guessing, "FLOOR", 2)
    Directory.objects.update(bot_challenge=BotChallenge.STRAINED)
    ways = [MAIL, CODES, PASS, KEY]
    Policy.objects.update(methods=ways, answers_allowed=SMALL, messages_allowed=SMALL)
    for add in (cast.add_codes, cast.add_pass, cast.add_passkey):
        add(ada)
    lay_siege(ada, times=EACH)
    guessing.watch()
    assert breaker.is_strained(ada.directory)
    return ada


def lay_siege(ada: User, wave: int = 0, times: int = SMALL) -> None:
    """All that strangers can do to an account, from many sides at once; each wave from others."""
    sides = [replace(STRANGER, network=f"203.0.{wave}.{number}/32") for number in range(AT_ONCE)]
    attempts = [begun(side) for side in sides]
    name = lockout.key_of(ada)

    def storm(number: int) -> None:
        side, attempt = sides[number], attempts[number]
        for time in range(times):
            limits.opening(name, False, directory=ada.directory, client=STRANGER)
            limits.completing(attempt, MAIL)
            limits.sending(attempt, MAIL)
            limits.telling(name, directory=ada.directory)
            lockout.reserve(name, f"guess {number} {time}", False, ada.directory)
        for method in (MAIL, CODES, PASS):
            guess(attempt, method, side, times)

    together(storm, times=AT_ONCE)
    paused = {block.key for block in blocks.of(ada)}
    assert {f"reset.sends/{MAIL}/stranger", f"reset.completions/{MAIL}/stranger"} <= paused
    assert {f"reset.wrong_answers/{MAIL}/stranger", f"reset.pace/{MAIL}/stranger"} & paused
    assert "signin.lock" in paused


def begun(side: Client) -> Attempt:
    """An attempt of the attacker, who does the work that is asked for."""
    theirs = {"browser": "theirs", "purpose": effort.RESET}
    brought = Effort("theirs", solved(ProofOfWork().ask(**theirs)))
    attempt = services.open_attempt(ADA, goal="reset", client=side, brought=brought)
    assert isinstance(attempt, Attempt)
    return fresh(attempt)


def guess(attempt: Attempt, method: str, side: Client, times: int) -> None:
    """Wrong answers, as long as anybody listens and longer."""
    checks.choose(fresh(attempt), offer_of(attempt, method), client=side)
    for _time in range(times):
        now = fresh(attempt)
        if now.challenge:
            checks.answer(now, "000000", client=side)
        else:
            limits.answering(now, method, side)


def offer_of(attempt: Attempt, method: str) -> int:
    return [offer["method"] for offer in attempt.offers].index(method)


def latest() -> Attempt:
    return Attempt.objects.filter(directory__alias="CORP").latest("created_at")


class Owner(ResetJourney):
    """Ada, on her way back in."""

    def begin(self) -> "Owner":
        self.start(ADA)
        found = re.search(r'data-work="([^"]+)"', self.page.content.decode())
        if found:
            self.post("reset:start", username=ADA, effort=solved(found[1]))
        assert self.step == "reset:method", self.words
        return self

    def take(self, method: str) -> "Owner":
        self.choose(offer_of(latest(), method))
        assert self.step == "reset:code", self.words
        return self

    def prove(self, code: str) -> "Owner":
        self.answer(code)
        return self

    def ends_with(self, password: str) -> None:
        assert self.save(password).step == "reset:done", self.words
        assert can_sign_in(ADA, password)


@pytest.fixture
def mailed(run_outbox, postbox) -> Any:
    """Takes the check by mail, and answers it."""

    def take(owner: Owner) -> Owner:
        run_outbox()
        postbox.clear()
        owner.take(MAIL)
        run_outbox()
        owner.answer(postbox.code("ada@home.example"))
        return owner

    return take


def elsewhere(address: str = "198.51.100.23") -> Owner:
    """A browser that nobody knows, in a network that the attacker is not in."""
    return Owner(Browser(REMOTE_ADDR=address)).begin()


def test_the_owner_gets_in_past_a_hundred_times_every_limit(besieged, settings, mailed):
    """S-C35, P-C18, P-C19, P-C20, P-C21, P-C22: from a known browser in the attacker's own
    network; from unknown ones elsewhere with a passkey, a temporary pass or a recovery code, and
    then a mailbox that strangers have used up."""
    stranger = elsewhere("192.0.0.23")
    stranger.choose(offer_of(latest(), MAIL))
    assert stranger.step != "reset:code"  # the siege is real

    own = Owner(Browser(REMOTE_ADDR=STRANGER.address))
    own.client.cookies[settings.BROWSER_COOKIE_NAME] = browsers.remember(besieged, "")
    mailed(own.begin()).ends_with("seven quiet lanterns under snow")

    lay_siege(besieged, wave=1)
    owner = elsewhere().take(KEY)
    page: Any = owner.page
    challenge = json.loads(page.context["form"].options)["challenge"]
    owner.post("reset:code", credential=cast.passkey_of(besieged).use(challenge))
    owner.ends_with("eight quiet lanterns under snow")

    lay_siege(besieged, wave=2)
    elsewhere().take(PASS).prove(cast.codes()[0]).ends_with("nine quiet lanterns under snow")

    Policy.objects.update(methods_required=2)
    lay_siege(besieged, wave=3)
    owner = elsewhere().take(CODES)
    owner.answer(cast.codes()[1])
    mailed(owner).ends_with("ten quiet lanterns under snow")
