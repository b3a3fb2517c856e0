"""Queries that are written once.

Django writes a query's SQL anew each time, which takes several times as long as the database
needs to answer the short ones that every step of a reset asks. A ``Prepared`` query is an
ordinary one, with ``Given`` where a value comes later; what Django makes of it is kept. Only for
what is asked that often: everywhere else a plain query reads better.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import AutoField, Field, Model, QuerySet, Value
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql import UpdateQuery
from django.db.transaction import TransactionManagementError

from accounts.tenancy import InDirectory

Row = TypeVar("Row")


class Given(Value):
    """Stands where a value comes when the query is asked; ``field`` says what kind of value."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(name, output_field=field)

    def as_sql(self, *_: Any) -> tuple[str, Any]:
        return "%s", [self]

    def of(self, values: dict[str, Any]) -> Any:
        """The value, as the database wants it."""
        return self.output_field.get_db_prep_value(values[self.value], connection, prepared=False)


class Prepared(Generic[Row]):
    """``Prepared(lambda: User.objects.filter(pk=Given("pk", BigAutoField())))``.

    Its rows are models with what the query selects beside them; tuples for ``values_list()``.
    Thread-safe: what is kept never changes.
    """

    def __init__(self, write: Callable[[], "QuerySet[Any, Row]"]) -> None:
        self._write = write

    def all(self, **values: Any) -> list[Row]:
        """The rows for these values; the same values must be given each time."""
        plan = self._plan
        if plan.locks and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are held until the end of a transaction.")
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, _filled(plan.params, values))
            return list(plan.read(cursor.fetchall()))

    def first(self, **values: Any) -> Row | None:
        """The first row; a query for one row says so with its keys, or with ``[:1]``."""
        return next(iter(self.all(**values)), None)

    @cached_property
    def _plan(self) -> "_Plan":
        return _Plan(self._write())


class _Plan:
    """The SQL of a query, and how a row becomes an object: what ModelIterable finds out anew."""

    def __init__(self, queryset: "QuerySet[Any, Any]") -> None:
        self._alias = connection.alias
        compiler: Any = queryset.query.get_compiler(connection=connection)
        self.sql, self.params = compiler.as_sql()
        self.locks = queryset.query.select_for_update
        columns = [selected[0] for selected in compiler.select[: compiler.col_count]]
        self._converters = list(compiler.get_converters(columns).items())
        self._model: type[Model] | None = None
        if issubclass(queryset._iterable_class, ModelIterable):
            info = compiler.klass_info
            self._model = info["model"]
            chosen = info["select_fields"]
            self._own = slice(chosen[0], chosen[-1] + 1)
            self._names = [column.target.attname for column in columns[self._own]]
            self._related = get_related_populators(  # type: ignore[call-arg]  # stubs of Django 6
                info, compiler.select, self._alias
            )
            self._beside = list(compiler.annotation_col_map.items())

    def read(self, rows: list[tuple[Any, ...]]) -> Iterator[Any]:
        for row in map(list, rows):
            for position, (converters, column) in self._converters:
                for convert in converters:
                    row[position] = convert(row[position], column, connection)
            yield self._object(row) if self._model else tuple(row)

    def _object(self, row: list[Any]) -> Model:
        assert self._model
        made = self._model.from_db(self._alias, self._names, row[self._own])
        for related in self._related:
            related.populate(row, made)
        for name, position in self._beside:
            setattr(made, name, row[position])
        return made


class Change:
    """``Change(lambda: User.objects.filter(…), enabled=Given("enabled", BooleanField()))``: what
    ``QuerySet.update`` does, for rows and values that are given like those of ``Prepared``."""

    def __init__(self, write: Callable[[], "QuerySet[Any, Any]"], **changed: Any) -> None:
        self._write, self._changed = write, changed

    def make(self, **values: Any) -> int:
        """Change the rows for these values; returns how many there were."""
        sql, params = self._plan
        with connection.cursor() as cursor:
            cursor.execute(sql, _filled(params, values))
            return int(cursor.rowcount)

    @cached_property
    def _plan(self) -> tuple[str, Iterable[Any]]:
        query: Any = self._write().query.chain(UpdateQuery)
        query.add_update_values(self._changed)
        plan: tuple[str, Iterable[Any]] = query.get_compiler(connection=connection).as_sql()
        return plan


def _filled(params: Iterable[Any], values: dict[str, Any]) -> list[Any]:
    return [one.of(values) if isinstance(one, Given) else one for one in params]


def build_in_vain(*models: type[Model]) -> None:
    """Build objects as their rows would be built, for nobody to get: where a row is found for
    somebody and none for nobody, that is what takes longer (I9)."""
    for model in models:
        model.from_db(connection.alias, *_blank(model))


@cache
def _blank(model: type[Model]) -> tuple[list[str], list[None]]:
    names = [field.attname for field in model._meta.concrete_fields]
    return names, [None] * len(names)


def require_no_transaction() -> None:
    """Raise within a transaction, as ``atomic(durable=True)`` does: the one statement that follows
    is a transaction by itself, and what it counts must not be rolled back."""
    blocks: list[Any] = getattr(connection, "atomic_blocks", [])
    if blocks and not blocks[-1]._from_testcase:
        raise RuntimeError("What is counted here must not be rolled back.")


def delete(rows: "QuerySet[Any, Any]") -> int:
    """``rows.delete()`` for a model that nothing refers to, so that nothing need be looked for
    that would go with them; returns how many went."""
    gone: int = rows._raw_delete(rows.db)
    return gone


def insert(row: Model) -> None:
    """``row.save(force_insert=True)`` for a model that has no save of its own and no parents."""
    plan = _insertion(type(row))
    values = [
        field.get_db_prep_save(field.pre_save(row, True), connection) for field in plan.fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(plan.sql, values)
        if plan.is_numbered:
            row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias


def update(row: Model, *names: str) -> bool:
    """``row.save(update_fields=names)`` in one statement; False when there is no such row."""
    plan = _change(type(row), names)
    values = [
        field.get_db_prep_save(field.pre_save(row, False), connection) for field in plan.fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(plan.sql, values)
        return bool(cursor.rowcount)


class _Insertion:
    def __init__(self, model: type[Model]) -> None:
        meta, quote = model._meta, connection.ops.quote_name
        self.is_numbered = isinstance(meta.pk, AutoField)
        self.fields = [one for one in meta.concrete_fields if not isinstance(one, AutoField)]
        columns = ", ".join(quote(str(field.column)) for field in self.fields)
        marks = ", ".join("%s" for _field in self.fields)
        self.sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608  names of models only
        if self.is_numbered:
            self.sql += f" RETURNING {quote(str(meta.pk.column))}"


class _Change:
    """Of one row by its key, and of its directory only, where rows belong to one."""

    def __init__(self, model: type[Model], names: tuple[str, ...]) -> None:
        meta, quote = model._meta, connection.ops.quote_name
        changed: list[Any] = [meta.get_field(name) for name in names]
        keys: list[Any] = [meta.pk]
        if issubclass(model, InDirectory):
            keys.append(meta.get_field("directory"))
        self.fields = [*changed, *keys]
        values = ", ".join(f"{quote(field.column)} = %s" for field in changed)
        which = " AND ".join(f"{quote(field.column)} = %s" for field in keys)
        self.sql = f"UPDATE {quote(meta.db_table)} SET {values} WHERE {which}"  # noqa: S608  names of models only


@cache
def _change(model: type[Model], names: tuple[str, ...]) -> _Change:
    return _Change(model, names)


@cache
def _insertion(model: type[Model]) -> _Insertion:
    return _Insertion(model)
