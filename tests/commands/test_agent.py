"""``manage.py agent``: which agents there are, and what lets them into their broker."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.support.agent_process import NOBODY
from tests.support.applying import applied_with
from writeback.channel import enrolment

pytestmark = pytest.mark.django_db


def said(what):
    out = StringIO()
    call_command("agent", what, stdout=out)
    return out.getvalue()


def test_agents_are_listed_with_their_state_and_fingerprint(corp, other, tmp_path):
    _agent, ticket = enrolment.invite(corp.pk, "north-1", NOBODY)
    own = applied_with(ticket, tmp_path)
    gone, _ticket = enrolment.invite(other.pk, "gone", NOBODY)
    enrolment.revoke(gone, NOBODY)
    (line,) = said("list").splitlines()
    state = "waits for somebody to compare the fingerprints"
    assert line == f"{corp.name}  north-1  {state}  {own.fingerprint()}"


def test_the_lines_for_the_broker_let_each_reach_its_own(corp):
    enrolment.invite(corp.pk, "north-1", NOBODY)
    nobody, portal, agent = said("acl").splitlines()
    assert nobody == "user default off"
    assert portal.startswith("user portal reset on #SHA256-OF-ITS-PASSWORD ~writeback:* ")
    assert f" ~writeback:{corp.pk}:north-1:* resetchannels -@all " in agent
    assert "eval" not in agent
    assert "+@all" not in agent


def test_another_word_is_refused(db):
    with pytest.raises(CommandError):
        said("conquer")
