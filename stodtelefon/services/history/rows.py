"""What the rows of a workbook say once they are read, and what reading them in would change."""

import datetime
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils import timezone

from nch.common.workbooks import Fault, FaultsError
from stodtelefon.enums import FigureDimension
from stodtelefon.models import CallOrigin, PublishedFigure, SupportCall, SupportLine
from stodtelefon.selectors.contents import Content
from stodtelefon.services.inputs import CallInput


class HistoryError(Exception):
    """It cannot be read in, or not be withdrawn; the message says why in Swedish."""


class HistoryFaultsError(FaultsError, HistoryError):
    """The file of history is refused as a whole."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One old call: the register that it stands in and its running number there, which together are its identity."""

    row: int
    source: str
    number: str
    line: SupportLine
    content: CallInput

    @property
    def digest(self) -> str:
        """The same for two rows that say the same of a call."""
        said = repr((self.line.pk, self.content.as_content()))
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ChangedCall:
    """A call that the register says something else of than before."""

    row: RegisterRow
    call: SupportCall
    origin: CallOrigin
    before: Content


class Standing(StrEnum):
    """How a row stands to what is there."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    STRUCK = "struck"


@dataclass
class RegisterPlan:
    """What reading in a register would do, and why it may not; `by_year` counts rows by line, year and standing."""

    new: list[RegisterRow] = field(default_factory=list)
    changed: list[ChangedCall] = field(default_factory=list)
    unchanged: int = 0
    struck: int = 0
    by_year: Counter[tuple[str, int, Standing]] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it would change nothing."""
        return not self.new and not self.changed

    def count(self, row: RegisterRow, standing: Standing) -> None:
        """Enter a row in the counts."""
        self.by_year[row.line.name, timezone.localtime(row.content.started_at).year, standing] += 1


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A published total of the national line, as its source gives it."""

    row: int
    year: int
    dimension: FigureDimension
    code: str
    label: str
    calls: int | None
    individuals: int | None
    from_date: datetime.date | None
    source: str
    note: str

    @property
    def cell(self) -> tuple[int, str, str]:
        """What it is a total of."""
        return self.year, str(self.dimension), self.code


FIGURE_COLUMNS = ("label", "calls", "individuals", "from_date", "source", "note")
"""What a published figure says of its cell."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Parts of a year that do not add up to its total, as published: which parts, of what, and both numbers."""

    year: int
    dimension: FigureDimension
    measure: str
    total: int
    parts: int

    @property
    def by(self) -> int:
        """How much more the parts are than the total."""
        return self.parts - self.total


@dataclass
class FiguresPlan:
    """What reading in published totals would do. `before` is what stands in the cells that would change."""

    new: list[FigureRow] = field(default_factory=list)
    changed: list[FigureRow] = field(default_factory=list)
    unchanged: int = 0
    before: Mapping[tuple[int, str, str], PublishedFigure] = field(default_factory=dict)
    mismatches: list[Mismatch] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it would change nothing."""
        return not self.new and not self.changed
