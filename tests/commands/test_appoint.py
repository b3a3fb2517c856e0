import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.audit.models import AuditRecord
from accounts.people.models import RoleGrant, User

pytestmark = pytest.mark.django_db


def appoint(*words: str) -> str:
    out = StringIO()
    call_command("appoint", *words, stdout=out)
    return out.getvalue()


def password_in(text: str) -> str:
    found = re.search(r"one sign-in: (\S+)", text)
    assert found
    return found[1]


def test_the_first_operator_is_made_with_a_password_for_one_sign_in(corp):
    password = password_in(appoint("olga@corp.example", "--name", "Olga"))
    olga = User.objects.in_directory(corp).get()
    assert olga.roles == {"operator"}
    assert olga.display_name == "Olga"
    assert olga.check_password(password)
    assert olga.must_change_password


def test_somebody_who_is_there_already_is_promoted(corp, ada):
    password = password_in(appoint("ADA@corp.example"))
    promoted = User.objects.in_directory(corp).get(pk=ada.pk)
    assert promoted.roles == {"operator"}
    assert promoted.check_password(password)
    assert promoted.display_name == "Ada"


def test_the_password_is_another_one_each_time_and_long(corp):
    first = password_in(appoint("olga@corp.example"))
    RoleGrant.objects.in_directory(corp).delete()
    second = password_in(appoint("olga@corp.example"))
    assert first != second
    assert len(first) == 23


def test_it_is_written_down(corp):
    appoint("olga@corp.example")
    kinds = set(AuditRecord.objects.values_list("kind", flat=True))
    assert kinds == {"people.created", "people.role_granted", "people.password_imported"}


@pytest.mark.parametrize("name", ["olga@corp.example", "eve@other.example"])
def test_there_is_no_second_one(operator, other, name):
    with pytest.raises(CommandError, match="There is an operator already"):
        appoint(name)
    assert not User.objects.filter(upn_key=name).exists()


def test_an_operator_who_was_disabled_does_not_stand_in_the_way(corp, operator):
    operator.enabled = False
    operator.save()
    assert "is the operator now" in appoint("olga@corp.example")


def test_somebody_disabled_is_not_appointed(corp, make_user):
    make_user("dan", enabled=False)
    with pytest.raises(CommandError, match="is disabled"):
        appoint("dan@corp.example")
    assert not RoleGrant.objects.in_directory(corp).exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("olga", "exactly one @"),
        ("olga@nowhere.example", "No directory has the domain nowhere.example"),
        ("ol ga@corp.example", "1 to 64 letters"),
        ("", "exactly one @"),
    ],
)
def test_a_name_that_cannot_be_is_refused(corp, name, reason):
    with pytest.raises(CommandError, match=reason):
        appoint(name)
    assert not RoleGrant.objects.in_directory(corp).exists()


def test_before_there_is_a_directory_it_says_how_to_make_one(db):
    with pytest.raises(CommandError, match=r"manage\.py directory apply"):
        appoint("olga@corp.example")


def test_no_other_role_is_given_this_way(corp):
    with pytest.raises(CommandError, match="invalid choice"):
        appoint("olga@corp.example", "--role", "helpdesk")


def test_somebody_whose_password_is_on_premises_keeps_it(corp, make_user):
    make_user("syd", source="synchronized")
    assert "Password" not in appoint("syd@corp.example")
