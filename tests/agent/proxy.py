"""A proxy before a directory server that fails where it is told to, or answers in its place.

It ends the TLS and begins its own, so that it sees each request (RFC 4511) and fails exactly before
or after that one has reached the server.
"""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from tests.agent.ber import Ended, parts, read

WORDS = {0x60: "bind", 0x42: "unbind", 0x63: "search", 0x66: "modify", 0x77: "extended"}
ANSWERS = {"bind": 0x61, "search": 0x65, "modify": 0x67, "extended": 0x78}
_NOT_LAST = {0x64, 0x73}  # an entry or a reference; the result comes behind
Forward = Callable[[bytes], bytes]
Fault = Callable[[bytes, Forward], bytes]


class Cut(Exception):
    """Ends the connection."""


class Proxy:
    """Listens on a port of its own. ``faults``: what happens to a kind of request, and at
    ``connect``; ``heard``: the requests that came, in their order."""

    def __init__(self, upstream: str, ca_file: str, certificate: Path, **faults: Fault) -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname or "", parts.port or 636)
        self._towards = ssl.create_default_context(cafile=ca_file)
        self._secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._secure.load_cert_chain(certificate)
        self.faults, self.heard = faults, list[str]()
        self.closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"ldaps://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self.closing.set()
        for one in (self._listener, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                self._open.append(client)
                self._threads.append(threading.Thread(target=self._serve, args=[client]))
                self._threads[-1].start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError, Cut, Ended):
            try:
                if "connect" in self.faults:
                    self.faults["connect"](b"", lambda _none: b"")
                with (
                    self._secure.wrap_socket(client, server_side=True) as near,
                    socket.create_connection(self._upstream) as raw,
                    self._towards.wrap_socket(raw, server_hostname=self._upstream[0]) as far,
                ):
                    self._open += [near, far]
                    self._converse(near, far)
            finally:
                client.close()

    def _converse(self, near: ssl.SSLSocket, far: ssl.SSLSocket) -> None:
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def forward(message: bytes) -> bytes:
            far.sendall(message)
            answer = last = read(far)
            while parts(last)[1][0] in _NOT_LAST:
                last = read(far)
                answer += last
            return answer

        while True:
            message = read(near)
            word = WORDS[parts(message)[1][0]]
            self.heard.append(word)
            if word == "unbind":
                return
            near.sendall(self.faults.get(word, _pass)(message, forward))


def _pass(message: bytes, forward: Forward) -> bytes:
    return forward(message)
