"""Reading people and setting what proves who they are."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.api.models import Scope
from accounts.audit.models import AuditRecord
from accounts.policy.models import Policy
from registration import coverage
from registration.methods.alternate_email import AlternateEmail
from registration.models import Coverage, Factor
from registration.telephony import numbers
from tests import cast
from tests.api.test_tokens import ADA, FACTORS, PEOPLE, problem
from tests.support.postbox import words_of

NEW = {"method": "alternate_email", "value": "ada.new@elsewhere.example"}


class Phone(AlternateEmail):
    """Any method that keeps a number; the rest of it does not matter here."""

    slug = "mobile_phone"

    def mask(self, factor):
        return numbers.mask(numbers.from_canonical(factor.address))


@pytest.fixture
def phones(settings):
    """Mobile telephones are a method, those of offices are not."""
    mail = settings.VERIFICATION_METHODS["alternate_email"]
    phone = f"{Phone.__module__}.{Phone.__qualname__}"
    settings.VERIFICATION_METHODS = {"alternate_email": mail, "mobile_phone": phone}


def send(program, body, upn="ada@corp.example"):
    address = f"{PEOPLE}{upn}/factors/"
    return program.post(address, json.dumps(body), content_type="application/json")


def factors_of(person):
    return Factor.objects.in_directory(person.directory).filter(user=person).order_by("pk")


def told(kind):
    return [json.loads(bytes(row.body)) for row in AuditRecord.objects.filter(kind=kind)]


def reasons(answer):
    return {found["pointer"]: found["detail"] for found in problem(answer, 400)["errors"]}


def test_pages_follow_each_other_without_gap_or_repeat(program, make_user):
    people = {make_user(f"p{n:02}").user_principal_name for n in range(7)}
    found, cursor = [], ""
    while True:
        asked = {"limit": 3, "search": "P", **({"cursor": cursor} if cursor else {})}
        page = program.get(PEOPLE, asked).json()
        found += [person["user_principal_name"] for person in page["results"]]
        cursor = page["next"]
        if not cursor:
            break
        make_user(f"p00-late-{len(found)}")  # comes before: no later page repeats or skips for it
    assert len(found) == len(set(found)) == 7
    assert set(found) == people


def test_people_are_found_by_how_their_name_begins(program, make_user):
    make_user("anna")
    make_user("annika")
    assert len(program.get(PEOPLE, {"search": "ANN"}).json()["results"]) == 2
    assert len(program.get(PEOPLE, {"search": "anna@"}).json()["results"]) == 1
    for naughty in ("%", "_", "a\0", "' or 1=1 --", "\u202e", "🐢" * 300, "\\"):
        assert program.get(PEOPLE, {"search": naughty}).json()["results"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "-1"},
        {"limit": "٣"},
        {"limit": "9" * 30},
        {"cursor": "!"},
        {"cursor": "AA"},
        {"cursor": "YQ=="},
        {"cursor": "é"},
        {"serach": "ada"},
    ],
)
def test_a_page_that_cannot_be_is_refused(program, asked):
    (name,) = asked
    assert f"#/{name}" in reasons(program.get(PEOPLE, asked))


def test_nothing_that_is_read_says_a_whole_address(program, ada, phones):
    """P-C24: masked on read, whoever reads."""
    ada.mobile, ada.office_phone = "+44 7700 900123", "no number at all"
    ada.alternate_email = "ada.private@home.example"
    ada.save()
    cast.add_factor(ada, "mobile_phone", address="+447700900123")
    texts = [program.get(f"{ADA}{inner}").content.decode() for inner in ("", "factors/")]
    for text in texts:
        for secret in ("900123", "ada@home", "ada@mail", "ada.private", "no number"):
            assert secret not in text
    person, factors = map(json.loads, texts)
    assert person["contacts"]["mobile"] == "+44 ••••••23"
    assert [found["masked"] for found in factors["results"]] == [
        "a••••••@home.example",
        "+44 ••••••23",
    ]


def test_what_an_app_knows_is_never_read(program, ben, no_secret_kept):
    answer = program.get(f"{PEOPLE}ben@corp.example/factors/")
    assert [found["method"] for found in answer.json()["results"]] == [
        "alternate_email",
        "authenticator_app",
    ]
    assert "secret" not in answer.content.decode()


def test_the_coverage_is_that_of_the_person(program, ada, cleo):
    assert program.get(f"{ADA}coverage/").json()["methods"] == ["alternate_email"]
    assert program.get(f"{PEOPLE}CLEO@corp.example/coverage/").json()["registered"] is False


@pytest.mark.parametrize(
    "upn", ["nobody@corp.example", "ada", "%00", "a%00da", "..", "%2e%2e", "'"]
)
def test_who_is_not_there_is_not_found(program, ada, upn):
    problem(program.get(f"{PEOPLE}{upn}/factors/"), 404)


def test_what_is_set_waits_for_the_person(program, ada, run_outbox, postbox):
    """It counts for nothing, and every address on record before hears of it."""
    answer = send(program, NEW)
    assert answer.status_code == 201
    assert answer.json()["state"] == "unconfirmed"
    assert "ada.new" not in answer.content.decode()
    made = factors_of(ada).last()
    assert made.address == NEW["value"]
    assert not made.is_usable()
    run_outbox()
    assert sorted(mail["To"] for mail in postbox.messages) == [
        "ada@home.example",
        "ada@mail.example",
    ]
    assert "once you have confirmed it" in words_of(postbox.messages[0])
    assert "ada.new" not in words_of(postbox.messages[0])


def test_what_is_set_as_confirmed_counts_after_its_rest(program, cleo, run_outbox, postbox):
    Policy.objects.in_directory(cleo.directory).update(factor_rest_hours=24)
    answer = send(program, {**NEW, "confirmed": True}, "cleo@corp.example")
    assert answer.json()["state"] == "confirmed"
    made = factors_of(cleo).get()
    assert timedelta(hours=23) < made.usable_from - timezone.now() <= timedelta(hours=24)
    assert coverage.of(cleo).registered
    run_outbox()
    assert "can be used to reset your password" in words_of(postbox.messages[0])


def test_where_unconfirmed_data_counts_it_rests_first_and_the_notice_says_so(
    program, cleo, run_outbox, postbox
):
    policies = Policy.objects.in_directory(cleo.directory)
    policies.update(factor_rest_hours=24, unconfirmed_data_accepted=True)
    send(program, NEW, "cleo@corp.example")
    made = factors_of(cleo).get()
    assert not made.is_usable(unconfirmed=True)
    assert made.usable_from - timezone.now() <= timedelta(hours=24)
    run_outbox()
    assert "can be used to reset your password" in words_of(postbox.messages[0])


def test_to_confirm_needs_a_scope_of_its_own(make_token, caller, ada):
    program = caller(make_token(Scope.PEOPLE_READ, Scope.FACTORS_WRITE).text)
    answer = problem(send(program, {**NEW, "confirmed": True}), 403)
    assert "factors:confirm" in answer["detail"]
    assert factors_of(ada).count() == 1
    assert send(program, NEW).status_code == 201


def test_to_set_the_same_again_changes_nothing(program, ada):
    first = send(program, NEW).json()
    before = AuditRecord.objects.count()
    again = send(program, {**NEW, "value": NEW["value"].upper()})
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert AuditRecord.objects.count() == before
    assert send(program, {**NEW, "confirmed": True}).json()["id"] == first["id"]
    assert send(program, {**NEW, "confirmed": False}).json()["state"] == "confirmed"


def test_what_waits_makes_way_for_what_is_set_later(program, ada):
    send(program, NEW)
    send(program, {**NEW, "value": "ada.newer@elsewhere.example"})
    assert [found.address for found in factors_of(ada)] == [
        "ada@home.example",
        "ada.newer@elsewhere.example",
    ]


def test_five_of_one_method_are_enough(program, cleo):
    for turn in range(5):
        body = {**NEW, "value": f"c{turn}@home.example", "confirmed": True}
        assert send(program, body, "cleo@corp.example").status_code == 201
    answer = send(program, {**NEW, "confirmed": True}, "cleo@corp.example")
    assert "Remove one first" in str(problem(answer, 400)["errors"])
    assert factors_of(cleo).count() == 5


def test_a_number_is_kept_in_one_form(program, ada, corp, phones):
    corp.default_region = "GB"
    corp.save()
    answer = send(program, {"method": "mobile_phone", "value": "07700 900 123"})
    assert answer.json()["masked"] == "+44 ••••••23"
    assert factors_of(ada).last().address == "+447700900123"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/method"),
        ({"method": "alternate_email"}, "#/value"),
        ({**NEW, "method": "security_questions"}, "#/method"),
        ({**NEW, "method": "authenticator_app"}, "#/method"),
        ({**NEW, "method": "passkey"}, "#/method"),
        ({**NEW, "method": "office_phone"}, "#/method"),
        ({**NEW, "value": ""}, "#/value"),
        ({**NEW, "value": 7}, "#/value"),
        ({**NEW, "value": None}, "#/value"),
        ({**NEW, "value": "no mailbox"}, "#/value"),
        ({**NEW, "value": "ada@corp.example"}, "#/value"),
        ({**NEW, "value": "a@b.example\r\nBcc: c@d.example"}, "#/value"),
        ({**NEW, "value": "a\0@b.example"}, "#/value"),
        ({**NEW, "value": "a" * 250 + "@b.example"}, "#/value"),
        ({**NEW, "confirmed": "yes"}, "#/confirmed"),
        ({**NEW, "confirmed": 1}, "#/confirmed"),
        ({**NEW, "confirm": True}, "#/confirm"),
        ({"method": "mobile_phone", "value": "12"}, "#/value"),
        ({"method": "mobile_phone", "value": "+1 900 555 0123"}, "#/value"),
        ({"method": "mobile_phone", "value": "🐢"}, "#/value"),
    ],
)
def test_what_cannot_be_set_is_refused_where_it_stands(program, ada, phones, body, pointer):
    assert pointer in reasons(send(program, body))
    assert factors_of(ada).count() == 1


def test_a_method_is_taken_away(program, ben, run_outbox, postbox):
    (mailbox, app) = factors_of(ben)
    assert program.delete(f"{PEOPLE}ben@corp.example/factors/{mailbox.pk}/").status_code == 204
    assert [found.pk for found in factors_of(ben)] == [app.pk]
    assert Coverage.objects.in_directory(ben.directory).get(user=ben).methods == [
        "authenticator_app"
    ]
    run_outbox()
    assert {mail["To"] for mail in postbox.messages} == {"ben@home.example", "ben@mail.example"}


@pytest.mark.parametrize("which", ["of somebody else", "0", "9" * 30])
def test_only_a_method_of_this_person_is_taken_away(program, ada, ben, which):
    """S-C17"""
    pk = factors_of(ben).first().pk if which == "of somebody else" else which
    problem(program.delete(f"{FACTORS}{pk}/"), 404)
    assert factors_of(ben).count() == 2
