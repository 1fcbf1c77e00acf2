"""Calls by the caller's organisation."""

from collections.abc import Iterable

from nch.common.formats import format_number
from reports.statistics.definitions import Chart, Facts, Filter, Text, Value
from reports.statistics.live import (
    CALLS,
    CATEGORY,
    EVERY_CALL,
    INDIVIDUALS,
    SHARE_OF_CALLS,
    live_table,
    share_facts,
    tally_key,
    whole_percent,
    within,
)
from reports.statistics.question import Question
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.selectors.tallies import Need


def needs(question: Question) -> Iterable[Need]:
    """The period by category."""
    keys = (("first_key", tally_key(question.county)),) if question.county else ()
    return [within(question, Cut.PLACE, "second_key", keys=keys)]


def facts(question: Question) -> Facts:
    """The categories, the one that calls most first."""
    [need] = needs(question)
    return share_facts(question, CodeKind.CALLER_CATEGORY, CATEGORY, need, _finding)


def _finding(most: Value, calls: int, of: int) -> Text:
    share = whole_percent(calls, of)
    return Text(
        f"{most.text.sv} ringer oftast: {format_number(calls)} av {format_number(of)} samtal, {share} procent",
        f"{most.text.en} call most: {calls} of {of} calls, {share} per cent",
    )


TABLE = live_table(
    id="line-per-category",
    title=Text("Samtal efter vem som ringer", "Calls by caller"),
    description=Text(
        "Samtal och utsatta individer efter den organisation som den som ringer arbetar i.",
        "Calls and exposed individuals by the caller's organisation.",
    ),
    dimensions=(CATEGORY,),
    measures=(CALLS, INDIVIDUALS, SHARE_OF_CALLS),
    notes=(EVERY_CALL,),
    chart=Chart.BAR,
    charted=("calls",),
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.COUNTY}),
)
