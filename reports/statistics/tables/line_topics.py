"""What the calls are about."""

from collections.abc import Iterable

from reports.statistics.code_breaks import list_notes
from reports.statistics.definitions import Chart, Dimension, Facts, Filter, Measure, Text
from reports.statistics.live import (
    ALL,
    CALLS,
    INDIVIDUALS,
    PERCENT,
    Cells,
    about,
    added,
    code_values,
    counts,
    live_table,
    no_calls,
    percent,
    total_value,
    within,
)
from reports.statistics.question import Question
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.selectors.tallies import Need
from stodtelefon.tallying import Amounts

TOPIC = Dimension("Topic", Text("Vad frågan gäller", "What the question is about"))
SHARE = Measure("share", Text("Andel av samtalen", "Share of calls"), PERCENT, decimals=1)


def needs(question: Question) -> Iterable[Need]:
    """The period by topic."""
    keys = (("second_key", question.category),) if question.category else ()
    return [within(question, Cut.TOPIC, "first_key", keys=keys)]


def facts(question: Question) -> Facts:
    """The topics, the commonest first."""
    [need] = needs(question)
    sums = question.reading.sums(need)
    values = code_values(question, CodeKind.TOPIC, (code for (code,) in sums))
    values.sort(key=lambda value: -sums.get((value.code,), Amounts()).calls)
    in_all = added(sums.values())
    cells: Cells = {}
    for code in [*(value.code for value in values), ALL]:
        amounts = in_all if code == ALL else sums.get((code,), Amounts())
        cells.update(counts((code,), amounts))
        cells[code, "share"] = percent(amounts.calls, in_all.calls)
    finding = no_calls(question)
    if in_all.calls:
        share = round(100 * sums.get((values[0].code,), Amounts()).calls / in_all.calls)
        finding = Text(
            f"{values[0].text.sv}: {share} procent av samtalen", f"{values[0].text.en}: {share} per cent of calls"
        )
    notes = (*about(question), *list_notes(question, CodeKind.TOPIC))
    return Facts({TOPIC.id: [*values, total_value()]}, cells, finding, notes)


TABLE = live_table(
    id="line-topics",
    title=Text("Samtal efter vad frågan gäller", "Calls by topic"),
    description=Text("Vad den som ringer vill ha råd om.", "What callers want advice on."),
    dimensions=(TOPIC,),
    measures=(CALLS, INDIVIDUALS, SHARE),
    chart=Chart.BAR,
    charted=("calls",),
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.CATEGORY}),
)
