"""Individuals supported by resource centres, by what they are exposed to, its stage, and age."""

from nch.common.individuals import Stage
from reports.statistics.definitions import Dimension, Text
from reports.statistics.tables.line_exposure import ENGLISH as ENGLISH_STAGES
from reports.statistics.tables.returned_overlaps import overlap_table
from resurscentra.statistics_form import EXPOSURE_KINDS, EXPOSURE_UNKNOWN, EXPOSURES, exposure_row, exposure_rows

EXPOSURE = Dimension("ExposureStage", Text("Utsatthet och skede", "Exposure and stage"), overlaps=True)
_KINDS_EN = {
    "marriage": "Child or forced marriage",
    "abduction": "Abducted or held abroad",
    "fgm": "Female genital mutilation",
    "other": "Other honour-related violence and oppression",
}


def _exposure_texts() -> dict[str, Text]:
    english = {
        exposure_row(kind, stage): _KINDS_EN[kind]
        if stage == Stage.NONE
        else f"{_KINDS_EN[kind]}: {ENGLISH_STAGES[stage].lower()}"
        for kind, (_, stages) in EXPOSURE_KINDS.items()
        for stage in stages
    }
    english[EXPOSURE_UNKNOWN] = "Not known"
    return {code: Text(label, english[code]) for code, label in exposure_rows()}


TABLE = overlap_table(
    id="returned-individuals-by-year-and-exposure",
    title=Text(
        "Individer som fått stöd per år, utsatthet och ålder", "Individuals supported by year, exposure and age"
    ),
    description=Text(
        "De individer som har fått stöd av resurscentrumen, efter vad de är utsatta för och hur långt det har gått.",
        "The individuals supported by the resource centres, by what they are exposed to and how far it has gone.",
    ),
    dimension=EXPOSURE,
    grid=EXPOSURES,
    texts=_exposure_texts(),
)
