"""Factors from a file."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.outbox.models import Parcel
from accounts.people.models import RoleGrant
from accounts.policy.models import Policy
from registration.models import Coverage, Factor
from tests import cast
from tests.imports.conftest import FACTORS, Import

pytestmark = pytest.mark.django_db

FULL = f"{FACTORS},label,extension,confirmed"


@pytest.fixture
def load(load_factors: Import) -> Import:
    return load_factors


def only_factor(directory) -> Factor:
    return Factor.objects.in_directory(directory).get()


def kinds() -> list[str]:
    return list(AuditRecord.objects.order_by("pk").values_list("kind", flat=True))


def test_a_mailbox_arrives_unconfirmed_and_counts_for_nothing_yet(load, corp, cleo):
    done = load("CLEO@corp.example,alternate_email,Cleo@HOME.example")
    assert (done.error, done.rows[2].result) == ("", "created")
    factor = only_factor(corp)
    assert (factor.user, factor.address) == (cleo, "Cleo@home.example")
    assert (factor.source, factor.confirmed_at) == ("import", None)
    assert not Coverage.objects.in_directory(corp).get(user=cleo).registered


def test_the_second_time_nothing_changes(load, corp, cleo):
    line = "cleo@corp.example,alternate_email,cleo@home.example"
    load(line)
    before = (AuditRecord.objects.count(), only_factor(corp).pk)
    assert load(line.replace("cleo@home", "CLEO@home")).rows[2].result == "unchanged"
    assert (AuditRecord.objects.count(), only_factor(corp).pk) == before


def test_what_a_person_registered_stays_as_it_is(load, corp, ada):
    mine = only_factor(corp)
    done = load(
        "ada@corp.example,alternate_email,ada@home.example,New name,,true",
        header=FULL,
        options=("--confirmed",),
    )
    assert done.rows[2].result == "unchanged"
    mine.refresh_from_db()
    assert (mine.label, mine.source) == ("", "self")
    load("ada@corp.example,alternate_email,ada@second.example")
    assert Factor.objects.in_directory(corp).filter(user=ada).count() == 2


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (
            "nobody@corp.example,alternate_email,n@home.example,,,",
            "user_principal_name",
            "there is nobody with this user ID",
        ),
        (
            "cleo@nowhere.example,alternate_email,n@home.example,,,",
            "user_principal_name",
            "no directory has the domain",
        ),
        ("cleo@corp.example,security_questions,Rover,,,", "method", "only the person"),
        ("cleo@corp.example,authenticator_app,JBSWY3DPEHPK3PXP,,,", "method", "only the person"),
        ("cleo@corp.example,recovery_codes,1234,,,", "method", "only the person"),
        ("cleo@corp.example,passkey,1234,,,", "method", "only the person"),
        ("cleo@corp.example,temporary_pass,1234,,,", "method", "issued one by one"),
        ("cleo@corp.example,pigeon,Coo,,,", "method", "write one of alternate_email"),
        ("cleo@corp.example,,c@home.example,,,", "method", "write one of alternate_email"),
        ("cleo@corp.example,alternate_email,,,,", "value", "valid email"),
        ("cleo@corp.example,alternate_email,cleo,,,", "value", "valid email"),
        ("cleo@corp.example,alternate_email,=1+1@home.example\t,,,x", "confirmed", "true or false"),
        ("cleo@corp.example,alternate_email,c@corp.example,,,", "value", "your own organisation"),
        ("cleo@corp.example,alternate_email,c@x.corp.example,,,", "value", "your own organisation"),
        (
            f"cleo@corp.example,alternate_email,{'c' * 60}@{'d' * 60}.{'e' * 60}.{'f' * 63}."
            f"{'g' * 60}.example,,,",
            "value",
            "longer than 254",
        ),
        (f"cleo@corp.example,alternate_email,c@home.example,{'x' * 61},,", "label", "than 60"),
        ("cleo@corp.example,alternate_email,c@home.example,,12,", "extension", "only an office"),
        ("cleo@corp.example,alternate_email,c@home.example,,,yes", "confirmed", "--confirmed"),
        ("Ben@corp.example,alternate_email,ben@FAR.example,,,", "value", "is in row 2 already"),
    ],
)
def test_a_bad_row_stays_out_and_keeps_no_other_out(load, corp, cleo, ben, row, column, reason):
    Factor.objects.in_directory(corp).delete()
    good = "ben@corp.example,alternate_email,{}@far.example,,,"
    done = load(good.format("ben"), row, good.format("ben2"), header=FULL)
    assert (done.error, list(done.refused)) == ("1 of 3 rows were refused.", [3])
    assert done.rows[3].column == column
    assert reason in done.rows[3].message
    assert Factor.objects.in_directory(corp).filter(user=ben).count() == 2
    assert not Factor.objects.in_directory(corp).filter(user=cleo).exists()


def test_people_of_another_directory_are_found_in_theirs(load, corp, other, make_user):
    eve = make_user("eve", other)
    load("eve@other.example,alternate_email,eve@corp.example")  # not hers, so it may serve
    assert only_factor(other).user == eve
    done = load("eve@other.example,alternate_email,e@home.example", options=("--directory", "Corp"))
    assert done.rows[2].message == "other.example belongs to the directory Other"
    assert Factor.objects.in_directory(other).count() == 1


def test_nobody_has_more_of_a_method_than_there_is_room_for(load, corp, ada):
    done = load(*(f"ada@corp.example,alternate_email,a{n}@home.example" for n in range(6)))
    assert list(done.refused) == [6, 7]
    assert "has 5 of these already" in done.rows[6].message


def test_an_operator_registers_for_themselves(load, corp, ada, operator):
    """No one has power over an equal, and the command is nobody above an operator."""
    done = load(
        f"{operator.user_principal_name},alternate_email,o@far.example",
        "ada@corp.example,alternate_email,a@far.example",
    )
    assert list(done.refused) == [2]
    assert "operators register for themselves" in done.rows[2].message
    RoleGrant.objects.create(directory=corp, user=ada, role="directory_administrator")
    assert load("ada@corp.example,alternate_email,b@far.example").rows[2].result == "created"


CONFIRMED = "cleo@corp.example,alternate_email,cleo@home.example,,,true"


def test_with_the_operators_word_it_counts_after_its_rest(load, corp, cleo):
    Policy.objects.in_directory(corp).update(factor_rest_hours=24)
    done = load(CONFIRMED, header=FULL, options=("--confirmed",))
    factor = only_factor(corp)
    assert done.rows[2].result == "created"
    assert factor.confirmed_at is not None
    assert not factor.is_usable()
    assert factor.usable_from == factor.confirmed_at + timedelta(hours=24)
    assert Coverage.objects.in_directory(corp).get(user=cleo).registered
    marked = AuditRecord.objects.get(kind="registration.factor_imported")
    assert b'"confirmed":true' in bytes(marked.body)
    assert marked.subject_id == cleo.pk


def test_an_unconfirmed_one_can_be_confirmed_later(load, corp, cleo):
    load(CONFIRMED.replace("true", "no"), header=FULL)
    done = load(CONFIRMED, header=FULL, options=("--confirmed",))
    assert done.rows[2].result == "updated"
    assert only_factor(corp).is_usable()
    assert load(CONFIRMED, header=FULL, options=("--confirmed",)).rows[2].result == "unchanged"


def test_the_operators_word_needs_the_column_that_says_for_which_rows(load, corp, cleo):
    done = load("cleo@corp.example,alternate_email,c@home.example", options=("--confirmed",))
    assert "--confirmed needs the column confirmed" in done.error
    assert not Factor.objects.in_directory(corp).exists()


def test_one_put_out_of_use_stays_out_of_use(load, corp, ada):
    Factor.objects.in_directory(corp).update(disabled_at=timezone.now())
    line = "ada@corp.example,alternate_email,ada@home.example,,,true"
    assert load(line, header=FULL, options=("--confirmed",)).rows[2].result == "unchanged"
    assert only_factor(corp).disabled_at is not None


def test_nobody_is_mailed_unless_asked(load, corp, cleo, ada):
    load(CONFIRMED, header=FULL, options=("--confirmed",))
    assert not Parcel.objects.exists()
    lines = (
        CONFIRMED.replace("cleo", "ada").replace("home", "far"),
        "cleo@corp.example,alternate_email,later@home.example,,,",
    )
    load(*lines, header=FULL, options=("--confirmed", "--notify"))
    told = {parcel.payload["to"] for parcel in Parcel.objects.filter(kind="notice")}
    assert told == {"ada@mail.example", "ada@home.example", "ada@far.example"}


def test_a_dry_run_writes_nothing(load, corp, cleo):
    done = load(CONFIRMED, header=FULL, options=("--confirmed", "--notify", "--dry-run"))
    assert done.rows[2].result == "would be created"
    assert not Factor.objects.in_directory(corp).exists()
    assert not Parcel.objects.exists()
    assert not AuditRecord.objects.exists()


def test_the_trail_names_the_method_and_no_address(load, corp, cleo):
    load("cleo@corp.example,alternate_email,cleo@home.example")
    assert kinds() == ["registration.factors_imported", "registration.factor_imported"]
    bodies = b"".join(bytes(entry.body) for entry in AuditRecord.objects.all())
    assert b"home.example" not in bodies
    assert b'"method":"alternate_email"' in bodies


def test_thirty_bad_rows_of_a_hundred_leave_seventy_good_ones(load, corp):
    people = [cast.make_user(f"p{n}", directory=corp, password="x") for n in range(10)]
    lines = [
        f"p{n // 10}@corp.example,{'pigeon' if n % 10 < 3 else 'alternate_email'},b{n}@far.example"
        for n in range(40)
    ]
    done = load(*lines)
    assert done.status == 1
    assert len(done.refused) == 12 + 4 * 2  # no method; beyond the five there is room for
    assert Factor.objects.in_directory(corp).count() == 20
    assert len(done.rows) == 40
    assert len(people) == 10
