"""Campaigns from the shell."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.people import groups
from registration.campaigns import services
from registration.campaigns.models import Campaign
from tests import cast
from tests.campaigns.conftest import ACT, again, letters, tick
from tests.support import tenancy


@pytest.fixture
def run(corp):
    def run(*words, directory="Corp"):
        out = StringIO()
        with tenancy.guarded():
            call_command("campaign", *words, "--directory", directory, stdout=out, stderr=out)
        return out.getvalue()

    return run


def only(corp):
    return Campaign.objects.in_directory(corp).get()


@pytest.mark.parametrize("words", [("plan",), ("start", "--dry-run")])
def test_a_plan_says_whom_and_why_not_and_writes_nothing(run, corp, ada, cleo, make_user, words):
    make_user("gone", enabled=False)
    told = run(*words, "--kind", "remind")
    assert "cleo@corp.example\tletter\n" in told
    assert "ada@corp.example\tno letter: registered already\n" in told
    assert "gone@corp.example\tno letter: account disabled\n" in told
    assert "1 of 3 people would get a letter." in told
    assert "Nothing was written." in told
    assert "@mail.example" not in told
    assert not Campaign.objects.in_directory(corp).exists()


def test_a_start_lists_people_and_waves_follow(run, corp, ada, cleo, run_outbox, postbox):
    told = run("start", "--kind", "announce", "--wave", "1", "--per-hour", "60")
    assert re.search(r"Campaign \d+ runs.", told)
    assert "2 waiting" in told
    campaign = only(corp)
    assert (campaign.wave, campaign.per_hour, campaign.created_by) == (1, 60, None)
    assert tick() == 1
    run_outbox()
    assert "1 sent, 1 waiting" in run("status")
    assert "1 sent" in run("status", str(campaign.pk))


def test_a_group_and_the_unregistered_can_be_chosen(run, corp, ada, cleo):
    groups.add_member(groups.create(corp, "Pilot"), ada)
    run("start", "--kind", "announce", "--group", "Pilot")
    assert set(letters(only(corp))) == {"ada"}
    run("start", "--kind", "available", "--not-capable")
    rows = Campaign.objects.in_directory(corp)
    assert letters(rows.get(kind="available"))["ada"] == ("skipped", "registered")


def test_it_is_held_and_ended(run, corp, cleo):
    run("start", "--kind", "remind")
    number = str(only(corp).pk)
    assert run("pause", number) == "Paused.\n"
    with pytest.raises(CommandError, match="is paused"):
        run("pause", number)
    assert run("resume", number) == "Goes on.\n"
    assert "never will" in run("stop", number)
    with pytest.raises(CommandError, match="is stopped"):
        run("resume", number)


def test_following_ends_with_the_campaign(run, corp, cleo, run_outbox, monkeypatch):
    campaign_of = lambda: only(corp)  # noqa: E731
    run("start", "--kind", "remind")
    turns = iter([tick, run_outbox, tick, tick, tick])
    monkeypatch.setattr("time.sleep", lambda _seconds: next(turns)())
    told = run("status", str(campaign_of().pk), "--follow")
    assert "done\t1 sent" in told
    assert again(campaign_of()).state == "done"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("start", "--kind", "shout"), "invalid choice"),
        (("start",), "--kind"),
        (("start", "--kind", "remind", "--wave", "0"), "greater than or equal to 1"),
        (("start", "--kind", "remind", "--per-hour", "999999"), "less than or equal to"),
        (("start", "--kind", "remind", "--group", "Nobody"), "no group called Nobody"),
        (("start", "--kind", "remind", "--group", "A", "--not-capable"), "not allowed with"),
        (("stop", "999"), "has no campaign 999"),
        (("status", "999"), "has no campaign 999"),
        (("status", "--follow"), "which campaign"),
        (("pause", "one"), "invalid int"),
    ],
)
def test_what_cannot_be_done_is_said(run, corp, words, said):
    with pytest.raises(CommandError, match=said) as refusal:
        run(*words)
    assert refusal.value.returncode
    assert not Campaign.objects.in_directory(corp).exists()


def test_directories_are_apart(run, corp, other, cleo):
    with pytest.raises(CommandError, match="no directory called Elsewhere"):
        run("start", "--kind", "remind", directory="Elsewhere")
    cast.make_user("eve", directory=other)
    run("start", "--kind", "remind", directory="other")
    [theirs] = Campaign.objects.in_directory(other)
    assert set(letters(theirs)) == {"eve"}
    with pytest.raises(CommandError, match="Corp has no campaign"):
        run("stop", str(theirs.pk))
    assert run("status") == ""


def test_a_second_one_of_a_kind_waits(run, corp, cleo):
    run("start", "--kind", "remind")
    with pytest.raises(CommandError, match="open already"):
        run("start", "--kind", "remind")
    services.stop(only(corp), ACT)
    run("start", "--kind", "remind")
