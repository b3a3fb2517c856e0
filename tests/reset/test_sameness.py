"""Somebody and nobody: the same pages, headers, queries, hashes and side effects (I9, S-C01)."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import hashing
from accounts.audit.models import AuditRecord
from accounts.limits.models import Tally
from accounts.outbox.models import Parcel
from accounts.tenancy import across_directories
from registration.models import Challenge
from reset.models import Attempt
from tests.cast import add_mailbox, make_user

pytestmark = pytest.mark.django_db

NAMES = {
    "somebody": "ada@corp.example",
    "nobody": "nobody.here@corp.example",
    "disabled": "dora@corp.example",
    "not registered": "cleo@corp.example",
    "with a role": "rita@corp.example",
    "other domain": "ada@nowhere.example",
    "no domain": "ada",
    "alias": "CORP\\zoe",
}
_MASK = re.compile(
    r'value="[A-Za-z0-9]{64}"'  # CSRF tokens
    r"|<bdi dir=\"ltr\">[^<]*</bdi>"  # hints differ by name, as they do among real people
    r"|<samp>.*?</samp>|[0-9A-Z]{4}-[0-9A-Z]{4}"  # references
    r"|Possible in \d+ seconds|data-wait=\"\d+\""
)
_FLEETING = {"X-Request-ID", "Content-Length", "Expires"}
_LITERALS = re.compile(r"'(?:[^']|'')*'|\"s\d+_x\d+\"|\b\d+\b|NULL|X'[0-9a-f]*'", re.I)


@pytest.fixture(autouse=True)
def people(corp, ada, cleo):
    dora = make_user("dora", directory=corp, enabled=False)
    add_mailbox(dora)
    rita = make_user("rita", directory=corp, roles=("helpdesk",))
    add_mailbox(rita)
    for _page in walk("somebody.else@corp.example"):  # what is the same for all is there by now
        pass


@pytest.fixture
def hashes(monkeypatch):
    counted: Counter[str] = Counter()
    for name in ("encode", "verify"):
        real = getattr(hashing.Argon2id, name)

        def counting(self, *args, _real=real):
            counted["hash"] += 1
            return _real(self, *args)

        monkeypatch.setattr(hashing.Argon2id, name, counting)
    return counted


def walk(name):
    """Name, method, a wrong code, a resend, help: everything a stranger can do."""
    browser = Client(REMOTE_ADDR="192.0.2.1")
    browser.get(reverse("reset:start"))
    yield browser.post(reverse("reset:start"), {"username": name})
    yield browser.get(reverse("reset:method"))
    yield browser.post(reverse("reset:method"), {"check": 0})
    yield browser.get(reverse("reset:code"))
    yield browser.post(reverse("reset:code"), {"code": "000000"})
    yield browser.post(reverse("reset:code_again"))
    yield browser.post(reverse("reset:password"), {"new_password": "x" * 20})
    yield browser.post(reverse("reset:other_check"))
    yield browser.get(reverse("reset:help"))


def seen(response):
    headers = {k: v for k, v in response.items() if k not in _FLEETING}
    cookies = sorted((c.key, c["max-age"], c["path"]) for c in response.cookies.values())
    return response.status_code, headers, cookies, _MASK.sub("•", response.content.decode())


@pytest.mark.parametrize("who", [who for who in NAMES if who != "somebody"])
def test_pages_and_headers_are_the_same(who):
    ours = [seen(page) for page in walk(NAMES["somebody"])]
    theirs = [seen(page) for page in walk(NAMES[who])]
    assert theirs == ours


def statements(name):
    with CaptureQueriesContext(connection) as captured:
        for _page in walk(name):
            pass
    shapes = [_LITERALS.sub("?", query["sql"]) for query in captured]
    return [re.sub(r"\s+", " ", shape) for shape in shapes]


@pytest.mark.parametrize("who", [who for who in NAMES if who != "somebody"])
def test_the_same_statements_are_sent(who):
    ours, theirs = statements(NAMES["somebody"]), statements(NAMES[who])
    assert len(theirs) == len(ours)
    assert [shape[:400] for shape in theirs] == [shape[:400] for shape in ours]


@pytest.mark.parametrize("who", NAMES)
def test_no_slow_hash_is_computed_for_a_stranger(who, hashes):
    for _page in walk(NAMES[who]):
        pass
    assert hashes["hash"] == 0


def rows(name):
    models = (Attempt, Challenge, Parcel, Tally, AuditRecord)
    with across_directories("a test counts"):
        before = [model.objects.count() for model in models]
        for _page in walk(name):
            pass
        after = [model.objects.count() for model in models]
    return [late - early for early, late in zip(before, after, strict=True)]


@pytest.mark.parametrize("who", [who for who in NAMES if who != "somebody"])
def test_the_same_rows_are_written(who):
    assert rows(NAMES[who]) == rows(NAMES["somebody"])


def test_the_worker_treats_a_decoy_alike_and_sends_nothing(run_outbox, postbox):
    for _page in walk(NAMES["nobody"]):
        pass
    assert run_outbox() >= 1
    assert postbox.messages == []
    with across_directories("a test looks"):
        assert all(bytes(c.code_hash) for c in Challenge.objects.all())


def test_mail_goes_to_the_stored_address_only(run_outbox, postbox):
    """S-C31: a look-alike name is nobody's, and a typed address never gets mail."""
    for _page in walk("ada@corp.ex\N{LATIN SMALL LETTER TURNED E}mple"):
        pass
    run_outbox()
    assert postbox.messages == []


@pytest.mark.parametrize("spelling", ["ADA@corp.example", " ada@corp.example ", "ada@CORP.EXAMPLE"])
def test_spellings_of_a_name_share_their_limits(spelling):
    """S-C20."""
    for _page in walk(NAMES["somebody"]):
        pass
    keys = set(Tally.objects.values_list("key", flat=True))
    for _page in walk(spelling):
        pass
    assert set(Tally.objects.values_list("key", flat=True)) == keys
