"""Many workers at one moment: nobody is listed twice, and nobody gets two letters."""

from collections import Counter

import pytest
from django.utils import timezone

from accounts.outbox import services as outbox
from accounts.outbox.models import Parcel
from accounts.tenancy import across_directories
from registration.campaigns import services, waves
from registration.campaigns.models import CampaignLetter
from tests.campaigns.conftest import ACT, again, letters, tick
from tests.support.threads import together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PEOPLE = 30
WORKERS = 8


@pytest.fixture
def crowd(make_user, postbox):
    return [make_user(f"p{number}", password="unused") for number in range(PEOPLE)]


def everybody_got_one(postbox):
    got = Counter(to for to, _subject in postbox.subjects())
    return len(got) == PEOPLE and set(got.values()) == {1}


def test_workers_that_list_and_send_at_once_repeat_nothing(start, crowd, postbox, monkeypatch):
    monkeypatch.setattr("registration.campaigns.audience.BATCH", 7)
    campaign = start(wave=11)

    def work(_number):
        with across_directories("a worker"):
            posted = waves.run()
        outbox.work()
        return posted

    for _turn in range(6):
        type(campaign).objects.in_directory(campaign.directory_id).update(
            next_wave_at=timezone.now()
        )
        posted = together(work, times=WORKERS)
        assert sum(posted) <= 11
    tick()
    assert everybody_got_one(postbox)
    assert set(letters(campaign).values()) == {("sent", "")}
    assert again(campaign).state == "done"


def test_one_letter_in_two_parcels_leaves_once(start, crowd, postbox):
    """What a pause and a resume, or a lease that ran out, can bring about."""
    campaign = start(wave=PEOPLE)
    tick()
    Parcel.objects.bulk_create(
        Parcel(
            kind=old.kind,
            directory_id=old.directory_id,
            payload=old.payload,
            expires_at=old.expires_at,
        )
        for old in list(Parcel.objects.filter(kind="campaign letter"))
    )
    together(lambda _number: outbox.work(), times=WORKERS)
    assert everybody_got_one(postbox)
    assert set(letters(campaign).values()) == {("sent", "")}


def test_a_campaign_is_stopped_once_and_what_left_before_stays(start, crowd, postbox):
    campaign = start(wave=PEOPLE)
    tick()

    def act(number):
        if number % 2:
            return services.stop(campaign, ACT)
        outbox.work(5)
        return False

    assert sum(together(act, times=WORKERS)) == 1
    states = Counter(
        CampaignLetter.objects.in_directory(campaign.directory_id).values_list("state", flat=True)
    )
    assert states["sent"] == len(postbox.messages) == PEOPLE - states["skipped"]
