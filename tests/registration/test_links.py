"""A message's link leads to a button, in the browser that asked (S-D24, S-C33)."""

import re

import pytest
from django.urls import reverse

from accounts.outbox import services as outbox
from registration.models import Challenge, Factor
from reset.models import Attempt, Proof
from tests.journeys import ResetJourney, words_of
from tests.support.postbox import text_of

pytestmark = pytest.mark.django_db
HOME = "ada@home.example"


def link_in(postbox, address=HOME):
    outbox.work()
    text = text_of(postbox.to(address)[-1])
    found = re.search(r"http://localhost(/\S+/link/([0-9a-f]{32})/)", text)
    assert found
    return found[1], found[2]


@pytest.fixture
def journey(client, ada):
    return ResetJourney(client).start("ada@corp.example").choose()


def test_the_button_passes_the_check(journey, client, postbox):
    path, token = link_in(postbox)
    page = client.get(path)
    assert 'name="code"' in page.content.decode()
    assert journey.answer(token).step == "reset:password"


def test_looking_at_it_uses_nothing_up(journey, client, postbox):
    path, _token = link_in(postbox)
    for _time in range(7):
        client.get(path)
    assert not Proof.objects.in_directory(Attempt.objects.get().directory_id).exists()
    assert Challenge.objects.get().tries == 0


def test_another_browser_gets_no_button(journey, client_from, postbox):
    path, token = link_in(postbox)
    elsewhere = client_from("192.0.2.77")
    page = elsewhere.get(path)
    assert page.status_code == 200
    assert 'name="code"' not in page.content.decode()
    assert "in which you asked for it" in words_of(page)
    elsewhere.post(reverse("reset:code"), {"code": token})
    assert Challenge.objects.get().passed_at is None


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t[::-1], lambda t: t.upper() + "0"])
def test_a_changed_link_is_a_wrong_code(journey, client, postbox, change):
    _path, token = link_in(postbox)
    journey.answer(change(token))
    assert (journey.step, Challenge.objects.get().tries) == ("reset:code", 1)


def test_the_link_of_an_older_message_is_dead(journey, client, postbox):
    _path, token = link_in(postbox)
    Challenge.objects.update(next_send_at=Challenge.objects.get().created_at)
    client.post(reverse("reset:code_again"))
    outbox.work()
    assert journey.answer(token).step == "reset:code"


def test_it_works_once(journey, client, postbox):
    _path, token = link_in(postbox)
    journey.answer(token)
    Attempt.objects.update(challenge=Challenge.objects.get())
    journey.answer(token)
    assert Proof.objects.in_directory(Attempt.objects.get().directory_id).count() == 1


def test_before_the_worker_has_made_a_code_no_link_is_right(journey):
    assert journey.answer("0" * 32).step == "reset:code"


def test_a_new_mailbox_is_confirmed_by_the_link(cleo, signed_in, postbox):
    browser = signed_in(cleo)
    browser.post("/register/add/alternate_email/", {"address": "cleo@home.example"})
    path, token = link_in(postbox, "cleo@home.example")
    page = browser.get(path)
    action = re.search(r'<form method="post" action="([^"]+)"', page.content.decode())
    assert action
    browser.post(action[1], {"code": token})
    assert Factor.objects.in_directory(cleo.directory_id).get().confirmed_at


def test_the_link_to_a_new_mailbox_opens_nothing_for_others(cleo, ben, signed_in, postbox):
    signed_in(cleo).post("/register/add/alternate_email/", {"address": "cleo@home.example"})
    path, _token = link_in(postbox, "cleo@home.example")
    assert 'name="code"' not in signed_in(ben).get(path).content.decode()
