"""A reset with a passkey, and what nobody sees of it."""

import json
import re

import pytest

from accounts.policy.models import Policy
from tests.cast import add_passkey, passkey_of
from tests.journeys import ResetJourney, can_sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _set_up(corp, cleo, postbox):
    """Cleo has two passkeys, and passkeys are all there is."""
    Policy.objects.in_directory(corp).update(methods=["passkey"])
    add_passkey(cleo)
    add_passkey(cleo, "other")


def asked(name):
    journey = ResetJourney().start(name)
    offers = journey.page.content.decode().count('type="radio"')
    return journey.choose(), offers


def likened(journey):
    """The page, without what is new each time."""
    text = journey.page.content.decode()
    assert "allowCredentials" in text
    return re.sub(r"challenge&quot;: &quot;[\w-]+|[A-Z0-9]{4}-[A-Z0-9]{4}|[\w-]{64}", "*", text)


def test_nobodys_page_is_somebodys(cleo):
    """I9: one question for all passkeys somebody has, and for none."""
    (somebody, of_somebody), (nobody, of_nobody) = map(
        asked, ["cleo@corp.example", "nobody@corp.example"]
    )
    assert of_somebody == of_nobody == 1
    assert likened(somebody) == likened(nobody)


def test_either_passkey_resets_the_password(cleo):
    journey, _offers = asked("cleo@corp.example")
    challenge = json.loads(journey.page.context["form"].options)["challenge"]
    journey.post("reset:code", credential=passkey_of(cleo, "other").use(challenge))
    journey.save()
    assert journey.step == "reset:done"
    assert can_sign_in("cleo@corp.example", "seven quiet lanterns under rain")
