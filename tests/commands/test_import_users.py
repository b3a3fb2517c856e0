from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.audit.models import AuditRecord
from accounts.people import groups
from accounts.people.models import Group, User
from registration.models import Coverage
from tests.cast import PASSWORD

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
def load(tmp_path, corp):
    def load(*lines: str, header: str = HEADER, options: tuple[str, ...] = ()) -> str:
        path, out = tmp_path / "people.csv", StringIO()
        path.write_text("\n".join([header, *lines]), encoding="utf-8")
        call_command("import", "users", str(path), *options, stdout=out)
        return out.getvalue()

    return load


def ada_of(corp) -> User:
    return User.objects.in_directory(corp).get(upn_key="ada@corp.example")


def test_a_row_makes_a_person_with_everything_in_it(load, corp):
    assert "1 created" in load(ADA)
    ada = ada_of(corp)
    assert (ada.display_name, ada.mail, ada.mobile) == ("Ada", "ada@mail.example", "+44 1632960001")
    assert ada.roles == {"helpdesk", "auditor"}
    assert {group.name for group in ada.groups.all()} == {"Sales", "Office"}
    assert ada.check_password(PASSWORD)
    assert ada.password_changed_at


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
    assert "0 created, 0 updated, 1 unchanged" in load(ADA)
    assert AuditRecord.objects.count() == before


def test_a_changed_row_changes_the_person_and_says_which_fields(load, corp):
    load(ADA)
    assert "row 2: ada@corp.example: updated" in load(ADA.replace("Ada,", "Ada Marlow,"))
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
    ("row", "reason"),
    [
        (",Nobody,,,,,,,,,", "exactly one @"),
        ("ada,Ada,,,,,,,,,", "exactly one @"),
        ("ada@nowhere.example,Ada,,,,,,,,,", "no directory has the domain nowhere.example"),
        ("a da@corp.example,Ada,,,,,,,,,", "1 to 64 letters"),
        ("ada.@corp.example,Ada,,,,,,,,,", "no dot right before the @"),
        ("\u0101da@corp.example,Ada,,,,,,,,,", "without accents"),
        ("ada@corp.example,Ada,,janitor,,,,,,,", "roles: 'janitor' is none of"),
        ("ada@corp.example,Ada,,Helpdesk,,,,,,,", "roles: 'Helpdesk' is none of"),
        ("ada@corp.example,Ada,,,,not-an-address,,,,,", "mail: "),
        ("ada@corp.example,Ada,,,,,,,@home,,", "alternate_email: "),
        ("ada@corp.example,Ada,,,,,,,,maybe,", "enabled: write true or false, not 'maybe'"),
        ("ada@corp.example,Ada,,,,,,,,,moon", "source: 'moon' is none of"),
        ("ada@corp.example,Ada,secret words,,,,,,,,synchronized", "password: only people of"),
        (f"ada@corp.example,Ada,{'x' * 257},,,,,,,,", "password: longer than 256"),
        (f"ada@corp.example,{'x' * 121},,,,,,,,,", "display_name: "),
        (f"ada@corp.example,Ada,,,{'x' * 121},,,,,,", "groups: a name has at most 120"),
        ("ada@corp.example,Ada", "2 cells under 11 columns"),
        ("ada@corp.example,Ada,,,,,,,,,,", "12 cells under 11 columns"),
        ("BEN@corp.example,Ben,,,,,,,,,", "is in row 2 already"),
    ],
)
def test_one_bad_row_keeps_all_of_them_out(load, corp, row, reason):
    with pytest.raises(CommandError) as refusal:
        load("ben@corp.example,Ben,,,,,,,,,", row)
    assert "row 3" in str(refusal.value)
    assert reason in str(refusal.value)
    assert not User.objects.in_directory(corp).exists()
    assert not AuditRecord.objects.exists()


def test_every_bad_row_is_told_at_once(load):
    with pytest.raises(CommandError) as refusal:
        load("x@nowhere.example,,,,,,,,,,", "ada,,,,,,,,,,")
    assert "row 2" in str(refusal.value)
    assert "row 3" in str(refusal.value)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("user_principal_name,shoe_size", "unknown column: shoe_size"),
        ("User_Principal_Name", "unknown column: User_Principal_Name"),
        ("user_principal_name,is_operator", "unknown column: is_operator"),
        ("display_name", "missing column: user_principal_name"),
        ("user_principal_name,mail,mail", "a column is there twice"),
        ("", "missing column"),
    ],
)
def test_a_header_that_is_not_understood_is_refused(load, header, reason):
    with pytest.raises(CommandError, match=reason):
        load("ada@corp.example,1,1", header=header)


def test_a_file_that_is_not_text_is_refused(tmp_path, corp):
    path = tmp_path / "people.csv"
    path.write_bytes(b"user_principal_name\n\xff\xfe\n")
    with pytest.raises(CommandError, match="cannot be read as CSV in UTF-8"):
        call_command("import", "users", str(path))


def test_a_file_that_is_not_there_is_refused(tmp_path, corp):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import", "users", str(tmp_path / "none.csv"))


def test_a_dry_run_writes_nothing(load, corp):
    assert "1 rows can be imported" in load(ADA, options=("--dry-run",))
    assert not User.objects.in_directory(corp).exists()
    assert not Group.objects.in_directory(corp).exists()


def test_a_dry_run_finds_what_is_wrong(load):
    with pytest.raises(CommandError, match="no directory has the domain"):
        load("ada@nowhere.example,,,,,,,,,,", options=("--dry-run",))


def test_people_of_another_directory_are_refused_when_one_was_named(load, other):
    with pytest.raises(CommandError, match="belongs to the directory Other"):
        load("eve@other.example,,,,,,,,,,", options=("--directory", "Corp"))


def test_the_domain_says_whose_people_they_are(load, other):
    load("eve@other.example,,,,Sales,,,,,,")
    assert User.objects.in_directory(other).get().groups.get().directory == other


def test_an_unknown_directory_is_refused(load):
    with pytest.raises(CommandError, match="There is no directory called Nope"):
        load(ADA, options=("--directory", "Nope"))


def test_somebody_imported_without_a_password_has_none(load, corp):
    load("ada@corp.example", header="user_principal_name")
    assert not ada_of(corp).has_usable_password()


def test_nothing_printed_or_stored_holds_a_password(load, corp, no_secret_kept):
    assert PASSWORD not in load(ADA)
