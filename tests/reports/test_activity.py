"""The list of what happened."""

import uuid

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import AuditRecord
from accounts.reference import reference_of
from reports import queries
from tests.reports.visits import (
    URL,
    Slammed,
    attempts_on,
    happen,
    happen_each,
    link_on,
    rows_on,
)


def look(desk: Client, **query: str) -> str:
    answer = desk.get(URL, query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_record_is_told_in_words(desk, corp, ada):
    attempt = uuid.uuid4()
    with time_machine.travel("2026-03-01 10:00:00+00:00", tick=False):
        happen(corp, subject=ada, attempt=attempt)
    page = look(desk)
    for words in (
        "Ada",
        "ada@corp.example",
        "Rang the bell (bell)",
        "Succeeded",
        "Phone",
        "203.0.113.0/24",
        reference_of(attempt),
        "1 Mar 2026, 10:00:00",
    ):
        assert words in page


def test_times_are_those_of_the_directory(desk, corp, ada):
    type(corp).objects.update(time_zone="Asia/Tokyo")
    with time_machine.travel("2026-03-01 20:00:00+00:00", tick=False):
        happen(corp, subject=ada)
    assert "2 Mar 2026, 05:00:00" in look(desk)


def test_a_name_that_is_nobodys_is_shown_as_a_tag(desk, corp):
    entry = happen(corp, name_key=b"hunter2@corp.example")
    tag = bytes(entry.body).decode().partition('"name":"')[2][:12]
    page = look(desk)
    assert f"Nobody we know ({tag})" in page
    assert "hunter2" not in page


def test_who_acted_for_somebody_is_named(desk, corp, ada, helpdesk):
    happen(corp, subject=ada, actor=helpdesk)
    assert "helpdesk@corp.example" in look(desk)


def test_the_newest_is_on_top(desk, corp):
    made = happen_each(corp, 3)
    assert attempts_on(look(desk)) == made[::-1]


@pytest.mark.parametrize("typed", ["ada@corp.example", "ADA@corp.example", "ada", "ad", " ada "])
def test_a_person_is_found_by_name_or_its_beginning(desk, corp, ada, ben, typed):
    mine = happen_each(corp, 2, subject=ada)
    happen_each(corp, 2, subject=ben)
    assert attempts_on(look(desk, q=typed)) == mine[::-1]


@pytest.mark.parametrize("typed", ["nobody", "a%", "a_a", "%", "ada@corp.exampl_", "da"])
def test_a_name_that_is_nobodys_finds_nothing(desk, corp, ada, typed):
    happen(corp, subject=ada)
    assert "Nothing matches these filters" in look(desk, q=typed)


def test_a_person_of_another_directory_is_not_found(desk, corp, other, make_user):
    zoe = make_user("zoe", directory=other)
    happen(corp, subject=zoe)
    assert rows_on(look(desk, q="zoe")) == 0


def test_the_beginning_of_too_many_names_is_refused(desk, corp, make_user, monkeypatch):
    monkeypatch.setattr(queries, "MOST_PEOPLE", 2)
    for name in ("dora", "dorb", "dorc"):
        happen(corp, subject=make_user(name))
    page = look(desk, q="dor")
    assert "Too many people are called that" in page
    assert rows_on(page) == 0


def test_a_whole_name_is_found_among_many(desk, corp, make_user, monkeypatch):
    monkeypatch.setattr(queries, "MOST_PEOPLE", 1)
    for name in ("dora", "dora.b", "dora.c"):
        happen(corp, subject=make_user(name), attempt=uuid.uuid4())
    assert rows_on(look(desk, q="dora@corp.example")) == 1


@pytest.mark.parametrize("change", [str, str.lower, lambda text: text.replace("-", "")])
def test_an_attempt_is_found_by_its_reference(desk, corp, change):
    made = happen_each(corp, 3)
    reference = reference_of(made[1])
    assert attempts_on(look(desk, q=change(reference))) == [made[1]]


def test_a_kind_is_picked(desk, corp):
    happen(corp)
    happen(corp, Slammed())
    page = look(desk, kind="test.slammed")
    assert rows_on(page) == 1
    assert "Slammed 1 doors" in page


def test_an_outcome_is_picked(desk, corp):
    happen(corp, attempt=uuid.uuid4())
    happen(corp, Slammed(), attempt=uuid.uuid4())
    assert "Slammed 1 doors" not in look(desk, outcome="succeeded")
    assert "Slammed 1 doors" in look(desk, outcome="failed")


@pytest.mark.parametrize(
    ("since", "until", "seen"),
    [
        ("2026-03-01", "2026-03-01", ["first", "last"]),
        ("2026-03-02", "", ["after"]),
        ("", "2026-02-28", ["before"]),
        ("2026-03-01", "", ["first", "last", "after"]),
    ],
)
def test_days_are_picked_where_the_directory_is(desk, corp, since, until, seen):
    type(corp).objects.update(time_zone="Asia/Tokyo")
    moments = {
        "before": "2026-02-28 14:59:59",
        "first": "2026-02-28 15:00:00",
        "last": "2026-03-01 14:59:59",
        "after": "2026-03-01 15:00:00",
    }
    made = {}
    for name, moment in moments.items():
        with time_machine.travel(f"{moment}+00:00", tick=False):
            made[happen_each(corp, 1)[0]] = name
    found = attempts_on(look(desk, since=since, until=until))
    assert [made[attempt] for attempt in found][::-1] == seen


def test_filters_narrow_each_other(desk, corp, ada, ben):
    happen(corp, subject=ada)
    happen(corp, Slammed(), subject=ada, attempt=uuid.UUID(int=5))
    happen(corp, Slammed(), subject=ben)
    page = look(desk, q="ada", outcome="failed")
    assert attempts_on(page) == [str(uuid.UUID(int=5))]


def test_a_chip_takes_its_filter_off(desk, corp, ada):
    happen(corp, subject=ada)
    page = look(desk, q="ada", kind="test.rang")
    assert '<a href="?kind=test.rang">Person or reference: ada' in page
    assert '<a href="?q=ada">What happened: Rang the bell (…)' in page


def test_pages_show_every_record_once_while_others_arrive(desk, corp, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 3)
    made = happen_each(corp, 10)
    page, seen = look(desk), []
    for _turn in range(4):
        seen += attempts_on(page)
        happen_each(corp, 2)
        page = desk.get(URL + link_on(page, "Older")).content.decode()
    assert seen == made[::-1]


def test_pages_that_share_a_moment_show_every_record_once(desk, corp, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    with time_machine.travel("2026-03-01 10:00:00+00:00", tick=False):
        made = happen_each(corp, 6)
    page, seen = look(desk, until="2026-03-02"), []
    for _turn in range(3):
        seen += attempts_on(page)
        page = desk.get(URL + link_on(page, "Older")).content.decode()
    assert seen == made[::-1]


def test_newer_leads_back(desk, corp, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    happen_each(corp, 5)
    first = look(desk)
    second = desk.get(URL + link_on(first, "Older")).content.decode()
    again = desk.get(URL + link_on(second, "Newer")).content.decode()
    assert attempts_on(again) == attempts_on(first)


def test_the_last_page_leads_no_further(desk, corp, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    happen_each(corp, 3)
    first = look(desk)
    assert link_on(first, "Newer") == ""
    last = desk.get(URL + link_on(first, "Older")).content.decode()
    assert link_on(last, "Older") == ""


def test_a_page_keeps_its_filters(desk, corp, ada, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 1)
    happen_each(corp, 2, subject=ada)
    happen_each(corp, 2)
    assert "q=ada" in link_on(look(desk, q="ada"), "Older")


def test_a_list_costs_the_same_however_long_it_is(desk, corp, ada, ben, helpdesk):
    costs = []
    for _turn in range(2):
        happen_each(corp, 20, subject=ada, actor=helpdesk)
        happen_each(corp, 20, subject=ben)
        with CaptureQueriesContext(connection) as statements:
            look(desk, q="a")
        costs.append(len(statements))
    assert costs[0] == costs[1]


NAUGHTY = [
    "\0",
    "\ud800",
    "'; DROP TABLE accounts_auditrecord; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "%s%n%(x)s",
    "\u202eevil",
    "9" * 400,
    "-" * 9,
    "\\",
    "CORP\\ada",
    "2026-13-45",
    "0001-01-01",
    "9999-12-31",
    "../../etc/passwd",
    "1.1",
    "99999999999999999999.99999999999999999999",
    "9999999999999999.999999999999999999",
    "-9999999999999999.1",
    "0" * 8,
    "７Ｆ３Ｋ-２Ｑ９Ｄ",
]


@pytest.mark.parametrize("names", ["q", "kind outcome since until", "older", "newer"])
def test_nothing_typed_breaks_the_page(desk, corp, names):
    happen(corp)
    for text in NAUGHTY:
        answer = desk.get(URL, dict.fromkeys(names.split(), text.encode("utf-8", "surrogatepass")))
        assert answer.status_code == 200, text
        assert "<script>alert" not in answer.content.decode(), text
    assert AuditRecord.objects.filter(kind="test.rang").count() == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"kind": "no.such"}, "kind"),
        ({"outcome": "won"}, "outcome"),
        ({"since": "tomorrow"}, "since"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "until"),
        ({"q": "x" * 114}, "q"),
    ],
)
def test_a_filter_we_do_not_understand_shows_nothing_and_says_so(desk, corp, query, field):
    happen(corp)
    answer = desk.get(URL, query)
    assert list(answer.context["form"].errors) == [field]
    assert rows_on(answer.content.decode()) == 0


def test_an_attempt_is_told_step_by_step(desk, corp, ada):
    attempt = uuid.uuid4()
    happen(corp, subject=ada, attempt=attempt)
    happen(corp, Slammed(doors=3), subject=ada, attempt=attempt)
    happen(corp, Slammed(doors=4), subject=ada, attempt=uuid.uuid4())
    page = desk.get(f"{URL}attempts/{attempt}/").content.decode()
    assert page.index("Rang the bell") < page.index("Slammed 3 doors")
    assert "Slammed 4 doors" not in page
    assert reference_of(attempt) in page


def test_an_attempt_that_never_was_is_not_found(desk):
    assert desk.get(f"{URL}attempts/{uuid.uuid4()}/").status_code == 404


def test_looking_leaves_no_trace_but_its_own(desk, corp):
    happen(corp)
    look(desk)
    assert list(AuditRecord.objects.values_list("kind", flat=True)) == ["test.rang"]
