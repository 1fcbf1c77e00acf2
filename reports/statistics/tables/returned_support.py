"""Individuals supported by resource centres, by the support they got and age."""

from reports.statistics.definitions import Dimension, Text
from reports.statistics.tables.returned_overlaps import overlap_table
from resurscentra.statistics_form import SUPPORT, SUPPORT_KINDS

KIND_OF_SUPPORT = Dimension("Support", Text("Stöd", "Support"), overlaps=True)
_SUPPORT_EN = {
    "counselling": "Counselling",
    "protection": "Help to protection or sheltered housing",
    "coordination": "Coordination between agencies",
    "guided": "Guidance to the right body",
    "treatment": "Treatment",
    "other": "Other support",
}

TABLE = overlap_table(
    id="returned-individuals-by-year-and-support",
    title=Text("Individer som fått stöd per år, stöd och ålder", "Individuals supported by year, support and age"),
    description=Text(
        "De individer som har fått stöd av resurscentrumen, efter vilket stöd de har fått.",
        "The individuals supported by the resource centres, by the support that they got.",
    ),
    dimension=KIND_OF_SUPPORT,
    grid=SUPPORT,
    texts={code: Text(label, _SUPPORT_EN[code]) for code, label in SUPPORT_KINDS},
)
