"""How numbers, kronor and dates are written in Swedish, and how what people type is read back."""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

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
# Blanks and line breaks of every kind, but not the no-break space between thousands.
_RUN_OF_BLANKS = re.compile(rf"[^\S{NBSP}]+")
LONGEST_LINE = 200
_BLANKS = {ord(blank): None for blank in (" ", "\t", NBSP, "\u202f", "\u2009")}


# Thousands of times more kronor than there are; longer numbers are no amounts, and cannot be counted with exactly.
_MOST_DIGITS = 15
# What every database can hold as the number of a row.
HIGHEST_KEY = 10**18 - 1


class NotANumberError(ValueError):
    """The text cannot be read as a Swedish number."""


class TooLongNumberError(NotANumberError):
    """The text is a number with more digits than anything here is counted in."""


def format_number(value: int | Decimal | float, *, decimals: int | None = None) -> str:
    """Write `1 234 567,5` with no-break spaces, a decimal comma and a true minus sign.

    Without `decimals`, decimals are shown only where they are not zero (two, as for öre). A half is rounded up.
    """
    number = Decimal(str(value))
    if decimals is None:
        decimals = 0 if number == number.to_integral_value() else 2
    whole = abs(number).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{whole:,.{decimals}f}".replace(",", NBSP).replace(".", ",")
    return f"\u2212{text}" if number < 0 and any(c in "123456789" for c in text) else text


def format_kronor(value: int | Decimal) -> str:
    """Write an amount in kronor: `1 234 567 kr`, with öre only where there are any."""
    return f"{format_number(value)}{NBSP}kr"


def format_date(day: datetime.date, *, long: bool = False) -> str:
    """Write `2026-11-21`, or `21 november 2026` in running text. A datetime is shown in Swedish time."""
    if isinstance(day, datetime.datetime):
        day = timezone.localtime(day).date()
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if long else day.isoformat()


def format_time(time: datetime.time | datetime.datetime) -> str:
    """Write `09.05`, with a point as the Swedish rules of writing have it; of a datetime its time in Sweden."""
    return f"{timezone.localtime(time) if isinstance(time, datetime.datetime) else time:%H.%M}"


def format_hours(begins: datetime.time | datetime.datetime, ends: datetime.time | datetime.datetime) -> str:
    """Write `09.00–16.00`."""
    return f"{format_time(begins)}–{format_time(ends)}"


def format_datetime(moment: datetime.datetime) -> str:
    """Write `2026-11-21 09.05` in Swedish time, for those who read; files for programs have their own."""
    return f"{format_date(moment)} {format_time(moment)}"


def as_key(text: str) -> int | None:
    """The number of a row as a form or an address gives it; None for what no row can have."""
    return int(text) if text.isdecimal() and len(text) <= len(str(HIGHEST_KEY)) else None


def one_line(text: str) -> str:
    """The text as a title or subject can hold it: one line of at most 200 characters, cut with an ellipsis.

    For what is put together of parts that each fit, such as "Komplettera ansökan:" and the title of a call.
    """
    line = _RUN_OF_BLANKS.sub(" ", text).strip()
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1].rstrip()}…"


def parse_number(text: str) -> Decimal:
    """Read a number as Swedes type it: blanks of any kind between thousands, comma or point for decimals.

    Raises NotANumberError where the text is something else, so that `1.234.567` is not read as 1,23, and
    TooLongNumberError for more than fifteen digits on either side of the decimal sign.
    """
    cleaned = text.translate(_BLANKS).replace("\u2212", "-")
    if cleaned.lower().endswith("kr"):
        cleaned = cleaned[:-2]
    if cleaned.count(",") + cleaned.count(".") > 1:
        raise NotANumberError(text)
    cleaned = cleaned.replace(",", ".")
    if not cleaned.lstrip("-").replace(".", "").isascii() or not cleaned.lstrip("-").replace(".", "").isdigit():
        raise NotANumberError(text)
    if any(len(part) > _MOST_DIGITS for part in cleaned.lstrip("-").split(".")):
        raise TooLongNumberError(text)
    try:
        return Decimal(cleaned)
    except InvalidOperation as error:
        raise NotANumberError(text) from error
