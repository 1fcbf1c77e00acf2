"""Lists that people filter, sort and page through: what every such page shares (docs/decisions/0020)."""

from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar, cast

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.views.generic import ListView

PAGE_SIZE = 25


COUNTED_ANEW = 1_000
"""Up to so many rows a list says exactly how many there are now."""
_SECONDS_KEPT = 30


def number_of(rows: QuerySet[Any], *, quick: Callable[[], int] | None = None) -> int:
    """How many rows there are; of more than COUNTED_ANEW, how many there were up to half a minute ago.

    Counting a hundred thousand rows takes longer than the rest of a list's page, and nobody misses the last of them.
    `quick` counts the same where there is a quicker way to count many.
    """
    keys = rows.order_by().values("pk")
    try:
        asked = keys.query.sql_with_params()
    except EmptyResultSet:  # no row can fit
        return 0
    key = f"rows:{sha256(repr(asked).encode()).hexdigest()}"
    if (kept := cache.get(key)) is not None:
        return int(kept)
    few = keys[: COUNTED_ANEW + 1].count()
    if few <= COUNTED_ANEW:
        return few
    number = keys.count() if quick is None else quick()
    cache.set(key, number, _SECONDS_KEPT)
    return number


class KeyPaginator(Paginator):
    """Pages of keys, found from the end that is nearer: the last page costs what the first one does.

    The keys of a page are a queryset, to be a part of the one that reads the rows and puts them in order. `count` says
    how many there are.
    """

    object_list: QuerySet[Any]

    def __init__(self, rows: QuerySet[Any], per_page: int, *, count: Callable[[], int], **kwargs: Any) -> None:
        super().__init__(rows, per_page, **kwargs)
        self._count = count

    @cached_property
    def count(self) -> int:
        return self._count()

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        if start > self.count // 2:
            return Page(self.object_list.reverse()[self.count - end : self.count - start], number, self)
        return Page(self.object_list[start:end], number, self)


class SortedListView(ListView):
    """A list paged by 25 and sorted by `?sort=` among `sort_fields` (name in the address → lookup); `-` turns it.

    Several lookups are an order in itself, which is turned as a whole, so that one index serves it both ways.
    """

    paginate_by = PAGE_SIZE
    sort_fields: ClassVar[dict[str, str | tuple[str, ...]]] = {}
    default_sort = ""

    def sort_order(self) -> list[str]:
        """The ordering asked for, or the default; the primary key last so that pages never overlap."""
        wanted = self.request.GET.get("sort", "") or self.default_sort
        lookups = self.sort_fields.get(wanted.lstrip("-")) or self.sort_fields[self.default_sort.lstrip("-")]
        turned = wanted.startswith("-")
        if isinstance(lookups, str):
            return [f"-{lookups}" if turned else lookups, "-pk"]
        order = [*lookups, "-pk"]
        return [_turned(lookup) for lookup in order] if turned else order

    def get_queryset(self) -> QuerySet[Model]:
        return self.filtered().order_by(*self.sort_order())

    def get_paginator(self, queryset: Any, per_page: int, *args: Any, **kwargs: Any) -> Paginator:
        return KeyPaginator(queryset, per_page, count=lambda: self.total(queryset))

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Find the page among the keys alone, which an index can give, and read only its rows in full.

        Both are one query: the page's keys are a subquery of the one that reads its rows.
        """
        keys = queryset.values_list("pk", flat=True)
        paginator, page, _, is_paginated = super().paginate_queryset(keys, page_size)
        page.object_list = list(self.in_full(queryset, cast(QuerySet[Any], page.object_list)))
        return paginator, page, page.object_list, is_paginated

    def in_full(self, rows: QuerySet[Any], keys: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with these keys, which are some of `rows`, in their order and with all that the page shows.

        A list that shows less than `rows` carry, or whose conditions take time, reads them here without.
        """
        return rows.filter(pk__in=keys)

    def total(self, rows: QuerySet[Any]) -> int:
        """How many rows there are on all pages; a list that knows a quicker way to count them says it here."""
        return rows.count()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = self.request.GET.get("sort", "") or self.default_sort
        return super().get_context_data(current_sort=wanted, **kwargs)

    def filtered(self) -> QuerySet[Any]:
        """The rows that the user may see and has asked for."""
        raise NotImplementedError


def _turned(lookup: str) -> str:
    return lookup.removeprefix("-") if lookup.startswith("-") else f"-{lookup}"
