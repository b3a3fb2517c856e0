"""Reports of mail servers: the true ones are taken once, all others change nothing."""

import io
import sys
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from accounts import returns
from accounts.client import Client
from accounts.notices import Notice, notify
from registration import bounces
from registration.bounces import Verdict
from registration.models import Factor, Health
from sspr import checks
from tests import cast
from tests.campaigns.conftest import letters, tick
from tests.campaigns.reports import report_on
from tests.registration.provers import issue
from tests.support import tenancy

HOME = "ada@home.example"


@pytest.fixture
def mailbox(ada):
    return Factor.objects.in_directory(ada.directory_id).select_related("user__directory").get()


@pytest.fixture
def mail(mailbox, run_outbox, postbox):
    """A code that was handed over."""
    issue(mailbox, "alternate_email")
    run_outbox()
    return postbox.to(HOME)[0]


def take(raw: bytes) -> Verdict:
    with tenancy.guarded():
        return bounces.take(raw)


def state(mailbox):
    found = Factor.objects.in_directory(mailbox.directory_id).get(pk=mailbox.pk)
    return found.health, found.failure_status


@pytest.mark.parametrize("returned", ["headers", "whole"])
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("5.1.1", Health.UNDELIVERABLE),
        ("5.1.1 (bad destination)", Health.UNDELIVERABLE),
        ("4.4.7", Health.SOFT),
        ("5.2.2", Health.SOFT),
    ],
)
def test_a_report_on_our_mail_is_taken(mailbox, mail, returned, status, expected):
    assert take(report_on(mail, returned=returned, status=status)) is Verdict.TAKEN
    assert state(mailbox) == (expected, status[:5])


def test_a_report_on_a_notice_is_taken(ada, mailbox, run_outbox, postbox):
    notify(ada, Notice.PASSWORD_CHANGED, client=Client.nowhere())
    run_outbox()
    assert take(report_on(postbox.to("ada@mail.example")[0])) is Verdict.OLD
    assert state(mailbox)[0] == Health.OK
    assert take(report_on(postbox.to(HOME)[0])) is Verdict.TAKEN
    assert state(mailbox)[0] == Health.UNDELIVERABLE


def test_the_envelopes_sender_is_enough(settings, mailbox, run_outbox, postbox):
    settings.BOUNCES_TO = "bounces@corp.example"
    issue(mailbox, "alternate_email")
    run_outbox()
    [mail] = postbox.to(HOME)
    back = mail["X-Envelope-From"]
    assert mail["From"].addresses[0].addr_spec == "passwords@localhost"
    mailbox_name, _at, domain = back.partition("@")
    assert mailbox_name.startswith("bounces+r")
    assert (len(mailbox_name) <= 64, domain) == (True, "corp.example")
    assert take(report_on(mail, to=back.upper(), returned="")) is Verdict.TAKEN
    assert state(mailbox)[0] == Health.UNDELIVERABLE


def test_without_a_mailbox_for_it_mail_comes_back_to_the_sender(mail):
    assert mail["X-Envelope-From"] == "passwords@localhost"


@pytest.mark.parametrize(
    ("setting", "ids"),
    [
        ("", []),
        ("a" * 18 + "@corp.example", []),
        ("a" * 19 + "@corp.example", ["sspr.E004"]),
        ("bounces", ["sspr.E004"]),
    ],
)
def test_a_mailbox_for_returned_mail_has_room_for_a_mark(settings, setting, ids):
    settings.BOUNCES_TO = setting
    assert [message.id for message in checks.returned_mail(None)] == ids
    mark = returns.mark(36**8, HOME, timezone.now())
    assert not setting or ids or len(returns.sender_of(mark).partition("@")[0]) <= 64


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "", "FAIL"])
def test_what_may_have_arrived_is_no_failure(mailbox, mail, action):
    assert take(report_on(mail, action=action)) is Verdict.NO_FAILURE
    assert state(mailbox)[0] == Health.OK


@pytest.mark.parametrize("status", ["2.0.0", "", "five", "9.1.1", "5.1", "5.1.1111"])
def test_a_status_that_is_none_is_no_failure(mailbox, mail, status):
    assert take(report_on(mail, status=status)) is Verdict.NO_FAILURE
    assert state(mailbox)[0] == Health.OK


def forged(mark, **changes):
    """The same mark, telling something else."""
    person, after, proof = mark[1:].split("-")
    parts = {"person": person, "after": after, "proof": proof, **changes}
    return with_id(f"<r{parts['person']}-{parts['after']}-{parts['proof']}.x@localhost>")


def with_id(message_id):
    message = EmailMessage()
    message["Message-ID"] = message_id
    return message


@pytest.mark.parametrize(
    "changes",
    [
        {"proof": "a" * 24},
        {"after": "zzzzzzzz"},
        {"person": "zy"},
        {"person": "zzzzzz"},
        {"person": "zzzzzzzzzzzz"},
        {"proof": "a" * 23},
        {"after": "zzzzzzzzz"},
    ],
)
def test_a_forged_mark_changes_nothing(mailbox, mail, changes):
    """Whoever knows an address cannot switch it off."""
    mark = mail["Message-ID"].strip("<>").partition(".")[0]
    assert take(report_on(forged(mark, **changes))) is Verdict.UNKNOWN
    assert state(mailbox)[0] == Health.OK


def test_a_mark_of_one_address_says_nothing_of_another(ada, mailbox, mail):
    second = cast.add_mailbox(ada, "ada@second.example")
    take(report_on(mail))
    assert state(second)[0] == Health.OK
    Factor.objects.in_directory(ada.directory_id).filter(pk=mailbox.pk).delete()
    assert take(report_on(mail)) is Verdict.UNKNOWN


def test_another_key_makes_other_marks(settings, mailbox, mail):
    settings.CODE_PEPPER = "another pepper that is long enough to be one"
    assert take(report_on(mail)) is Verdict.UNKNOWN


def test_a_report_counts_once(mailbox, mail):
    assert take(report_on(mail)) is Verdict.TAKEN
    Factor.objects.in_directory(mailbox.directory_id).update(health=Health.OK)
    assert take(report_on(mail)) is Verdict.OLD
    assert state(mailbox)[0] == Health.OK


@pytest.mark.parametrize(("days", "verdict"), [(13, Verdict.TAKEN), (15, Verdict.OLD)])
def test_a_report_is_taken_for_two_weeks(mailbox, mail, days, verdict):
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert take(report_on(mail)) is verdict


def test_a_mark_of_tomorrow_is_none_of_today(ada, mailbox):
    mark = returns.mark(ada.pk, HOME, timezone.now() + timedelta(days=1))
    assert take(report_on(with_id(f"<{mark}.x@localhost>"))) is Verdict.OLD


def test_a_letter_that_came_back_is_a_failed_one(start, cleo, run_outbox, postbox):
    campaign = start()
    tick()
    run_outbox()
    [mail] = postbox.messages
    assert take(report_on(mail)) is Verdict.TAKEN
    assert letters(campaign)["cleo"] == ("failed", "returned")
    assert take(report_on(mail)) is Verdict.OLD


HOSTILE = [
    b"",
    b"\0" * 5000,
    b"\xff\xfe" * 5000,
    b"\r\n" * 20_000,
    b"Content-Type: multipart/report\r\n\r\nno boundary",
    b'Content-Type: multipart/report; boundary="B"\r\n\r\n--B\r\n--B\r\n--B--',
    b'Content-Type: multipart/report; boundary="B"\r\n\r\n--B\r\nContent-Type: '
    b"message/delivery-status\r\n\r\n\r\n\r\n--B--",
    b'Content-Type: multipart/report; boundary="B"\r\n\r\n--B\r\nContent-Type: '
    b"message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n--B--",
    b"Content-Type: multipart/report; boundary*0*=utf-9''%ff; boundary*1=\xff\r\n\r\n--\xff",
    b'Content-Type: multipart/report; boundary="' + b"B" * 100_000 + b'"\r\n\r\n',
    b"Content-Type: text/plain; charset=nonsense\r\n\r\n\xff",
    b"To: " + b"a@b.example, " * 30_000 + b"\r\n\r\n",
    b"X: y\r\n" * 60_000 + b"\r\n",
    b"".join(
        b'Content-Type: multipart/report; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(3000)
    ),
    b"Content-Type: message/rfc822\r\n\r\n" * 5000,
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_report_does_no_harm(mailbox, raw):
    assert take(raw) in {Verdict.NO_REPORT, Verdict.NO_FAILURE}


def test_a_report_inside_something_else_is_none(mailbox, mail):
    inner = report_on(mail)
    assert take(b"Content-Type: message/rfc822\r\n\r\n" + inner) is Verdict.NO_REPORT
    whole = b'Content-Type: multipart/mixed; boundary="M"\r\n\r\n--M\r\n' + inner + b"\r\n--M--"
    assert take(whole) is Verdict.NO_REPORT
    assert state(mailbox)[0] == Health.OK


@pytest.mark.parametrize(("more", "verdict"), [(0, Verdict.TAKEN), (1, Verdict.TOO_LARGE)])
def test_a_message_has_a_largest_size(mailbox, mail, more, verdict):
    raw = report_on(mail)
    assert take(raw + b"x" * (bounces.LARGEST - len(raw) + more)) is verdict


def run(*files):
    out = io.StringIO()
    with tenancy.guarded():
        call_command("bounces", *files, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_reads_a_pipe(mailbox, mail, monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(report_on(mail))))
    assert run() == "1 taken\n"
    assert state(mailbox)[0] == Health.UNDELIVERABLE


def test_the_command_counts_files_and_tells_no_address(mailbox, mail, tmp_path):
    raws = [report_on(mail), report_on(mail), b"Hello", b"x" * (bounces.LARGEST + 200_000)]
    files = [tmp_path / str(number) for number in range(len(raws))]
    for file, raw in zip(files, raws, strict=True):
        file.write_bytes(raw)
    assert run(*map(str, files)) == "1 no report, 1 nothing new, 1 taken, 1 too large\n"


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="Cannot read"):
        run(str(tmp_path / "nothing"))


def test_a_database_that_is_away_keeps_the_message_in_the_queue(mail, tmp_path, monkeypatch):
    def away(_raw):
        raise OperationalError("away")

    monkeypatch.setattr(bounces, "take", away)
    (tmp_path / "m").write_bytes(b"x")
    with pytest.raises(CommandError, match="did not answer") as refusal:
        run(str(tmp_path / "m"))
    assert refusal.value.returncode == 75
