"""Numbers that a report prints: each bound to a cell of a table, or worked out from bound numbers by a named rule."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from nch.common.formats import format_kronor, format_number
from reports.statistics.cube import Cube, freeze, thaw
from reports.statistics.definitions import Number

RULES: Final[Mapping[str, Callable[..., Number]]] = {
    "difference": lambda whole, part: whole - part,
    "per_cent": lambda part, whole: (100 * Decimal(part) / Decimal(whole)).quantize(Decimal(1), ROUND_HALF_UP),
}
"""Ways to work out a number from others; per cent are rounded half up to whole numbers."""


class MissingNumberError(LookupError):
    """A text names a number that has not been bound, or a cell that has no number."""


@dataclass(frozen=True)
class BoundNumber:
    """A number in the text.

    `source` is a cell (`table`, `cell`), a time value (`table`, `time`) or a rule (`rule`, `of`).
    `unit` is `kr`, `year` (written without grouping) or empty.
    """

    value: Number
    unit: str
    source: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The number as it is printed."""
        if self.unit == "kr":
            return format_kronor(self.value)
        return str(self.value) if self.unit == "year" else format_number(self.value)


class Binder:
    """Binds numbers to the tables of one report."""

    def __init__(self, tables: Mapping[str, Cube]) -> None:
        self.tables = tables
        self.numbers: dict[str, BoundNumber] = {}

    def cell(self, key: str, table_id: str, *, unit: str = "", **codes: str) -> Number:
        """Bind a cell. Raises MissingNumberError where there is none, or no number in it."""
        try:
            cell = self.tables[table_id].cell(**codes)
        except KeyError as error:
            raise MissingNumberError(f"{table_id}: {codes}") from error
        if cell.value is None:
            raise MissingNumberError(f"{table_id}: {codes} ({cell.status})")
        return self._bind(key, cell.value, unit, {"table": table_id, "cell": codes})

    def year(self, key: str, table_id: str, code: str) -> Number:
        """Bind a year that the text speaks of to the time value of a table."""
        time = self.tables[table_id].time
        if time is None or code not in time.codes:
            raise MissingNumberError(f"{table_id}: {code}")
        return self._bind(key, int(code), "year", {"table": table_id, "time": code})

    def work_out(self, key: str, rule: str, *of: str, unit: str = "") -> Number:
        """Bind what a rule makes of numbers bound before."""
        value = RULES[rule](*(self.numbers[name].value for name in of))
        return self._bind(key, value, unit, {"rule": rule, "of": list(of)})

    def _bind(self, key: str, value: Number, unit: str, source: Mapping[str, Any]) -> Number:
        if key in self.numbers:
            raise ValueError(f"{key} is bound twice")
        self.numbers[key] = BoundNumber(value, unit, source)
        return value


@dataclass(frozen=True)
class BoundReport:
    """Everything that a report prints beside its own sentences. Rendering it again gives the same report for ever.

    `rounds` lists the centres by round: number, year, and per centre name, county, phase, model and host.
    """

    kind: str
    year: int
    composed_at: datetime.datetime
    numbers: Mapping[str, BoundNumber]
    tables: Mapping[str, Cube]
    rounds: Sequence[Mapping[str, Any]]

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "year": self.year,
            "composed_at": self.composed_at.isoformat(),
            "numbers": {
                key: {
                    "value": number.value if isinstance(number.value, int) else str(number.value),
                    "unit": number.unit,
                    "source": dict(number.source),
                }
                for key, number in self.numbers.items()
            },
            "tables": {table_id: freeze(cube) for table_id, cube in self.tables.items()},
            "rounds": [dict(one) for one in self.rounds],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "BoundReport":
        return cls(
            kind=kept["kind"],
            year=kept["year"],
            composed_at=datetime.datetime.fromisoformat(kept["composed_at"]),
            numbers={
                key: BoundNumber(
                    one["value"] if isinstance(one["value"], int) else Decimal(one["value"]), one["unit"], one["source"]
                )
                for key, one in kept["numbers"].items()
            },
            tables={table_id: thaw(table) for table_id, table in kept["tables"].items()},
            rounds=kept["rounds"],
        )
