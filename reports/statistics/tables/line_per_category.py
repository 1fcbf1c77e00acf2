"""Calls by the caller's organisation."""

from collections.abc import Iterable

from nch.common.formats import format_number
from reports.statistics.code_breaks import list_notes
from reports.statistics.definitions import Chart, Facts, Filter, Measure, Text
from reports.statistics.live import (
    ALL,
    CALLS,
    CATEGORY,
    EVERY_CALL,
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
    tally_key,
    total_value,
    within,
)
from reports.statistics.question import Question
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.selectors.tallies import Need
from stodtelefon.tallying import Amounts

SHARE = Measure("share", Text("Andel av samtalen", "Share of calls"), PERCENT, decimals=1)


def needs(question: Question) -> Iterable[Need]:
    """The period by category."""
    keys = (("first_key", tally_key(question.county)),) if question.county else ()
    return [within(question, Cut.PLACE, "second_key", keys=keys)]


def facts(question: Question) -> Facts:
    """The categories, the one that calls most first."""
    [need] = needs(question)
    sums = question.reading.sums(need)
    values = code_values(question, CodeKind.CALLER_CATEGORY, (code for (code,) in sums))
    values.sort(key=lambda value: -sums.get((value.code,), Amounts()).calls)
    in_all = added(sums.values())
    cells: Cells = {}
    for code in [*(value.code for value in values), ALL]:
        amounts = in_all if code == ALL else sums.get((code,), Amounts())
        cells.update(counts((code,), amounts))
        cells[code, "share"] = percent(amounts.calls, in_all.calls)
    finding = no_calls(question)
    if in_all.calls:
        most = sums.get((values[0].code,), Amounts()).calls
        share = round(100 * most / in_all.calls)
        finding = Text(
            f"{values[0].text.sv} ringer oftast: {format_number(most)} av {format_number(in_all.calls)} samtal, "
            f"{share} procent",
            f"{values[0].text.en} call most: {most} of {in_all.calls} calls, {share} per cent",
        )
    notes = (*about(question), *list_notes(question, CodeKind.CALLER_CATEGORY))
    return Facts({CATEGORY.id: [*values, total_value()]}, cells, finding, notes)


TABLE = live_table(
    id="line-per-category",
    title=Text("Samtal efter vem som ringer", "Calls by caller"),
    description=Text(
        "Samtal och utsatta individer efter den organisation som den som ringer arbetar i.",
        "Calls and exposed individuals by the caller's organisation.",
    ),
    dimensions=(CATEGORY,),
    measures=(CALLS, INDIVIDUALS, SHARE),
    notes=(EVERY_CALL,),
    chart=Chart.BAR,
    charted=("calls",),
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.COUNTY}),
)
