"""manage.py audit."""

import io
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accounts.audit.models import AuditRecord, Seal
from accounts.audit.seal import seal
from accounts.audit.verify import verify
from tests.audit.happenings import VISITOR, ring


@pytest.fixture
def trail(corp, ada):
    with time_machine.travel("2026-01-01 12:00:00+00:00", tick=False):
        ring(corp, 2, subject=ada)
        seal()
        ring(corp, subject=ada)


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("audit", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_verify_says_what_it_found(trail):
    out = run("verify")
    assert "1 seals over 2 records." in out
    assert "1 records wait for their seal, the oldest of 2026-01-01 12:00:00 UTC." in out
    assert "The chain holds." in out
    assert verify().head in out


def test_verify_fails_on_a_broken_chain(trail):
    Seal.objects.update(digest=b"x" * 32)
    with pytest.raises(CommandError, match="tampered"):
        run("verify")


def test_verify_fails_when_a_noted_seal_is_gone(trail):
    with pytest.raises(CommandError, match="tampered"):
        run("verify", "--head", f"9:{'0' * 64}")


def test_export_writes_every_record_and_seal(trail, tmp_path):
    target = tmp_path / "trail.jsonl"
    assert "Wrote 3 records" in run("export", str(target))
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line.get("kind", "seal") for line in lines] == [
        "test.rang",
        "test.rang",
        "seal",
        "test.rang",
    ]
    assert json.loads(lines[0]["body"])["facts"] == {"method": "bell"}


def test_an_export_holds_no_readable_personal_data(trail, ada, tmp_path):
    target = tmp_path / "trail.jsonl"
    run("export", str(target))
    assert ada.user_principal_name not in target.read_text()
    assert VISITOR.address not in target.read_text()


def test_export_overwrites_nothing(trail, tmp_path):
    target = tmp_path / "trail.jsonl"
    target.write_text("mine")
    with pytest.raises(CommandError, match="Cannot write"):
        run("export", str(target))
    assert target.read_text() == "mine"


def test_purge_only_plans_without_accept(trail):
    assert "Would delete 2 records in 1 seals." in run("purge", "--before", "2026-02-01")
    assert AuditRecord.objects.count() == 3


def test_purge_deletes_when_accepted(trail):
    assert "Deleted 2 records." in run("purge", "--before", "2026-02-01", "--accept")
    assert AuditRecord.objects.filter(kind="test.rang").count() == 1


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30", "2999-01-01", "0"])
def test_purge_refuses_a_day_it_cannot_mean(trail, day):
    with pytest.raises(CommandError, match="day"):
        run("purge", "--before", day, "--accept")
    assert AuditRecord.objects.count() == 3
