"""Signing in with a password that the organisation's own server judges."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from accounts.audit.models import AuditRecord
from accounts.hashing import Argon2id
from accounts.people.models import Directory, User
from accounts.signin import lockout
from accounts.signin.models import Lockout
from tests.agent.servers import BETTER, GOOD, WRONG
from tests.cast import make_user
from tests.journeys import Journey
from tests.support import canary
from tests.support.on_premises import move_to
from writeback.agent.drivers.connections import Connections
from writeback.agent.serving import Agent
from writeback.channel import in_process

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_kept")]

NETWORKS = iter(f"198.51.{n // 250}.{n % 250 + 1}" for n in range(60_000))


@pytest.fixture
def there(server, served):
    served(server)
    return server


@pytest.fixture
def rosa(there, corp):
    """Somebody whose password lives in the directory server, and their name there."""
    user = make_user(f"rosa{uuid.uuid4().hex[:8]}", directory=corp)
    user.dn = move_to(there, user, GOOD)  # type: ignore[attr-defined]  # told to the test
    return user


def try_to_sign_in(user, password=GOOD, client=None):
    journey = Journey(client or Client(REMOTE_ADDR=next(NETWORKS)))
    name = user if isinstance(user, str) else user.user_principal_name
    return journey.post("signin:sign_in", username=name, password=canary.watch(password))


def is_in(journey):
    return journey.get("account").step == "account"


def change(journey, current=GOOD, new=BETTER):
    canary.watch(new)
    return journey.post("change:change", current_password=current, new_password=new)


def because(user):
    kinds = AuditRecord.objects.in_directory(user.directory).filter(kind="signin.refused")
    return [bytes(one.body).decode().partition('"because":"')[2].partition('"')[0] for one in kinds]


def test_only_the_right_password_signs_in(rosa):
    assert is_in(try_to_sign_in(rosa))
    for wrong in (WRONG, GOOD + " ", GOOD.lower()):
        journey = try_to_sign_in(rosa, wrong)
        assert "do not go together" in journey.words
        assert not is_in(journey)


def test_an_outage_is_told_and_counts_for_nobody(rosa, monkeypatch):
    """P-C50: neither as a wrong password nor towards a lock."""
    monkeypatch.setenv("LDAP_URLS", "ldaps://127.0.0.1:9")
    in_process.forget()
    for name in (rosa, "nobody.here@corp.example"):
        journey = try_to_sign_in(name)
        assert journey.page.status_code == 503
        assert "your password was not checked" in journey.words
    assert not Lockout.objects.filter(failures__gt=0).exists()
    assert because(rosa) == []


def test_a_password_that_has_to_be_changed_is_changed_there_and_the_sign_in_goes_on(there, rosa):
    there.require_change(rosa.dn)
    journey = try_to_sign_in(rosa)
    assert journey.step == "change:change"
    assert journey.heading == "Choose a new password to go on"
    assert journey.get("account").step == "change:change"
    change(journey, current=WRONG)
    assert "do not go together" in journey.words or "not your current" in journey.words
    change(journey)
    assert is_in(journey)
    assert there.binds(rosa.dn, BETTER)
    assert not there.binds(rosa.dn, GOOD)
    rosa.refresh_from_db()
    assert not rosa.must_change_password
    assert not rosa.password
    assert try_to_sign_in(rosa, BETTER).step == "portal"


def test_an_expired_password_is_changed_there_as_well(there, rosa):
    there.expire(rosa.dn)
    assert try_to_sign_in(rosa, WRONG).step == "signin:sign_in"
    journey = try_to_sign_in(rosa)
    assert journey.heading == "Choose a new password to go on"
    change(journey)
    assert try_to_sign_in(rosa, BETTER).step == "portal"
    assert not there.binds(rosa.dn, GOOD)


def test_what_the_directory_said_last_is_what_counts(there, rosa):
    """Somebody was flagged, and has changed the password at a machine of their own since."""
    User.objects.in_directory(rosa.directory).update(must_change_password=True)
    assert is_in(try_to_sign_in(rosa))


def test_a_lock_there_reads_like_a_wrong_password_to_strangers(there, rosa):
    known = try_to_sign_in(rosa).client
    known.post("/sign-out/")
    there.policy(lockout=4)
    there.lock(rosa.dn, 4)
    stranger = try_to_sign_in(rosa)
    assert "do not go together" in stranger.words
    assert stranger.page.status_code == 200
    told = try_to_sign_in(rosa, client=known)
    assert told.page.status_code == 429
    assert "too many wrong ones were tried" in told.words
    assert set(because(rosa)) == {"locked in the directory"}


def test_we_stop_before_the_directory_locks(there, rosa):
    """S-C35: at half of what it allows, repeats included, whoever's name it is. The person's own
    machine still takes the password."""
    there.policy(lockout=6)
    is_in(try_to_sign_in(rosa))  # who signs in well teaches us how many that are
    assert Directory.objects.get(pk=rosa.directory_id).wrong_passwords == 3
    for name in (rosa, "nobody.here@corp.example"):
        told = [try_to_sign_in(name, WRONG).page.status_code for _try in range(5)]
        assert told == [200, 200, 429, 429, 429]
    assert there.binds(rosa.dn, GOOD)


def test_what_was_tried_elsewhere_is_no_news_for_strangers(there, rosa):
    """The agent takes no more passwords; a stranger is not told that there is somebody."""
    there.policy(lockout=4)
    there.lock(rosa.dn, 2)
    assert try_to_sign_in(rosa).page.status_code == 200
    assert because(rosa) == ["too_many_wrong in the directory"]


@pytest.fixture
def counted(monkeypatch):
    """What a sign-in costs: hashes here, questions to the agent, passwords judged by the server."""
    counts = {"hash": 0, "question": 0, "bind": 0}

    def counting(owner, name, what):
        real = getattr(owner, name)

        def call(*args, **kwargs):
            counts[what] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, call)

    counting(Argon2id, "encode", "hash")
    counting(Argon2id, "verify", "hash")
    counting(Agent, "answer", "question")
    counting(Connections, "bind", "bind")
    return counts


def test_somebody_and_nobody_cost_and_read_the_same(there, corp, rosa, counted):
    """I9, S-C01, S-C02: one hash, one question, one password judged, whatever is wrong."""
    is_in(try_to_sign_in(rosa))
    kept_here = make_user("adele", directory=corp)
    off_here = make_user(f"otto{uuid.uuid4().hex[:8]}", directory=corp, enabled=False)
    move_to(there, off_here, GOOD)
    gone = make_user("gone", directory=corp, source="synchronized", anchor=str(uuid.uuid4()))
    locked = make_user(f"lara{uuid.uuid4().hex[:8]}", directory=corp)
    dn = move_to(there, locked, GOOD)
    is_in(try_to_sign_in(locked))
    there.policy(lockout=4)
    there.lock(dn, 4)
    seen = []
    for name in (rosa, kept_here, off_here, gone, locked, "nobody.here@corp.example"):
        counted.update(hash=0, question=0, bind=0)
        page = try_to_sign_in(name, WRONG).page
        seen.append((dict(counted), page.status_code, len(page.content)))
    assert {tuple(sorted(costs.items())) for costs, *_rest in seen} == {
        (("bind", 1), ("hash", 1), ("question", 1))
    }
    assert {status for _costs, status, _length in seen} == {200}


def test_the_smallest_number_of_the_last_week_stands(corp):
    def known():
        corp.refresh_from_db()
        return corp.lockout_there

    corp.store_kind = "active_directory"
    corp.save()
    assert corp.wrong_passwords == corp.lockout_threshold  # nothing is known
    for threshold, stands in [(None, 0), (10, 10), (6, 6), (10, 6), (0, 6), (5, 5)]:
        lockout.learn(corp.pk, threshold)
        assert known() == stands
    assert corp.wrong_passwords == 2
    corp.lockout_there_at -= timedelta(days=8)
    corp.save()
    lockout.learn(corp.pk, 20)
    assert known() == 20
    assert corp.wrong_passwords == 10
    corp.store_kind = "cloud"
    corp.lockout_there = 2
    assert corp.wrong_passwords == 10
