import pytest
from django.core.management import CommandError

from tests.commands.configuration import FULL, policy_with, settings_of, told

pytestmark = pytest.mark.django_db

WEAKENINGS = [
    ("methods_required: 2", "methods_required: 1"),
    ("passwords: {min_length: 15}", "passwords: {min_length: 8}"),
    ("passwords: {banned_words: true}", "passwords: {banned_words: false}"),
    ("passwords: {history_length: 5}", "passwords: {history_length: 0}"),
    ("passwords: {end_sessions: true}", "passwords: {end_sessions: false}"),
    ("talkative: false", "talkative: true"),
    ("strong_factors_required: true", "strong_factors_required: false"),
    ("limits: {answers_allowed: 5}", "limits: {answers_allowed: 10}"),
    ("limits: {block_hours: 24}", "limits: {block_hours: 1}"),
    ("passwords: {breached: true}", "passwords: {breached: false}"),
    ("notifications: {users: true}", "notifications: {users: false}"),
    ("phones: {refuse_voip_numbers: true}", "phones: {refuse_voip_numbers: false}"),
    ("registration: {factor_rest_hours: 24}", "registration: {factor_rest_hours: 0}"),
    (
        "registration: {unconfirmed_data_accepted: false}",
        "registration: {unconfirmed_data_accepted: true}",
    ),
    ("groups: []", "groups: [Sales]"),
]


@pytest.mark.parametrize(("strong", "weak"), WEAKENINGS)
def test_a_weakening_is_refused_until_accepted(directory_file, strong, weak):
    told("apply", directory_file(policy_with(strong)))
    before = told("export")
    with pytest.raises(CommandError, match="--accept-weaker"):
        told("apply", directory_file(policy_with(weak)))
    assert told("export") == before
    assert "WEAKER" in told("plan", directory_file(policy_with(weak)))
    assert "WEAKER" in told("apply", directory_file(policy_with(weak)), "--accept-weaker")
    assert told("export") != before


@pytest.mark.parametrize(("strong", "weak"), WEAKENINGS[:-1])
def test_making_it_stronger_needs_no_leave(directory_file, strong, weak):
    told("apply", directory_file(policy_with(weak)), "--accept-weaker")
    assert "WEAKER" not in told("apply", directory_file(policy_with(strong)))


def test_taking_a_policy_or_a_banned_word_away_weakens(directory_file):
    told("apply", directory_file(FULL))
    short = FULL.replace("[tulip, windmill]", "[tulip]")
    with pytest.raises(CommandError, match="--accept-weaker"):
        told("apply", directory_file(short))
    with pytest.raises(CommandError, match="--accept-weaker"):
        told(
            "apply",
            directory_file(settings_of("policies: []").replace("]", ", second.example]", 1)),
        )
