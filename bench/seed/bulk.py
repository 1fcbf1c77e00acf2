"""Inserting many rows of many models at once with COPY."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeVar

from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Max, Model

M = TypeVar("M", bound=Model)
ROWS_AT_A_TIME = 50_000


class Bulk:
    """Gives rows their keys as they are added, so that others can point at them, and copies them in by and by.

    `breathe` is called between objects that belong together: what one flush holds may point at itself only.
    """

    def __init__(self) -> None:
        self.counts: Counter[type[Model]] = Counter()
        self._next: dict[type[Model], int] = {}
        self._rows: dict[type[Model], list[Model]] = {}

    def add(self, row: M) -> M:
        """Keep a row for the next flush; it has its primary key from now on."""
        model = type(row)
        if model not in self._next:
            self._next[model] = (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1
        row.pk = self._next[model]
        self._next[model] += 1
        self._rows.setdefault(model, []).append(row)
        self.counts[model] += 1
        return row

    def breathe(self) -> None:
        """Copy the rows in if there are many."""
        if sum(map(len, self._rows.values())) >= ROWS_AT_A_TIME:
            self.flush()

    def flush(self) -> None:
        """Copy all rows in, in one transaction."""
        connection = connections[DEFAULT_DB_ALIAS]
        with transaction.atomic(), connection.cursor() as cursor:
            for model, rows in self._rows.items():
                columns = ", ".join(connection.ops.quote_name(field.column) for field in _fields(model))
                table = connection.ops.quote_name(model._meta.db_table)
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for values in _values(model, rows):
                        copy.write_row(values)
        self._rows.clear()

    def close(self) -> None:
        """Flush, and let the database's own numbering go on after the last key."""
        self.flush()
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self._next)):
                cursor.execute(statement)


def _fields(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _values(model: type[Model], rows: list[Model]) -> Iterator[list[Any]]:
    fields, connection = _fields(model), connections[DEFAULT_DB_ALIAS]
    for row in rows:
        yield [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
