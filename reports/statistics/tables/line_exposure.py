"""Exposed individuals by kind of exposure and its stage."""

from collections.abc import Iterable

from nch.common.formats import format_number
from reports.statistics.code_breaks import list_notes
from reports.statistics.definitions import CellStatus, Chart, Dimension, Facts, Filter, Text, Value
from reports.statistics.live import (
    ALL,
    INDIVIDUALS,
    Cells,
    about,
    code_values,
    in_period,
    live_table,
    no_calls,
    tally_key,
    total_value,
    within,
)
from reports.statistics.question import Question
from stodtelefon.enums import CodeKind, Cut, Stage
from stodtelefon.selectors.tallies import Need

KIND = Dimension("Exposure", Text("Utsatthet", "Exposure"), overlaps=True)
STAGE = Dimension("Stage", Text("Skede", "Stage"))
ENGLISH = {
    Stage.WORRY: "Worry",
    Stage.PLANNED: "Planned",
    Stage.CARRIED_OUT: "Carried out",
    Stage.CONFIRMED: "Confirmed",
    Stage.SUSPICION: "Suspicion",
    Stage.CONSEQUENCES: "Consequences",
    Stage.NONE: "No stage",
}

NOT_ADDED_UP = Text(
    "En individ räknas en gång under varje slag av utsatthet, och slagen kan därför inte läggas ihop.",
    "An individual counts once under each kind of exposure, so the kinds cannot be added up.",
)


def needs(question: Question) -> Iterable[Need]:
    """The period by kind and stage."""
    keys = []
    if question.exposure:
        keys.append(("first_key", question.exposure))
    if question.county:
        keys.append(("third_key", tally_key(question.county)))
    return [within(question, Cut.EXPOSURE, "first_key", "second_key", keys=tuple(keys))]


def facts(question: Question) -> Facts:
    """Kinds down, the commonest first; stages across, where a kind has them."""
    [need] = needs(question)
    found = {key: amounts.individuals for key, amounts in question.reading.sums(need).items()}
    kinds = code_values(question, CodeKind.EXPOSURE, (kind for kind, _ in found))
    kinds = [kind for kind in kinds if not question.exposure or kind.code == question.exposure]
    totals = {kind.code: sum(found.get((kind.code, str(stage)), 0) for stage in Stage) for kind in kinds}
    kinds.sort(key=lambda kind: -totals[kind.code])
    stages = [Value(str(stage), Text(stage.label, ENGLISH[stage])) for stage in Stage]
    entries = question.reading.codes[CodeKind.EXPOSURE]
    cells: Cells = {}
    for kind in kinds:
        permitted = {str(stage) for stage in entries[kind.code].permitted_stages}
        for stage in stages:
            number = found.get((kind.code, stage.code), 0)
            fits = number or stage.code in permitted
            cells[kind.code, stage.code, INDIVIDUALS.code] = number if fits else CellStatus.NOT_APPLICABLE
        cells[kind.code, ALL, INDIVIDUALS.code] = totals[kind.code]
    finding = no_calls(question)
    if in_period(question, question.period).calls:
        # Calls there were, whoever they were about; the kind may have been chosen.
        name = question.period.name
        finding = Text(
            f"Ingen sådan utsatthet är registrerad i samtalen {name.sv}",
            f"No such exposure is registered in the calls of {name.en}",
        )
    if any(totals.values()):
        first, *others = [kind for kind in kinds if totals[kind.code]]
        then = f", därefter {others[0].text.sv[:1].lower()}{others[0].text.sv[1:]}" if others else ""
        then_en = f", then {others[0].text.en.lower()}" if others else ""
        finding = Text(
            f"{first.text.sv} är vanligast: {format_number(totals[first.code])} individer{then}",
            f"{first.text.en} is commonest: {totals[first.code]} individuals{then_en}",
        )
    notes = (*about(question), *list_notes(question, CodeKind.EXPOSURE))
    return Facts({KIND.id: kinds, STAGE.id: [*stages, total_value()]}, cells, finding, notes)


TABLE = live_table(
    id="line-exposure",
    title=Text("Utsatthet efter skede", "Exposure by stage"),
    description=Text(
        "Utsatta individer i samtalen efter slag av utsatthet och hur långt den har gått.",
        "Exposed individuals in the calls by kind of exposure and how far it has gone.",
    ),
    dimensions=(KIND, STAGE),
    measures=(INDIVIDUALS,),
    notes=(NOT_ADDED_UP,),
    chart=Chart.BAR,
    heading=STAGE.id,
    facts=facts,
    needs=needs,
    answers_to=frozenset({Filter.LINE, Filter.COUNTY, Filter.EXPOSURE}),
)
