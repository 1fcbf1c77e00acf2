"""Why tables of returned statistics are not applicable: by round, table and reason, the number of centres."""

from collections.abc import Iterator

from nch.common.formats import format_number
from reports.statistics.definitions import Chart, Dimension, Facts, Text, Value
from reports.statistics.follow_up import Row, coded, follow_up_table, summed
from reports.statistics.question import Question
from reports.statistics.returns import GRID_TEXTS, READERS, SOURCE, counted, period_code, period_values, years
from reports.statistics.tables.centres_by_county import CENTRES
from reports.statistics.tables.situation_reports import PERIOD
from resurscentra.selectors.returns import ReturnedStatistics
from resurscentra.statistics_form import REASONS

FORM_TABLE = Dimension("ReturnedTable", Text("Tabell i statistikmallen", "Table of the template"), overlaps=True)
ANSWER = Dimension("Answer", Text("Svar eller skäl", "Answer or reason"))
ANSWERED = "answered"
_REASONS_EN = {
    "no_such_support": "No work of the kind asked about",
    "not_started": "The work had not begun in the period",
    "not_recorded": "The figures cannot be produced",
    "other": "Another reason, in the comment",
}
_ANSWERS = {
    ANSWERED: Text("Besvarad", "Answered"),
    **{code: Text(label, _REASONS_EN[code]) for code, label in REASONS},
}


def _answers(found: list[ReturnedStatistics]) -> Iterator[tuple[str, str, str]]:
    """Round, table and whether it is answered or why not, of every centre whose figures count."""
    for one in found:
        for grid in one.tables:
            yield period_code(one), grid, ANSWERED
        for grid, reason in one.not_applicable.items():
            yield period_code(one), grid, reason


def facts(question: Question) -> Facts:
    """Every round, table and reason: authorities' papers, of which nothing is hidden."""
    found = counted(question)
    tables = [Value(grid, text) for grid, text in GRID_TEXTS.items()]
    codes = {PERIOD.id: period_values(found), FORM_TABLE.id: tables, ANSWER.id: coded(_ANSWERS)}
    answers = list(_answers(found))
    rows: list[Row] = [(answer, {CENTRES.code: 1}) for answer in answers]
    left_out, name = sum(1 for *_, answer in answers if answer != ANSWERED), question.period.name
    said = Text(
        f"{format_number(left_out)} av {format_number(len(answers))} tabeller var inte tillämpliga {name.sv}",
        f"{left_out} of {len(answers)} tables were not applicable in {name.en}",
    )
    return Facts(codes, summed(codes, (CENTRES,), rows), said)


TABLE = follow_up_table(
    id="statistics-returns-by-period-table-and-reason",
    title=Text("Tabeller som inte är tillämpliga, per period och skäl", "Tables not applicable, by period and reason"),
    description=Text(
        "Hur många resurscentrum som har svarat på varje tabell i statistikmallen, och varför de andra inte har det.",
        "How many resource centres have answered each table of the template, and why the others have not.",
    ),
    dimensions=(PERIOD, FORM_TABLE, ANSWER),
    measures=(CENTRES,),
    notes=(
        Text(
            "Bara inlämnad statistik som inte är återsänd för rättelse räknas. Ett resurscentrum räknas en gång under "
            "varje tabell.",
            "Only statistics that are handed in, and not sent back for correction, count. A centre counts once under "
            "each table.",
        ),
    ),
    source=SOURCE,
    chart=Chart.STACKED,
    heading=ANSWER.id,
    facts=facts,
    years=years,
    readers=READERS,
)
