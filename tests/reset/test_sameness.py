"""Somebody and nobody: the same pages, headers, queries, hashes and side effects (I9, S-C01)."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from nacl.secret import SecretBox

from accounts import context, hashing
from accounts.audit.models import AuditRecord
from accounts.limits.models import Tally
from accounts.outbox.models import Parcel
from accounts.tenancy import across_directories
from registration.models import Challenge
from reset import effort
from reset.models import Attempt
from tests.cast import add_mailbox, make_user

pytestmark = pytest.mark.django_db

NAMES = {
    "somebody": "ada@corp.example",
    "nobody": "nobody.here@corp.example",
    "disabled": "dora@corp.example",
    "not registered": "cleo@corp.example",
    "with a role": "rita@corp.example",
    "stopped by its owner": "blanche@corp.example",
    "kept where nothing reaches": "sven@corp.example",
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
KEPT = (Attempt, Challenge, Parcel, Tally, AuditRecord)
_FLEETING = {"X-Request-ID", "Content-Length", "Expires"}
_LITERALS = re.compile(r"'(?:[^']|'')*'|\"s\d+_x\d+\"|\b\d+\b|NULL|X'[0-9a-f]*'", re.I)


@pytest.fixture(autouse=True)
def people(corp, ada, cleo, monkeypatch):
    for kept in (context, effort):
        monkeypatch.setattr(kept, "_KEPT", 3600)  # a slow machine reads nothing anew between
    dora = make_user("dora", directory=corp, enabled=False)
    add_mailbox(dora)
    rita = make_user("rita", directory=corp, roles=("helpdesk",))
    add_mailbox(rita)
    blanche = make_user("blanche", directory=corp, resets_blocked_at=timezone.now())
    add_mailbox(blanche)
    sven = make_user("sven", directory=corp, source="synchronized")
    add_mailbox(sven)  # it works, and leads to the reason instead of a new password
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


@dataclass(frozen=True, slots=True)
class Traces:
    """What one walk showed, asked the database, hashed, wrote, and built at each step."""

    pages: list[Any]
    statements: list[str]
    hashes: int
    rows: list[int]
    work: list[Counter[str]]


def traces(who, hashes, work):
    """Of a walk that is undone at its end, so that the next one begins where it began."""
    hashes.clear()
    start, before = transaction.savepoint(), rows()
    with CaptureQueriesContext(connection) as captured:
        walked = [(seen(page), taken(work)) for page in walk(NAMES[who])]
    written = [late - early for early, late in zip(before, rows(), strict=True)]
    transaction.savepoint_rollback(start)
    shapes = [_LITERALS.sub("?", query["sql"]) for query in captured]
    spaced = [re.sub(r"\s+", " ", shape)[:400] for shape in shapes]
    pages, built = zip(*walked, strict=True)
    return Traces(list(pages), spaced, hashes["hash"], written, list(built))


def taken(work):
    """What was counted since the last time."""
    counted = Counter(work)
    work.clear()
    return counted


def rows():
    with across_directories("a test counts"):
        return [model.objects.count() for model in KEPT]


@pytest.fixture
def work(monkeypatch):
    """What is made for a page and cannot be seen: objects out of rows, and sealed columns."""
    counted: Counter[str] = Counter()
    build, encrypt = Model.from_db.__func__, SecretBox.encrypt  # type: ignore[attr-defined]

    def building(model, *args):
        counted[model.__name__] += 1
        return build(model, *args)

    def encrypting(*args):
        counted["sealed"] += 1
        return encrypt(*args)

    monkeypatch.setattr(Model, "from_db", classmethod(building))
    monkeypatch.setattr(SecretBox, "encrypt", encrypting)
    return counted


def test_everybody_leaves_the_same_traces(hashes, work):
    """S-C02: the same pages and headers, statements and rows; no slow hash for a stranger; and as
    much work at each step, for an object that is built for somebody only is seen in the time."""
    ours = traces("somebody", hashes, work)
    assert ours.hashes == 0
    for who in NAMES.keys() - {"somebody"}:
        theirs = traces(who, hashes, work)
        assert (who, theirs.pages) == (who, ours.pages)
        assert (who, theirs.statements) == (who, ours.statements)
        assert (who, theirs.rows) == (who, ours.rows)
        assert (who, theirs.work) == (who, ours.work)
        assert (who, theirs.hashes) == (who, 0)


def test_the_worker_treats_a_decoy_alike_and_sends_nothing(run_outbox, postbox):
    for _page in walk(NAMES["nobody"]):
        pass
    assert run_outbox() >= 1
    assert postbox.messages == []
    with across_directories("a test looks"):
        kept = [bytes(challenge.code_hash) for challenge in Challenge.objects.all()]
    assert kept
    assert all(kept)


def test_mail_goes_to_the_stored_address_only(run_outbox, postbox):
    """S-C31: a look-alike name is nobody's, and a typed address never gets mail."""
    for _page in walk("ada@corp.ex\N{LATIN SMALL LETTER TURNED E}mple"):
        pass
    run_outbox()
    assert postbox.messages == []


def test_spellings_of_a_name_share_their_limits():
    """S-C20."""
    for _page in walk(NAMES["somebody"]):
        pass
    keys = set(Tally.objects.values_list("key", flat=True))
    for spelling in ("ADA@corp.example", " ada@corp.example ", "ada@CORP.EXAMPLE"):
        for _page in walk(spelling):
            pass
        assert set(Tally.objects.values_list("key", flat=True)) == keys, spelling
