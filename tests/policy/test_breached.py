"""Passwords known from breaches: the file, how it is built, and what people hear."""

import gzip
import hashlib
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.policy.breached import build as building
from accounts.policy.breached.build import build
from accounts.policy.breached.file import ENTRY, HEADER, BreachedFile, Damaged, entry_of
from accounts.policy.breached.known import is_breached, shipped
from accounts.policy.breached.sources import entries
from accounts.policy.models import Policy
from accounts.policy.passwords import PersonWords, refusals, rules_for
from sspr import checks

LEAKED = [f"a leaked sentence, number {number}" for number in range(500)]
SAFE = [f"a private sentence, number {number}" for number in range(500)]


def sha1(password):
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def ordered(counts):
    """A download in one file: hashes in order, each with how often it was seen."""
    lines = sorted(f"{sha1(password)}:{count}" for password, count in counts.items())
    return "".join(f"{line}\r\n" for line in lines)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "pwned.txt"
    path.write_text(ordered(dict.fromkeys(LEAKED, 3)))
    return path


@pytest.fixture
def target(source, tmp_path):
    target = tmp_path / "breached.bin"
    call_command("breached", "build", source, target)
    return target


def known(target, passwords):
    file = BreachedFile.verified(target)
    return [password for password in passwords if password in file]


def test_every_password_of_a_download_is_found_and_no_other(target):
    assert known(target, [*LEAKED, *SAFE]) == LEAKED
    assert target.stat().st_size == HEADER.size + len(LEAKED) * ENTRY


@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_order_and_repeats_of_a_source_do_not_matter(source, target, tmp_path, monkeypatch, piece):
    """Pieces of one entry make 600 runs, which are merged in two rounds."""
    monkeypatch.setattr(building, "PIECE", piece)
    lines = source.read_text().splitlines()
    lines += lines[:100]
    random.Random(7).shuffle(lines)
    shuffled = tmp_path / "shuffled.txt"
    shuffled.write_text("\n".join(lines))
    again = tmp_path / "again.bin"
    assert build(entries(shuffled), again) == len(LEAKED)
    assert again.read_bytes() == target.read_bytes()


def test_a_folder_of_ranges_makes_the_same_file(target, tmp_path):
    folder = tmp_path / "ranges"
    folder.mkdir()
    for password in LEAKED:
        digest = sha1(password)
        with (folder / f"{digest[:5]}.txt").open("a") as file:
            file.write(f"{digest[5:]}:3\r\n{'0' * 35}:0\r\n")
    (folder / "README").write_text("not a range")
    again = tmp_path / "again.bin"
    build(entries(folder), again)
    assert again.read_bytes() == target.read_bytes()


@pytest.mark.parametrize("packed", [False, True])
def test_a_list_of_passwords_makes_the_same_file(target, tmp_path, packed):
    text = "\n".join(LEAKED).encode()
    words = tmp_path / ("words.txt.gz" if packed else "words.txt")
    words.write_bytes(gzip.compress(text) if packed else text)
    again = tmp_path / "again.bin"
    build(entries(words, min_count=9), again)
    assert again.read_bytes() == target.read_bytes()


@pytest.mark.parametrize(("least", "found"), [(2, ["two", "three"]), (3, ["three"])])
def test_what_was_seen_too_rarely_is_left_out(tmp_path, least, found):
    counts = {"one": 1, "two": 2, "three": 3}
    (tmp_path / "counts").write_text(ordered(counts))
    call_command(
        "breached", "build", tmp_path / "counts", tmp_path / "made", f"--min-count={least}"
    )
    assert known(tmp_path / "made", counts) == found


def test_the_first_the_last_and_crowded_entries_are_found(tmp_path):
    crowd = {0, 1, 2, *range(1 << 40, (1 << 40) + 50), (1 << 64) - 2, (1 << 64) - 1}
    build(crowd, tmp_path / "made")
    file = BreachedFile.verified(tmp_path / "made")
    assert all(file._holds(entry) for entry in crowd)
    beside = {3, (1 << 40) - 1, (1 << 40) + 50, 1 << 63, (1 << 64) - 3}
    assert not any(file._holds(entry) for entry in beside)


def test_a_look_up_reads_few_places_of_many(tmp_path, monkeypatch):
    build(map(entry_of, map(str, range(100_000))), tmp_path / "made")
    file, reads, read = BreachedFile(tmp_path / "made"), [], BreachedFile._at

    def at(self, place):
        reads.append(place)
        return read(self, place)

    monkeypatch.setattr(BreachedFile, "_at", at)
    assert all(str(number) in file for number in range(0, 100_000, 1000))
    assert len(reads) < 100 * 10


@pytest.mark.parametrize(
    "line", ["", "\n\n", f"{'A' * 40}:3\nnot a hash\n", f"{'A' * 40}:3\n{'A' * 39}:3\n"]
)
def test_a_source_that_makes_no_sense_leaves_the_old_file(target, tmp_path, line):
    bad = tmp_path / "bad.txt"
    bad.write_text(line)
    before = target.read_bytes()
    with pytest.raises(CommandError):
        call_command("breached", "build", bad, target)
    assert target.read_bytes() == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".breached")]


def test_a_source_that_breaks_off_leaves_the_old_file(target, tmp_path):
    packed = tmp_path / "cut.txt.gz"
    packed.write_bytes(gzip.compress("\n".join(SAFE).encode())[:-200])
    with pytest.raises(CommandError):
        call_command("breached", "build", packed, target)
    assert known(target, SAFE) == []


_SLOW = """
import os, sys
from pathlib import Path
from accounts.policy.breached.build import build
def endless():
    for entry in range(2_000_000):
        yield entry
    print("written", flush=True)
    sys.stdin.read()
build(endless(), Path(sys.argv[1]))
"""


def test_a_build_that_is_killed_leaves_the_old_file(target):
    before = target.read_bytes()
    root = Path(__file__).resolve().parents[2]
    run = [sys.executable, "-c", _SLOW, str(target)]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root) as builder:
        assert builder.stdout
        assert builder.stdout.readline() == b"written\n"
        os.kill(builder.pid, signal.SIGKILL)
    assert target.read_bytes() == before
    assert known(target, LEAKED) == LEAKED


def damaged(raw, how):
    ways = {
        "empty": b"",
        "cut": raw[:-1],
        "longer": raw + b"\0" * ENTRY,
        "another kind": b"PK" + raw[2:],
        "a later version": raw[:11] + b"\2" + raw[12:],
        "header only": raw[: HEADER.size - 1],
    }
    return ways[how]


@pytest.mark.parametrize(
    "how", ["empty", "cut", "longer", "another kind", "a later version", "header only"]
)
def test_a_damaged_file_is_told_and_left_out(target, settings, caplog, how):
    """Nobody is kept from a new password by it, and the other rules hold."""
    settings.BREACHED_PASSWORDS_FILE = str(target)
    assert checks.breached_passwords(None) == []
    assert is_breached(LEAKED[0])
    target.write_bytes(damaged(target.read_bytes(), how))
    assert not is_breached(LEAKED[0])
    assert not is_breached(LEAKED[1])
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert LEAKED[0] not in caplog.text
    assert [error.id for error in checks.breached_passwords(None)] == ["sspr.E005"]


def test_an_entry_that_was_changed_is_found_by_verifying(target):
    raw = bytearray(target.read_bytes())
    raw[HEADER.size + 3] ^= 1
    target.write_bytes(raw)
    with pytest.raises(CommandError, match="not those it was built with"):
        call_command("breached", "verify", target)


def test_a_file_that_is_missing_is_an_error_at_the_start(tmp_path, settings, caplog):
    settings.BREACHED_PASSWORDS_FILE = str(tmp_path / "nowhere")
    assert not is_breached(SAFE[0])
    assert "is not used" in caplog.text
    assert [error.id for error in checks.breached_passwords(None)] == ["sspr.E005"]


def test_a_file_that_was_replaced_is_read_at_once(target, tmp_path, settings):
    settings.BREACHED_PASSWORDS_FILE = str(target)
    assert not is_breached(SAFE[0])
    (tmp_path / "more").write_text("\n".join(SAFE))
    call_command("breached", "build", tmp_path / "more", target)
    assert is_breached(SAFE[0])
    assert not is_breached(LEAKED[0])


def test_without_a_file_the_lists_that_come_along_are_known():
    assert len(shipped()) > 30_000
    assert is_breached("iloveyou")
    assert not is_breached("seven quiet lanterns under rain")


@pytest.mark.parametrize(("switched_on", "codes"), [(True, ["breached"]), (False, [])])
def test_a_policy_refuses_them_or_not(target, settings, switched_on, codes):
    """S-A07, S-A08, S-B-6.2.12: from an offline file, and the refusal says where it is from."""
    settings.BREACHED_PASSWORDS_FILE = str(target)
    rules = rules_for(Policy(breached_passwords=switched_on), PersonWords())
    problems = refusals(LEAKED[7], rules)
    assert [problem.code for problem in problems] == codes
    assert all("not your fault" in problem.message for problem in problems)


def test_a_common_password_is_refused_once():
    assert [
        problem.code for problem in refusals("iloveyou" * 2, rules_for(None, PersonWords()))
    ] == ["common"]


def test_half_a_pair_of_surrogates_is_asked_for_like_anything_else(target):
    assert "\ud83d" not in BreachedFile(target)


def test_a_file_cannot_be_built_where_nothing_may_be_written(source, tmp_path):
    with pytest.raises(CommandError):
        call_command("breached", "build", source, tmp_path / "no such folder" / "made")


def test_a_file_is_damaged_and_nothing_else_when_it_is_not_ours(tmp_path):
    (tmp_path / "made").write_bytes(b"x" * 200)
    with pytest.raises(Damaged, match="was not made by"):
        BreachedFile(tmp_path / "made")
