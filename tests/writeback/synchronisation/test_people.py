"""What becomes of people whom a directory server tells."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.people.models import Domain, Source, User
from registration.models import Factor, FactorSource
from tests.cast import make_user
from tests.writeback.synchronisation.looking import ON_SLAPD, crowd, kinds
from writeback.models import Quarantine
from writeback.synchronisation.models import RunOutcome


def test_somebody_new_is_created_with_their_contact_data(unit, sync, named):
    unit.person("ada", mobile="+44 7700 900123", telephoneNumber="+49 30 23125 100")
    run, lines = sync()
    ada = named("ada")
    assert (run.outcome, run.whole, run.counts) == (RunOutcome.DONE, True, {"created": 1})
    assert lines == [f"+ {unit.upn('ada')}"]
    assert (ada.source, ada.enabled, ada.mobile) == (
        Source.SYNCHRONIZED,
        True,
        "+44 7700 900123",
    )
    assert not ada.has_usable_password()
    assert kinds(ada)[0] == "people.created"


def test_telephones_become_methods_that_wait_for_their_owner(unit, sync, named, corp, settings):
    ada_dn = unit.person("ada", mobile="+44 7700 900123")
    sync()
    ada = named("ada")
    (factor,) = Factor.objects.in_directory(corp).filter(user=ada)
    assert (factor.method, factor.source) == ("mobile_phone", FactorSource.DIRECTORY)
    assert (factor.confirmed_at, factor.address) == (None, "+447700900123")
    unit.server.put(ada_dn, mobile="+44 7700 900456")
    sync()
    (factor,) = Factor.objects.in_directory(corp).filter(user=ada)
    assert factor.address == "+447700900456"
    Factor.objects.in_directory(corp).update(confirmed_at=factor.created_at)
    unit.server.put(ada_dn, mobile="+44 7700 900789")
    sync()
    confirmed = Factor.objects.in_directory(corp).filter(user=ada, confirmed_at__isnull=False)
    assert confirmed.get().address == "+447700900456"


def test_a_change_is_taken_over_by_the_next_run(unit, sync, named):
    ada = unit.person("ada")
    sync()
    unit.server.put(ada, displayName="Ada L.")
    run, lines = sync()
    assert not run.whole
    assert named("ada").display_name == "Ada L."
    assert lines == [f"~ {unit.upn('ada')}: display_name"]


def test_a_new_name_and_another_place_are_the_same_person(unit, sync, named):
    ada = unit.person("ada")
    sync()
    before = named("ada")
    moved = unit.move(ada)
    unit.sign_in_name(moved, unit.upn("countess"))
    sync()
    assert named("ada") is None
    assert named("countess").pk == before.pk
    assert "people.changed" in kinds(before)


def test_disabled_and_enabled_there_is_disabled_and_enabled_here(unit, sync, named):
    ada = unit.person("ada")
    sync()
    since = named("ada").sessions_valid_from
    unit.disable(ada)
    sync()
    assert not named("ada").enabled
    assert named("ada").sessions_valid_from > since
    unit.enable(ada)
    sync()
    assert named("ada").enabled


@ON_SLAPD
def test_whom_staff_disabled_stays_disabled(unit, sync, named):
    ada = unit.person("ada")
    sync()
    User.objects.in_directory(named("ada").directory_id).update(enabled=False)
    unit.disable(ada)
    sync()
    unit.enable(ada)
    sync(whole=True)
    assert not named("ada").enabled


def test_a_name_of_another_domain_is_kept_out_and_shown(unit, sync, corp):
    dora = unit.person("dora")
    unit.sign_in_name(dora, f"dora.{unit.mark}@elsewhere.example")
    unit.sign_in_name(unit.person("eve"), f"eve {unit.mark}@corp.example")
    run, lines = sync()
    assert run.counts == {"quarantined": 2}
    faults = dict(Quarantine.objects.in_directory(corp).values_list("name", "fault"))
    assert faults == {
        f"dora.{unit.mark}@elsewhere.example": "domain",
        f"eve {unit.mark}@corp.example": "unusable",
    }
    assert all(line.startswith("! ") for line in lines)
    Domain.objects.create(directory=corp, name="elsewhere.example")
    sync(whole=True)
    assert User.objects.in_directory(corp).filter(upn_key__startswith="dora").exists()
    assert Quarantine.objects.in_directory(corp).count() == 1


@ON_SLAPD
def test_a_name_that_leaves_the_domains_keeps_the_old_one(unit, sync, named, corp):
    ada = unit.person("ada")
    sync()
    unit.sign_in_name(ada, f"ada.{unit.mark}@elsewhere.example")
    unit.server.put(ada, displayName="Ada L.")
    sync()
    assert named("ada").display_name == "Ada L."
    assert Quarantine.objects.in_directory(corp).get().fault == "domain"


@ON_SLAPD
def test_somebody_of_the_cloud_is_not_taken_over(unit, sync, named, corp):
    """Whoever writes the directory server must not become anybody who has a password here."""
    mine = make_user(f"ada.{unit.mark}", directory=corp)
    unit.person("ada")
    run, _lines = sync()
    assert run.counts == {"quarantined": 1}
    assert Quarantine.objects.in_directory(corp).get().fault == "taken"
    mine.refresh_from_db()
    assert (mine.source, mine.anchor) == (Source.CLOUD, "")


@ON_SLAPD
def test_somebody_imported_as_synchronised_is_linked(unit, sync, named, corp):
    mine = make_user(f"ada.{unit.mark}", directory=corp, source=Source.SYNCHRONIZED)
    unit.person("ada")
    run, _lines = sync()
    assert run.counts["linked"] == 1
    assert named("ada").pk == mine.pk
    assert named("ada").anchor


def test_a_name_that_another_gives_up_is_taken_in_the_same_run(unit, sync, named):
    ada, ben = unit.person("ada"), unit.person("ben")
    sync()
    first, second = named("ada").pk, named("ben").pk
    unit.sign_in_name(ben, unit.upn("cleo"))
    unit.sign_in_name(ada, unit.upn("ben"))
    sync()
    assert (named("ben").pk, named("cleo").pk) == (first, second)


@ON_SLAPD
def test_as_many_statements_whatever_the_number_of_people(unit, sync):
    """A batch costs what it costs: no statement is made for one person."""
    crowd(unit, 2)
    with CaptureQueriesContext(connection) as few:
        sync()
    for number in range(2, 30):
        unit.person(f"p{number}", mobile=f"+44 7700 9001{number:02}")
    with CaptureQueriesContext(connection) as many:
        sync()
    assert len(many) <= len(few) + 5
