"""A reset portal that gets everything wrong on purpose, on a loopback port."""

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KNOWN = "ada@corp.example"
_FORM = '<form><input name="csrfmiddlewaretoken" value="one"><input name="code"></form>'
_CHOICE = '<label class="choice"><input name="check" value="0"><span><b>Email</b></span></label>'


class Broken(BaseHTTPRequestHandler):
    """Believes every header, forgets to count, and leads everybody everywhere."""

    sent = itertools.count()

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if "next" in query:
            self._lead(query["next"][0])
        else:
            host = self.headers.get("X-Forwarded-Host") or self.headers["Host"]
            link = f'<a href="https://{escape(host)}/">home</a>'
            more = "<p>Welcome back</p>" if self._knows() else ""
            self._show(f"{link}{_FORM}{_CHOICE}{more}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        fields = {key: values[0] for key, values in parse_qs(body).items()}
        if self.path == "/reset/":
            self._lead("/reset/method/", cookie=f"name={fields.get('username', '')}")
        elif self.path == "/reset/method/":
            self._lead("/reset/code/")
        else:
            self._show(_FORM)

    def _knows(self) -> bool:
        return KNOWN in self.headers.get("Cookie", "")

    def _lead(self, place: str, cookie: str = "") -> None:
        self.send_response(302)
        self.send_header("Location", place)
        self.send_header("Set-Cookie", "session=always-the-same")
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()

    def _show(self, page: str) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class Claimed(Broken):
    """Pauses a network after 5 names, and believes whoever claims to come from another."""

    sent = itertools.count()

    def do_POST(self) -> None:
        claims = [name for name in self.headers if name.lower().startswith("x-forwarded")]
        if self.path == "/reset/" and not claims and next(self.sent) >= 5:
            self.send_response(429)
            self.end_headers()
        else:
            super().do_POST()


class _Server(ThreadingHTTPServer):
    request_queue_size = 64  # connections that wait


@contextmanager
def serving(kind: type[Broken]) -> Iterator[str]:
    """The address of such a server."""
    kind.sent = itertools.count()
    server = _Server(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
