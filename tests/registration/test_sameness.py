"""Nobody's challenge cannot be told from somebody's, neither by its page nor by its traces."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import AuditRecord
from accounts.limits.models import Tally
from accounts.outbox import services as outbox
from accounts.outbox.models import Parcel
from registration import challenges, methods
from registration.models import Challenge
from tests.registration.provers import HOLDER, answer, intercepted, issue, make_factor

pytestmark = pytest.mark.django_db
SLUGS = list(methods.all_methods())


@pytest.fixture
def pair(cleo, corp):
    """Makes two challenges, somebody's and nobody's, each with what ``act`` did for it."""

    def both(slug, act):
        factor = make_factor(cleo, slug)
        hint = methods.get(slug).mask(factor)
        somebody = act(issue(factor, slug, hint=hint))
        nobody = act(issue(None, slug, directory=corp, destination_key="a name", hint=hint))
        return somebody, nobody

    return both


def statements(captured):
    """The shape of what was asked of the database, values aside."""
    shapes = [
        re.sub(r"'[^']*'|\b\d+\b|X?NULL|\bs\d+_x\d+", "?", query["sql"]) for query in captured
    ]
    return [re.sub(r"WHERE .*", "WHERE", shape)[:200] for shape in shapes]


def rows():
    counted = (Challenge, Parcel, AuditRecord, Tally)
    return [model._base_manager.count() for model in counted]


@pytest.mark.parametrize("slug", SLUGS)
def test_asking_leaves_the_same_rows(slug, cleo, corp):
    def issued(factor):
        before = rows()
        with CaptureQueriesContext(connection) as captured:
            issue(factor, slug, directory=corp)
        return [after - was for after, was in zip(rows(), before, strict=True)], len(captured)

    assert issued(make_factor(cleo, slug)) == issued(None)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("text", ["000000", "x", "1" * 200])
def test_a_wrong_answer_asks_the_database_the_same(slug, text, pair):
    def asked(challenge):
        with CaptureQueriesContext(connection) as captured:
            result = answer(challenge, text)
        return statements(captured), result

    somebody, nobody = pair(slug, asked)
    assert somebody == nobody


@pytest.mark.parametrize("slug", SLUGS)
def test_the_worker_writes_the_same(slug, pair):
    def worked(challenge):
        before = rows()
        with intercepted(methods.get(slug)), CaptureQueriesContext(connection) as captured:
            outbox.work()
        added = [after - was for after, was in zip(rows(), before, strict=True)]
        kept = Challenge.objects.get(pk=challenge.pk)
        return added, statements(captured), len(kept.code_hash), kept.code_expires_at is None

    somebody, nobody = pair(slug, worked)
    assert somebody == nobody


def test_the_parcels_differ_in_nothing_but_whose_they_are(pair):
    somebody, nobody = pair("alternate_email", lambda challenge: challenge)
    kept = [
        (parcel.kind, sorted(parcel.payload), parcel.directory_id)
        for parcel in Parcel.objects.filter(kind="challenge")
    ]
    assert kept[0] == kept[1]
    assert len(somebody.destination) == len(nobody.destination) == 64


def test_asking_for_another_code_is_the_same(pair):
    def asked(challenge):
        challenge.next_send_at = challenge.created_at
        challenge.save(update_fields=["next_send_at"])
        with CaptureQueriesContext(connection) as captured:
            sent = challenges.resend(challenge)
        return sent, statements(captured)

    somebody, nobody = pair("alternate_email", asked)
    assert somebody == nobody
    assert somebody[0] is True


def test_all_five_tries_go_the_same_way(pair):
    def tried(challenge):
        return [answer(challenge, "000000", holder=HOLDER) for _try in range(6)]

    somebody, nobody = pair("authenticator_app", tried)
    assert somebody == nobody
