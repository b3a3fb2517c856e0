"""Reading the reports over HTTP, as staff who passed both factors."""

import html
import re
import uuid
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.audit.events import Event
from accounts.audit.models import AuditRecord
from accounts.audit.services import record
from accounts.client import Client as Visitor
from accounts.people.models import Directory, User
from accounts.signin import keys, rules
from tests.audit.happenings import VISITOR, Rang, Slammed

URL = "/reports/"
EXPORT = "/reports/export.csv"


def enter(client: Client, user: User, *, second_factor: bool = True) -> Client:
    """Sign a person in, with the second factor unless told otherwise."""
    session, now = client.session, int(timezone.now().timestamp())
    rules.start(session, user, Visitor.nowhere(), "", now)
    session.pop(keys.UNSETTLED, None)
    if second_factor:
        session[keys.SECOND_FACTOR_AT] = now
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client


def happen(directory: Directory, event: Event | None = None, **about: Any) -> AuditRecord:
    """One record."""
    values: dict[str, Any] = {"client": VISITOR, **about}
    return record(event or Rang(), directory=directory.pk, **values)


def happen_each(directory: Directory, count: int, **about: Any) -> list[str]:
    """So many attempts of one record each; returns their ids as written."""
    attempts = [uuid.uuid4() for _one in range(count)]
    for attempt in attempts:
        happen(directory, attempt=attempt, **about)
    return [str(attempt) for attempt in attempts]


def attempts_on(page: str) -> list[str]:
    """The attempts a page links to, in order."""
    return re.findall(r"/reports/attempts/([0-9a-f-]{36})/", page)


def rows_on(page: str) -> int:
    return page.count('<tr role="row">') - ('<thead role="rowgroup">' in page)


def link_on(page: str, text: str) -> str:
    """Where a link with this text leads; empty when there is none."""
    found = re.search(rf'href="(\?[^"]*)">{text}</a>', page)
    return html.unescape(found[1]) if found else ""


__all__ = ["EXPORT", "URL", "Rang", "Slammed", "enter", "happen", "happen_each"]
