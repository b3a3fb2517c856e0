"""Rows by the thousand, at a fraction of what statements with as many values cost."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import StringIO
from itertools import repeat
from operator import itemgetter
from typing import Any

from django.db import IntegrityError, connection, models

Values = Mapping[str, Any]  # by the attributes of a model's fields: user_id, not user

_LISTED = "(SELECT value FROM json_each(%s))"
_PIECE = 1 << 16  # characters handed over at once
_WRITTEN: dict[type[object], Callable[[Any], str]] = {  # what str() would not do
    models.BinaryField: lambda value: f"\\x{bytes(value).hex()}",
    models.JSONField: json.dumps,
}


@models.Field.register_lookup
class Among(models.Lookup):
    """``pk__among=keys`` is ``pk__in=keys`` with one parameter, however many there are.

    Of a foreign key it is ``user__pk__among``. What is looked for are plain numbers or texts.
    """

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[Any]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, given = self.process_lhs(compiler, connection)
        return f"{column} IN {_LISTED}", (*given, json.dumps(self.rhs))

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, given = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*given, self.rhs)


def insert(model: type[models.Model], rows: Sequence[Values]) -> None:
    """Insert rows, all with the same attributes, in the caller's transaction.

    What they do not name has its default, one for all. On PostgreSQL it is a COPY, elsewhere
    ``bulk_create``, and either raises the same.
    """
    if not rows:
        return
    if connection.vendor == "postgresql":
        _copy(model, rows)
    else:
        model._default_manager.bulk_create(model(**row) for row in rows)


def _copy(model: type[models.Model], rows: Sequence[Values]) -> None:
    """An empty cell is NULL where a column may be, and an empty text where it may not."""
    options = model._meta
    fields = [field for field in options.concrete_fields if field is not options.auto_field]
    text = StringIO()
    csv.writer(text).writerows(zip(*(_cells(field, rows) for field in fields), strict=True))
    text.seek(0)
    never_null = _named([field for field in fields if not field.null])
    statement = (
        f"COPY {connection.ops.quote_name(options.db_table)} ({_named(fields)})"
        f" FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({never_null}))"
    )
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(statement, text, _PIECE)


def _cells(field: "models.Field[Any, Any]", rows: Sequence[Values]) -> Iterable[Any]:
    written: Callable[[Any], Any] = _WRITTEN.get(type(field), _as_it_is)
    if field.attname not in rows[0]:
        default = field.get_default()
        return repeat(written(default), len(rows))
    values = list(map(itemgetter(field.attname), rows))
    if not field.null and None in values:  # which COPY would take for an empty text
        raise IntegrityError(f"{field.name} is never null")
    return values if written is _as_it_is else map(written, values)


def _as_it_is(value: Any) -> Any:
    return value


def _named(fields: "Sequence[models.Field[Any, Any]]") -> str:
    return ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
