"""What a dry run tells of a register before it is read in. Nothing is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from nch.common.formats import format_number
from stodtelefon.enums import LineKind
from stodtelefon.selectors.contents import Difference, Words
from stodtelefon.selectors.history import known_sources, logged_beside, published_calls
from stodtelefon.services.history.rows import RegisterPlan, RegisterRow, Standing

MOST_CHANGES = 100


@dataclass(frozen=True)
class YearOfLine:
    """The rows of a line in a year by how they stand, and what they are to add up to."""

    line: str
    year: int
    new: int
    changed: int
    unchanged: int
    struck: int
    individuals: int
    unknown_county: int
    published: int | None

    @property
    def rows(self) -> int:
        """All of them."""
        return self.new + self.changed + self.unchanged + self.struck

    @property
    def differs(self) -> bool:
        """Whether another number has been published for the year."""
        return self.published is not None and self.published != self.rows


@dataclass
class RegisterSummary:
    """What there is to see before one confirms."""

    years: list[YearOfLine] = field(default_factory=list)
    changes: list[tuple[RegisterRow, list[Difference]]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def summarise(rows: Sequence[RegisterRow], plan: RegisterPlan, doubtful: Mapping[str, str]) -> RegisterSummary:
    """Rows by line and year, what changes, and what a person ought to look at before confirming."""
    return RegisterSummary(_years(rows, plan), _changes(plan), list(_warnings(rows, plan, doubtful)))


def _years(rows: Sequence[RegisterRow], plan: RegisterPlan) -> list[YearOfLine]:
    national = {row.line.name for row in rows if row.line.kind == LineKind.NATIONAL_PROFESSIONALS}
    individuals: dict[tuple[str, int], int] = {}
    unknown: dict[tuple[str, int], int] = {}
    for row in rows:
        key = row.line.name, timezone.localtime(row.content.started_at).year
        individuals[key] = individuals.get(key, 0) + len(row.content.individuals)
        unknown[key] = unknown.get(key, 0) + (not row.content.county_known)
    published = published_calls(year for line, year in individuals if line in national) if national else {}
    return [
        YearOfLine(
            line=line,
            year=year,
            new=plan.by_year[line, year, Standing.NEW],
            changed=plan.by_year[line, year, Standing.CHANGED],
            unchanged=plan.by_year[line, year, Standing.UNCHANGED],
            struck=plan.by_year[line, year, Standing.STRUCK],
            individuals=individuals[line, year],
            unknown_county=unknown[line, year],
            published=published.get(year) if line in national else None,
        )
        for line, year in sorted(individuals)
    ]


def _changes(plan: RegisterPlan) -> list[tuple[RegisterRow, list[Difference]]]:
    shown = plan.changed[:MOST_CHANGES]
    pairs = [
        (
            change.row,
            change.before,
            {**change.row.content.as_content(), "referral_outcome": change.before["referral_outcome"]},
        )
        for change in shown
    ]
    words = Words([content for _, before, after in pairs for content in (before, after)])
    return [(row, words.differences(before, after)) for row, before, after in pairs]


def _warnings(rows: Sequence[RegisterRow], plan: RegisterPlan, doubtful: Mapping[str, str]) -> list[str]:
    told: list[str] = []
    sources = {row.source for row in rows}
    new = sorted(sources - known_sources(rows[0].line.organisation_id, sources))
    if new and plan.unchanged + len(plan.changed):
        told.append(f"Nya källor, som inga samtal har lästs in från: {', '.join(new)}. Är de rätt stavade?")
    told += [
        f"Källan ”{text}” ser ut att innehålla {what}. Ändra den i filen om det gäller en person."
        for text, what in doubtful.items()
    ]
    days = [timezone.localtime(row.content.started_at).date() for row in rows]
    beside = logged_beside({row.line for row in rows}, min(days), max(days))
    told += [
        f"{line} har redan {format_number(calls)} samtal som har registrerats här under samma tid. "
        "Finns de i registret också räknas de två gånger."
        for line, calls in sorted(beside.items())
    ]
    timeless = sum(not row.content.time_known for row in rows)
    if timeless:
        told.append(f"{_rows(timeless)} saknar klockslag och räknas inte i statistiken per timme.")
    if plan.struck:
        told.append(f"{_rows(plan.struck)} gäller samtal som har strukits här. De förblir strukna.")
    return told


def _rows(number: int) -> str:
    return f"{format_number(number)} {'rad' if number == 1 else 'rader'}"
