"""A telephone company on a loopback port: speaks Twilio's interface, or a gateway's, as scripted.

What it is told to do with a request: take it (the default), refuse it with an error, hang after it
was accepted, or cut the line.
"""

import base64
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import RequestValidator

ACCOUNT = "AC" + "0" * 32
TOKEN = "the token of the tests' telephone account"
SENDER = "+12025550100"


@dataclass(frozen=True)
class Asked:
    """One request, as it came in."""

    method: str
    path: str
    fields: dict[str, str]
    headers: dict[str, str]
    body: str


@dataclass
class Answer:
    """``hangs``: read everything, then say nothing until ``release`` is set. ``cuts``: hang up."""

    status: int = 201
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    cuts: bool = False


def refusal(status: int, code: int, **headers: str) -> Answer:
    """An error in Twilio's form. It names the number, as theirs do."""
    message = "The number +12025550123 did not work"
    content = {"code": code, "message": message, "more_info": "", "status": status}
    return Answer(
        status, content, {name.replace("_", "-"): value for name, value in headers.items()}
    )


class Company(ThreadingHTTPServer):
    """``script`` holds the answers to come; once it is used up, everything is taken."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.asked: list[Asked] = []
        self.script: list[Answer] = []
        self.release = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def clear(self) -> None:
        self.release.set()
        self.asked.clear()
        self.script.clear()
        self.release = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what some tests are about."""


def serve() -> Company:
    """Start it; the caller shuts it down."""
    company = Company()
    threading.Thread(target=company.serve_forever, args=(0.02,), daemon=True).start()
    return company


def signed(url: str, fields: dict[str, str], token: str = TOKEN) -> str:
    """The signature Twilio would send along."""
    signature: str = RequestValidator(token).compute_signature(url, fields)
    return signature


class _Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Company

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        address = urlsplit(self.path)
        fields = dict(parse_qsl(address.query)) | dict(parse_qsl(body))
        headers = {name.lower(): value for name, value in self.headers.items()}
        company = self.server
        company.asked.append(Asked(self.command, address.path, fields, headers, body))
        answer = company.script.pop(0) if company.script else Answer()
        if answer.hangs:
            company.release.wait(20)
        if answer.hangs or answer.cuts:
            self.close_connection = True
            return
        self._say(answer, fields)

    do_GET = do_POST

    def _say(self, answer: Answer, fields: dict[str, str]) -> None:
        wrong = self.path.startswith("/2010") and self.headers.get("Authorization") != _BASIC
        if wrong:
            answer = refusal(401, 20003)
        content = answer.content if answer.content is not None else self._taken(fields)
        raw = content.encode() if isinstance(content, str) else json.dumps(content).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _taken(self, fields: dict[str, str]) -> dict[str, Any]:
        kind = "CA" if "/Calls" in self.path else "SM"
        return {
            "sid": f"{kind}{len(self.server.asked):032x}",
            "account_sid": ACCOUNT,
            "to": fields.get("To"),
            "status": "queued",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "error_code": None,
            "date_created": "Sat, 21 Nov 2026 09:00:00 +0000",
        }

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


_BASIC = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
