"""What providers report: signed, once, forward only; and asked for when it does not come.

S-C40: a forged report changes nothing, and none passes a gate. S-F24: late, never, twice, out of
order.
"""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditRecord
from accounts.outbox.services import TryLater
from accounts.tenancy import across_directories
from registration.models import Challenge
from registration.telephony import reports, services
from registration.telephony.models import Message
from tests.registration.conftest import kinds
from tests.support.telephone_company import Answer, refusal, signed
from tests.support.tenancy import guarded
from tests.telephony.conftest import NUMBER, by_gateway, by_twilio

pytestmark = pytest.mark.django_db
HOME = "https://password.corp.example"


@pytest.fixture
def ready(settings, company):
    settings.PUBLIC_BASE_URL = HOME
    settings.TELEPHONY_PROVIDERS = [by_twilio(company.url)]


@pytest.fixture
def send(ready, challenge):
    def text():
        return services.send_text(
            NUMBER, "Corp: 1", directory=challenge.directory_id, challenge=challenge.pk
        )

    return text


@pytest.fixture
def tell(client):
    """Posts a report as Twilio does, about a message, rightly signed unless told otherwise."""

    def post(message, status, signature=None, sid="", **more):
        path = reverse("telephony:twilio_report", args=[message.pk])
        fields = {"MessageSid": sid or message.sid, "MessageStatus": status, "To": NUMBER, **more}
        known = signed(HOME + path, fields) if signature is None else signature
        headers = {"X-Twilio-Signature": known}
        return client.post(path, fields, headers=headers).status_code

    return post


def test_a_delivery_is_noted_once(send, tell, challenge):
    message = send()
    assert [tell(message, word) for word in ("sent", "delivered", "delivered")] == [204] * 3
    message.refresh_from_db()
    assert (message.status, bool(message.delivered_at)) == ("delivered", True)
    assert kinds() == ["registration.message_delivered"]
    record = AuditRecord.objects.get(kind="registration.message_delivered")
    assert (record.subject_id, str(record.attempt)) == (
        challenge.factor.user_id,
        challenge.holder,
    )
    assert NUMBER.encode() not in bytes(record.body)


@pytest.mark.parametrize(("code", "lasting"), [("30005", b"true"), ("30003", b"false")])
def test_a_failure_is_noted_with_its_error(send, tell, code, lasting):
    message = send()
    tell(message, "undelivered", ErrorCode=code)
    message.refresh_from_db()
    assert (message.status, message.error, message.delivered_at) == ("failed", code, None)
    assert kinds() == ["registration.message_failed"]
    body = bytes(AuditRecord.objects.get(kind="registration.message_failed").body)
    assert b'"lasting":' + lasting in body


@pytest.mark.parametrize("final", ["delivered", "undelivered"])
def test_nothing_moves_backwards(send, tell, final):
    message = send()
    tell(message, final)
    told = Message.objects.in_directory(message.directory_id).values().get()
    for late in ("queued", "sent", "undelivered", "delivered", "a word of the future"):
        assert tell(message, late) == 204
    assert Message.objects.in_directory(message.directory_id).values().get() == told
    assert len(kinds()) == 1


@pytest.mark.parametrize("signature", ["", "bm9ib2R5", "é"])
def test_a_report_that_is_not_signed_changes_nothing(send, tell, signature):
    message = send()
    assert tell(message, "delivered", signature=signature) == 403
    message.refresh_from_db()
    assert (message.status, kinds()) == ("sent", [])


def test_a_signature_fits_one_address_one_content_and_one_account(send, tell, client):
    one, another = send(), send()
    fields = {"MessageSid": one.sid, "MessageStatus": "sent", "To": NUMBER}
    path = reverse("telephony:twilio_report", args=[one.pk])
    forged = [
        (another, "sent", signed(HOME + path, fields)),
        (one, "delivered", signed(HOME + path, fields)),
        (one, "sent", signed("http://evil.example" + path, fields)),
        (one, "sent", signed(HOME + path, fields, token="somebody else's")),
    ]
    assert [tell(message, word, signature=s) for message, word, s in forged] == [403] * 4


def test_the_host_of_a_request_has_no_say(send, tell, client):
    """Signed for our public address, whatever the proxy calls us."""
    message = send()
    path = reverse("telephony:twilio_report", args=[message.pk])
    fields = {"MessageSid": message.sid, "MessageStatus": "delivered"}
    headers = {"X-Twilio-Signature": signed(HOME + path, fields)}
    answer = client.post(path, fields, headers=headers, SERVER_NAME="localhost", SERVER_PORT="81")
    assert answer.status_code == 204


def test_without_an_account_every_report_is_forged(send, tell, settings):
    message = send()
    settings.TELEPHONY_PROVIDERS = [by_gateway("http://127.0.0.1:9")]
    assert tell(message, "delivered") == 403


def test_unknown_messages_get_the_same_answer(send, tell):
    message = send()
    assert tell(Message(pk=uuid4(), sid="SM1"), "delivered") == 204
    assert tell(message, "delivered", sid="SM-of-another") == 204
    message.refresh_from_db()
    assert (message.status, kinds()) == ("sent", [])


def test_a_report_may_not_be_read_or_be_endless(send, client):
    path = reverse("telephony:twilio_report", args=[send().pk])
    assert client.get(path).status_code == 405
    assert client.post(path, {"MessageStatus": "x" * 20_000}).status_code == 413


def test_no_report_passes_a_gate(send, tell, challenge):
    tell(send(), "delivered")
    kept = Challenge.objects.in_directory(challenge.directory_id).get()
    assert (kept.passed_at, kept.tries) == (None, 0)


def test_a_report_settles_a_lost_answer(send, tell, company, challenge):
    company.script = [Answer(cuts=True)]
    with pytest.raises(TryLater):
        send()
    message = Message.objects.in_directory(challenge.directory_id).get()
    assert tell(message, "delivered", sid="SM-late") == 204
    message.refresh_from_db()
    assert (message.status, message.sid) == ("delivered", "SM-late")


def test_a_report_may_overtake_the_answer(send, tell, monkeypatch):
    """The first status can arrive before Twilio has answered the request itself."""
    begin = services._begin

    def overtaken(draft, provider):
        message = begin(draft, provider)
        tell(message, "delivered", sid=f"SM{1:032x}")
        return message

    monkeypatch.setattr(services, "_begin", overtaken)
    assert (send().status, kinds()) == ("delivered", ["registration.message_delivered"])


def test_a_call_nobody_takes_has_failed(ready, challenge, client):
    call = services.place_call(NUMBER, "1", language="en", directory=challenge.directory_id)
    path = reverse("telephony:twilio_report", args=[call.pk])
    fields = {"CallSid": call.sid, "CallStatus": "no-answer"}
    headers = {"X-Twilio-Signature": signed(HOME + path, fields)}
    assert client.post(path, fields, headers=headers).status_code == 204
    call.refresh_from_db()
    assert (call.status, call.error) == ("failed", "no-answer")


def test_prices_and_missing_reports_are_asked_for(send, company):
    message = send()
    with guarded(), time_machine.travel(timezone.now() + timedelta(minutes=11)):
        content = {"sid": message.sid, "status": "delivered", "price": "-0.00750"}
        company.script = [Answer(200, {**content, "price_unit": "usd", "num_segments": "2"})]
        with across_directories("as a periodic job"):
            assert (reports.catch_up(), reports.catch_up()) == (1, 0)
    message.refresh_from_db()
    assert (message.status, message.price, message.currency) == (
        "delivered",
        Decimal("0.0075"),
        "USD",
    )
    assert (message.segments, company.asked[-1].method) == (2, "GET")
    assert kinds() == ["registration.message_delivered"]


def test_looking_ends_after_a_day_and_when_nothing_is_left_to_learn(send, company):
    message = send()
    looks = []
    for minutes in (9, 11, 23, 1430, 1450, 5000):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            looks.append(reports.catch_up())
    assert looks == [0, 1, 1, 1, 0, 1]
    message.refresh_from_db()
    assert message.next_look_at is None


def test_a_provider_that_is_away_is_not_asked_ten_times(send, company):
    send(), send()
    asked = len(company.asked)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        company.script = [refusal(503, 20503)]
        assert reports.catch_up() == 0
    assert len(company.asked) == asked + 1


def test_a_price_is_taken_once_and_nonsense_never(send, tell):
    message = send()
    assert tell(message, "delivered", Price="-0.0079", PriceUnit="EUR", NumSegments="²") == 204
    assert tell(message, "delivered", Price="NaN") == 204
    message.refresh_from_db()
    assert (message.price, message.currency, message.segments) == (Decimal("0.0079"), "EUR", 1)


def test_old_messages_are_swept(send):
    send()
    with time_machine.travel(timezone.now() + reports.KEPT + timedelta(seconds=1)):
        send()
        assert reports.sweep() == 1
