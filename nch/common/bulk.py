"""Inserting very many rows: a hundred thousand model objects would take several times as long as reading a file."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def insert_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of plain values, given in the order of `columns`, which are the table's.

    PostgreSQL copies them in. The values are those that the driver takes: keys, text, numbers, days, moments.
    """
    quote = connection.ops.quote_name
    named = f"{quote(model._meta.db_table)} ({', '.join(map(quote, columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {named} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            # Table and columns are our own; the values go as parameters.
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {named} VALUES ({places})", list(rows))  # noqa: S608


def reserve_keys(model: type[Model], number: int) -> range | list[int]:
    """Primary keys for so many new rows, nobody else's; to be called in the transaction that inserts them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(statement, [f'"{table}"', "id", number])
            return [key for (key,) in cursor.fetchall()]
        # A writer has SQLite to itself, and inserting a key moves the numbering past it.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    first = (found[0] if found else 0) + 1
    return range(first, first + number)
