"""Runs: what they tell, one at a time, by the command and by themselves."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.audit.models import AuditRecord
from tests.writeback.synchronisation.looking import ON_SLAPD, crowd, snapshot
from writeback.models import SynchronisationRun
from writeback.synchronisation import tasks
from writeback.synchronisation.models import RunOutcome
from writeback.synchronisation.services import UnderWay


def test_a_second_run_changes_nothing(unit, sync, corp):
    unit.group("staff", unit.person("ada"))
    sync()
    before = AuditRecord.objects.filter(directory=corp).count()
    run, lines = sync()
    assert (run.outcome, run.whole, lines) == (RunOutcome.DONE, False, [])
    assert not run.counts.keys() - {"unchanged"}
    whole, lines = sync(whole=True)
    assert (whole.whole, lines) == (True, [])
    assert AuditRecord.objects.filter(directory=corp).count() == before


def test_a_dry_run_says_everything_and_writes_nothing(unit, sync, corp):
    crowd(unit, 2)
    ada = unit.person("ada")
    unit.group("staff", ada)
    sync()
    unit.server.put(ada, displayName="Ada L.")
    unit.person("new")
    unit.delete(unit.dn("p0"))
    before = snapshot(corp)
    run, lines = sync(dry_run=True, accept=True)
    assert snapshot(corp) == before
    assert run.pk is None
    assert set(lines) == {
        f"+ {unit.upn('new')}",
        f"~ {unit.upn('ada')}: display_name",
        f"- {unit.upn('p0')}: gone",
    }


@ON_SLAPD
def test_one_run_at_a_time(unit, sync, corp):
    run = SynchronisationRun.objects.create(directory=corp)
    with pytest.raises(UnderWay):
        sync()
    run.alive_at -= timedelta(minutes=6)
    run.save()
    assert sync()[0].outcome == RunOutcome.DONE
    outcomes = SynchronisationRun.objects.in_directory(corp).values_list("outcome", flat=True)
    assert sorted(outcomes) == ["cut_off", "done"]


@ON_SLAPD
def test_everything_is_read_again_after_a_day(unit, sync, corp):
    unit.person("ada")
    assert sync()[0].whole
    assert not sync()[0].whole
    a_day_ago = timezone.now() - timedelta(hours=25)
    SynchronisationRun.objects.in_directory(corp).update(started_at=a_day_ago)
    assert sync()[0].whole


@ON_SLAPD
def test_the_command_tells_what_it_does(unit, corp, named, capsys):
    unit.person("ada")
    call_command("directory", "sync", "Corp", "--dry-run")
    told = capsys.readouterr().out
    assert told.startswith(f"+ {unit.upn('ada')}\n1 created\n")
    assert named("ada") is None
    call_command("directory", "sync", "Corp", "--full")
    assert capsys.readouterr().out == "1 created\n"
    unit.delete(unit.dn("ada"))
    with pytest.raises(CommandError, match="1 of 1 people is gone"):
        call_command("directory", "sync", "Corp")
    call_command("directory", "sync", "Corp", "--accept-deletions")
    assert capsys.readouterr().out.endswith("1 gone\n")


def test_the_command_refuses_where_there_is_no_server(corp, other):
    for name, why in (("Nowhere", "no directory called"), ("Other", "no directory server")):
        with pytest.raises(CommandError, match=why):
            call_command("directory", "sync", name)


@ON_SLAPD
def test_the_periodic_job_serves_only_who_has_a_server(unit, corp, other, named):
    unit.person("ada")
    tasks.run()
    assert named("ada")
    assert not SynchronisationRun.objects.in_directory(other).exists()
