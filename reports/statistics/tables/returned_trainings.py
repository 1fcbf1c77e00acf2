"""Trainings that resource centres have held for professionals, by year, county and kind."""

from reports.statistics.definitions import Dimension, Text
from reports.statistics.returns import HELD, TAKING_PART
from reports.statistics.tables.returned_activities import activity_table
from resurscentra.statistics_form import OCCASIONS, PARTICIPANTS, TRAINING_KINDS, TRAININGS

KIND_OF_TRAINING = Dimension("TrainingKind", Text("Slag av utbildning", "Kind of training"))
_KINDS_EN = {"lecture": "Lecture", "course": "Course", "network": "Network meeting"}

TABLE = activity_table(
    id="returned-trainings-by-year-county-and-kind",
    title=Text("Utbildningar per år, län och slag", "Trainings by year, county and kind"),
    description=Text(
        "Utbildningar som resurscentrumen har hållit för yrkesverksamma och hur många som har deltagit, efter slag.",
        "Trainings that the resource centres have held for professionals and how many took part, by kind.",
    ),
    grid=TRAININGS,
    dimension=KIND_OF_TRAINING,
    texts={code: Text(label, _KINDS_EN[code]) for code, label in TRAINING_KINDS},
    measures={OCCASIONS: HELD, PARTICIPANTS: TAKING_PART},
    finding_of=Text("utbildningstillfällen hölls", "training sessions were held"),
    notes=(
        Text(
            "Deltagare räknas vid varje tillfälle: den som deltar flera gånger räknas varje gång.",
            "Participants count at each session: who takes part several times counts each time.",
        ),
    ),
)
