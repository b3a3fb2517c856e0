"""A real SMTP server on a loopback port, and the mails it was given."""

import re
import socket
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support import canary

_CODE = re.compile(r"(?<!\d)\d{3} ?\d{3}(?!\d)")


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def words_of(message: EmailMessage) -> str:
    """The plain text of a mail, wherever its lines end."""
    return " ".join(text_of(message).split())


def page_of(message: EmailMessage) -> str:
    """The HTML of a mail."""
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


class Postbox:
    """What arrived. ``refuse_with`` makes the server refuse every recipient from then on, and
    ``refused`` some: addresses with what they are answered."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse_with = ""
        self.refused: dict[str, str] = {}
        self.port = free_port()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.refuse_with or self.refused.get(address, ""):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        raw = content if isinstance(content, bytes) else str(content).encode()
        message = message_from_bytes(raw, policy=policy.default)
        message["X-Envelope-From"] = envelope.mail_from or ""
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 OK"

    def clear(self) -> None:
        self.messages.clear()
        self.refuse_with = ""
        self.refused.clear()

    def to(self, address: str) -> list[EmailMessage]:
        """The mails for one address, oldest first."""
        return [mail for mail in self.messages if address in mail["X-Envelope-To"]]

    def code(self, address: str) -> str:
        """The six digits in the newest mail to an address that has any."""
        for mail in reversed(self.to(address)):
            found = _CODE.search(text_of(mail))
            if found:
                return canary.watch(found.group().replace(" ", ""))
        raise AssertionError(f"No code was sent to {address}: {self.subjects()}")

    def subjects(self) -> list[tuple[str, str]]:
        """Who got what, for messages of failing tests."""
        return [(mail["X-Envelope-To"], mail["Subject"]) for mail in self.messages]


def serve(postbox: Postbox) -> Controller:
    """Start the server; the caller stops it."""
    controller = Controller(postbox, hostname="127.0.0.1", port=postbox.port)
    controller.start()
    return controller
