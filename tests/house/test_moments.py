"""Moments are told where the directory is."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.moments import told_end, validate_zone
from accounts.people.models import Directory, User
from registration.models import Coverage
from tests.cast import PASSWORD
from tests.journeys import Journey


@pytest.mark.parametrize(
    ("second", "said"), [(0, "17:58"), (1, "17:59"), (59, "17:59")], ids=["sharp", "just", "late"]
)
def test_a_pause_ends_at_the_next_whole_minute(second, said):
    moment = datetime(2026, 11, 20, 8, 58, second, tzinfo=UTC)
    assert told_end(moment, "Asia/Tokyo") == f"20 November 2026, {said} (JST)"


@pytest.mark.parametrize("name", ["", "Berlin", "Nowhere/Atlantis", "../etc/passwd", "Europe"])
def test_what_is_no_time_zone_is_refused(name):
    with pytest.raises(ValidationError) as refusal:
        validate_zone(name)
    assert refusal.value.code == "zone"


def test_a_directory_takes_no_zone_that_is_none(corp):
    corp.time_zone = "Berlin"
    with pytest.raises(ValidationError) as refusal:
        corp.full_clean()
    assert set(refusal.value.message_dict) == {"time_zone"}


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Tokyo", "21 November 2026"), ("Nowhere/Atlantis", "20 November 2026")]
)
def test_days_are_those_of_the_directory(ada, zone, day):
    """A zone nobody knows, kept by an earlier version, is UTC and breaks no page."""
    Directory.objects.update(time_zone=zone)
    changed = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    User.objects.in_directory(ada.directory).update(password_changed_at=changed)
    Coverage.objects.in_directory(ada.directory).update(confirmed_at=changed)
    with time_machine.travel("2026-11-20T23:58:00Z", tick=False):
        journey = Journey().post("signin:sign_in", username="ada@corp.example", password=PASSWORD)
        assert journey.step == "portal"
        assert f"Last changed on {day}" in journey.get("change:change").words
        assert f"Last confirmed {day}" in journey.get("registration:overview").words
