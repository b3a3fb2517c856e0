from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.people import groups
from accounts.people.models import Directory, Role, User
from accounts.signin import lockout
from accounts.signin.models import Lockout
from tests.admin.forms import errors_on, fields_of, fill
from tests.cast import PASSWORD
from tests.journeys import Journey
from tests.support import canary

ADD = reverse("admin:accounts_user_add")
LIST = reverse("admin:accounts_user_changelist")


def page(person):
    return reverse("admin:accounts_user_change", args=[person.pk])


def again(person):
    """The person as they are in the database now."""
    return User.objects.select_related("directory").get(pk=person.pk)


def told(kind, person):
    return AuditRecord.objects.filter(kind=kind, subject_id=person.pk).exists()


@pytest.fixture
def visitor(as_role):
    return as_role("user_administrator")


def test_a_person_is_made_without_a_password(visitor, corp):
    fill(visitor, ADD, user_principal_name="zoe@corp.example", display_name="Zoe")
    zoe = User.objects.in_directory(corp).get(upn_key="zoe@corp.example")
    assert not zoe.has_usable_password()
    assert told("people.created", zoe)


def test_an_operator_makes_a_person_in_the_directory_of_the_domain(as_role, other):
    fill(as_role("operator"), ADD, user_principal_name="zoe@other.example", display_name="Zoe")
    assert User.objects.in_directory(other).get().display_name == "Zoe"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"user_principal_name": "zoe"}, "is not a domain of this directory"),
        ({"user_principal_name": "zoe@other.example"}, "is not a domain of this directory"),
        ({"user_principal_name": "zoe@nowhere.example"}, "is not a domain of this directory"),
        ({"user_principal_name": "z oe@corp.example"}, "1 to 64 letters"),
        ({"user_principal_name": "ADA@corp.example"}, "Somebody else has this user ID"),
        ({"account_name": "ADA"}, "Somebody else has this account name"),
        ({"display_name": ""}, "This field is required"),
        ({"mail": "zoe"}, "Enter a valid email address"),
        ({"source": "moon"}, "Select a valid choice"),
    ],
)
def test_a_person_who_cannot_be_is_refused(visitor, corp, other, make_user, given, reason):
    make_user("ada", account_name="ada")
    whole = {"user_principal_name": "zoe@corp.example", "display_name": "Zoe", **given}
    assert reason in errors_on(fill(visitor, ADD, **whole))
    assert not User.objects.filter(display_name="Zoe").exists()


def test_a_change_is_saved_and_told_without_what_was_written(visitor, ada):
    fill(visitor, page(ada), mobile="+44 1632960001")
    assert again(ada).mobile == "+44 1632960001"
    record = AuditRecord.objects.get(kind="people.changed")
    assert b'"fields":"mobile"' in bytes(record.body)
    assert b"1632960001" not in bytes(record.body)


def test_saving_without_a_change_leaves_no_trace(visitor, ada):
    before = AuditRecord.objects.count()
    fill(visitor, page(ada))
    assert AuditRecord.objects.count() == before


def test_a_change_keeps_the_password(visitor, ada):
    fill(visitor, page(ada), display_name="Ada Marlow")
    assert again(ada).password == ada.password


def test_disabling_signs_out(visitor, ada):
    fill(visitor, page(ada), enabled=None)
    assert not again(ada).enabled
    assert again(ada).sessions_valid_from > ada.sessions_valid_from
    assert told("people.disabled", ada)


def test_groups_are_chosen_among_those_of_the_directory(visitor, corp, other, ada):
    sales, theirs = groups.create(corp, "Sales"), groups.create(other, "Theirs")
    fill(visitor, page(ada), member_of=[str(sales.pk)])
    assert list(ada.groups.all()) == [sales]
    assert "not one of the available" in errors_on(
        fill(visitor, page(ada), member_of=[str(theirs.pk)])
    )


@pytest.mark.parametrize("path", [page, lambda _person: ADD, lambda _person: LIST])
def test_no_page_shows_a_password_or_its_hash(as_role, ada, path):
    shown = as_role("operator").get(path(ada)).content.decode()
    assert ada.password not in shown
    assert "argon2" not in shown
    assert 'type="password"' not in shown


@pytest.mark.parametrize(
    ("role", "equal"),
    [
        ("user_administrator", "user_administrator"),
        ("user_administrator", "policy_administrator"),
        ("user_administrator", "directory_administrator"),
        ("user_administrator", "operator"),
        ("directory_administrator", "directory_administrator"),
        ("directory_administrator", "operator"),
        ("operator", "operator"),
    ],
)
def test_nobody_changes_an_equal_or_somebody_stronger(as_role, make_user, role, equal):
    target = make_user("peer", roles=(equal,))
    visitor = as_role(role)
    assert visitor.get(page(target)).status_code == 200
    answer = visitor.post(page(target), {"display_name": "Changed"})
    assert answer.status_code == 403
    assert again(target).display_name == "Peer"


@pytest.mark.parametrize("role", ["user_administrator", "directory_administrator", "operator"])
def test_nobody_changes_themselves(as_role, role):
    visitor = as_role(role)
    me = User.objects.get(display_name__startswith="Staff")
    assert visitor.post(page(me), {"display_name": "Changed"}).status_code == 403


@pytest.mark.parametrize("role", ["user_administrator", "directory_administrator", "operator"])
def test_somebody_weaker_can_be_changed(as_role, helpdesk, role):
    fill(as_role(role), page(helpdesk), display_name="Hal")
    assert again(helpdesk).display_name == "Hal"


def test_a_directory_administrator_grants_and_takes_away(as_role, ada):
    visitor = as_role("directory_administrator")
    fill(visitor, page(ada), roles_held=["helpdesk", "policy_administrator"])
    assert again(ada).roles == {"helpdesk", "policy_administrator"}
    fill(visitor, page(ada), roles_held=["helpdesk"])
    assert again(ada).roles == {"helpdesk"}
    assert told("people.role_granted", ada)
    assert told("people.role_revoked", ada)


@pytest.mark.parametrize("role", ["directory_administrator", "operator"])
def test_a_directory_administrator_makes_no_equals(as_role, ada, role):
    answer = fill(as_role("directory_administrator"), page(ada), roles_held=[role])
    assert "Select a valid choice" in errors_on(answer)
    assert not again(ada).roles


def test_a_user_administrator_grants_nothing(visitor, ada):
    assert "roles_held" not in fields_of(visitor, page(ada))
    fill(visitor, page(ada), roles_held=["helpdesk"])
    assert not again(ada).roles


@pytest.mark.parametrize("role", Role.values)
def test_an_operator_grants_every_role(as_role, ada, role):
    fill(as_role("operator"), page(ada), roles_held=[role])
    assert again(ada).roles == {role}


def act(visitor, action, *people):
    chosen = [person.pk for person in people]
    return visitor.post(LIST, {"action": action, "_selected_action": chosen}, follow=True)


def test_several_people_are_disabled_at_once_except_the_stronger(visitor, ada, ben, operator):
    answer = act(visitor, "disable", ada, ben, operator)
    assert [again(person).enabled for person in (ada, ben, operator)] == [False, False, True]
    assert "1 left out" in answer.content.decode()


def test_people_are_enabled_again(visitor, make_user):
    dan = make_user("dan", enabled=False)
    act(visitor, "enable", dan)
    assert again(dan).enabled
    assert told("people.enabled", dan)


@pytest.mark.parametrize(
    ("action", "flag", "value"),
    [
        ("must_change", "must_change_password", True),
        ("never_expires", "password_never_expires", True),
        ("may_expire", "password_never_expires", False),
    ],
)
def test_what_passwords_have_to_do_is_set_for_several_people_except_the_stronger(
    visitor, ada, ben, operator, action, flag, value
):
    User.objects.filter(pk__in=[ada.pk, operator.pk]).update(**{flag: not value})
    User.objects.filter(pk=ben.pk).update(**{flag: value})
    answer = act(visitor, action, ada, ben, operator)
    held = [getattr(again(person), flag) for person in (ada, ben, operator)]
    assert held == [value, value, not value]
    assert [told("people.changed", person) for person in (ada, ben, operator)] == [
        True,
        False,
        False,
    ]
    assert "1 changed" in answer.content.decode()


def test_what_is_due_of_a_password_that_lives_elsewhere_is_decided_there(visitor, ada):
    User.objects.filter(pk=ada.pk).update(source="synchronized")
    act(visitor, "must_change", ada)
    fill(visitor, page(ada), must_change_password="on", display_name="Ada again")
    assert again(ada).display_name == "Ada again"
    assert not again(ada).must_change_password


def test_an_old_password_that_may_expire_again_is_due_at_the_next_sign_in(visitor, ada, ben, corp):
    """Example 25, where passwords expire after 90 days: it has grown old all the same."""
    Directory.objects.update(password_max_age_days=90)
    old = timezone.now() - timedelta(days=91)
    User.objects.filter(pk=ada.pk).update(password_never_expires=True, password_changed_at=old)
    User.objects.filter(pk=ben.pk).update(password_never_expires=True)
    sign_in = {"username": "ada@corp.example", "password": canary.watch(PASSWORD)}
    assert Journey().post("signin:sign_in", **sign_in).step == "portal"
    act(visitor, "may_expire", ada, ben)
    assert Journey().post("signin:sign_in", **sign_in).step == "change:change"
    ben_signs_in = {**sign_in, "username": "ben@corp.example"}
    assert Journey().post("signin:sign_in", **ben_signs_in).step == "portal"


def test_a_lock_is_lifted_from_the_list(visitor, ada):
    Lockout.objects.create(key=lockout.key_of(ada), known_browser=False, failures=10)
    act(visitor, "unlock", ada)
    assert not Lockout.objects.exists()
    assert told("limits.lock_lifted", ada)


def test_the_lock_of_somebody_stronger_stays(visitor, operator):
    Lockout.objects.create(key=lockout.key_of(operator), known_browser=False, failures=10)
    act(visitor, "unlock", operator)
    assert Lockout.objects.exists()


def test_nobody_is_deleted(as_role, ada):
    address = reverse("admin:accounts_user_delete", args=[ada.pk])
    assert as_role("operator").post(address, {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=ada.pk).exists()


def test_people_are_searched_by_the_beginning_of_their_user_id(visitor, ada, ben):
    shown = visitor.get(LIST, {"q": "ada@"}).content.decode()
    assert "ada@corp.example" in shown
    assert "ben@corp.example" not in shown


def test_a_list_costs_no_more_queries_for_more_people(visitor, make_user):
    counts = []
    for number in range(12):
        make_user(f"p{number}")
        if number in {0, 11}:
            with CaptureQueriesContext(connection) as queries:
                visitor.get(LIST)
            counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("chosen", ["x", "", "1 OR 1=1", "\x00", "9" * 400])
def test_what_is_no_row_is_refused(visitor, ada, chosen):
    """S-F30: garbage in a list's checkboxes is a 400, never a 500."""
    answer = visitor.post(LIST, {"action": "disable", "_selected_action": [chosen]})
    assert answer.status_code in {302, 400}
    assert again(ada).enabled
