"""What the trail says when a policy changes."""

import pytest

from accounts.audit.events import Event, kinds, sentence
from accounts.policy import events


@pytest.mark.parametrize(
    ("event", "kind", "said"),
    [
        (
            events.PolicyChanged(policy="Everyone", changes=["methods_required: 1 -> 2"]),
            "policy.changed",
            "Changed policy Everyone",
        ),
        (events.PolicyRemoved(policy="Old"), "policy.removed", "Removed policy Old"),
        (
            events.BannedWordsChanged(added=["zephyr"], removed=[]),
            "policy.banned_words_changed",
            "Changed the banned words",
        ),
    ],
)
def test_the_trail_says_what_happened_to_a_policy(event: Event, kind: str, said: str):
    assert kinds()[kind] is type(event)
    assert sentence(kind, event.facts()) == said


def test_the_trail_keeps_what_each_setting_was_and_is():
    event = events.PolicyChanged(policy="Everyone", changes=["methods_required: 1 -> 2"])
    assert event.facts() == {"policy": "Everyone", "changes": ["methods_required: 1 -> 2"]}


def test_the_trail_takes_no_structures():
    event = events.PolicyChanged(policy="Everyone", changes=[{"new": 2}])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="changes"):
        event.facts()
