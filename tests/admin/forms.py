"""Filling in the forms of the configuration portal as a browser does."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Fields(HTMLParser):
    """The named fields of a page's main form, with what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, Any] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self._select = name
            self.held.setdefault(name, [])
        elif tag == "option" and "selected" in given and self._select:
            self.held[self._select].append(given.get("value", ""))
        elif tag == "textarea":
            self._area, self.held[name] = name, ""

    def handle_endtag(self, tag: str) -> None:
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.held[self._area] += data.removeprefix("\r\n").removeprefix("\n")

    def _input(self, name: str, given: dict[str, Any]) -> None:
        kind = given.get("type", "text")
        if kind in {"submit", "file", "button"}:
            return
        if kind in {"checkbox", "radio"}:
            if "checked" in given:
                self.held.setdefault(name, []).append(given.get("value", "on"))
            return
        self.held[name] = given.get("value", "")


def fields_of(client: Client, address: str) -> dict[str, Any]:
    """What the form on a page would send as it stands."""
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    parser = _Fields()
    parser.feed(page.content.decode())
    return {name: value for name, value in parser.held.items() if name != "csrfmiddlewaretoken"}


def fill(client: Client, address: str, **given: Any) -> Any:
    """Open a form, change these fields (None empties one), send it, and follow to the answer."""
    held = {**fields_of(client, address), **given}
    sent = {name: value for name, value in held.items() if value is not None}
    return client.post(address, sent, follow=True)


def errors_on(response: Any) -> str:
    """Every refusal a page shows, in one text."""
    form = response.context["adminform"].form
    inline = [formset.formset for formset in response.context["inline_admin_formsets"]]
    shown = [*form.errors.values(), *[error for one in inline for error in one.non_form_errors()]]
    return " ".join(str(error) for error in shown)
