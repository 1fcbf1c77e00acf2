"""How a cell is read as a number or an amount. Each raises ValueError in Swedish, for the list of faults."""

from decimal import Decimal
from math import isfinite
from typing import Any

from import_export.widgets import Widget

from nch.common.fields import HIGHEST_AMOUNT
from nch.common.formats import NotANumberError, format_number, parse_number
from nch.common.workbooks.reading import short, text_of

_CENT = Decimal("0.01")
_HIGHEST = float(HIGHEST_AMOUNT)


class WholeNumber(Widget):
    """A whole number between two others, or nothing where it may be left out."""

    def __init__(self, lowest: int, highest: int, *, required: bool) -> None:
        super().__init__()
        self.lowest, self.highest, self.required = lowest, highest, required

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        if value == "" or value is None:
            if self.required:
                raise ValueError("Cellen är tom.")
            return None
        if type(value) is float and value.is_integer() and self.lowest <= value <= self.highest:
            return int(value)
        number = number_in(value)
        if number != int(number) or not self.lowest <= number <= self.highest:
            # Four digits may be a year, which is written without a blank.
            highest = format_number(self.highest) if self.highest > 9_999 else str(self.highest)
            raise ValueError(f"Skriv ett helt tal mellan {self.lowest} och {highest}.")
        return int(number)


class Kronor(Widget):
    """An amount in kronor, as a number of Excel's or as Swedes write it.

    An empty cell is zero, or (`given`: a total that the source may or may not state) nothing.
    """

    def __init__(self, *, given: bool = False, may_be_negative: bool = False) -> None:
        super().__init__()
        self.empty = None if given else Decimal(0)
        self.may_be_negative = may_be_negative

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        if type(value) is float and 0 <= value <= _HIGHEST and value.is_integer():
            return Decimal(int(value))
        if value == "" or value is None:
            return self.empty
        number = number_in(value)
        if number < 0 and not self.may_be_negative:
            raise ValueError("Beloppet är negativt. Skriv noll eller mer.")
        if abs(number) > HIGHEST_AMOUNT:
            raise ValueError("Beloppet är orimligt stort.")
        return number


def code_in(value: Any, *, digits: int = 2) -> str:
    """A cell that may hold a code of so many digits, as text; spreadsheets drop the noughts before a number."""
    if isinstance(value, float) and value.is_integer():
        return f"{int(value):0{digits}d}"
    text = text_of(value)
    return text.zfill(digits) if text.isdecimal() else text


def number_in(value: Any) -> Decimal:
    """A cell as a number with at most two decimals."""
    if isinstance(value, float):
        # A program can write what no hand can: a cell that says inf, nan or 1e999.
        if not isfinite(value):
            raise ValueError("Cellen är inget tal.")
        number = Decimal(f"{value:.2f}")
        if abs(float(number) - value) > 1e-6:
            raise ValueError("Skriv högst två decimaler.")
        return number
    if not isinstance(value, str):
        raise ValueError("Cellen är inget tal.")
    try:
        number = parse_number(value)
    except NotANumberError as error:
        raise ValueError(f"”{short(value)}” är inget tal.") from error
    if number != number.quantize(_CENT):
        raise ValueError("Skriv högst två decimaler.")
    return number
