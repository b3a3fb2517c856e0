"""The file."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.audit.models import AuditRecord
from reports import queries
from reports.csvs import guarded, lines
from reports.tables import COLUMNS
from tests.reports.visits import EXPORT, Slammed, enter, happen, happen_each

DANGEROUS = [
    '=HYPERLINK("https://evil.test")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    " =1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff201",
    "'=1",
    "'",
]
HARMLESS = ["", "Ada", "a=1", "1-2", "ada@corp.example", "203.0.113.0/24", "Łucja", "a'b"]


def download(desk: Client, **query: str) -> list[dict[str, str]]:
    answer = desk.get(EXPORT, query)
    assert answer.status_code == 200
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("cell", DANGEROUS)
def test_what_looks_like_a_formula_is_made_text(cell):
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", HARMLESS)
def test_what_is_harmless_stays_as_it_is(cell):
    assert guarded(cell) == cell


@pytest.mark.parametrize("cell", DANGEROUS + HARMLESS)
def test_a_guarded_cell_gives_the_text_back(cell):
    assert guarded(cell).removeprefix("'") == cell or guarded(cell) == cell


def test_a_file_follows_rfc_4180():
    content = b"".join(lines([["a", 'b"c'], ["d\ne", "f,g"]]))
    assert content == b'\xef\xbb\xbf"a","b""c"\r\n"d\ne","f,g"\r\n'


def test_a_display_name_cannot_be_a_formula(desk, corp, make_user):
    happen(corp, subject=make_user("mal", display_name='=HYPERLINK("https://evil.test")'))
    assert (
        download(desk, kind="test.rang")[0]["display_name"] == '\'=HYPERLINK("https://evil.test")'
    )


def test_a_file_holds_what_the_page_shows(desk, corp, ada):
    happen(corp, subject=ada)
    row = download(desk, kind="test.rang")[0]
    assert list(row) == list(COLUMNS)
    assert row["user_principal_name"] == "ada@corp.example"
    assert row["what_happened"] == "Rang the bell (bell)"
    assert row["outcome"] == "Succeeded"
    assert row["time"].endswith("+00:00")


def test_a_file_is_filtered_like_the_page(desk, corp, ada, ben):
    happen(corp, subject=ada)
    happen(corp, Slammed(), subject=ben)
    assert [row["kind"] for row in download(desk, q="ben")] == ["test.slammed"]
    assert [row["kind"] for row in download(desk, outcome="succeeded")] == ["test.rang"]


def test_a_file_holds_everything_once(desk, corp, monkeypatch):
    monkeypatch.setattr(queries, "_EXPORTED_AT_ONCE", 3)
    made = happen_each(corp, 8)
    references = [row["reference"] for row in download(desk, kind="test.rang")]
    assert len(references) == len(set(references)) == len(made)


def test_a_file_comes_in_pieces_and_reads_in_portions(desk, corp, monkeypatch):
    monkeypatch.setattr(queries, "_EXPORTED_AT_ONCE", 5)
    happen_each(corp, 12)
    answer = desk.get(EXPORT, {"kind": "test.rang"})
    assert answer.streaming
    with CaptureQueriesContext(connection) as statements:
        list(answer)
    assert len([one for one in statements if "LIMIT 5" in one["sql"]]) == 4


def test_a_file_has_a_plain_name(desk, corp):
    type(corp).objects.update(name='Corp "; rm -rf /\r\nX: y')
    answer = desk.get(EXPORT)
    assert answer["Content-Disposition"].startswith('attachment; filename="activity-corp-rm-rf-x-y')
    assert answer["Content-Type"] == "text/csv; charset=utf-8; header=present"


def test_an_export_is_an_event_that_does_not_repeat_what_was_typed(desk, corp, reader):
    download(desk, q="somebody's secret", outcome="failed")
    entry = AuditRecord.objects.in_directory(corp).get(kind="reports.exported")
    assert entry.subject_id == reader.pk
    assert json.loads(bytes(entry.body))["facts"] == {
        "filters": ["q", "outcome"],
        "addresses": False,
    }


def test_an_export_by_an_operator_is_an_event_where_it_was_read(client, operator, other):
    download(enter(client, operator), directory=str(other.pk))
    assert AuditRecord.objects.in_directory(other).get().kind == "reports.exported"


@pytest.mark.parametrize("query", [{"kind": "no.such"}, {"since": "x"}, {"q": "x" * 200}])
def test_filters_that_are_refused_lead_back_to_the_page(desk, corp, query):
    answer = desk.get(EXPORT, query)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/reports/?")
    assert not AuditRecord.objects.filter(kind="reports.exported").exists()
