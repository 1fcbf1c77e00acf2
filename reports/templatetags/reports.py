"""What the templates of reports and statistics need beside the components."""

from html import escape
from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from reports.annual.bound import MissingNumberError
from reports.exploring.pivot import Head, Pivot, PivotCell
from reports.statistics.cube import Category, Cell, Cube
from reports.statistics.grid import Grid

register = template.Library()


@register.simple_tag(takes_context=True)
def bound(context: Context, key: str) -> str:
    """The number that the report has bound to `key`. Raises MissingNumberError: a report never prints a hole."""
    numbers = context["numbers"]
    if key not in numbers:
        raise MissingNumberError(key)
    return numbers[key].text


@register.filter
def written(cell: Cell, cube: Cube) -> str:
    """A cell of a table as it is printed: a number, or in words why there is none."""
    return cube.written(cell)


@register.simple_tag
def grid_rows(grid: Grid, cube: Cube, *, symbols_only: bool = False) -> SafeString:
    """The rows of a table; with `symbols_only` a hidden or missing number is its symbol, and in words to be heard.

    Written here and not by a template, which takes five times as long: a page has hundreds of cells.
    """
    broken = f" ({'break in series' if cube.language == 'en' else 'tidsseriebrott'})"

    def written_cell(cell: Cell) -> str:
        written = cube.written(cell)
        seen = _seen_and_heard(cell.status, written) if symbols_only and cell.status else escape(written)
        return f'<td class="num">{seen}</td>'

    def named(one: Category) -> str:
        return f'<th scope="row">{escape(one.label)}{broken if one.break_label else ""}</th>'

    rows = (f"\n<tr>{''.join(map(named, row.stub))}{''.join(map(written_cell, row.cells))}</tr>" for row in grid.rows)
    return mark_safe("".join(rows))  # noqa: S308 - each part is escaped above


@register.simple_tag
def pivot_rows(pivot: Pivot) -> SafeString:
    """The rows of a table that somebody has turned, written here for the same reason: thousands of cells at most."""

    def head(one: Head) -> str:
        named = f' id="{escape(one.id)}"' if one.id else f' scope="{escape(one.scope)}"'
        span = f' rowspan="{one.span}"' if one.span > 1 else ""
        total = ' class="nch-pivot__total"' if one.is_total else ""
        return f"<th{named}{span}{total}>{escape(one.label)}</th>"

    def cell(one: PivotCell) -> str:
        named = f' headers="{escape(one.headers)}"' if one.headers else ""
        return f'<td class="num"{named}>{_seen_and_heard(one.text, one.why)}</td>'

    rows = (f"\n<tr>{''.join(map(head, row.heads))}{''.join(map(cell, row.cells))}</tr>" for row in pivot.rows)
    return mark_safe("".join(rows))  # noqa: S308 - each part is escaped above


def _seen_and_heard(text: str, why: str) -> str:
    """A number, or the symbol in its place with its meaning in words to be heard."""
    if not why:
        return escape(text)
    return f'<span aria-hidden="true">{escape(text)}</span><span class="sr-only">{escape(why)}</span>'


@register.filter
def lookup(values: Any, key: Any) -> Any:
    """The value of a key that is itself a variable."""
    return values[key]
