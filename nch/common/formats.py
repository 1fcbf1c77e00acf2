"""How numbers, kronor and dates are written in Swedish, and how what people type is read back."""

import datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone

NBSP = "\u00a0"
MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]
_BLANKS = {ord(blank): None for blank in (" ", "\t", NBSP, "\u202f", "\u2009")}


class NotANumberError(ValueError):
    """The text cannot be read as a Swedish number."""


def format_number(value: int | Decimal | float, *, decimals: int | None = None) -> str:
    """Write `1 234 567,5` with no-break spaces, a decimal comma and a true minus sign.

    Without `decimals`, decimals are shown only where they are not zero (two, as for öre).
    """
    number = Decimal(str(value))
    if decimals is None:
        decimals = 0 if number == number.to_integral_value() else 2
    text = f"{abs(number):,.{decimals}f}".replace(",", NBSP).replace(".", ",")
    return f"\u2212{text}" if number < 0 and any(c in "123456789" for c in text) else text


def format_kronor(value: int | Decimal) -> str:
    """Write an amount in kronor: `1 234 567 kr`, with öre only where there are any."""
    return f"{format_number(value)}{NBSP}kr"


def format_date(day: datetime.date, *, long: bool = False) -> str:
    """Write `2026-11-21`, or `21 november 2026` in running text. A datetime is shown in Swedish time."""
    if isinstance(day, datetime.datetime):
        day = timezone.localtime(day).date()
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if long else day.isoformat()


def format_datetime(moment: datetime.datetime) -> str:
    """Write `2026-11-21 09:05` in Swedish time."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def parse_number(text: str) -> Decimal:
    """Read a number as Swedes type it: blanks of any kind between thousands, comma or point for decimals.

    Raises NotANumberError where the text is something else, so that `1.234.567` is not read as 1,23.
    """
    cleaned = text.translate(_BLANKS).replace("\u2212", "-")
    if cleaned.lower().endswith("kr"):
        cleaned = cleaned[:-2]
    if cleaned.count(",") + cleaned.count(".") > 1:
        raise NotANumberError(text)
    cleaned = cleaned.replace(",", ".")
    if not cleaned.lstrip("-").replace(".", "").isascii() or not cleaned.lstrip("-").replace(".", "").isdigit():
        raise NotANumberError(text)
    try:
        return Decimal(cleaned)
    except InvalidOperation as error:
        raise NotANumberError(text) from error
