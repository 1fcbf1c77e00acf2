"""What a statistical table is: texts, dimensions, measures, notes, breaks, disclosure policy and facts."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal

from nch.accounts.enums import Right
from reports.statistics.disclosure.policy import DisclosurePolicy

if TYPE_CHECKING:
    from reports.statistics.question import Question
    from stodtelefon.selectors.tallies import Need

Language = Literal["sv", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("sv", "en")
DEFAULT_LANGUAGE: Final[Language] = "sv"

Number = int | Decimal

METRIC_ID: Final = "Contents"
"""Identity of the dimension that a table's measures make up; it is always the last one."""


@dataclass(frozen=True)
class Text:
    """A text in both languages of the statistics."""

    sv: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.sv if language == "sv" else self.en


class Role(StrEnum):
    """What a dimension says about a cell, in the words of JSON-stat."""

    TIME = "time"
    GEO = "geo"
    METRIC = "metric"
    CLASSIFICATION = "classification"


class CellStatus(StrEnum):
    """Why a cell has no number; the value is the symbol that stands in the cell's place."""

    NOT_PUBLISHED = "..."
    NOT_KNOWN = "...."
    NOT_APPLICABLE = "."
    SUPPRESSED = ".."


STATUS_TEXTS: Final[Mapping[CellStatus, Text]] = {
    CellStatus.NOT_PUBLISHED: Text("inte publicerat", "not published"),
    CellStatus.NOT_KNOWN: Text("uppgift saknas", "not known"),
    CellStatus.NOT_APPLICABLE: Text("kan inte anges", "not applicable"),
    CellStatus.SUPPRESSED: Text("uppgift skyddas av sekretess", "suppressed for confidentiality"),
}


class Disclosure(StrEnum):
    """Which check a table passes before anybody outside NCH sees it."""

    PUBLISHED = "published"
    """Every cell has been printed in a public report before: the facts never hold anything else."""

    STAFF = "staff"
    """Always fresh and with small numbers, for staff within each person's reach. No public door knows these tables."""

    RELEASED = "released"
    """Shown outside only as it was frozen in a release (reports/services/releases.py), protected by its policy."""


class Chart(StrEnum):
    """How a table is drawn.

    Lines over the years; bars in the table's order; bars made up of the heading's parts; columns over time (a second
    charted measure is a line to reach); shades of a grid; ratios with their intervals around 1 (three charted measures:
    ratio, low, high); the counties on a map in the latest period; small columns over time for each county.
    """

    LINE = "line"
    BAR = "bar"
    STACKED = "stacked"
    COLUMN = "column"
    GRID = "grid"
    INTERVAL = "interval"
    MAP = "map"
    MULTIPLES = "multiples"


@dataclass(frozen=True)
class Value:
    """A code of a dimension. Codes are never renamed or used again; `is_total` marks the sum of the others."""

    code: str
    text: Text
    notes: tuple[Text, ...] = ()
    is_total: bool = False


@dataclass(frozen=True)
class Dimension:
    """A way to cut the table. Its codes come with the facts.

    Where it `overlaps` the same thing may count under several of its values, which then cannot be added up.
    """

    id: str
    text: Text
    role: Role = Role.CLASSIFICATION
    overlaps: bool = False


class Adds(StrEnum):
    """Whether the numbers of several values are added up to a number that means something.

    What is counted as it stands on a day (a stock) adds up over everything but time. A share, a mean or a number of
    different things never does, and whatever does not say so does not either.
    """

    NEVER = "never"
    EXCEPT_OVER_TIME = "except_over_time"
    ALWAYS = "always"


@dataclass(frozen=True)
class Measure:
    """What is counted or summed; `unit` says in what, `decimals` how it is written, `adds` over what it adds up.

    A count that may be related to how many live in a county is `per_inhabitants`.
    """

    code: str
    text: Text
    unit: Text
    decimals: int = 0
    notes: tuple[Text, ...] = ()
    adds: Adds = Adds.NEVER
    per_inhabitants: bool = False


@dataclass(frozen=True)
class SeriesBreak:
    """From this time value on, numbers cannot be compared with earlier ones. `label` is short enough for a figure."""

    label: Text
    note: Text


@dataclass(frozen=True)
class Facts:
    """What a table holds just now.

    `codes` gives the codes of each dimension in the order they are shown, `cells` a number or a status for every
    combination of them (codes in the order of the dimensions, the measure last), `finding` what the numbers say and
    `notes` what has to be said of just these numbers. `breaks` are those that only these numbers have, beside the
    definition's own.
    """

    codes: Mapping[str, Sequence[Value]]
    cells: Mapping[tuple[str, ...], Number | CellStatus]
    finding: Text
    notes: tuple[Text, ...] = ()
    breaks: Mapping[str, SeriesBreak] = field(default_factory=dict)


class Filter(StrEnum):
    """What a live table can be narrowed to; the value is the name in the address."""

    LINE = "telefon"
    COUNTY = "lan"
    CATEGORY = "ringer"
    EXPOSURE = "utsatthet"


@dataclass(frozen=True)
class TableDefinition:
    """One table. `heading` names the dimension that is laid across, `charted` the measures that are drawn.

    `updated` is when the content last changed, or `ALWAYS_FRESH`; `source` and `contact` say who
    stands for it. `facts` answer a question: a published table answers everybody alike, a live one within the asker's
    reach, narrowed by the filters that it `answers_to`; `needs` are the sums that its facts read, so that a page can
    fetch those of all its tables at once. Only a table with a `policy` can be released: it says what its measures count
    and what is hidden of them. `years` are those of which there is something to tell, whatever the question's period;
    a release covers some of them that are over. A live table is for those who hold any of the rights in `readers`.
    """

    id: str
    title: Text
    description: Text
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    notes: tuple[Text, ...]
    source: Text
    contact: str
    updated: datetime.datetime
    disclosure: Disclosure
    chart: Chart
    facts: Callable[["Question"], Facts]
    heading: str = METRIC_ID
    charted: tuple[str, ...] = ()
    breaks: Mapping[str, SeriesBreak] = field(default_factory=dict)
    needs: Callable[["Question"], Iterable["Need"]] = lambda question: ()
    answers_to: frozenset[Filter] = frozenset()
    policy: DisclosurePolicy | None = None
    more_charts: tuple[Chart, ...] = ()
    years: Callable[["Question"], Sequence[int]] = lambda question: ()
    readers: frozenset[Right] = frozenset()


CONTACT: Final = "NCH, Länsstyrelsen Östergötland"
COUNT: Final = Text("antal", "number")
KRONOR: Final = Text("kronor", "SEK")
YEAR: Final = Dimension("Year", Text("År", "Year"), Role.TIME)
COMPILED: Final = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
"""When the published figures were last compiled into the files of data/."""

ALWAYS_FRESH: Final = datetime.datetime.max.replace(tzinfo=datetime.UTC)
"""Stands for the moment of asking, in a live table."""


def year_value(year: int, *notes: Text) -> Value:
    """The code of a calendar year."""
    return Value(str(year), Text(str(year), str(year)), notes)


def sum_notes(parts: Sequence[Number], total: Number) -> tuple[Text, ...]:
    """The note that a total needs where the printed parts do not add up to it; none where they do."""
    difference = total - sum(parts)
    if not difference:
        return ()
    return (
        Text(
            f"De redovisade delarna blir tillsammans {sum(parts)}, alltså {abs(difference)} "
            f"{'mindre' if difference > 0 else 'mer'} än den publicerade summan.",
            f"The parts shown add up to {sum(parts)}: {abs(difference)} "
            f"{'less' if difference > 0 else 'more'} than the published total.",
        ),
    )
