"""The one place that sends mail, against a real server."""

from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from django.template import loader
from django.utils import translation

from accounts import mail
from accounts.outbox.services import TryLater
from accounts.people.models import Directory
from tests.support.postbox import Postbox, free_port, text_of

CONTEXT = {"name": "Ada", "account": "ada@corp.example", "when": "now", "reference": "7F3K-2Q9D"}
TO = "ada@mail.example"


@pytest.fixture
def send(corp: Directory, postbox: Postbox) -> Any:
    def one(to: str = TO, language: str = "en", **context: str) -> None:
        mail.send(to, "password_reset", {**CONTEXT, **context}, language, corp)

    return one


def test_a_mail_is_text_with_a_page_beside_it(send, postbox):
    send()
    [message] = postbox.messages
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]


def test_a_mail_says_that_a_machine_wrote_it(send, postbox):
    send()
    [message] = postbox.messages
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Content-Language"] == "en"
    assert message["Date"]
    assert message["Message-ID"].endswith("@localhost>")


def test_a_mail_is_in_the_recipients_language(send, postbox, monkeypatch):
    seen: list[str] = []
    real = loader.render_to_string

    def render(*asked: Any) -> str:
        seen.append(translation.get_language())
        return str(real(*asked))

    monkeypatch.setattr(loader, "render_to_string", render)
    with translation.override("en"):
        send(language="de")
        assert translation.get_language() == "en"
    assert set(seen) == {"de"}
    assert postbox.messages[0]["Content-Language"] == "de"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Harbour & Vale", "Harbour & Vale"),
        ("Zürich Wåter", "Zürich Wåter"),
        ('Quote "and" Sons', 'Quote "and" Sons'),
        ("Corp\r\nBcc: thief@evil.example", "Corp Bcc: thief@evil.example"),
        ("a@evil.example>, <b", "a@evil.example>, <b"),
        ("Line\u2028break\x00", "Line break"),
    ],
)
def test_an_organisations_name_stays_a_name(send, postbox, corp, name, shown):
    corp.organization = name
    send()
    [message] = postbox.messages
    [sender] = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (shown, "passwords@localhost")
    assert message["Bcc"] is None
    assert message["X-Envelope-To"] == TO


def test_our_own_address_may_have_a_name_too(corp, settings):
    settings.DEFAULT_FROM_EMAIL = "Passwords <passwords@corp.example>"
    assert mail.sender(corp) == "Corp <passwords@corp.example>"


@pytest.mark.parametrize(
    "to",
    [
        "ada@mail.example\r\nBcc: thief@evil.example",
        "ada@mail.example\nthief@evil.example",
        "ada@mail.example, thief@evil.example",
        "ada",
        "",
    ],
)
def test_what_is_no_address_is_undeliverable(send, postbox, to):
    with pytest.raises(mail.Undeliverable):
        send(to)
    assert postbox.messages == []


@pytest.mark.parametrize("answer", ["550 no", "553 no", "501 no"])
def test_a_refusal_for_good_is_undeliverable(send, postbox, answer):
    postbox.refuse_with = answer
    with pytest.raises(mail.Undeliverable, match=answer[:3]):
        send()


@pytest.mark.parametrize("answer", ["450 later", "421 closing", "451 greylisted"])
def test_a_refusal_for_now_is_tried_later(send, postbox, answer):
    postbox.refuse_with = answer
    with pytest.raises(mail.NotSent, match=answer[:3]):
        send()


def test_a_server_that_is_away_is_tried_later(send, settings):
    settings.EMAIL_PORT = free_port()
    with pytest.raises(mail.NotSent, match="away"):
        send()


def test_a_server_that_hangs_up_may_have_the_mail(send, postbox, monkeypatch):
    async def hang_up(server: SMTP, *rest: object) -> str:
        assert server.transport
        server.transport.close()
        return "250 OK"

    monkeypatch.setattr(postbox, "handle_DATA", hang_up)
    with pytest.raises(TryLater) as caught:
        send()
    assert not isinstance(caught.value, mail.NotSent)


def test_no_failure_names_the_address(send, postbox):
    postbox.refuse_with = "550 ada@mail.example is unknown"
    with pytest.raises(mail.Undeliverable) as caught:
        send()
    assert TO not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_subject_is_one_line(send, postbox, corp, monkeypatch):
    real = loader.render_to_string

    def render(name: str, context: dict[str, Any]) -> str:
        if name.endswith(".subject"):
            return "Reset\r\nBcc: thief@evil.example\n"
        return str(real(name, context))

    monkeypatch.setattr(loader, "render_to_string", render)
    send()
    [message] = postbox.messages
    assert message["Subject"] == "Reset Bcc: thief@evil.example"
    assert message["Bcc"] is None


def test_text_is_not_escaped(send, postbox):
    send(name="O'Brien & <Sons>")
    assert "O'Brien & <Sons>" in text_of(postbox.messages[0])
