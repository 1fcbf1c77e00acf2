"""Saved queries: kept for whoever has the address, as long as somebody asks them.

Anybody may save one, so nothing is kept about who did, the same query is kept once, and what nobody asks goes away.
"""

import datetime
import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Q

from reports.models import SavedQuery
from reports.statistics import published
from reports.statistics.published import PublishedTable

KEY_BYTES: Final = 9
"""72 random bits, written as twelve characters."""

_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,16}")

MOST_BYTES: Final = 32 * 1024
"""Most bytes of one saved query; all codes of a table need not be named, since `*` stands for them."""

DAYS_NEVER_USED: Final = 30
DAYS_UNUSED: Final = 365


class TooLargeQueryError(Exception):
    """The query is larger than what is kept."""


def save_query(
    *,
    table: PublishedTable,
    language: str,
    output_format: str,
    output_parameters: Sequence[str],
    selection: dict[str, Any],
    on: datetime.date,
) -> SavedQuery:
    """Keep a query, or return the one that asks the same. Raises TooLargeQueryError."""
    content = {
        "table_id": table.id,
        "language": language,
        "output_format": output_format,
        "output_parameters": list(output_parameters),
        "selection": selection,
    }
    written = json.dumps(content, sort_keys=True).encode(errors="surrogatepass")
    if len(written) > MOST_BYTES:
        raise TooLargeQueryError
    query, _ = SavedQuery.objects.get_or_create(
        digest=hashlib.sha256(written).hexdigest(),
        defaults={**content, "key": secrets.token_urlsafe(KEY_BYTES), "created_on": on},
    )
    return query


def saved_query(key: str, *, on: datetime.date) -> tuple[SavedQuery, PublishedTable] | None:
    """The query and its table, and notes that it was asked; None for an unknown key.

    A query to a table that nobody outside may see at this moment is not there either.
    """
    query = SavedQuery.objects.filter(key=key).first() if _KEY.fullmatch(key) else None
    table = published.published_table(query.table_id) if query is not None else None
    if query is None or table is None:
        return None
    if query.used_on is None or query.used_on < on:
        SavedQuery.objects.filter(pk=query.pk).update(used_on=on)
    return query, table


def table_asked_by(key: str) -> str:
    """The identity of the table that a query asks, whether or not it is published; blank for an unknown key."""
    query = SavedQuery.objects.filter(key=key).first() if _KEY.fullmatch(key) else None
    return query.table_id if query else ""


def remove_unused(*, on: datetime.date) -> int:
    """Take away what nobody has asked for a year, or for a month since it was saved; return how many."""
    long_ago, lately = (on - datetime.timedelta(days=days) for days in (DAYS_UNUSED, DAYS_NEVER_USED))
    unused = Q(used_on__lt=long_ago) | Q(used_on=None, created_on__lt=lately)
    removed, _ = SavedQuery.objects.filter(unused).delete()
    return removed
