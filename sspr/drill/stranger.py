"""A browser without manners: plain HTTP, with every header and every byte of the address ours."""

import http.client
import re
import ssl
import threading
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

TIMEOUT = 20  # seconds for one answer
LONGEST = 2_000_000  # bytes of an answer that are read
MOST_REDIRECTS = 5
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')

Headers = tuple[tuple[str, str], ...]


class Unjudged(Exception):
    """An attack could not be carried out, or says nothing; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``path``: of the address that was asked."""

    status: int
    headers: Headers
    text: str
    path: str

    def header(self, name: str) -> str:
        """The first of a name, or nothing."""
        found = (value for key, value in self.headers if key.lower() == name.lower())
        return next(found, "")

    @property
    def leads_to(self) -> str:
        """The path of a redirect; empty when this is none."""
        target = self.header("Location") if 300 <= self.status < 400 else ""
        return urlsplit(urljoin(self.path, target)).path if target else ""

    @property
    def token(self) -> str:
        """The token of the first form."""
        found = _TOKEN.search(self.text)
        return found[1] if found else ""


@dataclass
class Target:
    """The server, and how many requests it has had of those it may get."""

    url: str
    name: str = ""
    most: int = 500
    sent: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self) -> None:
        """One more request. Raises Unjudged when there were enough."""
        with self._lock:
            if self.sent >= self.most:
                raise Unjudged(f"the {self.most} requests of this drill are used up")
            self.sent += 1


class Stranger:
    """One browser: it has cookies of its own, and keeps no connection."""

    def __init__(self, target: Target, cookies: dict[str, str] | None = None) -> None:
        self.target = target
        self.cookies = dict(cookies or {})
        self._base = urlsplit(target.url)

    def twin(self) -> "Stranger":
        """Another browser with the same cookies."""
        return Stranger(self.target, self.cookies)

    def get(self, path: str, *, host: str = "", more: Headers = (), whole: str = "") -> Answer:
        """``host`` replaces the Host header, and ``whole`` the address of the request line."""
        return self._ask("GET", path, "", host=host, more=more, whole=whole)

    def post(self, path: str, fields: dict[str, str], *, more: Headers = ()) -> Answer:
        """Send a form as this server's own page would."""
        return self._ask("POST", path, urlencode(fields), more=(*self._same_origin(), *more))

    def post_from(self, origin: str, path: str, fields: dict[str, str]) -> Answer:
        """Send a form as a page of another site would."""
        more = (("Origin", origin), ("Referer", f"{origin}/"))
        return self._ask("POST", path, urlencode(fields), more=more)

    def send(self, path: str, **fields: str) -> Answer:
        """Open a page, fill its form in and send it."""
        page = self.follow(self.get(path))
        return self.post(page.path, {"csrfmiddlewaretoken": page.token, **fields})

    def follow(self, answer: Answer) -> Answer:
        """Go where redirects lead, on this server."""
        for _ in range(MOST_REDIRECTS):
            if not answer.leads_to:
                break
            answer = self.get(answer.leads_to)
        return answer

    def _same_origin(self) -> Headers:
        origin = f"{self._base.scheme}://{self._base.netloc}"
        return (("Origin", origin), ("Referer", f"{origin}/"))

    def _ask(
        self, verb: str, path: str, body: str, *, more: Headers, host: str = "", whole: str = ""
    ) -> Answer:
        self.target.count()
        connection = self._connection()
        try:
            connection.putrequest(verb, whole or path, skip_host=True, skip_accept_encoding=True)
            for name, value in self._headers(host, body, more):
                connection.putheader(name, value)
            connection.endheaders(body.encode() or None)
            return self._read(connection.getresponse(), path)
        except (OSError, http.client.HTTPException) as error:
            raise Unjudged(f"no answer to {verb} {path}: {type(error).__name__}") from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        assert self._base.hostname
        port = self._base.port
        if self._base.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(
                self._base.hostname, port, timeout=TIMEOUT, context=context
            )
        return http.client.HTTPConnection(self._base.hostname, port, timeout=TIMEOUT)

    def _headers(self, host: str, body: str, more: Headers) -> Headers:
        made = [
            ("Host", host or self._base.netloc),
            ("User-Agent", "sspr-drill"),
            ("Accept-Language", "en"),
        ]
        if self.cookies:
            made.append(("Cookie", "; ".join(f"{k}={v}" for k, v in self.cookies.items())))
        if body:
            made.append(("Content-Type", "application/x-www-form-urlencoded"))
            made.append(("Content-Length", str(len(body.encode()))))
        return (*made, *more)

    def _read(self, response: http.client.HTTPResponse, path: str) -> Answer:
        text = response.read(LONGEST).decode("utf-8", "replace")
        headers = tuple(response.getheaders())
        for name, value in headers:
            if name.lower() == "set-cookie":
                self._keep(value)
        return Answer(response.status, headers, text, urlsplit(path).path)

    def _keep(self, line: str) -> None:
        try:
            self.cookies |= {key: one.value for key, one in SimpleCookie(line).items()}
        except CookieError:
            return
