"""What the templates of reports and statistics need beside the components."""

from typing import Any

from django import template
from django.template.context import Context

from reports.annual.bound import MissingNumberError
from reports.statistics.cube import Cell, Cube

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


@register.filter
def lookup(values: Any, key: Any) -> Any:
    """The value of a key that is itself a variable."""
    return values[key]
