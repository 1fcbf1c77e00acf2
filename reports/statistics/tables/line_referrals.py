"""Where callers are referred, and what came of it."""

from collections.abc import Iterable

from reports.statistics.code_breaks import list_notes
from reports.statistics.definitions import CellStatus, Chart, Dimension, Facts, Text, Value
from reports.statistics.live import (
    ALL,
    CALLS,
    LINE_ONLY,
    Cells,
    about,
    code_values,
    live_table,
    no_calls,
    total_value,
    within,
)
from reports.statistics.question import Question
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.selectors.tallies import Need

REFERRAL = Dimension("Referral", Text("Hänvisad till", "Referred to"))
OUTCOME = Dimension("Outcome", Text("Vad det ledde till", "What came of it"))
NOWHERE, NOT_HEARD = "none", "not_heard"
NOWHERE_TEXT, NOT_HEARD_TEXT = Text("Ingen hänvisning", "No referral"), Text("Inte känt", "Not known")
OF_REFERRALS = Text(
    "Vad det ledde till anges bara för samtal där den som ringde hänvisades vidare.",
    "What came of it is given only for calls where the caller was referred on.",
)


def coded(referral: str, outcome: str) -> tuple[str, str]:
    """The codes of a call, out of the tally's: nobody hears of an outcome where there was no referral."""
    return (referral, outcome or NOT_HEARD) if referral else (NOWHERE, outcome or NOWHERE)


def can_be(referral: str, outcome: str) -> bool:
    """Whether a call can be both: an outcome, also one not heard of, belongs to a referral."""
    return referral == ALL or outcome == ALL or (referral == NOWHERE) == (outcome == NOWHERE)


def needs(question: Question) -> Iterable[Need]:
    """The period by referral and outcome."""
    return [within(question, Cut.REFERRAL, "first_key", "third_key")]


def facts(question: Question) -> Facts:
    """The bodies referred to, the commonest first, then the calls without a referral."""
    [need] = needs(question)
    found = {coded(*key): amounts.calls for key, amounts in question.reading.sums(need).items()}
    bodies = code_values(question, CodeKind.REFERRAL, (code for code, _ in found))
    totals = {code: sum(calls for (one, _), calls in found.items() if one == code) for code, _ in found}
    bodies.sort(key=lambda value: -totals.get(value.code, 0))
    outcomes = code_values(question, CodeKind.REFERRAL_OUTCOME, (code for _, code in found))
    outcomes += [Value(NOT_HEARD, NOT_HEARD_TEXT), Value(NOWHERE, NOWHERE_TEXT)]
    rows = [*bodies, Value(NOWHERE, NOWHERE_TEXT), total_value()]
    cells: Cells = {}
    for row in rows:
        for column in (*outcomes, total_value()):
            number = sum(
                calls for (one, other), calls in found.items() if row.code in (one, ALL) and column.code in (other, ALL)
            )
            fits = number or can_be(row.code, column.code)
            cells[row.code, column.code, CALLS.code] = number if fits else CellStatus.NOT_APPLICABLE
    notes = (*about(question), *list_notes(question, CodeKind.REFERRAL, CodeKind.REFERRAL_OUTCOME))
    return Facts({REFERRAL.id: rows, OUTCOME.id: [*outcomes, total_value()]}, cells, _finding(question, found), notes)


def _finding(question: Question, found: dict[tuple[str, str], int]) -> Text:
    in_all = sum(found.values())
    referred = sum(calls for (code, _), calls in found.items() if code != NOWHERE)
    if not in_all:
        return no_calls(question)
    if not referred:
        return Text("Inget av samtalen hänvisades vidare", "None of the calls was referred on")
    heard = sum(calls for (code, outcome), calls in found.items() if code != NOWHERE and outcome != NOT_HEARD)
    share, followed = round(100 * referred / in_all), round(100 * heard / referred)
    return Text(
        f"{share} procent av samtalen hänvisas vidare; vad det ledde till är känt för {followed} procent av dem",
        f"{share} per cent of calls are referred on; the outcome is known for {followed} per cent of them",
    )


TABLE = live_table(
    id="line-referrals",
    title=Text("Hänvisningar och vad de ledde till", "Referrals and what came of them"),
    description=Text(
        "Vart den som ringer hänvisas, och vad hänvisningen ledde till när det har blivit känt.",
        "Where callers are referred, and what came of it where that has become known.",
    ),
    dimensions=(REFERRAL, OUTCOME),
    measures=(CALLS,),
    notes=(OF_REFERRALS,),
    chart=Chart.STACKED,
    heading=OUTCOME.id,
    facts=facts,
    needs=needs,
    answers_to=LINE_ONLY,
)
