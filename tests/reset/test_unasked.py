"""Fields that no page has asked for."""

import pytest

from reset.models import Attempt, Proof
from tests.journeys import ResetJourney
from writeback.models import Write

pytestmark = pytest.mark.django_db

UNASKED = {
    "user": "1",
    "user_id": "1",
    "directory_id": "1",
    "standing": "ready",
    "gates": "0",
    "methods_required": "0",
    "proved_by": "alternate_email",
    "passed_at": "2026-01-01",
    "is_verified": "true",
    "is_staff": "true",
    "challenge": "1",
    "factor": "1",
    "address": "thief@elsewhere.test",
    "destination": "thief@elsewhere.test",
    "next": "reset:password",
    "new_password": "seven quiet lanterns under rain",
}


@pytest.mark.parametrize("name", ["ada@corp.example", "nobody.here@corp.example"])
def test_what_was_not_asked_for_changes_nothing(ada, other, name, run_outbox, postbox):
    """S-C15: at each step, as fields of its form and in the address."""
    journey = ResetJourney()
    journey.post("reset:start", username=name, **UNASKED)
    before = Attempt.objects.in_directory(ada.directory).values().get()
    journey.post("reset:method", check=0, **UNASKED)
    assert journey.step == "reset:code"
    run_outbox()
    for _try in range(2):
        journey.post("reset:code", code="000000", **UNASKED)
        assert journey.step == "reset:code"
    journey.post("reset:password", **UNASKED)
    assert journey.step == "reset:code"
    after = Attempt.objects.in_directory(ada.directory).values().get()
    moving = {"challenge_id", "chosen", "shown"}
    assert {k: v for k, v in after.items() if k not in moving} == {
        k: v for k, v in before.items() if k not in moving
    }
    assert before["gates"] == 1
    assert not Proof.objects.in_directory(ada.directory).exists()
    assert not Write.objects.in_directory(ada.directory).exists()
    assert {mail["To"] for mail in postbox.messages} <= {"ada@home.example"}
