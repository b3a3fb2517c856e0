"""Temporary passes, given to one person by staff and withdrawn."""

import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.audit import services as trail
from accounts.audit.models import AuditRecord
from accounts.people.models import Role
from accounts.people.roles import REACH
from accounts.policy.models import Policy
from registration.models import Factor
from tests.admin.forms import fill
from tests.journeys import ResetJourney, words_of
from tests.reports.visits import URL as REPORTS
from tests.reports.visits import enter
from tests.support import canary

SLUG = "temporary_pass"
SHOWN = re.compile(r'id="pass-text">([2-9A-Z]{4}(?:-[2-9A-Z]{4}){3})<')
NOTE = "INC-4711, called back at the desk"


@pytest.fixture(autouse=True)
def _allowed(corp):
    Policy.objects.in_directory(corp).update(methods=["alternate_email", SLUG])


@pytest.fixture
def visitor(as_role):
    return as_role("user_administrator")


def page_of(person):
    return reverse("admin:registration_coverage_pass", args=[person.pk])


def asked(**given):
    return {"note": NOTE, "minutes": "60", "seen": "0", **given}


def given(visitor, person, **changed):
    """The pass that the answer shows."""
    answer = fill(visitor, page_of(person), **{"note": NOTE, **changed})
    [text] = SHOWN.findall(answer.content.decode())
    return canary.watch(text)


def passes_of(person):
    return Factor.objects.in_directory(person.directory_id).filter(user=person, method=SLUG)


def issued(person):
    return AuditRecord.objects.in_directory(person.directory_id).filter(
        kind="registration.pass_issued"
    )


def test_a_pass_is_shown_once_and_opens_a_reset(visitor, cleo, run_outbox, postbox, no_secret_kept):
    """P-C25"""
    text = given(visitor, cleo, minutes="30")
    page = visitor.get(page_of(cleo))
    assert text not in page.content.decode()
    assert "Valid once, until" in words_of(page)
    assert "no-store" in page["Cache-Control"]
    journey = ResetJourney().start("cleo@corp.example").choose().answer(text)
    assert journey.step == "reset:password"
    assert passes_of(cleo).get().ends_at < timezone.now() + timedelta(minutes=31)
    run_outbox()
    assert "temporary pass was issued" in str(postbox.messages[0]["Subject"])
    assert postbox.messages[0]["To"] == "cleo@mail.example"
    page = words_of(visitor.get(page_of(cleo)))
    assert "Used" in page
    assert "Withdraw" not in page


def test_the_person_page_leads_there(visitor, cleo):
    page = visitor.get(reverse("admin:accounts_user_change", args=[cleo.pk])).content.decode()
    assert f'href="{page_of(cleo)}"' in page


def test_sending_the_page_again_issues_no_second_pass(visitor, cleo):
    text = given(visitor, cleo)
    again = visitor.post(page_of(cleo), asked())
    assert "since you opened this page" in words_of(again)
    assert not SHOWN.search(again.content.decode())
    assert issued(cleo).count() == 1
    assert ResetJourney().start("cleo@corp.example").choose().answer(text).step == "reset:password"


def test_who_saw_the_last_pass_can_issue_another(visitor, cleo):
    old, new = given(visitor, cleo), given(visitor, cleo)
    journey = ResetJourney().start("cleo@corp.example").choose().answer(old)
    assert "That pass is not right" in journey.words
    assert journey.answer(new).step == "reset:password"


def test_a_pass_is_withdrawn(visitor, cleo):
    text = given(visitor, cleo)
    answer = visitor.post(page_of(cleo), {"withdraw": "x"}, follow=True)
    assert "The pass is void now" in words_of(answer)
    journey = ResetJourney().start("cleo@corp.example").choose(1).answer(text)
    assert "That pass is not right" in journey.words
    answer = visitor.post(page_of(cleo), {"withdraw": "x"}, follow=True)
    assert "There was no pass to withdraw" in words_of(answer)


def test_why_it_was_issued_is_for_auditors(visitor, cleo, make_user, client):
    """The note may name somebody, so it is kept with what can be erased."""
    given(visitor, cleo)
    [entry] = issued(cleo)
    assert NOTE.encode() not in bytes(entry.body) + bytes(entry.personal)
    assert json.loads(bytes(entry.body))["facts"] == {"minutes": 60}
    assert trail.personal(entry, cleo)["note"] == NOTE
    assert (entry.subject_id, entry.actor.display_name) == (cleo.pk, "Staff-user-administrator")
    for role, reads in (("auditor", True), ("reports_reader", False)):
        visit = enter(client, make_user(role, roles=(role,)))
        assert (NOTE in html.unescape(visit.get(REPORTS).content.decode())) is reads
        exported = b"".join(visit.get(f"{REPORTS}export.csv")).decode()
        assert (NOTE in exported) is reads


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"note": ""}, "This field is required"),
        ({"note": "  "}, "This field is required"),
        ({"note": "\0"}, "Null characters"),
        ({"note": "x" * 201}, "at most 200"),
        ({"minutes": "9"}, "greater than or equal to 10"),
        ({"minutes": "1441"}, "less than or equal to 1440"),
        ({"minutes": "soon"}, "whole number"),
        ({"seen": ""}, "Nothing was issued yet"),
        ({"seen": "-1"}, "Nothing was issued yet"),
        ({"seen": "7"}, "since you opened this page"),
    ],
)
def test_what_is_wrong_issues_nothing(visitor, cleo, wrong, told):
    assert told in words_of(visitor.post(page_of(cleo), asked(**wrong)))
    assert not passes_of(cleo).exists()


@pytest.mark.parametrize("minutes", ["10", "1440"])
def test_the_shortest_and_the_longest_life_are_allowed(visitor, cleo, minutes):
    given(visitor, cleo, minutes=minutes)
    assert passes_of(cleo).exists()


def test_five_passes_a_day_are_enough_for_a_person(visitor, cleo, ada):
    for _turn in range(5):
        given(visitor, cleo)
    seen = str(passes_of(cleo).get().pk)
    answer = words_of(visitor.post(page_of(cleo), asked(seen=seen)))
    assert "Too many passes were issued" in answer
    assert issued(cleo).count() == 5
    given(visitor, ada)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert "Too many" not in words_of(visitor.post(page_of(cleo), asked(seen=seen)))


def test_one_member_of_staff_issues_twenty_an_hour(visitor, make_user):
    people = [make_user(f"person{number}") for number in range(21)]
    for person in people[:20]:
        assert SHOWN.search(visitor.post(page_of(person), asked()).content.decode())
    assert "Too many passes" in words_of(visitor.post(page_of(people[20]), asked()))
    assert not passes_of(people[20]).exists()


@pytest.mark.parametrize(
    ("person", "policy", "told"),
    [
        ({}, {"methods": ["alternate_email"]}, "no temporary passes"),
        ({}, {"self_service_reset": False}, "may not reset"),
        ({"enabled": False}, {}, "may not reset"),
        ({"resets_blocked_at": timezone.now()}, {}, "are stopped"),
    ],
)
def test_a_pass_that_would_open_nothing_is_not_issued(
    visitor, make_user, corp, person, policy, told
):
    target = make_user("target", **person)
    Policy.objects.in_directory(corp).update(**policy)
    page = visitor.get(page_of(target)).content.decode()
    assert told in page
    assert 'id="pass_form"' not in page
    assert told in words_of(visitor.post(page_of(target), asked()))
    assert not passes_of(target).exists()


@pytest.mark.parametrize("actor", ["user_administrator", "directory_administrator", "operator"])
def test_the_matrix_decides_who_gives_whom_a_pass(as_role, make_user, actor):
    """S-C17: nobody gives one to themselves or to an equal."""
    visitor = as_role(actor)
    for role in ["", *Role.values]:
        target = make_user(f"target-{role.replace('_', '-')}", roles=(role,) if role else ())
        reached = not role or role in REACH[actor]
        page = visitor.get(page_of(target)).content.decode()
        assert ('id="pass_form"' in page) is reached
        answer = visitor.post(page_of(target), asked())
        assert answer.status_code == (200 if reached else 403)
        assert passes_of(target).exists() is reached
        answer = visitor.post(page_of(target), {"withdraw": "x"})
        assert answer.status_code == (302 if reached else 403)


def test_nobody_gives_themselves_a_pass(client, administrator):
    visitor = enter(client, administrator)
    assert 'id="pass_form"' not in visitor.get(page_of(administrator)).content.decode()
    assert visitor.post(page_of(administrator), asked()).status_code == 403
    assert not passes_of(administrator).exists()


@pytest.mark.parametrize("actor", ["policy_administrator", "auditor", ""])
def test_the_page_is_for_those_who_keep_people(as_role, cleo, actor):
    visitor = as_role(actor)
    assert visitor.get(page_of(cleo)).status_code == 403
    assert visitor.post(page_of(cleo), asked()).status_code == 403
    assert not passes_of(cleo).exists()


def test_somebody_of_another_directory_does_not_exist(visitor, as_role, other, make_user):
    eve = make_user("eve", directory=other)
    assert visitor.get(page_of(eve)).status_code == 404
    assert visitor.post(page_of(eve), asked()).status_code == 404
    assert not passes_of(eve).exists()
    assert as_role("operator").get(page_of(eve)).status_code == 200


def test_the_password_is_asked_for_again(visitor, cleo):
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        for answer in (visitor.get(page_of(cleo)), visitor.post(page_of(cleo), asked())):
            assert answer["Location"].startswith(reverse("signin:again"))
    assert not passes_of(cleo).exists()
