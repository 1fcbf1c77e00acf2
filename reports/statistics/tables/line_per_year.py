"""One series per year: what has been published, and from then on what has been registered. Nothing is counted twice."""

import itertools
from collections.abc import Iterable

from nch.common.formats import format_number
from reports.statistics.definitions import (
    COUNT,
    YEAR,
    Adds,
    CellStatus,
    Chart,
    Facts,
    Measure,
    Number,
    Text,
    Value,
    year_value,
)
from reports.statistics.live import CALLS, LINE_ONLY, REMIT_BREAK, Cells, live_table, no_calls, whose
from reports.statistics.question import Period, Question
from reports.statistics.tables.calls_per_year import notes_of_published
from stodtelefon.enums import Cut
from stodtelefon.selectors import FIRST_YEAR, REMIT_BREAK_YEAR, YearFact
from stodtelefon.selectors.tallies import Need
from stodtelefon.tallying import Amounts

PUBLISHED = Measure("published", Text("Publicerade", "Published"), COUNT, adds=Adds.ALWAYS)
RECORDED = Measure("recorded", Text("Registrerade", "Registered"), COUNT, adds=Adds.ALWAYS)
CONSTRUCTED = Measure("constructed", Text("Varav konstruerade", "Of these constructed"), COUNT, adds=Adds.ALWAYS)
MEASURES = (CALLS, PUBLISHED, RECORDED, CONSTRUCTED)
BASES = {
    "published": Text("Publicerad uppgift.", "Published figure."),
    "records": Text("Räknat ur registrerade samtal.", "Counted from registered calls."),
    "": Text("Inget antal har publicerats, och inga samtal är registrerade.", "Neither published nor registered."),
}


def _line_of(question: Question) -> str:
    """The published totals are the national line's, so its calls alone continue them; else a line has its own."""
    line = question.chosen_line or question.national_line
    return str(line.pk) if line else ""


def needs(question: Question) -> Iterable[Need]:
    """Each line's calls by year and mark, over all time."""
    return [Need(Cut.DAY, ("year", "line", "constructed"))]


def facts(question: Question) -> Facts:
    """Each year from the first to the last known one, with the basis of its number."""
    whose, national = _line_of(question), question.national_line
    [need] = needs(question)
    recorded: dict[int, Amounts] = {}
    made_up: dict[int, int] = {}
    for (code, line, mark), amounts in question.reading.sums(need).items():
        if whose in ("", line):
            recorded[int(code)] = recorded.get(int(code), Amounts()).plus(amounts)
            made_up[int(code)] = made_up.get(int(code), 0) + (amounts.calls if mark else 0)
    this_year = question.asked_at.year
    published: dict[int, YearFact] = {}
    if national and whose == str(national.pk):
        facts_of_years = question.reading.published(FIRST_YEAR, this_year)
        published = {fact.year: fact for fact in facts_of_years if fact.calls is not None}
    known = {*published, *recorded} or {this_year}
    cells: Cells = {}
    values: list[Value] = []
    for year in range(min(known), max(known) + 1):
        basis = "published" if year in published else "records" if year in recorded else ""
        notes = [BASES[basis], *(notes_of_published(published[year]) if basis == "published" else ())]
        if year == this_year and basis:
            notes.append(Text("Året pågår.", "The year is not over."))
        values.append(year_value(year, *notes))
        number: Number | CellStatus = CellStatus.NOT_PUBLISHED
        if basis == "published":
            number = published[year].calls or 0
        elif basis == "records":
            number = recorded[year].calls
        cells[str(year), "calls"] = number
        cells[str(year), "published"] = number if basis == "published" else CellStatus.NOT_PUBLISHED
        cells[str(year), "recorded"] = recorded[year].calls if year in recorded else CellStatus.NOT_KNOWN
        cells[str(year), "constructed"] = made_up.get(year, CellStatus.NOT_KNOWN)
    both = sorted(year for year in published if recorded.get(year))
    notes_on_both = [
        Text(
            f"{_listed(both)} finns både en publicerad uppgift och registrerade samtal. Den publicerade uppgiften "
            "gäller, och samtalen läggs inte till den.",
            f"For {_listed(both)} there are both a published figure and registered calls; the published one counts.",
        )
    ]
    whole = (
        Period.of_year(min(known))
        if len(known) == 1
        else Period(Period.of_year(min(known)).since, Period.of_year(max(known)).until)
    )
    return Facts(
        {YEAR.id: values},
        cells,
        _finding(question, values, cells),
        (_about(question, whole), *(notes_on_both if both else ())),
    )


def _about(question: Question, whole: Period) -> Text:
    line = question.chosen_line or question.national_line
    name = Text(line.name, line.name) if line else whose(question)
    return Text(f"Avser {name.sv}, {whole.name.sv}.", f"Concerns {name.en}, {whole.name.en}.")


def _listed(years: list[int]) -> str:
    """`2019–2020 och 2023`: years that follow on each other as one span."""
    spans = [
        [year for _, year in run] for _, run in itertools.groupby(enumerate(years), lambda pair: pair[1] - pair[0])
    ]
    words = [str(span[0]) if len(span) == 1 else f"{span[0]}–{span[-1]}" for span in spans]
    return f"{', '.join(words[:-1])} och {words[-1]}" if len(words) > 1 else "".join(words)


def _finding(question: Question, values: list[Value], cells: Cells) -> Text:
    known = [
        (value.code, number) for value in values if not isinstance(number := cells[value.code, "calls"], CellStatus)
    ]
    if not known:
        return no_calls(question)
    (last, calls), (top, most) = known[-1], max(known, key=lambda pair: pair[1])
    unknown = [int(value.code) for value in values if isinstance(cells[value.code, "calls"], CellStatus)]
    gap_sv = f"; {_listed(unknown)} är inte publicerade" if unknown else ""
    gap_en = f"; {_listed(unknown)} not published" if unknown else ""
    if top == last:
        return Text(
            f"Flest samtal hittills {last}: {format_number(calls)}{gap_sv}",
            f"Most calls so far in {last}: {calls}{gap_en}",
        )
    return Text(
        f"{format_number(calls)} samtal {last}, mot {format_number(most)} som mest ({top}){gap_sv}",
        f"{calls} calls in {last}, {most} at most ({top}){gap_en}",
    )


TABLE = live_table(
    id="line-per-year",
    title=Text("Samtal per år", "Calls per year"),
    description=Text(
        "Publicerade årsuppgifter och registrerade samtal i en serie. Har ett år en publicerad uppgift gäller den.",
        "Published yearly figures and registered calls in one series; where a figure is published, it counts.",
    ),
    dimensions=(YEAR,),
    measures=MEASURES,
    notes=(
        Text(
            "Publicerade uppgifter gäller den nationella stödtelefonen. Utan vald telefon gäller hela serien den.",
            "Published figures exist for the national line only, and without a chosen line the series is that line's.",
        ),
    ),
    source=Text(
        "NCH:s årsrapport för 2023 (rapport 2024:2), tidigare publicerade uppgifter och de registrerade samtalen",
        "NCH's yearly report for 2023 (report 2024:2), earlier published figures, and the registered calls",
    ),
    breaks={str(REMIT_BREAK_YEAR): REMIT_BREAK},
    chart=Chart.LINE,
    charted=("calls",),
    facts=facts,
    needs=needs,
    answers_to=LINE_ONLY,
)
