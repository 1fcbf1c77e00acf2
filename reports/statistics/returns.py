"""What the tables of returned statistics share: what counts of what centres hand in, its years, words and sums.

These count exposed individuals, and are protected as calls are. What is sent back for correction does not count; for
release only rounds whose last day to hand in has passed do. Tables that cut the same individuals say the same of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from nch.accounts.enums import Right
from nch.common.formats import format_number
from nch.questionnaires.counts import Counts, CountSums
from reports.statistics.definitions import COUNT, Adds, CellStatus, Measure, Number, Text, Value, year_value
from reports.statistics.follow_up import Row, asked_years, period_text, span
from reports.statistics.question import Question
from resurscentra.selectors.returns import ReturnedStatistics
from resurscentra.statistics_form import (
    CONTACTS,
    EXPOSURES,
    INDIVIDUALS,
    MEETINGS,
    SUPPORT,
    TEMPLATE,
    TRAININGS,
)

READERS = (Right.SEE_RETURNS,)
SOURCE = Text("Statistik som resurscentrumen har lämnat in", "Statistics handed in by the resource centres")
SUPPORTED = Measure(
    "individuals",
    Text("Individer som fått stöd", "Individuals supported"),
    COUNT,
    adds=Adds.ALWAYS,
    per_inhabitants=True,
)
PROFESSIONAL_CONTACTS = Measure(
    "contacts", Text("Kontakter med yrkesverksamma", "Contacts with professionals"), COUNT, adds=Adds.ALWAYS
)
HELD = Measure("trainings", Text("Utbildningstillfällen", "Training sessions"), COUNT, adds=Adds.ALWAYS)
TAKING_PART = Measure("participants", Text("Deltagare", "Participants"), COUNT, adds=Adds.ALWAYS)
GROUP_MEETINGS = Measure("meetings", Text("Möten i grupper", "Group meetings"), COUNT, adds=Adds.ALWAYS)

NOT_UNIQUE = Text(
    "En individ som får stöd i flera perioder eller vid flera resurscentrum räknas i var och en av dem.",
    "An individual supported in several periods or at several centres counts in each of them.",
)
_GRIDS_EN = {
    INDIVIDUALS: "A1 Individuals supported",
    EXPOSURES: "A2 What the individuals are exposed to",
    SUPPORT: "A3 Support given",
    CONTACTS: "B1 Contacts with professionals",
    TRAININGS: "B2 Trainings",
    MEETINGS: "C1 Meetings",
}
GRID_TEXTS = {grid.key: Text(grid.title, _GRIDS_EN[grid.key]) for grid in TEMPLATE}
"""What the tables are called that centres fill in."""

ONLY_STANDING = Text(
    "Det som inte är inlämnat, är återsänt för rättelse eller inte är tillämpligt för ett resurscentrum räknas inte.",
    "What is not handed in, has been sent back for correction or is not applicable to a centre does not count.",
)


def returned(question: Question) -> list[ReturnedStatistics]:
    """What has been asked for; for release only where the last day to hand in has passed."""
    today = question.asked_at.date()
    asked = question.reach.returned_statistics
    return [one for one in asked if question.reach.by is not None or one.due_on < today]


def counted(question: Question) -> list[ReturnedStatistics]:
    """The returns whose figures count, of the years asked for."""
    return [one for one in returned(question) if one.is_counted and one.starts_on.year in asked_years(question)]


def years(question: Question) -> Sequence[int]:
    """Years that figures are about."""
    return span(one.starts_on.year for one in returned(question) if one.is_counted)


def year_values(question: Question, told: Callable[[Sequence[ReturnedStatistics]], Text]) -> list[Value]:
    """The years, each with its periods and how many centres' figures count; of these `told` says which tables have."""
    periods: dict[int, dict[int, list[ReturnedStatistics]]] = {}
    for one in returned(question):
        periods.setdefault(one.starts_on.year, {}).setdefault(one.round, []).append(one)
    return [
        year_value(year, *(_whose_figures(asked, told) for asked in periods.get(year, {}).values()))
        for year in asked_years(question)
    ]


def _whose_figures(asked: Sequence[ReturnedStatistics], told: Callable[[Sequence[ReturnedStatistics]], Text]) -> Text:
    first, standing = asked[0], [one for one in asked if one.is_counted]
    period, days = period_text(first.title, first.starts_on, first.ends_on), f"{first.starts_on} till {first.ends_on}"
    number, of = len(standing), len(asked)
    more = told(standing) if standing else Text("", "")
    return Text(
        f"{period.sv}, {days}: siffror från {number} av {of} resurscentrum. {more.sv}".rstrip(),
        f"{period.en}: figures from {number} of {of} resource centres. {more.en}".rstrip(),
    )


def who_answered(standing: Sequence[ReturnedStatistics], *grids: str) -> Text:
    """How many of the centres whose figures count have answered each table; for the others it is not applicable."""
    numbers = [(sum(1 for one in standing if grid in one.tables), GRID_TEXTS[grid]) for grid in grids]
    return Text(
        f"Svar på {', '.join(f'”{grid.sv}” från {number}' for number, grid in numbers)}.",
        f"Answers to {', '.join(f'“{grid.en}” from {number}' for number, grid in numbers)}.",
    )


def only_answered(
    cells: Mapping[tuple[str, ...], Number | CellStatus], found: Iterable[ReturnedStatistics], grid: str
) -> dict[tuple[str, ...], Number | CellStatus]:
    """The cells, year first, without numbers in years of which no centre has answered the table: that is not 0."""
    answered = {str(one.starts_on.year) for one in found if grid in one.tables}
    return {key: cell if key[0] in answered else CellStatus.NOT_APPLICABLE for key, cell in cells.items()}


def period_code(one: ReturnedStatistics) -> str:
    """The code of the round, which stands for its period. Two rounds can have had the same title."""
    return f"R{one.round}"


def period_values(found: Iterable[ReturnedStatistics]) -> list[Value]:
    """The periods, the earliest first, with their days."""
    return [
        Value(
            code,
            period_text(one.title, one.starts_on, one.ends_on),
            (
                Text(
                    f"Avser {one.starts_on} till {one.ends_on}. Skulle lämnas senast {one.due_on}.",
                    f"Concerns {one.starts_on} to {one.ends_on}. Was due on {one.due_on}.",
                ),
            ),
        )
        for code, one in {period_code(one): one for one in found}.items()
    ]


def finding(question: Question, number: int, what: Text) -> Text:
    """How many there were of what, in the period asked for."""
    name = question.period.name
    return Text(f"{format_number(number)} {what.sv} {name.sv}", f"{number} {what.en} in {name.en}")


def total_of(found: Iterable[ReturnedStatistics], grid: str) -> int:
    """All cells of a table together."""
    return sum(CountSums(one.tables.get(grid)).total or 0 for one in found)


def cells_of(found: Iterable[ReturnedStatistics], grid: str) -> Iterator[tuple[str, str, str, int]]:
    """Year, row, column and number of every cell of a table."""
    for one in found:
        for row, cells in one.tables.get(grid, Counts()).items():
            for column, number in cells.items():
                yield str(one.starts_on.year), row, column, number


def rows_of(found: Iterable[ReturnedStatistics], grid: str, measure: Measure) -> list[Row]:
    """The same as rows to be added up."""
    return [((year, row, column), {measure.code: number}) for year, row, column, number in cells_of(found, grid)]
