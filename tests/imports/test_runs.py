"""Files of every shape, and runs that end early."""

import os
import signal
import sys
from pathlib import Path

import pytest
from django.db import IntegrityError

from accounts.people.models import User
from sspr.imports import people, users
from sspr.imports.homes import Homes
from sspr.imports.progress import Progress
from sspr.imports.rows import Row
from sspr.imports.runs import run
from sspr.imports.seen import Seen
from sspr.imports.stopping import Stop
from tests.imports.conftest import Import

pytestmark = pytest.mark.django_db

HEADER = "user_principal_name,display_name"


@pytest.fixture
def load_bytes(tmp_path: Path, import_file: Import, corp):
    def load_bytes(content: bytes, *options: str):
        path = tmp_path / "people.csv"
        path.write_bytes(content)
        return import_file("users", path, *options)

    return load_bytes


def names(corp) -> list[str]:
    return list(
        User.objects.in_directory(corp).order_by("pk").values_list("display_name", flat=True)
    )


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffuser_principal_name,display_name\r\nada@corp.example,Ada Ünsal\r\n",
        "user_principal_name;display_name\nada@corp.example;Ada Ünsal",
        "\ufeffuser_principal_name;display_name\r\n\r\n;\r\n ada@corp.example ; Ada Ünsal \r\n",
        "user_principal_name,display_name\rada@corp.example,Ada Ünsal\r",
        '"display_name","user_principal_name"\n"Ada Ünsal","ada@corp.example"\n',
    ],
    ids=["mark-and-crlf", "semicolons", "blank-lines", "cr-only", "quoted"],
)
def test_a_file_of_any_spreadsheet_is_read(load_bytes, corp, content):
    assert load_bytes(content.encode()).error == ""
    assert names(corp) == ["Ada Ünsal"]


def test_rows_are_counted_as_a_spreadsheet_counts_them(load_bytes, corp):
    content = f'{HEADER}\n\n"ada@corp.example","A\nB"\nben,Ben\n'
    assert list(load_bytes(content.encode()).refused) == [3, 4]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            f"{HEADER}\nada@corp.example,Ada\nben@corp.example,Jos\xe9".encode("latin-1"),
            "is not in UTF-8: line 3 has the byte 0xE9. It may be in Latin-1 or Windows-1252, ",
        ),
        (f"{HEADER}\nada@corp.example,Ada\n".encode("utf-16"), "is in UTF-16, not in UTF-8"),
        (f"{HEADER}\nada@corp.example,Ada\n".encode("utf-16-le"), "NUL characters in its header"),
        (f"{HEADER}\nada@corp.example,Ad\u00e4".encode()[:-1], "or cut off"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (HEADER.encode(), "has a header and no rows"),
        (f"{HEADER}\n,\n\n".encode(), "has a header and no rows"),
        (
            f'{HEADER}\nada@corp.example,Ada\nben@corp.example,"Ben\ncy@corp.example,Cy'.encode(),
            "row 3: a quotation mark opens a cell and none closes it",
        ),
        (
            f'{HEADER}\nada@corp.example,"{"x" * 140_000}\ncy@corp.example,Cy'.encode(),
            "row 2: a quotation mark opens a cell and none closes it",
        ),
    ],
    ids=[
        "latin-1",
        "utf-16",
        "utf-16-unmarked",
        "cut",
        "empty",
        "mark",
        "header",
        "blank",
        "quote",
        "endless",
    ],
)
def test_a_file_that_cannot_be_read_writes_nothing(load_bytes, corp, content, reason):
    done = load_bytes(content)
    assert done.error.startswith("Nothing was written.")
    assert reason in done.error
    assert not done.rows
    assert not User.objects.in_directory(corp).exists()


def test_a_file_that_is_not_there_is_refused(import_file, tmp_path, corp):
    assert "there is no such file" in import_file("users", tmp_path / "none.csv").error
    assert "there is no such file" in import_file("users", tmp_path).error


def test_the_results_never_replace_anything_else(load_bytes, corp, tmp_path):
    content = f"{HEADER}\nada@corp.example,Ada".encode()
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    for taken in (notes, tmp_path / "people.csv", tmp_path / "none" / "results.csv"):
        done = load_bytes(content, "--results", str(taken))
        assert "The results cannot be written to" in done.error
    assert notes.read_text() == "mine"
    assert not names(corp)
    load_bytes(content)
    assert load_bytes(content).rows[2].result == "unchanged"


def test_the_results_are_for_their_reader_alone_and_no_formula(load_bytes, corp, tmp_path):
    """P-C41, S-C29: what a spreadsheet would run is text there."""
    load_bytes(f"{HEADER}\n=1+1@corp.example,=HYPERLINK(1)".encode())
    path = tmp_path / "people.results.csv"
    assert "'=1+1@corp.example" in path.read_text("utf-8-sig")
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_results_follow_no_link(load_bytes, corp, tmp_path):
    """In a folder that others write to, a link would say what is overwritten."""
    target, link = tmp_path / "target", tmp_path / "people.results.csv"
    link.symlink_to(target)
    for make in (lambda: None, target.touch):
        make()
        done = load_bytes(f"{HEADER}\nada@corp.example,Ada".encode())
        assert "The results cannot be written to" in done.error
    assert target.read_bytes() == b""
    assert not names(corp)


def load_rows(given: list[Row], at_once: int) -> list[str]:
    """Loads rows without a file; returns what became of those that were done."""
    results: list[str] = []

    def on_batch(batch: list[Row]) -> bool:
        results.extend(row.result for row in batch)
        return True

    with Seen() as seen:
        run(
            given,
            users.Users(Homes(), seen, dry_run=False),
            at_once,
            dry_run=False,
            on_batch=on_batch,
        )
    return results


def rows(*given: str) -> list[Row]:
    return [
        Row(n, {"user_principal_name": f"{name}@corp.example"})
        for n, name in enumerate(given, start=2)
    ]


def test_what_the_database_refuses_is_one_rows_fault(corp, monkeypatch):
    """Somebody else adds the same person between looking and writing."""
    write = people.write

    def write_but_cy(directory, plans):
        write(directory, plans)
        if any(plan.key.startswith("cy@") for plan in plans):
            raise IntegrityError

    monkeypatch.setattr(people, "write", write_but_cy)
    results = load_rows(rows("ada", "ben", "cy", "dee", "eli"), 5)
    assert results == ["created", "created", "refused", "created", "created"]
    assert names(corp) == ["ada", "ben", "dee", "eli"]


def test_a_batch_that_fails_leaves_nothing_and_the_next_run_goes_on(corp, monkeypatch):
    given = ("ada", "ben", "cy", "dee")
    write, done = people.write, list[int]()

    def write_twice_and_break(directory, plans):
        write(directory, plans)
        done.append(1)
        if len(done) == 2:
            raise ConnectionError

    monkeypatch.setattr(people, "write", write_twice_and_break)
    with pytest.raises(ConnectionError):
        load_rows(rows(*given), 2)
    assert names(corp) == ["ada", "ben"]
    assert load_rows(rows(*given), 2) == ["unchanged", "unchanged", "created", "created"]


def test_the_first_signal_ends_a_run_between_batches(load_bytes, corp, monkeypatch):
    monkeypatch.setattr(users.Users, "at_once", lambda self, header: 2)
    write = people.write

    def write_and_press(directory, plans):
        write(directory, plans)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(people, "write", write_and_press)
    content = f"{HEADER}\n" + "\n".join(f"p{n}@corp.example,P{n}" for n in range(5))
    done = load_bytes(content.encode())
    assert (names(corp), done.status) == (["P0", "P1"], 130)
    assert "Stopped after row 3. The same command goes on from there." in done.error
    assert list(done.rows) == [2, 3]


def test_the_second_signal_takes_back_what_is_under_way(load_bytes, corp, monkeypatch):
    write = people.write

    def write_and_press_twice(directory, plans):
        write(directory, plans)
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(people, "write", write_and_press_twice)
    done = load_bytes(f"{HEADER}\nada@corp.example,Ada".encode())
    assert (done.status, done.rows, names(corp)) == (130, {}, [])
    assert "the same command goes on" in done.error


def test_signals_mean_again_what_they_meant_before():
    before = signal.getsignal(signal.SIGINT)
    with Stop() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.asked
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_log_gets_a_line_now_and_then_and_a_terminal_a_bar(monkeypatch, capsys):
    monkeypatch.setattr("sspr.imports.progress.EVERY", 0.0)
    with Progress(2000) as progress:
        progress.move(1000)
    assert capsys.readouterr().err == "1000 of 2000 rows\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with Progress(2000) as progress:
        progress.move(1000)
    assert "50%" in capsys.readouterr().err


def test_statements_do_not_grow_with_the_rows(load_bytes, corp, django_assert_max_num_queries):
    content = f"{HEADER}\n" + "\n".join(f"p{n}@corp.example,P{n}" for n in range(300))
    with django_assert_max_num_queries(45):
        load_bytes(content.encode())
    with django_assert_max_num_queries(12):
        assert len(load_bytes(content.encode()).rows) == 300


def test_what_was_said_before_is_remembered_by_its_row():
    with Seen() as seen:
        assert seen.before(2, "a", "b") is None
        assert seen.before(3, "ab") is None
        assert seen.before(4, "a", "b") == 2
