"""One person's contact data and methods, looked at and set by staff."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.people.models import Role, User
from accounts.people.roles import REACH
from registration.models import Factor
from tests import cast
from tests.admin.forms import fields_of, fill
from tests.support.postbox import words_of

NUMBER = "+44 7700 900123"


def page_of(person):
    return reverse("admin:registration_coverage_contact", args=[person.pk])


def removal_of(person, factor):
    return reverse("admin:registration_coverage_remove", args=[person.pk, factor.pk])


def again(person):
    return User.objects.in_directory(person.directory_id).get(pk=person.pk)


def factors_of(person):
    return Factor.objects.in_directory(person.directory_id).filter(user=person).order_by("pk")


def complaints(answer):
    form = answer.context["adminform"].form
    return {name: " ".join(found) for name, found in form.errors.items()}


@pytest.fixture
def visitor(as_role):
    return as_role("user_administrator")


def test_the_page_shows_masks_only(visitor, ada):
    """P-C24"""
    ada.mobile, ada.alternate_email = NUMBER, "ada.private@home.example"
    ada.save()
    page = visitor.get(page_of(ada)).content.decode()
    for whole in ("900123", "900 123", "ada.private", "ada@home", "ada@mail"):
        assert whole not in page
    assert "+44 ••••••23" in page
    assert "a••••••@home.example" in page
    held = fields_of(visitor, page_of(ada))
    assert {name for name, value in held.items() if value} == {"use"}


def test_the_page_of_the_person_leads_there(visitor, ada):
    page = visitor.get(reverse("admin:accounts_user_change", args=[ada.pk])).content.decode()
    assert f'href="{page_of(ada)}"' in page


def test_contact_data_is_set_and_the_old_addresses_hear_of_it(visitor, ada, run_outbox, postbox):
    fill(visitor, page_of(ada), mail="ada.new@mail.example", mobile=NUMBER, use="contact")
    assert (again(ada).mail, again(ada).mobile) == ("ada.new@mail.example", "+447700900123")
    assert factors_of(ada).count() == 1
    run_outbox()
    assert {mail["To"] for mail in postbox.messages} == {"ada@mail.example", "ada@home.example"}
    assert "work email" in words_of(postbox.messages[0]).lower()
    record = AuditRecord.objects.get(kind="people.changed")
    assert b"ada.new" not in bytes(record.body)


@pytest.mark.parametrize(("use", "counts"), [("prefilled", False), ("confirmed", True)])
def test_what_is_set_becomes_a_method(visitor, cleo, use, counts):
    fill(visitor, page_of(cleo), alternate_email="cleo@home.example", use=use)
    assert again(cleo).alternate_email == "cleo@home.example"
    assert factors_of(cleo).get().is_usable() is counts
    page = visitor.get(page_of(cleo)).content.decode()
    assert ("waits for the person" in page) is not counts


def test_what_stays_empty_stays_as_it_is(visitor, ada):
    fill(visitor, page_of(ada), mobile=NUMBER)
    assert again(ada).mail == "ada@mail.example"
    answer = fill(visitor, page_of(ada))
    assert "Enter what shall be set" in complaints(answer)["__all__"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"mail": "nothing"}, "mail"),
        ({"mail": "a@b.example\r\nBcc: c@d.example"}, "mail"),
        ({"alternate_email": "ada@corp.example"}, "alternate_email"),
        ({"alternate_email": "x" * 255}, "alternate_email"),
        ({"mobile": "12"}, "mobile"),
        ({"mobile": "call me"}, "mobile"),
        ({"office_phone": "0\u202e7700"}, "office_phone"),
        ({"office_phone": "\0"}, "office_phone"),
        ({"mobile": NUMBER, "use": "moon"}, "use"),
    ],
)
def test_what_cannot_be_set_is_refused_beside_its_field(visitor, ada, given, field):
    before = AuditRecord.objects.count()
    assert field in complaints(fill(visitor, page_of(ada), **given))
    assert AuditRecord.objects.count() == before
    assert factors_of(ada).count() == 1


def test_an_own_address_is_contact_data_all_the_same(visitor, ada):
    fill(visitor, page_of(ada), alternate_email="ada@corp.example", use="contact")
    assert again(ada).alternate_email == "ada@corp.example"
    assert factors_of(ada).count() == 1


def test_one_wrong_value_sets_nothing(visitor, ada):
    fill(visitor, page_of(ada), mobile=NUMBER, mail="nothing")
    assert again(ada).mobile == ""


def test_too_many_of_a_method_are_refused(visitor, cleo):
    for turn in range(5):
        cast.add_mailbox(cleo, f"c{turn}@home.example")
    answer = fill(visitor, page_of(cleo), alternate_email="c@home.example", use="confirmed")
    assert "Remove one first" in complaints(answer)["__all__"]
    assert again(cleo).alternate_email == ""
    assert dict(answer.context["contacts"])["alternate email"] == ""


def test_a_method_is_removed_after_a_question(visitor, ada, run_outbox, postbox):
    factor = factors_of(ada).get()
    assert "a••••••@home.example" in visitor.get(removal_of(ada, factor)).content.decode()
    assert factors_of(ada).exists()
    assert visitor.post(removal_of(ada, factor))["Location"] == page_of(ada)
    assert not factors_of(ada).exists()
    run_outbox()
    assert "ada@home.example" in {mail["To"] for mail in postbox.messages}
    assert visitor.get(removal_of(ada, factor)).status_code == 404


def test_a_method_is_removed_from_its_own_person_only(visitor, ada, cleo):
    """S-C17"""
    factor = factors_of(ada).get()
    assert visitor.post(removal_of(cleo, factor)).status_code == 404
    assert factors_of(ada).exists()


@pytest.mark.parametrize("role", ["", *Role.values])
@pytest.mark.parametrize("actor", ["user_administrator", "directory_administrator", "operator"])
def test_the_matrix_decides_whose_may_be_set(as_role, make_user, actor, role):
    target = make_user("target", roles=(role,) if role else ())
    factor, visitor = cast.add_mailbox(target), as_role(actor)
    reached = not role or role in REACH[actor]
    page = visitor.get(page_of(target)).content.decode()
    assert ('id="contacts_form"' in page) is reached
    given = {"mobile": NUMBER, "use": "contact"}
    assert visitor.post(page_of(target), given).status_code == (302 if reached else 403)
    assert bool(again(target).mobile) is reached
    assert visitor.post(removal_of(target, factor)).status_code == (302 if reached else 403)
    assert factors_of(target).exists() is not reached


@pytest.mark.parametrize("actor", ["helpdesk", "policy_administrator", "auditor", ""])
def test_the_page_is_for_those_who_keep_people(as_role, ada, actor):
    visitor = as_role(actor)
    assert visitor.get(page_of(ada)).status_code == 403
    assert visitor.post(removal_of(ada, factors_of(ada).get())).status_code == 403


def test_somebody_of_another_directory_does_not_exist(visitor, as_role, other, make_user):
    eve = make_user("eve", directory=other)
    factor = cast.add_mailbox(eve)
    for address in (page_of(eve), removal_of(eve, factor)):
        assert visitor.get(address).status_code == 404
        assert visitor.post(address, {"mobile": NUMBER}).status_code == 404
    assert as_role("operator").get(page_of(eve)).status_code == 200


def test_the_password_is_asked_for_again(visitor, ada):
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        for address in (page_of(ada), removal_of(ada, factors_of(ada).get())):
            for answer in (visitor.get(address), visitor.post(address, {"mobile": NUMBER})):
                assert answer["Location"].startswith(reverse("signin:again"))
    assert again(ada).mobile == ""
    assert factors_of(ada).exists()
