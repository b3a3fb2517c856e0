"""Queries that are written once give what Django's own would give, each time for other values."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import BigIntegerField, CharField, Exists, F, OuterRef
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import AuditRecord
from accounts.limits.models import Tally
from accounts.outbox.models import Parcel
from accounts.people.models import PasswordRecord, RoleGrant, User
from accounts.prepared import Change, Given, Prepared, delete, insert, update
from accounts.signin.models import Lockout, Session
from registration.models import Challenge, Factor, Purpose

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
DIRECTORY = Given("directory", BigIntegerField())
NAMED = Prepared(
    lambda: (
        User.objects.filter(directory_id=DIRECTORY, upn_key=Given("name", CharField()))
        .select_related("directory")
        .defer("directory__logo")
        .annotate(has_role=Exists(RoleGrant.objects.filter(user=OuterRef("pk"))))
    )
)
NAMES = Prepared(
    lambda: User.objects.filter(directory_id=DIRECTORY).order_by("pk").values_list("upn_key")
)
HELD = Prepared(lambda: User.objects.filter(directory_id=DIRECTORY).select_for_update())
WITH_FACTOR = Prepared(
    lambda: Challenge.objects.filter(directory_id=DIRECTORY).select_related("factor__user")
)
TRIED = Change(
    lambda: Challenge.objects.filter(directory_id=DIRECTORY, person=Given("person", CharField())),
    tries=F("tries") + 1,
    hint=Given("hint", CharField()),
)


def named(user: User) -> User | None:
    return NAMED.first(directory=user.directory_id, name=user.upn_key)


def test_each_asking_has_its_own_values(ada: User, ben: User):
    assert [named(ada), named(ben), named(ada)] == [ada, ben, ada]


def test_nobody_is_found_by_what_was_asked_before(ada: User):
    assert named(ada)
    assert NAMED.first(directory=ada.directory_id, name="nobody@corp.example") is None


def test_nobody_of_another_directory_is_found(ada: User, other):
    assert NAMED.first(directory=other.pk, name=ada.upn_key) is None


def test_all_columns_are_as_django_reads_them(ada: User):
    found, told = named(ada), User.objects.in_directory(ada.directory_id).get(pk=ada.pk)
    assert found
    for field in User._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(told, field.attname), field.name


def test_what_is_selected_beside_costs_no_query(ada: User):
    found = named(ada)
    assert found
    with CaptureQueriesContext(connection) as captured:
        assert found.directory.name
        assert found.has_role is False  # type: ignore[attr-defined]  # an annotation
    assert not captured.captured_queries


def test_what_is_left_out_is_read_when_it_is_asked_for(ada: User):
    found = named(ada)
    assert found
    assert "logo" in found.directory.get_deferred_fields()
    assert bytes(found.directory.logo) == b""


def test_rows_of_values_are_tuples(ada: User, ben: User):
    names = NAMES.all(directory=ada.directory_id)
    assert (ada.upn_key,) in names
    assert (ben.upn_key,) in names


def test_what_is_beside_and_is_not_there_is_none(ada: User):
    a_challenge(ada)
    found = WITH_FACTOR.first(directory=ada.directory_id)
    assert found
    assert found.factor is None
    assert not Factor.objects.in_directory(ada.directory_id).filter(user=None).exists()


def test_the_same_sql_goes_out_as_django_would_send(ada: User):
    plain = User.objects.filter(directory_id=ada.directory_id, upn_key=ada.upn_key)
    prepared = Prepared(
        lambda: User.objects.filter(directory_id=DIRECTORY, upn_key=Given("name", CharField()))
    )
    with CaptureQueriesContext(connection) as captured:
        list(plain)
        prepared.all(directory=ada.directory_id, name=ada.upn_key)
    one, two = (query["sql"].replace("(", "").replace(")", "") for query in captured)
    assert one == two


def test_a_value_that_is_missing_is_an_error(ada: User):
    with pytest.raises(KeyError):
        NAMED.all(directory=ada.directory_id)


@pytest.mark.django_db(transaction=True)
def test_rows_are_only_held_within_a_transaction(ada: User):
    with transaction.atomic():
        assert HELD.all(directory=ada.directory_id)
    with pytest.raises(TransactionManagementError):
        HELD.all(directory=ada.directory_id)


def test_an_inserted_row_is_what_django_would_have_saved(ada: User):
    record, parcel = a_record(ada), Parcel(kind="test", payload={"a": [1]}, expires_at=NOW)
    insert(record)
    insert(parcel)
    for row in (record, parcel):
        told = type(row)._default_manager.get(pk=str(row.pk))
        assert not row._state.adding
        for field in row._meta.concrete_fields:
            read = getattr(told, field.attname)
            read = bytes(read) if isinstance(read, memoryview) else read
            assert read == getattr(row, field.attname), field.name


def test_rows_that_are_inserted_are_numbered_apart(ada: User):
    rows = [a_record(ada), a_record(ada)]
    for row in rows:
        insert(row)
    assert rows[0].pk < rows[1].pk


def test_a_key_that_is_taken_is_an_error(ada: User):
    parcel = Parcel(kind="test", expires_at=NOW)
    insert(parcel)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(parcel)


def test_an_update_writes_what_is_named_and_nothing_else(ada: User):
    challenge = a_challenge(ada)
    challenge.facts, challenge.tries, challenge.hint = {"a": [1]}, 3, "unwritten"
    with CaptureQueriesContext(connection) as captured:
        assert update(challenge, "facts", "tries")
    assert len(captured) == 1
    told = Challenge.objects.in_directory(ada.directory_id).get(pk=challenge.pk)
    assert (told.facts, told.tries, told.hint) == ({"a": [1]}, 3, "")


def test_an_update_touches_one_row_of_one_directory(ada: User, other):
    one, two = a_challenge(ada), a_challenge(ada)
    one.tries = 4
    assert update(one, "tries")
    one.directory_id, one.tries = other.pk, 5
    assert not update(one, "tries")
    rows = Challenge.objects.in_directory(ada.directory_id)
    assert [rows.get(pk=each.pk).tries for each in (one, two)] == [4, 0]


def test_an_update_of_what_is_gone_says_so(ada: User):
    challenge = a_challenge(ada)
    Challenge.objects.in_directory(ada.directory_id).filter(pk=challenge.pk).delete()
    assert not update(challenge, "tries")


def test_a_reference_is_written_by_its_key(ada: User):
    challenge, factor = a_challenge(ada), ada.factors.get()
    challenge.factor = factor
    assert update(challenge, "factor")
    assert Challenge.objects.in_directory(ada.directory_id).get(pk=challenge.pk).factor == factor


def test_a_change_is_made_where_it_was_asked_for_and_counted(ada: User, ben: User, other):
    mine, his = a_challenge(ada), a_challenge(ben)
    assert TRIED.make(directory=ada.directory_id, person="", hint="a***") == 2
    assert TRIED.make(directory=other.pk, person="", hint="b***") == 0
    assert TRIED.make(directory=ada.directory_id, person="x", hint="c***") == 0
    rows = Challenge.objects.in_directory(ada.directory_id)
    assert {(each.tries, each.hint) for each in rows.filter(pk__in=[mine.pk, his.pk])} == {
        (1, "a***")
    }


def test_a_change_sends_what_django_would_send(ada: User):
    rows = Challenge.objects.filter(directory_id=ada.directory_id, person="x")
    with CaptureQueriesContext(connection) as captured:
        rows.update(tries=F("tries") + 1, hint="a***")
        TRIED.make(directory=ada.directory_id, person="x", hint="a***")
    one, two = (query["sql"].replace("(", "").replace(")", "") for query in captured)
    assert one == two


def test_what_is_deleted_is_what_was_asked_for_and_counted(ada: User):
    kept, *gone = a_challenge(ada), a_challenge(ada), a_challenge(ada)
    rows = Challenge.objects.in_directory(ada.directory_id)
    assert delete(rows.exclude(pk=kept.pk)) == len(gone)
    assert list(rows.all()) == [kept]
    assert delete(rows.exclude(pk=kept.pk)) == 0


@pytest.mark.parametrize("model", [Lockout, PasswordRecord, Session, Tally])
def test_nothing_refers_to_what_is_deleted_without_looking(model):
    assert not model._meta.related_objects


def a_challenge(subject: User) -> Challenge:
    return Challenge.objects.create(
        directory_id=subject.directory_id,
        method="alternate_email",
        purpose=Purpose.RESET,
        holder="x",
        expires_at=NOW,
        next_send_at=NOW,
    )


def a_record(subject: User) -> AuditRecord:
    return AuditRecord(
        directory_id=subject.directory_id,
        at=NOW,
        kind="test",
        outcome="done",
        attempt=uuid.uuid4(),
        body=b"body",
        personal=b"",
    )
