from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction

from accounts import notices, seams
from accounts.audit.models import AuditRecord
from accounts.client import Client
from accounts.notices import Notice
from accounts.outbox.models import Parcel
from accounts.people.models import Directory, User
from accounts.policy.models import Policy
from accounts.reference import reference_of
from tests.cast import PASSWORD
from tests.support.postbox import Postbox, page_of, text_of

PHONE = Client(
    address="198.51.100.7",
    network="198.51.100.0/24",
    device="phone",
    request_id="0f9a1b2c-3d4e-4f5a-8b6c-7d8e9f0a1b2c",
)
MAIL = "ada@mail.example"


@pytest.fixture(autouse=True)
def _own_addresses(settings: Any) -> Iterator[None]:
    settings.NOTICE_ADDRESSES = ["accounts.notices.own_addresses"]
    seams._loaded.cache_clear()
    yield
    seams._loaded.cache_clear()


@pytest.fixture
def tell(ada: User) -> Callable[..., list[Parcel]]:
    def one(notice: Notice = Notice.PASSWORD_RESET, **more: Any) -> list[Parcel]:
        with transaction.atomic():
            return notices.notify(ada, notice, client=PHONE, **more)

    return one


def again(parcel: Parcel) -> None:
    """As if a worker had died with it, or its back-off had passed."""
    Parcel.objects.filter(pk=parcel.pk).update(due_at=datetime(2020, 1, 1, tzinfo=UTC))


def kinds() -> list[str]:
    return list(AuditRecord.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("notice", list(Notice))
def test_every_notice_says_what_happened_and_what_to_do(
    tell, run_outbox, postbox: Postbox, notice: Notice, corp: Directory
):
    corp.helpdesk_phone = "01632 960150"
    corp.save()
    tell(notice)
    run_outbox()
    [mail] = postbox.to(MAIL)
    text, page = text_of(mail), page_of(mail)
    assert mail["Subject"]
    for part in (text, page):
        assert "ada@corp.example" in part
        assert "01632 960150" in part
        assert reference_of(PHONE.request_id) in part


@pytest.mark.parametrize("notice", list(Notice))
def test_no_notice_has_a_line_that_does_not_fit(tell, run_outbox, postbox: Postbox, notice: Notice):
    tell(notice)
    run_outbox()
    lines = text_of(postbox.to(MAIL)[0]).splitlines()
    assert max(len(line) for line in lines) <= 76
    assert not any("{" in line or "%(" in line for line in lines)


def test_a_notice_tells_the_time_in_the_directorys_zone(tell, run_outbox, postbox, corp):
    corp.time_zone = "Europe/Berlin"
    corp.save()
    with time_machine.travel(datetime(2026, 11, 20, 23, 30, tzinfo=UTC)):
        tell()
        run_outbox()
    assert "21 November 2026, 00:30 (CET)" in text_of(postbox.to(MAIL)[0])


def test_a_zone_nobody_knows_falls_back_to_utc(tell, run_outbox, postbox, corp):
    Directory.objects.update(time_zone="Nowhere/Atlantis")
    tell()
    run_outbox()
    assert "(UTC)" in text_of(postbox.to(MAIL)[0])


def test_a_notice_says_only_coarsely_where_from(tell, run_outbox, postbox):
    tell()
    run_outbox()
    text = text_of(postbox.to(MAIL)[0])
    assert "A phone" in text
    assert "198.51.100.0/24" in text
    assert "198.51.100.7" not in text


def test_every_address_is_told_once(ada, tell, run_outbox, postbox):
    ada.alternate_email = "ADA@mail.example"
    parcels = tell(extra_addresses=["old@home.example", " old@home.example"])
    run_outbox()
    assert len(parcels) == 2
    assert [to for to, _subject in postbox.subjects()] == [MAIL, "old@home.example"]


def test_a_notice_that_was_not_decided_is_not_sent(ada, run_outbox, postbox):
    with transaction.atomic():
        notices.notify(ada, Notice.PASSWORD_RESET, client=PHONE)
        transaction.set_rollback(True)
    assert run_outbox() == 0
    assert postbox.messages == []


def test_somebody_without_an_address_is_told_nothing(ada, run_outbox, postbox):
    ada.mail = ""
    assert notices.notify(ada, Notice.PASSWORD_RESET, client=PHONE) == []


def test_links_lead_to_the_configured_address_only(tell, run_outbox, postbox, settings):
    settings.PUBLIC_BASE_URL = "https://password.corp.example"
    tell()
    run_outbox()
    page = page_of(postbox.to(MAIL)[0])
    assert 'href="https://password.corp.example/"' in page
    assert "localhost" not in page


def test_a_name_cannot_add_markup(ada, tell, run_outbox, postbox):
    User.objects.in_directory(ada.directory).update(display_name="<b>Ada</b> & {{ Sons }}")
    tell()
    run_outbox()
    mail = postbox.to(MAIL)[0]
    assert "&lt;b&gt;Ada&lt;/b&gt; &amp; {{ Sons }}" in page_of(mail)
    assert "<b>Ada</b> & {{ Sons }}" in text_of(mail)


def test_a_notice_holds_no_password_and_no_code(tell, run_outbox, postbox, no_secret_kept):
    tell(Notice.METHOD_ADDED, context={"method": "alternate_email"})
    run_outbox()
    assert all(PASSWORD not in text_of(mail) for mail in postbox.messages)


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("help@corp.example", "mailto:help@corp.example"),
        ("mailto:help@corp.example", "mailto:help@corp.example"),
        ("https://help.corp.example/", "https://help.corp.example/"),
    ],
)
def test_without_a_phone_the_helpdesks_link_is_told(tell, run_outbox, postbox, link, shown):
    Policy.objects.update(helpdesk_kind="link", helpdesk_link=link)
    tell()
    run_outbox()
    assert f'href="{shown}"' in page_of(postbox.to(MAIL)[0])
    assert f"\n{shown}\n" in text_of(postbox.to(MAIL)[0]).replace("\r", "")


def test_a_link_that_is_switched_off_is_not_told(tell, run_outbox, postbox):
    Policy.objects.update(helpdesk_link="https://help.corp.example/")
    tell()
    run_outbox()
    assert "help.corp.example" not in text_of(postbox.to(MAIL)[0])


def test_a_method_is_named_in_words(tell, run_outbox, postbox):
    tell(Notice.METHOD_ADDED, context={"method": "authenticator_app"})
    run_outbox()
    assert "Method: Authenticator app" in text_of(postbox.to(MAIL)[0])


def test_the_mail_server_away_delays_a_notice_and_loses_nothing(
    tell, run_outbox, postbox, settings
):
    [parcel] = tell()
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    run_outbox()
    parcel.refresh_from_db()
    assert (parcel.finished_at, postbox.messages) == (None, [])
    settings.EMAIL_PORT = port
    again(parcel)
    run_outbox()
    [mail] = postbox.to(MAIL)
    assert "X-Maybe-Repeat" not in mail
    assert kinds() == ["notice.sent"]


def test_a_server_that_says_later_is_asked_later(tell, run_outbox, postbox):
    [parcel] = tell()
    postbox.refuse_with = "451 busy"
    run_outbox()
    postbox.refuse_with = ""
    again(parcel)
    run_outbox()
    assert "X-Maybe-Repeat" not in postbox.to(MAIL)[0]


def test_an_address_that_is_refused_for_good_is_given_up_and_noted(
    tell, run_outbox, postbox, caplog
):
    [parcel] = tell()
    postbox.refuse_with = "550 no such user ada@mail.example"
    run_outbox()
    parcel.refresh_from_db()
    assert parcel.finished_at is not None
    assert kinds() == ["notice.undeliverable"]
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    assert not any(MAIL in line for line in ours)


def test_one_refused_address_does_not_hold_up_another(tell, run_outbox, postbox):
    tell(extra_addresses=["no line\r\nBcc: thief@evil.example"])
    run_outbox()
    assert [to for to, _subject in postbox.subjects()] == [MAIL]
    assert sorted(kinds()) == ["notice.sent", "notice.undeliverable"]


def test_a_notice_that_may_be_a_repeat_says_so(tell, run_outbox, postbox):
    [parcel] = tell()
    run_outbox()
    Parcel.objects.update(finished_at=None)  # the worker died before it could note that
    again(parcel)
    run_outbox()
    first, second = postbox.to(MAIL)
    assert "X-Maybe-Repeat" not in first
    assert second["X-Maybe-Repeat"] == "2"
    assert "You may have had this message before" in text_of(second)
    assert first["Message-ID"] == second["Message-ID"]


def test_nobodys_notice_is_a_parcel_that_tells_no_one(corp, run_outbox, postbox):
    warned = Notice.TOO_MANY_WRONG_PASSWORDS
    notices.notify_later(None, warned, directory=corp.pk, client=PHONE)
    assert run_outbox() == 1
    assert (postbox.messages, kinds()) == ([], [])


def test_somebodys_later_notice_reaches_every_address(ada, run_outbox, postbox):
    User.objects.in_directory(ada.directory).update(alternate_email="ada@home.example")
    warned = Notice.TOO_MANY_WRONG_PASSWORDS
    notices.notify_later(ada, warned, directory=ada.directory_id, client=PHONE)
    run_outbox()
    assert [to for to, _ in postbox.subjects()] == [MAIL, "ada@home.example"]
