"""A mail server that promises encryption and does not keep the promise."""

import socket
import threading
from collections.abc import Iterator

import pytest

from accounts import notices
from accounts.client import Client
from accounts.notices import Notice
from accounts.outbox.models import Parcel

pytestmark = pytest.mark.django_db

REFUSED, BROKEN, HIDDEN = "454 not now", "220 go ahead", "250 nothing special"


class Downgrading:
    """Speaks SMTP with one visitor, and keeps what it was told in the clear."""

    def __init__(self, answer: str) -> None:
        self.answer, self.heard = answer, b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(10)
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        visitor, _address = self.socket.accept()
        with visitor, visitor.makefile("rwb", buffering=0) as talk:
            visitor.settimeout(10)
            talk.write(b"220 mail.corp.example\r\n")
            for line in talk:
                self.heard += line
                verb = line[:4].upper()
                if verb == b"EHLO":
                    ours = HIDDEN if self.answer == HIDDEN else "250 STARTTLS"
                    talk.write(f"250-mail.corp.example\r\n{ours}\r\n".encode())
                elif verb == b"STAR":
                    talk.write(f"{self.answer}\r\n".encode())
                    if self.answer == BROKEN:
                        talk.write(b"and now for something that is no handshake\r\n")
                        return
                elif verb == b"QUIT":
                    return
                else:
                    talk.write(b"250 tell me more\r\n")


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Downgrading]:
    started = Downgrading(request.param)
    yield started
    started.socket.close()
    started.thread.join(10)


@pytest.mark.parametrize("server", [REFUSED, BROKEN, HIDDEN], indirect=True)
def test_nothing_is_told_in_the_clear_and_the_message_waits(
    server, ada, run_outbox, settings, postbox
):
    """S-C49: refused, broken or not offered: the session ends, and the parcel is tried again."""
    settings.EMAIL_PORT, settings.EMAIL_USE_TLS = server.port, True
    [parcel] = notices.notify(ada, Notice.PASSWORD_RESET, client=Client.nowhere())[:1]
    Parcel.objects.filter(directory=ada.directory).exclude(pk=parcel.pk).delete()
    run_outbox()
    parcel.refresh_from_db()
    assert parcel.finished_at is None
    assert parcel.attempts == 1
    assert b"MAIL FROM" not in server.heard.upper()
    assert b"password" not in server.heard
    assert postbox.messages == []
