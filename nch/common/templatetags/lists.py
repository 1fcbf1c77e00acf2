"""Lists of rows as template tags: pages, sorting, tools, and what waits, has happened or is kept."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.template.context import Context

from nch.common import components
from nch.common.formats import format_number

register = template.Library()

_NOTHING = components.NOTHING


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page_obj: Page) -> dict[str, Any]:
    """“Visar 1–25 av 312” and links to the other pages that keep the filters."""
    request = context.get("request")
    links = [
        {"number": number, "url": _query(request, page=number), "current": number == page_obj.number}
        if number
        else {"number": None}
        for number in components.page_numbers(page_obj)
    ]
    return {
        "page": page_obj,
        "first": format_number(page_obj.start_index()),
        "last": format_number(page_obj.end_index()),
        "total": format_number(page_obj.paginator.count),
        "links": links if page_obj.has_other_pages() else [],
        "previous_url": _query(request, page=page_obj.previous_page_number()) if page_obj.has_previous() else "",
        "next_url": _query(request, page=page_obj.next_page_number()) if page_obj.has_next() else "",
    }


@register.inclusion_tag("components/list_tools.html", takes_context=True)
def list_tools(context: Context) -> dict[str, Any]:
    """What one does with a list as filtered: fetch it as a file, open a saved view, save this one.

    The list's view gives `list_tools` (nch.audit.lists.WorkingListView): the saved `views`, each with its query and
    owner, and the form to save one.
    """
    request: HttpRequest | None = context.get("request")
    tools = context["list_tools"]
    path = request.path if request else ""
    here = request.GET.copy() if request else QueryDict(mutable=True)
    for name in ("page", "format", "vy"):
        here.pop(name, None)
    return {
        "csrf_token": context.get("csrf_token"),
        "xlsx_url": _query(request, format="xlsx", page=None),
        "csv_url": _query(request, format="csv", page=None),
        "path": path,
        "here": _query(request, page=None, vy=None),
        "views": [(view, view.query == here.urlencode(), view.owner_id == tools["user_id"]) for view in tools["views"]],
        "form": tools["save_form"],
    }


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: Context, label: str, key: str, *, numeric: bool = False) -> dict[str, Any]:
    """A column head that sorts by `key`, and the other way round when chosen again.

    What the list is sorted by is read from `current_sort` in the context (say it where there is a default order),
    otherwise from the address.
    """
    request: HttpRequest | None = context.get("request")
    current = context.get("current_sort") or (request.GET.get("sort", "") if request else "")
    order = {key: "ascending", f"-{key}": "descending"}.get(current, "none")
    return {
        "label": label,
        "numeric": numeric,
        "order": order,
        "url": _query(request, sort=f"-{key}" if order == "ascending" else key, page=None),
    }


def _query(request: HttpRequest | None, **changes: Any) -> str:
    """The present query string with some parameters replaced, or left out where None."""
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/task_list.html")
def task_list(items: Iterable[Any]) -> dict[str, Any]:
    """What waits: each task with its state and, in words, when it is due."""

    def part(item: Any, name: str) -> Any:
        return item.get(name) if isinstance(item, dict) else getattr(item, name, None)

    return {"tasks": [(item, *components.due_words(part(item, "due"))) for item in items]}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """What has happened, one entry per event."""
    return {"entries": entries}


@register.inclusion_tag("components/file_list.html")
def file_list(files: Iterable[Any]) -> dict[str, Any]:
    """Files to open, each with its kind and size."""
    return {"files": files}


@register.inclusion_tag("components/summary_list.html")
def summary_list(pairs: Any) -> dict[str, Any]:
    """Facts as label and value; None and the empty string are shown as a dash."""
    rows = pairs.items() if isinstance(pairs, dict) else pairs
    return {"rows": [(label, _NOTHING if value in (None, "") else value) for label, value in rows]}
