"""Secrets that must turn up nowhere: not in a row, a log, an address, a cookie or a mail.

Every password and code that a test uses is told to ``watch``; afterwards ``leaks`` looks for them
in everything the product has left behind.
"""

import json
import logging
import re
from collections.abc import Iterator
from email.message import EmailMessage
from importlib import import_module
from typing import Any
from urllib.parse import quote, quote_plus

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils.encoding import iri_to_uri

from sspr.logs import Formatter

_ADDRESS = re.compile(r"https?://\S+")

_secrets: set[str] = set()
_lines: list[str] = []
_addresses: list[str] = []
_cookies: list[str] = []


class Recorder(logging.Handler):
    """Keeps every log line as an operator would read it, tracebacks included."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Formatter())

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("django.db.backends"):
            return
        _lines.append(self.format(record))


def watch(secret: str) -> str:
    """From now on, until the end of the test, this must be found nowhere, however written."""
    _secrets.update({secret, json.dumps(secret)[1:-1]})
    _secrets.update({quote(secret), quote_plus(secret), iri_to_uri(secret)})
    return secret


def saw_address(address: str) -> None:
    _addresses.append(address)


def saw_cookie(cookie: str) -> None:
    _cookies.append(cookie)


def forget() -> None:
    """Start afresh: called around every test."""
    for kept in (_secrets, _lines, _addresses, _cookies):
        kept.clear()


def leaks_outside() -> list[str]:
    """Where a secret turned up in logs, addresses or cookies."""
    places = {"log": _lines, "address": _addresses, "cookie": _cookies}
    return [
        f"{place}: {text[:300]}"
        for place, texts in places.items()
        for text in texts
        if _holds_a_secret(text)
    ]


def leaks_in_rows() -> list[str]:
    """Where a secret turned up in the database, sessions decoded."""
    return [
        f"{model._meta.db_table}: {str(row)[:300]}"
        for model in apps.get_models(include_auto_created=True)
        for row in _rows(model._meta.db_table)
        if any(_holds_a_secret(_text(value)) for value in row)
    ] + [f"session: {data}" for data in _sessions() if _holds_a_secret(str(data))]


def leaks_in_mails(mails: list[EmailMessage]) -> list[str]:
    """Mails with a password in them, or with any secret in an address that they link to.

    A code may stand in a mail: that is how it is sent.
    """
    return [f"mail: {mail['Subject']}" for mail in mails if _mail_leaks(_mail_text(mail))]


def _mail_text(mail: EmailMessage) -> str:
    parts = [part for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join(part.get_content() for part in parts)


def _mail_leaks(text: str) -> bool:
    passwords = [secret for secret in _secrets if not secret.isdigit()]
    links = " ".join(_ADDRESS.findall(text))
    return _holds_a_secret(links) or any(password in text for password in passwords)


def _holds_a_secret(text: str) -> bool:
    return any(
        secret in text and re.search(rf"(?<![\w.]){re.escape(secret)}(?!\w)", text)
        for secret in _secrets
    )


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    return str(value)


def _rows(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  the table's own name
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _sessions() -> Iterator[dict[str, Any]]:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    model = store.get_model_class()
    for row in model._base_manager.all():
        yield row.get_decoded()
