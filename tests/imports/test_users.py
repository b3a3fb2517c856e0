"""People from a file."""

import pytest

from accounts.audit.models import AuditRecord
from accounts.people import groups, passwords
from accounts.people.models import Domain, Group, PasswordRecord, User
from registration.models import Coverage
from tests.cast import PASSWORD
from tests.imports.conftest import Import, Outcome

pytestmark = pytest.mark.django_db

HEADER = (
    "user_principal_name,display_name,password,roles,groups,mail,mobile,office_phone,"
    "alternate_email,enabled,source"
)
ADA = (
    f"ada@corp.example,Ada,{PASSWORD},helpdesk;auditor,Sales;Office,ada@mail.example,"
    "+44 1632960001,,ada@home.example,true,cloud"
)


@pytest.fixture
def load(import_lines: Import, corp):
    def load(*lines: str, header: str = HEADER, options: tuple[str, ...] = ()) -> Outcome:
        return import_lines("users", header, *lines, options=options)

    return load


def ada_of(corp) -> User:
    return User.objects.in_directory(corp).get(upn_key="ada@corp.example")


def test_a_row_makes_a_person_with_everything_in_it(load, corp):
    assert "1 created" in load(ADA).out
    ada = ada_of(corp)
    assert (ada.display_name, ada.mail, ada.mobile) == ("Ada", "ada@mail.example", "+44 1632960001")
    assert ada.roles == {"helpdesk", "auditor"}
    assert {group.name for group in ada.groups.all()} == {"Sales", "Office"}
    assert ada.check_password(PASSWORD)
    assert ada.password_changed_at


def test_a_password_that_moves_to_the_own_directory_leaves_nothing_here(load, corp):
    """P-C52: the old one works nowhere we control."""
    load(ADA)
    passwords.remember(ada_of(corp), ada_of(corp).password, 5)
    load("ada@corp.example,synchronized", header="user_principal_name,source")
    assert not ada_of(corp).has_usable_password()
    assert not PasswordRecord.objects.in_directory(corp).exists()


def test_new_groups_are_above_themselves(load, corp):
    load(ADA)
    assert groups.rebuild(corp) == 0
    assert Group.objects.in_directory(corp).count() == 2


def test_who_could_get_back_in_is_found_out_at_once(load, corp):
    load(ADA)
    assert Coverage.objects.in_directory(corp).filter(user=ada_of(corp)).exists()


def test_the_second_time_nothing_changes(load, corp):
    load(ADA)
    before = AuditRecord.objects.count()
    assert "0 created, 0 updated, 1 unchanged" in load(ADA).out
    assert AuditRecord.objects.count() == before


def test_a_changed_row_changes_the_person_and_says_which_fields(load, corp):
    load(ADA)
    assert "0 created, 1 updated" in load(ADA.replace("Ada,", "Ada Marlow,")).out
    assert ada_of(corp).display_name == "Ada Marlow"
    last = AuditRecord.objects.filter(kind="people.changed").latest("pk")
    assert b'"fields":"display_name"' in bytes(last.body)
    assert b"Marlow" not in bytes(last.body)


def test_columns_that_are_not_there_change_nothing(load, corp):
    load(ADA)
    load("ada@corp.example,Ada Marlow", header="user_principal_name,display_name")
    ada = ada_of(corp)
    assert ada.roles == {"helpdesk", "auditor"}
    assert ada.mobile == "+44 1632960001"
    assert ada.check_password(PASSWORD)


def test_an_empty_cell_takes_roles_and_groups_away(load, corp):
    load(ADA)
    load("ada@corp.example,,", header="user_principal_name,roles,groups")
    ada = ada_of(corp)
    assert not ada.roles
    assert not ada.groups.exists()


def test_a_disabled_person_is_signed_out(load, corp):
    load(ADA)
    since = ada_of(corp).sessions_valid_from
    load("ada@corp.example,false", header="user_principal_name,enabled")
    assert not ada_of(corp).enabled
    assert ada_of(corp).sessions_valid_from > since


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",Nobody,,,,,,,,,", "user_principal_name", "exactly one @"),
        ("ada,Ada,,,,,,,,,", "user_principal_name", "exactly one @"),
        ("ada@nowhere.example,Ada,,,,,,,,,", "user_principal_name", "no directory has the domain"),
        ("a da@corp.example,Ada,,,,,,,,,", "user_principal_name", "1 to 64 letters"),
        ("ada.@corp.example,Ada,,,,,,,,,", "user_principal_name", "no dot right before the @"),
        ("\u0101da@corp.example,Ada,,,,,,,,,", "user_principal_name", "without accents"),
        ("ada@corp.example,Ada,,janitor,,,,,,,", "roles", "'janitor' is none of"),
        ("ada@corp.example,Ada,,Helpdesk,,,,,,,", "roles", "'Helpdesk' is none of"),
        ("ada@corp.example,Ada,,,,not-an-address,,,,,", "mail", "valid email"),
        ("ada@corp.example,Ada,,,,,,,@home,,", "alternate_email", "valid email"),
        ("ada@corp.example,Ada,,,,,,,,maybe,", "enabled", "write true or false, not 'maybe'"),
        ("ada@corp.example,Ada,,,,,,,,,moon", "source", "'moon' is none of"),
        ("ada@corp.example,Ada,words,,,,,,,,synchronized", "password", "only people of"),
        (f"ada@corp.example,Ada,{'x' * 257},,,,,,,,", "password", "longer than 256"),
        (f"ada@corp.example,{'x' * 121},,,,,,,,,", "display_name", "at most 120"),
        (f"ada@corp.example,{'x' * 5000},,,,,,,,,", "display_name", "longer than 4096"),
        (f"ada@corp.example,Ada,,,{'x' * 121},,,,,,", "groups", "a name has at most 120"),
        ("ada@corp.example,Ada\0,,,,,,,,,", "display_name", "has a NUL character"),
        ("ada@corp.example,Ada\x1b[2J,,,,,,,,,", "display_name", "has a control character"),
        ('ada@corp.example,"Ada\nMarlow",,,,,,,,,', "display_name", "has a line break"),
        ("ada@corp.example,Ada", "", "2 cells under 11 columns"),
        ("ada@corp.example,Ada,,,,,,,,,,", "", "12 cells under 11 columns"),
        ('ada@corp.example,"Ada" M.,,,,,,,,,', "", "after a closing quotation mark"),
        ("BEN@corp.example,Ben,,,,,,,,,", "user_principal_name", "is in row 2 already"),
    ],
)
def test_a_bad_row_stays_out_and_keeps_nobody_else_out(load, corp, row, column, reason):
    done = load("ben@corp.example,Ben,,,,,,,,,", row, "cleo@corp.example,Cleo,,,,,,,,,")
    assert (done.error, done.status) == ("1 of 3 rows were refused.", 1)
    assert list(done.refused) == [3]
    assert done.rows[3].column == column
    assert reason in done.rows[3].message
    assert "row 3" in done.out
    names = User.objects.in_directory(corp).values_list("upn_key", flat=True)
    assert set(names) == {"ben@corp.example", "cleo@corp.example"}


def test_everything_that_is_wrong_with_a_row_is_told(load):
    done = load("ada@corp.example,,,janitor,,@home,,,,maybe,")
    assert done.rows[2].column == "enabled; mail; roles"


def test_an_account_name_has_one_holder(load, corp):
    header = "user_principal_name,account_name"
    done = load("ada@corp.example,ada", "ben@corp.example,ADA", header=header)
    assert [line.result for line in done.rows.values()] == ["created", "refused"]
    done = load("ben@corp.example,ada", header=header)
    assert done.rows[2].message == "somebody else has this account name"
    assert load("ada@corp.example,ada", header=header).rows[2].result == "unchanged"


def test_a_user_id_that_is_somebody_elses_is_refused(load, corp, other):
    """A domain that moved leaves people behind in their old directory."""
    other.domains.update(name="left.example")
    load("eve@left.example", header="user_principal_name")
    other.domains.update(name="gone.example")
    Domain.objects.create(directory=corp, name="left.example")
    done = load("eve@left.example", header="user_principal_name")
    assert done.rows[2].message == "somebody else has this user ID"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("user_principal_name,shoe_size", "unknown column: shoe_size"),
        ("User_Principal_Name", "unknown column: User_Principal_Name"),
        ("user_principal_name,is_operator", "unknown column: is_operator"),
        ("user_principal_name,", "unknown column: one without a name"),
        ("display_name", "missing column: user_principal_name"),
        ("user_principal_name,mail,mail", "a column is there twice"),
        ("", "is empty, or its first row is"),
    ],
)
def test_a_header_that_is_not_understood_is_refused(load, corp, header, reason):
    done = load("ada@corp.example,1,1", header=header)
    assert done.error.startswith("Nothing was written.")
    assert reason in done.error
    assert not done.rows
    assert not User.objects.in_directory(corp).exists()


def test_a_dry_run_writes_nothing_and_says_what_it_would(load, corp):
    done = load(ADA, "ben@nowhere.example,,,,,,,,,,", options=("--dry-run",))
    assert [line.result for line in done.rows.values()] == ["would be created", "refused"]
    assert "A dry run: nothing was written." in done.out
    assert not User.objects.in_directory(corp).exists()
    assert not Group.objects.in_directory(corp).exists()
    assert not AuditRecord.objects.exists()


def test_people_of_another_directory_are_refused_when_one_was_named(load, other):
    done = load("eve@other.example,,,,,,,,,,", options=("--directory", "Corp"))
    assert done.rows[2].message == "other.example belongs to the directory Other"
    assert not User.objects.in_directory(other).exists()


def test_the_domain_says_whose_people_they_are(load, other):
    load("eve@other.example,,,,Sales,,,,,,", ADA)
    assert User.objects.in_directory(other).get().groups.get().directory == other


def test_an_unknown_directory_is_refused(load):
    done = load(ADA, options=("--directory", "Nope"))
    assert done.error == "There is no directory called Nope."


def test_somebody_imported_without_a_password_has_none(load, corp):
    load("ada@corp.example", header="user_principal_name")
    assert not ada_of(corp).has_usable_password()


def test_a_new_password_ends_sessions_and_the_same_one_does_not(load, corp):
    load(ADA)
    since = ada_of(corp).sessions_valid_from
    load(ADA)
    assert ada_of(corp).sessions_valid_from == since
    load(ADA.replace(PASSWORD, f"{PASSWORD} again"))
    assert ada_of(corp).sessions_valid_from > since
    assert ada_of(corp).check_password(f"{PASSWORD} again")
    assert AuditRecord.objects.filter(kind="people.password_imported").count() == 2


def test_whoever_gets_or_loses_a_role_is_signed_out(load, corp):
    load("ada@corp.example,helpdesk", header="user_principal_name,roles")
    since = ada_of(corp).sessions_valid_from
    done = load("ada@corp.example,auditor", header="user_principal_name,roles")
    assert done.rows[2].result == "updated"
    assert ada_of(corp).roles == {"auditor"}
    assert ada_of(corp).sessions_valid_from > since
    granted = AuditRecord.objects.filter(kind="people.role_granted", subject=ada_of(corp))
    assert granted.count() == 2
    assert AuditRecord.objects.filter(kind="people.role_revoked").count() == 1


def test_the_trail_has_every_person_and_every_stretch_of_the_file(load, corp):
    load(ADA, "ben@corp.example,,,,,,,,,,", "x@nowhere.example,,,,,,,,,,")
    created = AuditRecord.objects.filter(kind="people.created")
    assert {entry.subject_id for entry in created} == {user.pk for user in corp.users.all()}
    stretch = AuditRecord.objects.get(kind="people.imported")
    assert b'"created":2' in bytes(stretch.body)
    assert b'"first_row":2,"last_row":3' in bytes(stretch.body)


def test_nothing_printed_or_stored_holds_a_password(load, corp, no_secret_kept, tmp_path):
    told = load(ADA, f"ben,,{PASSWORD},,,,,,,,", f"cy@corp.example,,{PASSWORD},,,,,,,,moon")
    assert PASSWORD not in told.out + (tmp_path / "users.results.csv").read_text("utf-8")
