"""Reading much, in many questions, as it was at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read within is read as of one moment, whatever others save meanwhile; nothing is written in it.

    Nobody waits for it. It is a transaction of its own and not part of another one (RuntimeError).
    """
    # A test's own transaction has begun already; and whoever writes to SQLite has it to himself.
    begins_here = not connection.in_atomic_block
    with transaction.atomic(durable=True):
        if begins_here and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
