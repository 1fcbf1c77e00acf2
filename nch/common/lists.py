"""Lists that people filter, sort and page through: what every such page shares."""

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.views.generic import ListView

PAGE_SIZE = 25


class SortedListView(ListView):
    """A list paged by 25 and sorted by `?sort=` among `sort_fields` (name in the address → lookup); `-` turns it."""

    paginate_by = PAGE_SIZE
    sort_fields: ClassVar[dict[str, str]] = {}
    default_sort = ""

    def sort_order(self) -> list[str]:
        """The ordering asked for, or the default; the primary key last so that pages never overlap."""
        wanted = self.request.GET.get("sort", "") or self.default_sort
        lookup = self.sort_fields.get(wanted.lstrip("-")) or self.sort_fields[self.default_sort.lstrip("-")]
        return [f"-{lookup}" if wanted.startswith("-") else lookup, "-pk"]

    def get_queryset(self) -> QuerySet[Model]:
        return self.filtered().order_by(*self.sort_order())

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Find the page among the keys alone and read only its rows in full: a late page then costs as an early one.

        Both are one query: the page's keys are a subquery of the one that reads its rows.
        """
        keys = queryset.values_list("pk", flat=True)
        paginator, page, _, is_paginated = super().paginate_queryset(keys, page_size)
        page.object_list = list(queryset.filter(pk__in=page.object_list))
        return paginator, page, page.object_list, is_paginated

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = self.request.GET.get("sort", "") or self.default_sort
        return super().get_context_data(current_sort=wanted, **kwargs)

    def filtered(self) -> QuerySet[Any]:
        """The rows that the user may see and has asked for."""
        raise NotImplementedError
