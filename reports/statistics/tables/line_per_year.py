"""One series per year: what has been published, and from then on what has been registered. Nothing is counted twice."""

import datetime
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

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
from reports.statistics.live import CALLS, LINE_ONLY, Cells, live_table, no_calls, whose
from reports.statistics.question import Period, Question
from reports.statistics.series import remit_breaks, year_notes
from reports.statistics.tables.calls_per_year import notes_of_published
from stodtelefon.enums import Cut, LineKind
from stodtelefon.models import SupportLine
from stodtelefon.selectors import FIRST_YEAR, YearFact
from stodtelefon.selectors.recorded import Recorded
from stodtelefon.selectors.tallies import Need

PUBLISHED = Measure("published", Text("Publicerade", "Published"), COUNT, adds=Adds.ALWAYS)
RECORDED = Measure("recorded", Text("Registrerade", "Registered"), COUNT, adds=Adds.ALWAYS)
CONSTRUCTED = Measure("constructed", Text("Varav konstruerade", "Of these constructed"), COUNT, adds=Adds.ALWAYS)
MEASURES = (CALLS, PUBLISHED, RECORDED, CONSTRUCTED)
BASES = {
    "published": Text("Publicerad uppgift.", "Published figure."),
    "records": Text("Räknat ur registrerade samtal.", "Counted from registered calls."),
    "": Text("Inget antal har publicerats, och inga samtal är registrerade.", "Neither published nor registered."),
}


def _line_of(question: Question) -> SupportLine | None:
    """The published totals are the national line's, so its calls alone continue them; else a line has its own."""
    return question.chosen_line or question.national_line


def needs(question: Question) -> Iterable[Need]:
    """The line's calls by month and mark, over all time; those of all lines where none of them is national."""
    line = _line_of(question)
    one_of_several = line is not None and not question.chosen_line and len(question.lines) > 1
    keys = (("line_id", str(line.pk)),) if line and one_of_several else ()
    return [Need(Cut.DAY, ("month", "constructed"), keys=keys)]


def facts(question: Question) -> Facts:
    """Each year from the first to the last known one, with the basis of its number."""
    [need] = needs(question)
    calls, made_up = Counter[int](), Counter[int]()
    months = set()
    for (month, mark), amounts in question.reading.sums(need).items():
        months.add(datetime.date.fromisoformat(month))
        calls[int(month[:4])] += amounts.calls
        made_up[int(month[:4])] += amounts.calls if mark else 0
    # The line of the series may have been recorded at other times than all lines together.
    question = replace(question, recorded=Recorded.of(months, question.asked_at.date()))
    recorded, this_year = question.recorded.years, question.asked_at.year
    published: dict[int, YearFact] = {}
    if (line := _line_of(question)) and line.kind == LineKind.NATIONAL_PROFESSIONALS:
        facts_of_years = question.reading.published(FIRST_YEAR, this_year)
        published = {fact.year: fact for fact in facts_of_years if fact.calls is not None}
    known = {*published, *calls} or {this_year}
    cells: Cells = {}
    values: list[Value] = []
    for year in range(min(known), max(known) + 1):
        fact = published.get(year)
        basis = "published" if fact else "records" if year in recorded else ""
        notes = [BASES[basis], *(notes_of_published(fact) if fact else ())]
        if basis == "records" or year == this_year:
            notes += year_notes(question, year)
        values.append(year_value(year, *notes))
        number: Number | CellStatus = CellStatus.NOT_PUBLISHED
        if fact:
            number = fact.calls or 0
        elif basis == "records":
            number = calls[year]
        cells[str(year), "calls"] = number
        cells[str(year), "published"] = number if fact else CellStatus.NOT_PUBLISHED
        cells[str(year), "recorded"] = calls[year] if year in recorded else CellStatus.NOT_KNOWN
        cells[str(year), "constructed"] = made_up[year] if year in recorded else CellStatus.NOT_KNOWN
    both = sorted(year for year in published if calls[year])
    notes_on_both = [
        Text(
            f"{_listed(both)} finns både en publicerad uppgift och registrerade samtal. Den publicerade uppgiften "
            "gäller, och samtalen läggs inte till den.",
            f"For {_listed(both)} there are both a published figure and registered calls; the published one counts.",
        )
    ]
    whole = Period(Period.of_year(min(known)).since, Period.of_year(max(known)).until)
    return Facts(
        {YEAR.id: values},
        cells,
        _finding(question, values, cells),
        (_about(question, whole), *(notes_on_both if both else ())),
        remit_breaks(question),
    )


def _about(question: Question, whole: Period) -> Text:
    line = _line_of(question)
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
    unknown = [int(value.code) for value in values if isinstance(cells[value.code, "calls"], CellStatus)]
    gap_sv = f"; {_listed(unknown)} är inte publicerade" if unknown else ""
    gap_en = f"; {_listed(unknown)} not published" if unknown else ""
    last, calls = known[-1]
    if int(last) == question.asked_at.year:
        return Text(f"{format_number(calls)} samtal hittills {last}{gap_sv}", f"{calls} calls so far in {last}{gap_en}")
    # A number is held against those on its own side of the break only.
    breaks = [year for year in remit_breaks(question) if year.isdigit() and year <= last]
    top, most = max((pair for pair in known if pair[0] >= max(breaks, default="")), key=lambda pair: pair[1])
    if len(known) == 1 or (breaks and known[-1][0] == breaks[-1]):
        return Text(f"{format_number(calls)} samtal {last}{gap_sv}", f"{calls} calls in {last}{gap_en}")
    since_sv, since_en = (f" sedan {breaks[-1]}", f" since {breaks[-1]}") if breaks else (" hittills", " so far")
    if top == last:
        return Text(
            f"Flest samtal{since_sv} {last}: {format_number(calls)}{gap_sv}",
            f"Most calls{since_en} in {last}: {calls}{gap_en}",
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
    chart=Chart.LINE,
    charted=("calls",),
    facts=facts,
    needs=needs,
    answers_to=LINE_ONLY,
)
