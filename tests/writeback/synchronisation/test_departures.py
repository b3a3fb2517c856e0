"""Who is gone from a directory server, and who must not be taken for gone."""

import pytest

from accounts.people.models import User
from registration.models import Factor
from tests.support.postbox import text_of
from tests.writeback.synchronisation.looking import ON_SLAPD, crowd, kinds
from writeback.agent import readings
from writeback.agent.answers import Away
from writeback.channel import in_process
from writeback.models import SynchronisationRun
from writeback.synchronisation import pages
from writeback.synchronisation.models import RunOutcome
from writeback.synchronisation.services import agree


def test_who_is_deleted_is_disabled_and_keeps_everything(unit, sync, named, corp):
    ada = unit.person("ada", mobile="+44 7700 900123")
    sync()
    unit.delete(ada)
    run, lines = sync(accept=True)
    assert (run.outcome, run.counts["gone"]) == (RunOutcome.DONE, 1)
    assert lines == [f"- {unit.upn('ada')}: gone"]
    gone = named("ada")
    assert not gone.enabled
    assert Factor.objects.in_directory(corp).filter(user=gone).exists()
    assert "synchronisation.person_gone" in kinds(gone)
    again, lines = sync(whole=True)
    assert (again.counts.get("gone"), lines) == (None, [])


def test_who_comes_back_is_enabled_again(unit, sync, named, monkeypatch):
    unit.person("ada")
    sync()
    before = named("ada")
    monkeypatch.setenv("LDAP_BASE_DN", f"OU=elsewhere,{unit.base}")
    in_process.forget()
    sync(accept=True)
    assert not named("ada").enabled
    monkeypatch.setenv("LDAP_BASE_DN", unit.base)
    in_process.forget()
    sync()
    assert (named("ada").pk, named("ada").enabled) == (before.pk, True)
    assert "synchronisation.person_back" in kinds(before)


@ON_SLAPD
def test_somebody_new_under_an_old_name_is_somebody_new(unit, sync, named, corp):
    """A name that is given again must not bring the methods of whoever had it before."""
    ada = unit.person("ada", mobile="+44 7700 900123")
    sync()
    old = named("ada")
    unit.delete(ada)
    unit.person("ada")
    run, _lines = sync(accept=True)
    assert (run.counts["gone"], run.counts["created"]) == (1, 1)
    new = named("ada")
    assert new.pk != old.pk
    assert not Factor.objects.in_directory(corp).filter(user=new).exists()
    old.refresh_from_db()
    assert not old.enabled
    assert "#gone-" in old.user_principal_name


@ON_SLAPD
def test_more_than_one_in_twenty_gone_asks_first(unit, sync, corp, operator_act):
    people = crowd(unit, 19)
    sync()
    unit.delete(people[0])
    run, lines = sync()
    assert (run.outcome, run.counts["missing"], run.counts["known"]) == (RunOutcome.ASKS, 1, 19)
    assert lines == []
    assert User.objects.in_directory(corp).filter(enabled=True).count() >= 19
    assert sync()[0].outcome == RunOutcome.ASKS
    run = SynchronisationRun.objects.in_directory(corp).order_by("-pk")[0]
    assert agree(run, operator_act)
    assert not agree(run, operator_act)
    done, _lines = sync()
    assert (done.outcome, done.counts["gone"]) == (RunOutcome.DONE, 1)


@ON_SLAPD
def test_an_administrator_hears_once_that_somebody_has_to_agree(
    unit, sync, administrator, run_outbox, postbox
):
    people = crowd(unit, 3)
    sync()
    unit.delete(people[0])
    sync()
    sync()
    run_outbox()
    (mail,) = postbox.to(administrator.mail)
    assert "1 of 3" in text_of(mail).replace("\n", " ")
    assert "Synchronisations" in text_of(mail)


@ON_SLAPD
def test_consent_to_some_is_no_consent_to_more(unit, sync, corp, operator_act):
    people = crowd(unit, 10)
    sync()
    unit.delete(people[0])
    run, _lines = sync()
    agree(run, operator_act)
    unit.delete(people[1])
    assert sync()[0].outcome == RunOutcome.ASKS
    assert sync(accept=True)[0].counts["gone"] == 2


@ON_SLAPD
def test_nobody_shown_at_all_is_asked_about(unit, sync, corp):
    people = crowd(unit, 3)
    sync()
    for dn in people:
        unit.delete(dn)
    assert sync()[0].outcome == RunOutcome.ASKS
    assert User.objects.in_directory(corp).filter(enabled=True, anchor__gt="").count() == 3


def test_an_outage_deletes_nobody_and_the_next_run_goes_on(unit, sync, corp, monkeypatch):
    """P-C50."""
    crowd(unit, 3)
    sync()
    unit.person("ada")
    asked = pages._asked

    def away(directory, target, agent):
        if target.startswith("page:"):
            raise Away
        facts, name = asked(directory, target, agent)
        return {**facts, "people": facts["people"][:1], "next": "page:x", "present": ""}, name

    monkeypatch.setattr(pages, "_asked", away)
    run, _lines = sync()
    assert (run.outcome, run.mark) == (RunOutcome.AWAY, "")
    assert User.objects.in_directory(corp).filter(enabled=True, anchor__gt="").count() >= 3
    monkeypatch.setattr(pages, "_asked", asked)
    assert sync()[0].outcome == RunOutcome.DONE


@ON_SLAPD
def test_a_server_that_is_away_is_an_outage(unit, sync, corp, monkeypatch):
    crowd(unit, 3)
    sync()
    monkeypatch.setenv("LDAP_URLS", "ldaps://127.0.0.1:9")
    in_process.forget()
    run, _lines = sync()
    assert run.outcome == RunOutcome.AWAY
    assert User.objects.in_directory(corp).filter(enabled=True, anchor__gt="").count() == 3


@ON_SLAPD
def test_an_agent_that_forgot_where_it_was_begins_again(unit, sync, corp, monkeypatch):
    crowd(unit, 8)
    monkeypatch.setattr(readings, "ROOM", 300)
    asked, pages_told = pages._asked, []

    def forgetful(directory, target, agent):
        pages_told.append(target)
        if len(pages_told) == 3:
            in_process.forget()
        return asked(directory, target, agent)

    monkeypatch.setattr(pages, "_asked", forgetful)
    run, _lines = sync()
    assert (run.outcome, run.counts["created"]) == (RunOutcome.DONE, 8)
    assert pages_told.count("") == 2


@ON_SLAPD
def test_an_agent_that_always_forgets_is_reported(unit, sync, monkeypatch):
    crowd(unit, 3)
    monkeypatch.setattr(readings, "ROOM", 300)
    asked = pages._asked

    def forgetful(directory, target, agent):
        in_process.forget()
        return asked(directory, target, agent)

    monkeypatch.setattr(pages, "_asked", forgetful)
    run, _lines = sync()
    assert (run.outcome, run.reason) == (RunOutcome.REFUSED, "start_over")


@pytest.mark.parametrize(
    "spoilt", [{"people": [{}]}, {"present": "AAAA"}, {"mark": "x" * 81}, None]
)
@ON_SLAPD
def test_what_cannot_be_understood_is_not_acted_on(unit, sync, corp, monkeypatch, spoilt):
    """A hostile agent tells what it likes."""
    crowd(unit, 3)
    sync()
    asked = pages._asked

    def told(directory, target, agent):
        facts, name = asked(directory, target, agent)
        return ({**facts, **spoilt} if spoilt else {}), name

    monkeypatch.setattr(pages, "_asked", told)
    run, _lines = sync(accept=True)
    assert (run.outcome, run.reason) == (RunOutcome.REFUSED, "malformed")
    assert User.objects.in_directory(corp).filter(enabled=True, anchor__gt="").count() == 3
