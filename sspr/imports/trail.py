"""What an import leaves in the audit trail."""

from collections import Counter
from collections.abc import Iterable, Sequence

from accounts.audit.events import Event
from accounts.audit.services import record_many
from accounts.client import Client
from accounts.people.events import PeopleImported
from accounts.people.models import Directory, User
from registration.events import FactorsImported
from sspr.imports.rows import CREATED, UPDATED, Row


def note(
    kind: type[PeopleImported] | type[FactorsImported],
    rows: Sequence[Row],
    noted: Iterable[tuple[Event, User | None]],
    directory: Directory,
) -> None:
    """Which rows these were and what came of them, and then what happened to each person."""
    counts = Counter(row.result for row in rows)
    done = kind(
        first_row=rows[0].number,
        last_row=rows[-1].number,
        created=counts[CREATED],
        updated=counts[UPDATED],
    )
    record_many([(done, None), *noted], directory=directory.pk, client=Client.nowhere())
