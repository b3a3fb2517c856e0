"""Staff set a temporary password, or unlock: on the record, within their power, and told."""

import html
import json
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client as Browser
from django.urls import reverse

from accounts.audit.models import AuditRecord
from accounts.policy.models import Policy
from accounts.signin import lockout
from accounts.signin.models import Session
from reset import assisted
from tests.cast import PASSWORD
from tests.journeys import Journey, words_of
from tests.reports.visits import enter
from tests.reset.scene import STRANGER, begun, fresh
from tests.support import canary
from tests.support.memory import move_to_memory
from writeback import stores
from writeback.models import Outcome, Write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_kept")]

SHOWN = re.compile(r'id="password-text">([^<]+)<')
NOTE = "INC-4711, called back at the desk"
NEW = "seven quiet lanterns under rain"


@pytest.fixture
def keeper(make_user):
    return make_user("keeper", roles=("user_administrator",))


@pytest.fixture
def visitor(keeper):
    return enter(Browser(), keeper)


def page_of(person):
    return reverse("admin:reset_strain_assist", args=[person.pk])


def given(visitor, person):
    """The password that the answer shows."""
    answer = visitor.post(page_of(person), {"note": NOTE})
    [text] = SHOWN.findall(answer.content.decode())
    return canary.watch(html.unescape(text))


def trail(person, kind):
    return AuditRecord.objects.in_directory(person.directory_id).filter(kind=kind, subject=person)


@pytest.fixture(params=["here", "elsewhere"])
def ada_there(request, ada):
    """Somebody whose password is kept here, or in a directory of its own."""
    store = move_to_memory(ada) if request.param == "elsewhere" else None
    yield ada, store
    stores.forget()


def test_a_temporary_password_is_shown_once_and_has_to_be_changed(
    visitor, keeper, ada_there, run_outbox, postbox
):
    """P-C25, P-C52: the old one works nowhere, the new one stands nowhere."""
    ada, _store = ada_there
    Journey().post("signin:sign_in", username="ada@corp.example", password=PASSWORD)
    attempt = begun("ada@corp.example")
    text = given(visitor, ada)
    assert text not in visitor.get(page_of(ada)).content.decode()
    assert not Session.objects.filter(user=ada).exists()
    assert fresh(attempt).ending == "overtaken"
    journey = Journey()
    journey.post("signin:sign_in", username="ada@corp.example", password=PASSWORD)
    assert journey.step == "signin:sign_in"
    journey.post("signin:sign_in", username="ada@corp.example", password=text)
    assert journey.heading == "Choose a new password to go on"
    journey.post("change:change", current_password=text, new_password=canary.watch(NEW))
    assert journey.get("account").step == "account"
    ada.refresh_from_db()
    assert not ada.must_change_password
    run_outbox()
    assert "reset" in str(postbox.to("ada@mail.example")[0]["Subject"])
    [asked] = trail(ada, "reset.staff_act")
    [done] = trail(ada, "reset.by_staff")
    assert asked.actor_id == done.actor_id == keeper.pk


def test_an_unlock_leaves_the_password(visitor, ada):
    store = move_to_memory(ada, locked=True)
    for number in range(10):
        lockout.reserve(lockout.key_of(ada), str(number), False, ada.directory)
    answer = visitor.post(page_of(ada), {"note": NOTE, "unlock": "x"}, follow=True)
    assert "The account is unlocked" in words_of(answer)
    assert not store.entries[ada.upn_key].locked
    assert lockout.locked_until(lockout.key_of(ada)) is None
    assert store.entries[ada.upn_key].password == PASSWORD
    assert trail(ada, "reset.unlocked_by_staff").count() == 1
    stores.forget()


def test_a_refusal_says_why_and_changes_nothing(visitor, ada):
    store = move_to_memory(ada)
    store.faults.refuse = "protected"
    answer = visitor.post(page_of(ada), {"note": NOTE})
    assert "by an administrator only" in words_of(answer)
    assert store.entries[ada.upn_key].password == PASSWORD
    assert not trail(ada, "reset.by_staff").exists()
    stores.forget()


def test_a_lost_answer_is_said_and_settled_later(visitor, ada):
    store = move_to_memory(ada)
    store.faults.lose = "answer"
    answer = visitor.post(page_of(ada), {"note": NOTE})
    [text] = SHOWN.findall(answer.content.decode())
    canary.watch(html.unescape(text))
    assert "has not answered yet" in words_of(answer)
    assert not trail(ada, "reset.by_staff").exists()
    store.faults.lose = ""
    assisted.settle()
    assisted.settle()
    assert Write.objects.in_directory(ada.directory).get().outcome == Outcome.DONE
    assert trail(ada, "reset.by_staff").count() == 1
    stores.forget()


@pytest.mark.parametrize("role", ["helpdesk", "user_administrator", "operator"])
def test_nobody_helps_an_equal_or_more_powerful(visitor, keeper, make_user, role):
    """The matrix is asked by the page and by the service."""
    holder = make_user("holder", roles=(role,))
    answer = visitor.post(page_of(holder), {"note": NOTE})
    if role == "helpdesk":
        assert SHOWN.search(answer.content.decode())
        return
    assert answer.status_code in {403, 404}
    for do in (assisted.reset, assisted.unlock):
        with pytest.raises(PermissionDenied):
            do(holder, actor=keeper, client=STRANGER, note=NOTE)
    assert not Write.objects.in_directory(holder.directory).exists()


def test_nobody_helps_without_saying_why(visitor, ada):
    answer = visitor.post(page_of(ada), {"note": ""})
    assert "Nothing was done yet" in words_of(answer)
    assert not Write.objects.in_directory(ada.directory).exists()


@pytest.mark.parametrize("why", ["disabled", "policy", "unreached"])
def test_what_cannot_be_written_is_not_tried(keeper, ada, corp, why):
    if why == "disabled":
        ada.enabled = False
    else:
        ada.source = "synchronized"
    ada.save()
    if why == "policy":
        move_to_memory(ada)
        Policy.objects.in_directory(corp).update(writeback_enabled=False)
    with pytest.raises(ValidationError, match="cannot be set from here"):
        assisted.reset(ada, actor=keeper, client=STRANGER, note=NOTE)
    stores.forget()


def test_what_staff_wrote_is_in_the_trail_alone(visitor, ada):
    given(visitor, ada)
    [asked] = trail(ada, "reset.staff_act")
    assert json.loads(bytes(asked.body))["facts"] == {"operation": "reset"}


def test_a_stolen_session_sets_few(keeper, ada):
    for _time in range(assisted.PER_PERSON.times):
        canary.watch(assisted.reset(ada, actor=keeper, client=STRANGER, note=NOTE).password)
    with pytest.raises(ValidationError, match="too often"):
        assisted.reset(ada, actor=keeper, client=STRANGER, note=NOTE)


def test_the_person_page_leads_there(visitor, ada):
    page = visitor.get(reverse("admin:accounts_user_change", args=[ada.pk])).content.decode()
    assert f'href="{page_of(ada)}"' in page
