"""Strings that break things, through every field there is: never a fault, never another account.

The groups are those of the collections people keep of such strings; the strings are our own.
"""

from collections import Counter
from contextlib import suppress

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.people.models import User
from accounts.policy.models import Policy
from registration.models import Factor
from reset.models import Ending
from tests.admin.forms import fields_of
from tests.cast import PASSWORD
from tests.journeys import ResetJourney, can_sign_in
from tests.reports.visits import enter
from writeback.models import Write

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

NAUGHTY = [
    "\x00",
    "a\x00b@corp.example",
    "\x1b[31mred\x07\x08",
    "\u202eelpmaxe.proc@ada",
    "\ufeff\u200b\u2060\u00ad",
    "Z\u0351\u036b\u0343a\u0489l\u0300\u0301go",
    "ᴀᴅᴀ@ｃｏｒｐ．ｅｘａｍｐｌｅ",
    "adа@corp.example",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🐢" * 20,
    "ﷺ" * 60,
    "'; DROP TABLE accounts_user; --",
    "' OR '1'='1",
    "*)(uid=*))(|(uid=*",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }}{% include 'base.html' %}${7*7}",
    "%s%s%n %(password)s {0.__class__}",
    '=HYPERLINK("https://evil.example")',
    "ada@corp.example\r\nBcc: eve@evil.example",
    "../../../../etc/passwd%00",
    "|| sleep 5; `id` $(id)",
    "NaN",
    "-1e999999",
    "999999999999999999999999999999",
    "1;2;3",
    "true",
    "null",
    " ",
    "x" * 5000,
]
AT_LEAST = 5  # times each page of the configuration portal is sent


def typed_into(client, address):
    """What the form of a page would send, and which of its fields are typed into."""
    held = fields_of(client, address)
    return held, [name for name, value in held.items() if isinstance(value, str)]


def torment(client, address):
    """Send each string in every field of a page's form at once."""
    held, fields = typed_into(client, address)
    for text in NAUGHTY:
        sent = {**held, **dict.fromkeys(fields, text)}
        unharmed(client.post(address, sent, follow=True), (address, text[:30]))


def torment_by_kind(client, address, tried):
    """Send other strings in each field, until each kind of field had them all on some page."""
    held, fields = typed_into(client, address)
    form = client.get(address).context["adminform"].form
    kinds = {name: type(form.fields.get(name)).__name__ for name in fields}
    turn = 0
    while turn < AT_LEAST or any(tried[kind] < len(NAUGHTY) for kind in kinds.values()):
        sent = dict(held)
        for name, kind in kinds.items():
            sent[name] = NAUGHTY[tried[kind] % len(NAUGHTY)]
            tried[kind] += 1
        unharmed(client.post(address, sent, follow=True), address)
        turn += 1


def smallest_first(client):
    """The forms by which something is added to the configuration."""
    names = [(model._meta.app_label, model._meta.model_name) for model in admin.site._registry]
    fields = {}
    for app, model in names:
        with suppress(NoReverseMatch):
            address = reverse(f"admin:{app}_{model}_add")
            if client.get(address).status_code == 200:
                fields[address] = typed_into(client, address)[1]
    return sorted(fields, key=lambda address: len(fields[address]))


def unharmed(answer, address):
    assert answer.status_code < 500, address
    shown = answer.content.decode()
    assert "<script>alert(1)" not in shown, address
    assert "<img src=x" not in shown, address


def unchanged(*people):
    """Nothing was written, and everybody still signs in with their own password."""
    assert not Write.objects.in_directory(people[0].directory_id).exists()
    return all(can_sign_in(str(person)) for person in people)


def test_pages_of_strangers_take_every_string(ada, ben, corp):
    client = Client(REMOTE_ADDR="192.0.2.1")
    for address in ("/sign-in/", "/reset/", "/reset/contact/"):
        torment(client, address)
    for text in NAUGHTY:
        answer = client.get("/reset/", {"username": text, "directory": text, "lang": text})
        assert answer.status_code in {302, 303, 200}
    assert unchanged(ada, ben)


def test_every_step_of_a_reset_takes_every_string(ada, ben, corp, settings):
    """S-F30: and no answer that is none is ever right."""
    Policy.objects.in_directory(corp).update(methods=["alternate_email"], answers_allowed=10)
    journey = ResetJourney().start("ada@corp.example")
    for text in NAUGHTY:
        assert journey.client.post("/reset/method/", {"check": text}).status_code < 500
    for text in NAUGHTY:
        journey = ResetJourney().start("ada@corp.example").choose()
        assert journey.client.post("/reset/code/", {"code": text}).status_code < 500
        assert journey.client.get("/reset/link/x/").status_code < 500
    attempts = journey.client.session
    assert attempts is not None
    assert unchanged(ada, ben)
    assert not ada.attempts.filter(directory=corp, ending=Ending.SUCCEEDED).exists()


def test_pages_of_a_person_take_every_string(ada, ben, corp):
    client = Client(REMOTE_ADDR="192.0.2.1")
    enter(client, ada)
    factor = Factor.objects.in_directory(corp).filter(user=ada).earliest("pk")
    addresses = ["/change/", "/sign-in/again/", f"/register/{factor.pk}/rename/"]
    addresses += [f"/register/add/{name}/" for name in ("alternate_email", "authenticator_app")]
    for address in addresses:
        torment(client, address)
    assert unchanged(ben)


@pytest.mark.crosses_directories
def test_forms_of_the_configuration_portal_take_every_string(ada, ben, corp, operator):
    client = Client(REMOTE_ADDR="192.0.2.1")
    enter(client, operator)
    before = set(User.objects.in_directory(corp).values_list("pk", flat=True))
    tried: Counter[str] = Counter()
    for address in smallest_first(client):
        torment_by_kind(client, address, tried)
    assert {"CharField", "EmailField", "IntegerField", "Lines"} <= set(tried)
    for text in NAUGHTY:
        assert client.get("/admin/accounts/user/", {"q": text}).status_code < 500, text
    held = User.objects.in_directory(corp).filter(pk__in=before)
    assert held.count() == len(before)
    assert can_sign_in(str(ada), PASSWORD)
