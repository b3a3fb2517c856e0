"""Letters leave in waves, once each, whatever dies in between."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from accounts.outbox.models import Parcel
from registration.campaigns import letters as post
from registration.campaigns import services, waves
from registration.campaigns.models import CampaignLetter
from tests.campaigns.conftest import (
    ACT,
    SENT,
    again,
    kinds,
    letters,
    next_wave,
    overdue,
    tick,
)


def test_a_wave_leaves_when_its_time_has_come(start, make_user, run_outbox, postbox):
    for number in range(5):
        make_user(f"p{number}")
    campaign = start(wave=2, per_hour=4)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert tick() == 2
        run_outbox()
        clock.shift(timedelta(minutes=29, seconds=59))
        assert tick() == 0
        clock.shift(timedelta(seconds=1))
        assert tick() == 2
        run_outbox()
        clock.shift(timedelta(minutes=30))
        assert tick() == 1
        run_outbox()
    assert len(postbox.messages) == len(set(postbox.subjects())) == 5
    assert set(letters(campaign).values()) == {SENT}


def test_a_server_that_is_away_gets_no_flood_afterwards(start, make_user, run_outbox, postbox):
    for number in range(4):
        make_user(f"p{number}")
    campaign = start(wave=2)
    postbox.refuse_with = "450 later"
    assert tick() == 2
    run_outbox()
    assert next_wave(campaign) == 0
    postbox.refuse_with = ""
    overdue()
    run_outbox()
    assert next_wave(campaign) == 2
    run_outbox()
    assert len(set(postbox.subjects())) == 4


def test_an_address_that_is_refused_fails_alone(start, ada, cleo, run_outbox, postbox):
    postbox.refused["cleo@mail.example"] = "550 5.1.1 no such person"
    campaign = start()
    tick()
    run_outbox()
    assert letters(campaign) == {"ada": SENT, "cleo": ("failed", "refused")}
    overdue()
    assert run_outbox() == 0


def test_a_worker_that_died_with_a_letter_is_not_repeated(start, cleo, run_outbox, postbox):
    campaign = start()
    tick()
    row = CampaignLetter.objects.in_directory(campaign.directory_id)
    row.update(state="sending", changed_at=timezone.now())
    run_outbox()
    assert postbox.messages == []
    tick()
    assert letters(campaign)["cleo"] == ("sending", "")
    row.update(changed_at=timezone.now() - timedelta(minutes=11))
    tick()
    assert letters(campaign)["cleo"] == ("failed", "unknown")
    assert again(campaign).state == "done"


def test_a_worker_that_died_after_the_letter_left_is_not_repeated(start, cleo, run_outbox, postbox):
    start()
    tick()
    run_outbox()
    Parcel.objects.update(finished_at=None, due_at=timezone.now())
    assert run_outbox() == 1
    assert len(postbox.messages) == 1


def test_a_server_that_hung_up_may_have_it(start, cleo, run_outbox, postbox, monkeypatch):
    async def hang_up(server, *rest):
        server.transport.close()
        return "250 OK"

    monkeypatch.setattr(postbox, "handle_DATA", hang_up)
    campaign = start()
    tick()
    run_outbox()
    assert letters(campaign)["cleo"] == ("failed", "unknown")


def test_people_are_listed_where_it_was_left(start, make_user, monkeypatch):
    made = [make_user(f"p{number}") for number in range(5)]
    monkeypatch.setattr("registration.campaigns.audience.BATCH", 2)
    campaign = start()
    monkeypatch.setattr("registration.campaigns.waves.LISTING_TIME", 0.0)
    tick()
    assert letters(campaign) == {}
    from_here = again(campaign)
    assert waves.list_batch(from_here) == 2
    assert waves.list_batch(again(campaign)) == 2
    assert waves.list_batch(campaign) == 0  # knows of neither, and repeats none
    monkeypatch.undo()
    tick()
    assert len(letters(campaign)) == len(made)


def test_a_stopped_campaign_lists_nobody_more(start, make_user, monkeypatch):
    monkeypatch.setattr("registration.campaigns.audience.BATCH", 1)
    for name in ("p0", "p1"):
        make_user(name)
    campaign = start()
    assert waves.list_batch(campaign) == 1
    services.stop(campaign, ACT)
    assert waves.is_listing(campaign)  # as whoever lists still believes
    assert waves.list_batch(campaign) == 0
    assert not waves.is_listing(campaign)
    assert letters(campaign) == {"p0": ("skipped", "written_off")}


def test_pause_holds_what_has_not_left(start, cleo, run_outbox, postbox):
    campaign = start()
    tick()
    assert services.pause(campaign, ACT)
    assert not services.pause(campaign, ACT)
    run_outbox()
    assert (next_wave(campaign), postbox.messages) == (0, [])
    assert letters(campaign)["cleo"] == ("waiting", "")
    assert services.resume(campaign, ACT)
    assert not services.resume(campaign, ACT)
    assert tick() == 1
    run_outbox()
    assert len(postbox.messages) == 1
    assert kinds() == ["campaign.started", "campaign.paused", "campaign.resumed"]


def test_stop_is_for_good(start, cleo, run_outbox, postbox):
    campaign = start()
    tick()
    assert services.stop(campaign, ACT)
    assert not services.stop(campaign, ACT)
    assert not services.resume(campaign, ACT)
    run_outbox()
    assert (next_wave(campaign), postbox.messages) == (0, [])
    assert letters(campaign)["cleo"] == ("skipped", "written_off")
    start()


def test_a_letter_that_never_could_leave_is_written_off(start, cleo):
    campaign = start()
    tick()
    with time_machine.travel(timezone.now() + timedelta(days=4, minutes=1)):
        tick()
    assert letters(campaign)["cleo"] == ("skipped", "written_off")


def test_a_parcel_of_a_letter_that_is_gone_does_nothing(start, cleo, run_outbox, postbox):
    start()
    tick()
    cleo.delete()
    assert run_outbox() == 1
    assert postbox.messages == []


def test_a_report_is_about_the_letter_of_that_moment(start, cleo, run_outbox):
    campaign = start()
    tick()
    run_outbox()
    [row] = CampaignLetter.objects.in_directory(cleo.directory_id)
    assert row.sent_at
    assert not post.came_back(cleo, row.sent_at + timedelta(milliseconds=1))
    assert post.came_back(cleo, row.sent_at)
    assert not post.came_back(cleo, row.sent_at)
    assert letters(campaign)["cleo"] == ("failed", "returned")
