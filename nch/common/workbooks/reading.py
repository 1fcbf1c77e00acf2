"""The cells of rows that somebody has filled in, and naming what is wrong with them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

MOST_FAULTS: Final = 500
"""Faults that a page shows of a file."""

_MOST_CELL_TEXT = 60

T = TypeVar("T")
Line = list[Any]
"""The cells of a row: text, numbers, days, times, truth values, and "" for an empty cell."""


class Fault(NamedTuple):
    """What is wrong with a cell (or with the file: row 0), in Swedish."""

    row: int
    column: str
    reason: str


class FaultsError(Exception):
    """The file is refused as a whole; `faults` are all that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"Filen har {len(faults)} fel och har inte lästs in.")
        self.faults = faults


class RowCells:
    """The cells of one row by their columns; what is wrong with one of them joins `faults`."""

    __slots__ = ("_line", "_number", "_places", "faults")

    def __init__(self, number: int, line: Line, places: Mapping[str, int], faults: list[Fault]) -> None:
        self._number, self._line, self._places, self.faults = number, line, places, faults

    def value(self, column: str) -> Any:
        """What stands in the cell; "" in a column left out."""
        place = self._places.get(column)
        return "" if place is None else self._line[place]

    def __call__(self, column: str, read: Callable[[Any], T]) -> T | None:
        """The cell as `read` reads it, or None where that raises ValueError; a column left out reads as empty."""
        try:
            return read(self.value(column))
        except ValueError as error:
            self.faults.append(Fault(self._number, column, str(error)))
            return None


def short(text: str) -> str:
    """The beginning of a text, to be shown in a message."""
    return text if len(text) <= _MOST_CELL_TEXT else f"{text[:_MOST_CELL_TEXT]}…"


def text_of(value: Any) -> str:
    """A cell as text without blanks around; whole numbers without decimals."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split()) if value is not None else ""
