"""One run: batch after batch, each in a transaction of its own.

A row is done or not done, never half: whatever ends the run, whole batches are there. Doing the
same file again finds those unchanged and goes on.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db import DataError, IntegrityError, transaction

from sspr.imports.rows import Loader, PlanT, Row


def run(
    rows: Iterable[Row],
    loader: Loader[PlanT],
    at_once: int,
    *,
    dry_run: bool,
    on_batch: Callable[[list[Row]], bool],
) -> bool:
    """Load the rows; False when ``on_batch``, told of every batch that is done, said to stop."""
    for batch in _batches(rows, at_once):
        understood = loader.prepare([row for row in batch if not row.faults])
        _settle(loader, understood, dry_run=dry_run)
        if not on_batch(batch):
            return False
    return True


def _batches(rows: Iterable[Row], at_once: int) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, at_once)):
        yield batch


def _settle(loader: Loader[PlanT], plans: list[PlanT], *, dry_run: bool) -> None:
    """Write the plans together; where the database refuses, halve until it is one row's fault.

    That happens when somebody else adds the same at the same moment. A dry run does it all and
    takes it back.
    """
    if not plans:
        return
    try:
        with transaction.atomic():
            loader.write(plans)
            if dry_run:
                transaction.set_rollback(True)
    except (IntegrityError, DataError):
        for plan in plans:
            plan.row.reset()
        if len(plans) == 1:
            plans[0].row.refuse("", "the database refused it: try again, and then ask for help")
            return
        middle = len(plans) // 2
        _settle(loader, plans[:middle], dry_run=dry_run)
        _settle(loader, plans[middle:], dry_run=dry_run)
