"""Numbers, money and days as Swedish readers expect them, as template filters."""

import datetime
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from nch.common import components
from nch.common.formats import format_date, format_datetime, format_hours, format_kronor, format_number, format_time

register = template.Library()

_NOTHING = components.NOTHING


@register.filter
def kr(value: int | Decimal | None) -> str:
    """`1 234 567 kr`."""
    return _NOTHING if value is None or value == "" else format_kronor(value)


@register.filter
def number(value: int | Decimal | float | None, decimals: int | None = None) -> str:
    """`1 234,5`; with an argument always that many decimals."""
    return _NOTHING if value is None or value == "" else format_number(value, decimals=decimals)


@register.filter
def swedish_date(value: datetime.date | None) -> str:
    """`2026-11-21`."""
    return format_date(value) if value else _NOTHING


@register.filter
def swedish_date_long(value: datetime.date | None) -> str:
    """`21 november 2026`."""
    return format_date(value, long=True) if value else _NOTHING


@register.filter
def swedish_datetime(value: datetime.datetime | None) -> str:
    """`2026-11-21 09.05`; a plain date stays a date."""
    if not value:
        return _NOTHING
    return format_datetime(value) if isinstance(value, datetime.datetime) else format_date(value)


@register.filter
def swedish_time(value: datetime.time | datetime.datetime | None) -> str:
    """`09.05`; midnight too is a time."""
    return _NOTHING if value is None else format_time(value)


@register.simple_tag
def swedish_hours(begins: datetime.time | datetime.datetime, ends: datetime.time | datetime.datetime) -> SafeString:
    """`09.00–16.00`, never broken over two lines."""
    return format_html('<span class="nch-unbroken">{}</span>', format_hours(begins, ends))


@register.filter
def iso_moment(value: datetime.date | None) -> str:
    """The machine's form, for `<time datetime>`."""
    return value.isoformat() if value else ""
