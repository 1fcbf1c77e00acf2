"""What the calls are about."""

from collections.abc import Iterable

from reports.statistics.definitions import Chart, Dimension, Facts, Filter, Text, Value
from reports.statistics.live import CALLS, INDIVIDUALS, SHARE_OF_CALLS, live_table, share_facts, whole_percent, within
from reports.statistics.question import Question
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.selectors.tallies import Need

TOPIC = Dimension("Topic", Text("Vad frågan gäller", "What the question is about"))


def needs(question: Question) -> Iterable[Need]:
    """The period by topic."""
    keys = (("second_key", question.category),) if question.category else ()
    return [within(question, Cut.TOPIC, "first_key", keys=keys)]


def facts(question: Question) -> Facts:
    """The topics, the commonest first."""
    [need] = needs(question)
    return share_facts(question, CodeKind.TOPIC, TOPIC, need, _finding)


def _finding(most: Value, calls: int, of: int) -> Text:
    share = whole_percent(calls, of)
    return Text(f"{most.text.sv}: {share} procent av samtalen", f"{most.text.en}: {share} per cent of calls")


TABLE = live_table(
    id="line-topics",
    title=Text("Samtal efter vad frågan gäller", "Calls by topic"),
    description=Text("Vad den som ringer vill ha råd om.", "What callers want advice on."),
    dimensions=(TOPIC,),
    measures=(CALLS, INDIVIDUALS, SHARE_OF_CALLS),
    chart=Chart.BAR,
    charted=("calls",),
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.CATEGORY}),
)
