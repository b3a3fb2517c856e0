"""Whom a campaign writes to, and whom not."""

import pytest
from django.core.exceptions import ValidationError

from accounts.people import groups
from accounts.policy.models import Policy
from registration.campaigns import services
from tests import cast
from tests.campaigns.conftest import (
    ACT,
    SENT,
    again,
    change,
    kinds,
    letters,
    next_wave,
    tick,
)


def test_everybody_in_scope_gets_one_letter(start, ada, cleo, make_user, run_outbox, postbox):
    make_user("gone", enabled=False)
    make_user("dumb", mail="")
    campaign = start()
    assert tick() == 2
    run_outbox()
    assert letters(campaign) == {
        "ada": SENT,
        "cleo": SENT,
        "gone": ("skipped", "disabled"),
        "dumb": ("skipped", "no_address"),
    }
    assert sorted(to for to, _subject in postbox.subjects()) == [
        "ada@mail.example",
        "cleo@mail.example",
    ]
    assert (tick(), next_wave(campaign), run_outbox()) == (0, 0, 0)
    assert again(campaign).state == "done"
    assert kinds() == ["campaign.started", "campaign.done"]


def test_a_private_address_gets_nothing(start, ada, run_outbox, postbox):
    """Mail about work goes to the work address, though another one is confirmed."""
    change(ada, mail="", alternate_email="ada@elsewhere.example")
    campaign = start()
    tick()
    run_outbox()
    assert letters(campaign)["ada"] == ("skipped", "no_address")
    assert postbox.messages == []


def test_where_reset_is_off_nobody_is_told_that_it_is_on(start, corp, ada, run_outbox, postbox):
    Policy.objects.in_directory(corp).update(self_service_reset=False)
    campaign = start()
    tick()
    run_outbox()
    assert letters(campaign) == {"ada": ("skipped", "out_of_scope")}
    assert postbox.messages == []


@pytest.mark.parametrize(("kind", "state"), [("announce", "sent"), ("available", "skipped")])
def test_only_an_announcement_to_a_group_comes_before_its_policy(
    start, corp, ada, cleo, run_outbox, kind, state
):
    Policy.objects.in_directory(corp).update(self_service_reset=False)
    outer, inner = (groups.create(corp, name) for name in ("Outer", "Inner"))
    groups.nest(outer, inner)
    groups.add_member(inner, ada)
    campaign = start(kind, audience="group", group=outer)
    tick()
    run_outbox()
    assert {name: found[0] for name, found in letters(campaign).items()} == {"ada": state}


@pytest.mark.parametrize("fields", [{"kind": "remind"}, {"audience": "not_capable"}])
def test_those_who_have_registered_are_left_alone(start, ada, cleo, run_outbox, fields):
    campaign = start(**fields)
    tick()
    run_outbox()
    assert letters(campaign) == {"ada": ("skipped", "registered"), "cleo": SENT}


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda user: cast.add_mailbox(user), "registered"),
        (lambda user: change(user, enabled=False), "disabled"),
        (lambda user: change(user, mail=""), "no_address"),
        (
            lambda user: Policy.objects.in_directory(user.directory_id).update(
                self_service_reset=False
            ),
            "out_of_scope",
        ),
    ],
)
def test_what_happened_meanwhile_is_asked_when_the_letter_leaves(
    start, cleo, run_outbox, postbox, happens, reason
):
    campaign = start("remind")
    assert tick() == 1
    happens(cleo)
    run_outbox()
    assert letters(campaign) == {"cleo": ("skipped", reason)}
    assert postbox.messages == []


def test_a_new_address_is_the_one_that_is_used(start, cleo, run_outbox, postbox):
    start()
    tick()
    change(cleo, mail="cleo.new@mail.example")
    run_outbox()
    assert [to for to, _subject in postbox.subjects()] == ["cleo.new@mail.example"]


def test_one_campaign_of_a_kind_is_open_at_a_time(start, corp, other, cleo):
    first = start()
    with pytest.raises(ValidationError, match="open already"):
        start()
    start("announce")
    start(directory=other)
    services.stop(first, ACT)
    start()


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "nonsense"},
        {"audience": "nobody"},
        {"audience": "group"},
        {"wave": 0},
        {"wave": 501},
        {"per_hour": 0},
        {"per_hour": 100_001},
    ],
)
def test_what_no_campaign_can_be_is_refused(start, corp, fields):
    with pytest.raises(ValidationError):
        start(**fields)


def test_a_group_of_another_directory_is_refused(start, other):
    foreign = groups.create(other, "Theirs")
    with pytest.raises(ValidationError, match="another directory"):
        start(audience="group", group=foreign)
    with pytest.raises(ValidationError, match="only for a campaign to a group"):
        start(group=foreign)


def test_other_directories_hear_nothing(start, other, make_user, cleo, run_outbox, postbox):
    """S-C17"""
    make_user("eve", directory=other)
    start()
    tick()
    run_outbox()
    assert [to for to, _subject in postbox.subjects()] == ["cleo@mail.example"]
