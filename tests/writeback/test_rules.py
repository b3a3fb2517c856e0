"""What a directory asks of a new password is told before anybody types."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.people.models import Source
from accounts.policy.models import Policy
from accounts.policy.passwords import refusals
from accounts.policy.passwords.suggestion import passwordrules, suggest
from tests.agent.servers import GOOD
from tests.cast import make_user
from tests.support.on_premises import move_to
from writeback import channel, rules
from writeback.agent.answers import Away
from writeback.channel import in_process
from writeback.stores.base import Demands, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(corp):
    return make_user(f"rosa{uuid.uuid4().hex[:8]}", directory=corp)


@pytest.fixture
def eight(corp):
    """Our own rules ask for eight characters."""
    Policy.objects.in_directory(corp).update(password_min_length=8)
    return Policy.objects.in_directory(corp).get()


def asked(user, policy, **values):
    return rules.asked_of(user, policy, **values)


def told(found):
    return " | ".join(rule.text for rule in found.rules)


def codes(password, found):
    return [problem.code for problem in refusals(password, found.rules)]


def test_the_rules_of_the_persons_own_directory_are_told(server, served, rosa, eight):
    server.policy(min_length=20, history=7)
    served(server)
    move_to(server, rosa, "Longer-" + GOOD)
    found = asked(rosa, eight)
    assert "20 characters or more" in told(found)
    assert "8 characters" not in told(found)
    assert "None of your last 7 passwords" in told(found)
    assert "minlength: 20" in passwordrules(found.rules, mixed=found.mixed)
    assert len(suggest(found.rules, "en", mixed=found.mixed)) >= 20
    assert codes("Nineteen-letters-19", found) == ["length"]
    assert codes("Kettle-Orbit-Maple-Twenty", found) == []


def test_a_reset_is_told_the_history_only_where_it_is_held_to_it(server, served, rosa, eight):
    """Samba refuses former passwords to their owner alone; what it asks besides holds for both."""
    server.policy(min_length=20, history=7)
    served(server)
    move_to(server, rosa, "Longer-" + GOOD)
    found = asked(rosa, eight, at_reset=True)
    held = server.kind == "openldap"
    assert ("None of your last 7 passwords" in told(found)) is held
    assert found.demands.history == (7 if held else 0)
    assert "20 characters or more" in told(found)
    assert "None of your last 7 passwords" in told(asked(rosa, eight))


@pytest.mark.parametrize(
    ("on_reset", "says"), [(7, "None of your last 7"), (0, ""), (None, "may ask for more")]
)
def test_what_an_agent_says_of_a_reset_is_what_the_page_says(rosa, eight, on_reset, says):
    """One that says nothing of it leaves open what there is."""
    rosa.source = Source.SYNCHRONIZED
    rules._keep(rosa, Demands(12, 7, None, True, on_reset))
    words = told(asked(rosa, eight, at_reset=True))
    assert says in words
    assert ("of your last" in words, "may ask" in words) == (bool(on_reset), on_reset is None)


def test_ours_count_where_they_are_stricter(slapd, served, rosa, corp):
    served(slapd)
    move_to(slapd, rosa, GOOD)
    found = asked(rosa, Policy.objects.in_directory(corp).get())
    assert "15 characters or more" in told(found)


def test_a_policy_of_ones_own_holds_for_its_people_alone(server, served, rosa, eight, corp):
    """One that we may not read is not taken for the general one, which does not hold."""
    served(server)
    dn = move_to(server, rosa, "Quite-a-Long-One-for-" + GOOD)
    other = make_user(f"otto{uuid.uuid4().hex[:8]}", directory=corp)
    move_to(server, other, GOOD)
    with server.own_policy(dn, min_length=24, history=3, lockout=0):
        assert "24 characters or more" in told(asked(rosa, eight))
        assert "12 characters or more" in told(asked(other, eight))
    cache.clear()
    with server.own_policy(dn, min_length=24, history=3, lockout=0, readable=False):
        assert "8 characters or more" in told(asked(rosa, eight))
        assert "may ask for more" in told(asked(rosa, eight))


def test_kinds_are_asked_for_where_the_directory_does(samba, served, rosa, eight):
    served(samba)
    move_to(samba, rosa, GOOD)
    found = asked(rosa, eight)
    assert "Three of these" in told(found)
    assert "required: upper" in passwordrules(found.rules, mixed=found.mixed)
    assert codes("kettle orbit maple", found) == ["complexity"]
    for enough in (
        "Kettle orbit maple",
        "kettle orbit maple 1",
        "ключ orbit Maple",
        "ключ-Orbit-ключ",
    ):
        assert codes(enough, found) == []
    samba.any_characters()
    cache.clear()
    found = asked(rosa, eight)
    assert "Three of these" not in told(found)
    assert not found.mixed
    assert codes("kettle orbit maple", found) == []


def test_what_is_not_said_is_not_made_up(rosa, eight, slapd, served, monkeypatch):
    """A directory that is away fails no page, and a rule it does not tell is told as possible."""
    served(slapd)
    move_to(slapd, rosa, GOOD)
    monkeypatch.setenv("LDAP_URLS", "ldaps://127.0.0.1:9")
    in_process.forget()
    found = asked(rosa, eight)
    assert "8 characters or more" in told(found)
    assert "may ask for more" in told(found)
    assert found.mixed  # a suggestion that fits whatever is asked
    assert suggest(found.rules, "en", mixed=True)
    assert rules.look(rosa) is None


def test_what_was_told_a_moment_ago_is_not_asked_again(slapd, served, rosa, eight, monkeypatch):
    served(slapd)
    move_to(slapd, rosa, GOOD)
    assert rules.look(rosa)

    def fail(*_args):
        raise Away

    monkeypatch.setattr(channel, "ask", fail)
    assert asked(rosa, eight).demands == Demands(12, 5, None, None, 5)


def test_passwords_kept_here_ask_nobody(rosa, eight):
    found = asked(rosa, eight)
    assert found.demands is None
    assert not found.mixed
    assert "directory" not in told(found)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("values", "waits"),
    [
        ({}, True),
        ({"due": True}, False),
        ({"password_changed_at": None}, False),
        ({"demands": None}, False),
        ({"demands": Demands(min_age=timedelta(0))}, False),
        ({"demands": Demands()}, False),
    ],
)
def test_the_least_age_holds_where_it_is_told_and_nothing_is_due(values, waits):
    now = timezone.now()
    state = State(**{"password_changed_at": now, "demands": Demands(min_age=DAY), **values})
    assert rules.change_waits_until(state) == (now + DAY if waits else None)
    assert rules.change_waits_until(None) is None


@pytest.mark.parametrize(("kind", "holds"), [("openldap", True), ("active_directory", False)])
def test_the_least_age_holds_up_a_reset_where_the_server_says_so(rosa, kind, holds):
    now = timezone.now()
    rosa.directory.store_kind = kind
    state = State(password_changed_at=now, demands=Demands(min_age=DAY))
    assert (rules.reset_waits_until(rosa, state) is not None) is holds
