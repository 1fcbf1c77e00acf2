"""What published tables say of a year's total, of which part of it is counted, and of where figures come from."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nch.common.formats import format_date
from reports.statistics.definitions import CellStatus, Number, Text, sum_notes
from stodtelefon.selectors import published_per_year

NO_TOTAL = Text(
    "Antalet samtal hela året har inte publicerats. Det räknas inte ut av delarna, som kan vara ofullständiga.",
    "The number of calls in the whole year has not been published. It is not worked out from parts that may lack some.",
)


@dataclass(frozen=True)
class WholeYear:
    """The published total of a year that is published in parts too; `calls` is None where nobody has published it."""

    calls: int | None
    notes: tuple[Text, ...]
    source: str

    @property
    def cell(self) -> Number | CellStatus:
        return CellStatus.NOT_PUBLISHED if self.calls is None else self.calls


def whole_year(year: int, parts: Sequence[int]) -> WholeYear:
    """The total of a year as it was published, with what has to be said of it beside its parts."""
    [fact] = published_per_year(year, year)
    notes = (NO_TOTAL,) if fact.calls is None else sum_notes(parts, fact.calls)
    return WholeYear(fact.calls, (*notes, *part_notes(fact.from_date)), fact.source)


def source_notes(sources: Iterable[str]) -> tuple[Text, ...]:
    """A note that names the sources, each once; none where all figures have the table's own source."""
    named = "; ".join(dict.fromkeys(filter(None, sources)))
    return (Text(f"Källa: {named}.", f"Source: {named}."),) if named else ()


def part_notes(from_date: datetime.date | None) -> tuple[Text, ...]:
    """A note that the year is not whole, where it is counted from a day in it."""
    if from_date is None:
        return ()
    return (
        Text(
            f"Räknat från den {format_date(from_date, long=True)}.",
            f"Counted from {from_date.isoformat()}.",
        ),
    )
