"""What the counties' lägesbilder are about: success factors and challenges, as NCH has coded them in themes."""

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterator

from nch.common.code_lists import histories_in
from nch.common.formats import format_number
from reports.statistics.code_breaks import code_notes
from reports.statistics.definitions import COUNT, Adds, Chart, Dimension, Facts, Measure, Text, Value
from reports.statistics.follow_up import Row, county_values, follow_up_table, summed
from reports.statistics.live import COUNTY
from reports.statistics.question import Question
from reports.statistics.tables.reporting_on_time import READERS
from reports.statistics.tables.situation_reports import (
    PERIOD,
    SOURCE,
    period_code,
    period_values,
    within_years,
    years,
)
from resurscentra.enums import ThemeKind
from resurscentra.selectors import AskedReport

THEME = Dimension("Theme", Text("Tema", "Theme"), overlaps=True)
REPORTS = Measure("reports", Text("Lägesbilder", "Situation reports"), COUNT, adds=Adds.ALWAYS)
CODED = "coded"
ALL_CODED = Value(CODED, Text("Alla kodade lägesbilder", "All coded situation reports"))
KINDS = {
    ThemeKind.SUCCESS_FACTOR: Text(ThemeKind.SUCCESS_FACTOR.label, "Success factor"),
    ThemeKind.CHALLENGE: Text(ThemeKind.CHALLENGE.label, "Challenge"),
}


def themes(question: Question, used: Collection[str]) -> list[Value]:
    """The themes in use, and those that could be ticked at some time from the years asked for until now."""
    since, until = question.period.since, question.asked_at.date()
    values = [ALL_CODED]
    for kind, name in KINDS.items():
        entries = [one for one in question.reach.themes if one.kind == kind]
        histories = {one.code.key: one for one in histories_in(entries, since, until)}
        values += [
            Value(
                theme.key,
                Text(f"{name.sv}: {theme.label}", f"{name.en}: {theme.label_en}"),
                code_notes(histories.get(theme.key)),
            )
            for theme in entries
            if theme.key in used or theme.key in histories
        ]
    return values


def periods(handed_in: list[AskedReport]) -> list[Value]:
    """The periods, each with how many of those handed in are not coded."""
    whole = Counter(period_code(one) for one in handed_in)
    left = Counter(period_code(one) for one in handed_in if one.themes is None)
    return [
        dataclasses.replace(one, notes=(*one.notes, _left(left[one.code], whole[one.code]))) if left[one.code] else one
        for one in period_values(handed_in)
    ]


def _left(left: int, handed_in: int) -> Text:
    return Text(
        f"{left} av {handed_in} inlämnade lägesbilder är inte kodade och räknas inte.",
        f"{left} of {handed_in} situation reports handed in are not coded, and are not counted.",
    )


def _rows(coded: list[AskedReport]) -> Iterator[Row]:
    for one in coded:
        for key in (CODED, *(one.themes or ())):
            yield (period_code(one), one.county, key), {REPORTS.code: 1}


def facts(question: Question) -> Facts:
    """Every period, county and theme; of what is handed in, what is coded."""
    handed_in = [one for one in within_years(question) if one.handed_in_on is not None]
    coded = [one for one in handed_in if one.themes is not None]
    numbers, name = Counter(key for one in coded for key in one.themes or ()), question.period.name
    values = themes(question, numbers)
    codes = {PERIOD.id: periods(handed_in), COUNTY.id: county_values(question), THEME.id: values}
    finding = Text(f"Inga lägesbilder är kodade med teman för {name.sv}", f"No themes are coded for {name.en}")
    if numbers:
        commonest = max(values[1:], key=lambda one: numbers[one.code])
        number, whole = format_number(numbers[commonest.code]), format_number(len(coded))
        finding = Text(
            f"{commonest.text.sv}: i {number} av {whole} kodade lägesbilder för {name.sv}",
            f"{commonest.text.en}: in {number} of {whole} coded situation reports for {name.en}",
        )
    return Facts(codes, summed(codes, (REPORTS,), _rows(coded)), finding)


TABLE = follow_up_table(
    id="situation-reports-by-theme",
    title=Text("Teman i lägesbilderna", "Themes of the situation reports"),
    description=Text(
        "Framgångsfaktorer och utmaningar som länen skriver om i sina lägesbilder, efter period, län och tema.",
        "Success factors and challenges that the counties write of in their situation reports, by period, county and "
        "theme.",
    ),
    dimensions=(PERIOD, COUNTY, THEME),
    measures=(REPORTS,),
    notes=(
        Text(
            "NCH har kodat det som länsstyrelserna har skrivit med egna ord. En lägesbild kan ha flera teman, så de "
            "kan inte läggas ihop till antalet lägesbilder.",
            "Coded by NCH from what county boards have written in their own words. A situation report can have several "
            "themes, so they do not add up to the number of reports.",
        ),
    ),
    source=SOURCE,
    chart=Chart.BAR,
    heading=THEME.id,
    facts=facts,
    years=years,
    readers=READERS,
)
