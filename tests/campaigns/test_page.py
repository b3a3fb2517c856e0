"""Campaigns in the configuration portal: who may, the count before, the start, the actions."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.people import groups
from accounts.people.models import Role
from registration.campaigns.models import Campaign, CampaignLetter
from tests.admin.conftest import as_role
from tests.admin.forms import fields_of
from tests.campaigns.conftest import again, letters, tick

__all__ = ["as_role"]
LIST = reverse("admin:registration_campaign_changelist")
START = reverse("admin:registration_campaign_add")
MAY = {"operator", "directory_administrator", "user_administrator"}


def send(browser, button="_preview", **given):
    held = {**fields_of(browser, START), **given}
    return browser.post(START, {**held, button: "1"})


def act(browser, action, *campaigns):
    chosen = {"action": action, "_selected_action": [one.pk for one in campaigns]}
    return browser.post(LIST, chosen, follow=True)


def mine(directory):
    return Campaign.objects.in_directory(directory)


@pytest.fixture
def visitor(as_role):
    return as_role("user_administrator")


def test_the_count_comes_before_the_start(visitor, corp, ada, cleo, make_user):
    make_user("gone", enabled=False)
    answer = send(visitor, kind="remind")
    page = answer.content.decode()
    assert "2 people would get a letter." in page  # the visitor, too
    assert "1 would not: registered already" in page
    assert "1 would not: account disabled" in page
    assert 'name="_start"' in page
    assert not mine(corp).exists()
    assert not CampaignLetter.objects.in_directory(corp).exists()
    assert 'name="_start"' not in visitor.get(START).content.decode()


def test_a_long_count_says_how_far_it_looked(visitor, make_user, monkeypatch):
    for number in range(5):
        make_user(f"p{number}")
    monkeypatch.setattr("registration.campaigns.audience.BATCH", 2)
    monkeypatch.setattr("registration.campaigns.admin.MOST_LOOKED_AT", 2)
    assert "That is of the first 2 of 6 people." in send(visitor).content.decode()


def test_a_start_is_written_down_and_goes_on_by_itself(visitor, corp, cleo, run_outbox, postbox):
    answer = send(visitor, "_start", kind="remind", wave="10", per_hour="60")
    assert answer["Location"] == LIST
    campaign = mine(corp).get()
    assert campaign.created_by.user_principal_name == "staff-user-administrator@corp.example"
    record = AuditRecord.objects.get(kind="campaign.started")
    assert (record.actor_id, record.directory_id) == (campaign.created_by.pk, corp.pk)
    assert "nobody listed yet" in visitor.get(LIST).content.decode()
    tick()
    run_outbox()
    page = visitor.get(LIST).content.decode()
    assert "2 sent" in page
    assert "@mail.example" not in page


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "shout"}, "kind"),
        ({"audience": "all"}, "audience"),
        ({"audience": "group"}, "group"),
        ({"wave": "0"}, "wave"),
        ({"wave": "501"}, "wave"),
        ({"wave": ""}, "wave"),
        ({"per_hour": "-1"}, "per_hour"),
        ({"per_hour": "many"}, "per_hour"),
        ({"group": "999999"}, "group"),
    ],
)
def test_what_no_campaign_can_be_is_said_at_its_field(visitor, corp, given, field):
    answer = send(visitor, "_start", **given)
    assert field in answer.context["errors"]
    assert not mine(corp).exists()


def test_a_second_one_of_a_kind_waits(visitor, corp, cleo):
    send(visitor, "_start", kind="remind")
    answer = send(visitor, "_start", kind="remind")
    assert "open already" in answer.content.decode()
    assert mine(corp).count() == 1


def test_it_is_paused_resumed_and_stopped(visitor, corp, start):
    campaign = start()
    for action, state in (
        ("resume", "running"),
        ("pause", "paused"),
        ("resume", "running"),
        ("stop", "stopped"),
        ("resume", "stopped"),
    ):
        act(visitor, action, campaign)
        assert again(campaign).state == state
    kinds = AuditRecord.objects.filter(kind__startswith="campaign.", actor_id__isnull=False)
    assert kinds.count() == 3


@pytest.mark.parametrize("role", ["", *Role.values])
def test_three_roles_may(as_role, corp, start, role):
    campaign, browser = start(), as_role(role)
    expected = 200 if role in MAY else 403
    assert browser.get(LIST).status_code == expected
    assert browser.get(START).status_code == expected
    assert browser.post(START, {"_start": "1"}).status_code == expected
    act(browser, "stop", campaign)
    assert again(campaign).state == ("stopped" if role in MAY else "running")


def test_another_directory_is_not_there(as_role, corp, other, start):
    foreign = start(directory=other)
    theirs = groups.create(other, "Theirs")
    browser = as_role("directory_administrator")
    assert f'value="{foreign.pk}"' not in browser.get(LIST).content.decode()
    act(browser, "stop", foreign)
    assert again(foreign).state == "running"
    answer = send(browser, "_start", audience="group", group=str(theirs.pk))
    assert "group" in answer.context["errors"]
    send(browser, "_start", directory=str(other.pk))
    assert mine(other).count() == 1


def test_an_operator_chooses_the_directory(as_role, corp, other, make_user):
    make_user("eve", directory=other)
    browser = as_role("operator")
    assert "directory" in send(browser, "_start").context["errors"]
    send(browser, "_start", directory=str(other.pk))
    tick()
    assert set(letters(mine(other).get())) == {"eve"}
    wrong = groups.create(corp, "Ours")
    answer = send(
        browser, kind="remind", audience="group", group=str(wrong.pk), directory=str(other.pk)
    )
    assert "another directory" in answer.content.decode()


def test_the_password_is_asked_for_again(visitor, corp):
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        for answer in (visitor.get(START), visitor.post(START, {"_start": "1"})):
            assert answer["Location"].startswith(reverse("signin:again"))
    assert not mine(corp).exists()
