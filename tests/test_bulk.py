"""Rows by the thousand: the same rows as one by one."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from accounts import bulk
from accounts.audit.models import AuditRecord
from accounts.people.models import User
from registration.models import Coverage, Factor
from tests import cast

pytestmark = pytest.mark.django_db

AWKWARD = ('"', "a,b;\t'c'", "\\N", "\\.", "line\r\nbreak", "Ünsal 🙂", " x ", "NULL", "%s")
MOMENT = datetime(2026, 2, 28, 23, 59, 59, 123456, tzinfo=UTC)


def factors_of(user, *labels: str, **more):
    return [
        {
            "directory_id": user.directory_id,
            "user_id": user.pk,
            "method": "pigeon",
            "address": f"{number}@home.example",
            "label": label,
            "confirmed_at": MOMENT if number % 2 else None,
            **more,
        }
        for number, label in enumerate(labels)
    ]


def test_every_value_arrives_as_it_was(corp, cleo):
    bulk.insert(Factor, factors_of(cleo, "", *AWKWARD, secret=b"\0\xff\\"))
    found = Factor.objects.in_directory(corp).order_by("pk")
    assert [factor.label for factor in found] == ["", *AWKWARD]
    assert [factor.confirmed_at for factor in found] == [None, MOMENT] * 5
    assert {bytes(factor.secret) for factor in found} == {b"\0\xff\\"}
    assert found[0].usable_from is not None
    assert (found[0].source, found[0].failures, found[0].is_preferred) == ("self", 0, False)


def test_lists_and_links_arrive_as_they_were(corp, cleo):
    row = {"directory_id": corp.pk, "user_id": cleo.pk, "methods": ['a"b', "c,d"]}
    bulk.insert(Coverage, [row])
    assert Coverage.objects.in_directory(corp).get(user=cleo).methods == ['a"b', "c,d"]
    bulk.insert(AuditRecord, [])
    assert not AuditRecord.objects.exists()


@pytest.mark.parametrize("more", [{"method": None}, {"address": "same@home.example"}])
def test_what_the_database_refuses_leaves_nothing(corp, cleo, more):
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Factor, factors_of(cleo, "one", "two", **more))
    assert not Factor.objects.in_directory(corp).exists()


def test_one_parameter_finds_as_many_as_are_wanted(corp, other, ada, cleo):
    people = User.objects.in_directory(corp)
    assert set(people.filter(pk__among={ada.pk, cleo.pk, 0})) == {ada, cleo}
    assert list(people.filter(pk__among=[])) == []
    assert list(people.filter(pk__among=[*range(-70_000, 0), ada.pk])) == [ada]
    names = ["ada@corp.example", "'; --", '"]', "CLEO@corp.example"]
    assert list(people.filter(upn_key__among=names)) == [ada]
    eve = cast.make_user("eve", directory=other, password="x")
    assert not people.filter(pk__among=[eve.pk]).exists()
    mailboxes = Factor.objects.in_directory(corp)
    assert [factor.user for factor in mailboxes.filter(user__pk__among=[ada.pk])] == [ada]
