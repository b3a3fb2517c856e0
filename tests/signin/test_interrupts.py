"""A right password with something left to do opens that, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.people.models import RoleGrant, User
from accounts.signin import keys
from tests.signin.conftest import Due, kinds

Interrupts = dict[str, Due]


@pytest.fixture
def interrupted(ada: User, interrupts: Interrupts, sign_in: Any, client: Client) -> Client:
    """Ada's browser, with a second factor and then a registration before her."""
    interrupts["second_factor"].for_whom.add(ada.pk)
    interrupts["registration"].for_whom.add(ada.pk)
    sign_in(to="/account/")
    return client


def test_the_first_interrupt_comes_first(ada, interrupts, sign_in):
    for due in interrupts.values():
        due.for_whom.add(ada.pk)
    assert sign_in()["Location"] == "/register/second-factor/"
    assert kinds() == ["signin.interrupted"]


def test_an_interrupted_session_is_nobodys(interrupted):
    assert interrupted.get("/").content == b"anyone: AnonymousUser"


@pytest.mark.parametrize("page", ["/account/", "/staff/", "/sensitive/", "/sign-in/again/"])
def test_every_other_page_answers_as_to_a_stranger(interrupted, page, client_from):
    theirs, strangers = interrupted.get(page), client_from().get(page)
    assert theirs.status_code == strangers.status_code == 302
    assert theirs["Location"] == strangers["Location"]


def test_the_interrupts_page_serves_the_person(interrupted):
    page = interrupted.get("/register/second-factor/")
    assert page.content == b"second factor of ada@corp.example"
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("page", ["/register/", "/change/"])
def test_no_later_interrupt_opens_before_its_turn(interrupted, page):
    assert interrupted.get(page)["Location"] == "/sign-in/"


def test_the_sign_in_page_leads_back_to_what_is_due(interrupted):
    assert interrupted.get("/sign-in/")["Location"] == "/register/second-factor/"


def test_settling_leads_from_one_interrupt_to_the_next_and_then_in(interrupted, interrupts, ada):
    assert interrupted.post("/register/second-factor/").content == b"/register/"
    assert interrupted.get("/account/").status_code == 302
    interrupts["registration"].for_whom.clear()
    assert interrupted.get("/sign-in/")["Location"] == "/account/"
    assert interrupted.get("/account/").status_code == 200
    assert kinds() == ["signin.interrupted", "signin.signed_in"]


def test_each_settled_interrupt_takes_a_new_key(interrupted, interrupts):
    first = interrupted.session.session_key
    interrupted.post("/register/second-factor/")
    second = interrupted.session.session_key
    interrupts["registration"].for_whom.clear()
    interrupted.get("/sign-in/")
    assert len({first, second, interrupted.session.session_key}) == 3


def test_looking_again_settles_nothing_that_is_still_due(interrupted):
    for _again in range(3):
        interrupted.get("/sign-in/")
    assert interrupted.session[keys.UNSETTLED] == ["second_factor", "registration"]


def test_what_becomes_due_meanwhile_is_due(interrupted, interrupts, ada):
    interrupts["password"].for_whom.add(ada.pk)
    interrupts["registration"].for_whom.clear()
    assert interrupted.post("/register/second-factor/").content == b"/change/"


def test_the_browser_is_known_only_once_all_is_settled(interrupted, interrupts):
    assert "browser" not in interrupted.cookies
    interrupts["registration"].for_whom.clear()
    interrupts["second_factor"].for_whom.clear()
    assert interrupted.get("/sign-in/").cookies["browser"].value


def test_nobody_is_served_by_an_interrupts_page(db, client):
    assert client.get("/register/")["Location"] == "/sign-in/?next=/register/"


def test_an_interrupts_page_serves_people_who_are_in(ada, sign_in, client):
    sign_in()
    assert client.get("/register/").content == b"registration of ada@corp.example"


def test_an_interrupted_person_can_leave(interrupted):
    interrupted.post("/sign-out/")
    assert interrupted.get("/register/second-factor/")["Location"].startswith("/sign-in/")
    assert kinds()[-1] == "signin.signed_out"


def test_somebody_else_can_sign_in_instead(interrupted, ben, sign_in):
    assert sign_in("ben@corp.example").status_code == 302
    assert interrupted.get("/account/").content == b"somebody: ben@corp.example"


def test_a_fault_in_an_interrupt_lets_nobody_in(ada, interrupts, monkeypatch):
    def fail(user: User) -> bool:
        raise RuntimeError("cannot tell")

    monkeypatch.setattr(interrupts["password"], "due", fail)
    client = Client(raise_request_exception=False)
    form = {"username": "ada@corp.example", "password": "correct horse battery staple"}
    assert client.post("/sign-in/", form).status_code == 500
    assert client.get("/account/").status_code == 302


def test_what_is_due_has_to_be_done_within_half_an_hour(interrupted):
    with time_machine.travel(timezone.now() + timedelta(seconds=1801)):
        page = interrupted.get("/register/second-factor/")
        assert page["Location"].startswith("/sign-in/")
        assert "took too long" in interrupted.get("/sign-in/").context["ended"]


def test_within_half_an_hour_use_keeps_it_open(interrupted):
    with time_machine.travel(timezone.now() + timedelta(seconds=1700)):
        assert interrupted.get("/register/second-factor/").status_code == 200


def test_a_second_factor_later_on_takes_a_new_key(helpdesk, sign_in, client):
    sign_in("helpdesk@corp.example")
    before = client.session.session_key
    client.post("/register/second-factor/")
    assert client.session.session_key != before


def test_staff_pages_open_with_the_role_and_a_second_factor(helpdesk, interrupts, sign_in, client):
    interrupts["second_factor"].for_whom.add(helpdesk.pk)
    sign_in("helpdesk@corp.example", to="/staff/")
    assert client.post("/register/second-factor/").content == b"/staff/"
    assert client.get("/staff/").content == b"staff"


def test_staff_pages_ask_for_a_second_factor_that_is_missing(helpdesk, sign_in, client):
    sign_in("helpdesk@corp.example")
    assert client.get("/staff/")["Location"] == "/register/second-factor/"
    assert client.post("/register/second-factor/").content == b"/staff/"
    assert client.get("/staff/").content == b"staff"


def test_staff_pages_refuse_people_with_another_role(reader, sign_in, client):
    sign_in("reports-reader@corp.example")
    assert client.get("/staff/").status_code == 403


def test_staff_pages_refuse_people_without_a_role(ada, sign_in, client):
    sign_in()
    assert client.get("/staff/").status_code == 403


def test_staff_pages_ask_strangers_to_sign_in(db, client):
    assert client.get("/staff/")["Location"] == "/sign-in/?next=/staff/"


def test_a_role_that_is_taken_away_counts_no_more_at_the_next_request(helpdesk, sign_in, client):
    sign_in("helpdesk@corp.example")
    client.post("/register/second-factor/")
    assert client.get("/staff/").status_code == 200
    RoleGrant.objects.in_directory(helpdesk.directory).delete()
    assert client.get("/staff/").status_code == 403
