"""Visitors of the benchmarks: plain HTTP over kept connections, and their mailboxes."""

import http.client
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_CODE = re.compile(r"(?<!\d)\d{3} ?\d{3}(?!\d)")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_CHECK = re.compile(r'name="check"[^>]* value="(\d+)"')


class Mailboxes:
    """A mail server that keeps the newest code of each address and counts all mail."""

    def __init__(self, port: int) -> None:
        self.count = 0
        self._codes: dict[str, str] = {}
        self._arrived = threading.Condition()
        self._server = Controller(self, hostname="127.0.0.1", port=port)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = message_from_bytes(raw, policy=policy.default)
        body = mail.get_body(("plain",))
        found = _CODE.search(str(body.get_content())) if body else None
        with self._arrived:
            self.count += 1
            if found:
                code = found.group().replace(" ", "")
                self._codes.update(dict.fromkeys(envelope.rcpt_tos, code))
            self._arrived.notify_all()
        return "250 OK"

    def code(self, address: str) -> str:
        with self._arrived:
            self._arrived.wait_for(lambda: address in self._codes, timeout=60)
            return self._codes.pop(address)

    def __enter__(self) -> "Mailboxes":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()


class Visitor:
    """One browser: a connection, cookies, and an address of its own."""

    def __init__(self, address: tuple[str, int], number: int) -> None:
        self._http = http.client.HTTPConnection(*address, timeout=90)
        self._cookies: dict[str, str] = {}
        self._headers = {
            "Host": f"localhost:{address[1]}",
            "X-Forwarded-For": f"10.{number // 250 % 250}.{number % 250}.1",
            "User-Agent": "Mozilla/5.0 (benchmark)",
        }
        self.page = ""
        self.path = ""

    def get(self, path: str) -> None:
        self._ask("GET", path)

    def post(self, path: str, **fields: str) -> None:
        token = _TOKEN.search(self.page)
        assert token, f"no form on {self.path}"
        body = urlencode({"csrfmiddlewaretoken": token.group(1), **fields})
        self._ask("POST", path, body)

    def reset(self, name: str, mailboxes: Mailboxes, password: str) -> None:
        """From the start page to the done page."""
        self.get("/reset/")
        self.post("/reset/", username=name)
        check = _CHECK.search(self.page)
        assert check, f"no check offered on {self.path}: {self.page[:2000]}"
        self.post("/reset/method/", check=check.group(1))
        self.post("/reset/code/", code=mailboxes.code(f"{name.partition('@')[0]}@home.example"))
        self.post("/reset/password/", new_password=password)
        assert self.path == "/reset/done/", f"ended on {self.path}: {self.page[:2000]}"

    def close(self) -> None:
        self._http.close()

    def _ask(self, method: str, path: str, body: str = "") -> None:
        headers = {**self._headers}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._http.request(method, path, body or None, headers)
        answer = self._http.getresponse()
        self.page, self.path = answer.read().decode(), path
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies |= {k: m.value for k, m in SimpleCookie(line).items()}
        if answer.status in (302, 303):
            self._ask("GET", urlsplit(answer.headers["Location"]).path)
        elif answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {self.page[:500]}")


def page_times(address: tuple[str, int], path: str, clients: int, seconds: float) -> list[float]:
    """Durations of as many loads of one page as ``clients`` manage in a time."""
    end = time.perf_counter() + seconds
    with ThreadPoolExecutor(clients) as pool:
        batches = pool.map(lambda _: _load(address, path, end), range(clients))
        return [duration for batch in batches for duration in batch]


def _load(address: tuple[str, int], path: str, end: float) -> list[float]:
    host = f"localhost:{address[1]}"
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Mozilla\r\n\r\n".encode()
    took = []
    with socket.create_connection(address, timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (started := time.perf_counter()) < end:
            connection.sendall(request)
            _read_one(connection)
            took.append(time.perf_counter() - started)
    return took


def _read_one(connection: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _blank, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head[:200]
    length = re.search(rb"(?i)content-length: (\d+)", head)
    missing = int(length.group(1)) - len(body) if length else 0
    while missing > 0:
        missing -= len(connection.recv(65536))
