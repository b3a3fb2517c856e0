"""Records in words."""

import pytest

from accounts.audit.events import kinds
from reports import words
from reports.events import ReportExported
from tests.audit.happenings import Rang

ZONE = "Asia/Tokyo"


@pytest.mark.parametrize(
    ("kind", "facts", "text"),
    [
        ("reset.gate_passed", {"method": "alternate_email"}, "Passed a check (Alternate email)"),
        ("reset.gate_passed", {"method": "carrier_pigeon"}, "Passed a check (carrier pigeon)"),
        (
            "reset.succeeded",
            {"methods": ["alternate_email", "authenticator_app"]},
            "Reset the password (checked by Alternate email, Authenticator app)",
        ),
        ("reset.goal_chosen", {"goal": "unlock"}, "Asked for: unlock"),
        (
            "reset.blocked",
            {"limit": "reset.wrong_answers", "until": "2026-11-20T20:00:00+00:00", "method": ""},
            "Was stopped by the limit wrong answers until 21 November 2026, 05:00 (JST)",
        ),
        ("registration.put_off", {"skips": 2}, "Put registration off (2 so far)"),
        (
            ReportExported.kind,
            {"filters": []},
            "Exported the activity report (filtered by: nothing)",
        ),
    ],
)
def test_a_record_is_put_in_words(kind, facts, text):
    assert words.what_happened(kind, facts, ZONE) == text


@pytest.mark.parametrize("until", ["", "soon", "2026-99-99T00:00:00Z", "2026-11-20T20:00:00"])
def test_a_time_that_is_none_is_shown_as_it_is(until):
    facts = {"limit": "x", "until": until, "method": ""}
    assert words.what_happened("reset.blocked", facts, ZONE).endswith(f"until {until}")


def test_a_name_somebody_chose_keeps_its_signs(monkeypatch):
    monkeypatch.setattr(Rang, "sentence", "Made the group %(group)s")
    assert words.what_happened("test.rang", {"group": "sales_eu"}, ZONE).endswith("sales_eu")


def test_a_record_of_another_version_is_shown_by_its_kind():
    assert words.what_happened("reset.gate_passed", {}, ZONE) == "reset.gate_passed"


def test_every_kind_can_be_picked_and_shows_no_gap():
    choices = dict(words.kind_choices())
    assert set(choices) == set(kinds())
    assert not [text for text in choices.values() if "%(" in text]
