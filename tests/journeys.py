"""People on their way through the portals: HTTP only, pages read as a person reads them."""

import re
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD
from tests.support import canary

NEW = "seven quiet lanterns under rain"


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._skipping += tag in {"script", "style", "head"}

    def handle_endtag(self, tag: str) -> None:
        self._skipping -= tag in {"script", "style", "head"}

    def handle_data(self, data: str) -> None:
        if not self._skipping and data.strip():
            self.words.append(" ".join(data.split()))


def words_of(response: Any) -> str:
    """What a page says, without its markup."""
    parser = _Words()
    parser.feed(response.content.decode())
    return " ".join(parser.words)


class Journey:
    """A browser, and where it stands."""

    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client(REMOTE_ADDR="192.0.2.1")
        self.page: HttpResponse = HttpResponse()

    @property
    def words(self) -> str:
        return words_of(self.page)

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.page.content.decode(), re.S)
        return " ".join(re.sub(r"<[^>]+>", "", found[1]).split()) if found else ""

    @property
    def step(self) -> str:
        """The name of the page the browser stands on."""
        match = self.page.resolver_match  # type: ignore[attr-defined]
        return str(match.view_name)

    def get(self, name: str, **query: str) -> "Journey":
        self.page = self.client.get(reverse(name), query, follow=True)  # type: ignore[assignment]
        return self

    def post(self, name: str, **fields: object) -> "Journey":
        self.page = self.client.post(reverse(name), fields, follow=True)  # type: ignore[assignment]
        return self


class ResetJourney(Journey):
    """Getting back in."""

    def start(self, name: str) -> "ResetJourney":
        self.post("reset:start", username=name)
        return self

    def choose(self, number: int = 0) -> "ResetJourney":
        self.post("reset:method", check=number)
        return self

    def answer(self, code: str) -> "ResetJourney":
        self.post("reset:code", code=code)
        return self

    def save(self, password: str = NEW) -> "ResetJourney":
        canary.watch(password)
        self.post("reset:password", new_password=password)
        return self


def can_sign_in(name: str, password: str = PASSWORD) -> bool:
    """Does a fresh browser get in with this password?"""
    journey = Journey(Client(REMOTE_ADDR="198.51.100.7"))
    canary.watch(password)
    journey.post("signin:sign_in", username=name, password=password)
    return bool(journey.client.get(reverse("account")).status_code == 200)
