"""What the counties answer in their lägesbilder where the answer can be counted: phase, organisation, own line."""

from collections.abc import Mapping

from nch.common.formats import format_number
from reports.statistics.definitions import COUNT, Adds, Chart, Dimension, Facts, Measure, TableDefinition, Text, Value
from reports.statistics.follow_up import county_values, follow_up_table, summed
from reports.statistics.live import COUNTY, total_value
from reports.statistics.question import Question
from reports.statistics.tables.reporting_on_time import READERS
from reports.statistics.tables.resource_centres import PHASE, PHASES
from reports.statistics.tables.situation_reports import PERIOD, SOURCE, period_code, period_values, within_years, years
from resurscentra.enums import OrganisationModel, Phase
from resurscentra.standard_form import ORGANISATION_MODEL, OWN_LINE
from resurscentra.standard_form import PHASE as PHASE_QUESTION

REPORTS = Measure("reports", Text("Lägesbilder", "Situation reports"), COUNT, adds=Adds.ALWAYS)
OTHER = "other"
OTHER_TEXT = Text("Annat eller inget svar", "Another or no answer")
Answers = Mapping[str, tuple[str, Text]]
"""By what the form keeps: code and texts."""

PHASE_ANSWERS: Answers = {**PHASES, Phase.CLOSED: ("closed", Text(Phase.CLOSED.label, "Closed"))}
MODELS = {
    OrganisationModel.BARNAHUS: "Within a Barnahus",
    OrganisationModel.VIOLENCE_CENTRE_BRANCH: "Branch of a centre against violence",
    OrganisationModel.DIGITAL_REGIONAL_TEAM: "Digital regional team",
    OrganisationModel.COUNTY_BOARD: "Within the county board",
    OrganisationModel.FREE_STANDING_TEAMS: "Free-standing mobile teams",
    OrganisationModel.UNDECIDED: "Not decided",
}
MODEL_ANSWERS: Answers = {str(one): (str(one), Text(one.label, english)) for one, english in MODELS.items()}
LINE_ANSWERS: Answers = {"yes": ("yes", Text("Ja", "Yes")), "no": ("no", Text("Nej", "No"))}


def _table(
    *, id: str, title: Text, description: Text, question_key: str, dimension: Dimension, answers: Answers
) -> TableDefinition:
    def facts(question: Question) -> Facts:
        asked = [one for one in within_years(question) if one.handed_in_on is not None]
        values = [*(Value(code, text) for code, text in answers.values()), Value(OTHER, OTHER_TEXT), total_value()]
        codes = {PERIOD.id: period_values(asked), COUNTY.id: county_values(question), dimension.id: values}
        rows = (
            (
                (period_code(one), one.county, answers.get(one.answers.get(question_key, ""), (OTHER,))[0]),
                {REPORTS.code: 1},
            )
            for one in asked
        )
        name, number = question.period.name, format_number(len(asked))
        said = Text(f"{number} lägesbilder lämnades för {name.sv}", f"{number} situation reports concern {name.en}")
        return Facts(codes, summed(codes, (REPORTS,), rows), said)

    return follow_up_table(
        id=id,
        title=title,
        description=description,
        dimensions=(PERIOD, COUNTY, dimension),
        measures=(REPORTS,),
        notes=(
            Text(
                "Som länsstyrelserna har svarat i lägesbilder som är inlämnade. Uppgifterna är inte granskade.",
                "As county boards have answered in situation reports that are handed in. Not examined.",
            ),
        ),
        source=SOURCE,
        chart=Chart.STACKED,
        heading=dimension.id,
        facts=facts,
        years=years,
        readers=READERS,
    )


PHASES_ANSWERED = _table(
    id="situation-reports-by-phase",
    title=Text("Fas enligt lägesbilderna", "Phase according to the situation reports"),
    description=Text(
        "Vilken fas länens resurscentrum är i, efter period och län.",
        "Which phase the counties' resource centres are in, by period and county.",
    ),
    question_key=PHASE_QUESTION,
    dimension=PHASE,
    answers=PHASE_ANSWERS,
)
MODELS_ANSWERED = _table(
    id="situation-reports-by-organisation",
    title=Text("Organisationsmodell enligt lägesbilderna", "Organisation according to the situation reports"),
    description=Text(
        "Hur länens resurscentrum är organiserade, efter period och län.",
        "How the counties' resource centres are organised, by period and county.",
    ),
    question_key=ORGANISATION_MODEL,
    dimension=Dimension("Organisation", Text("Organisationsmodell", "Organisation")),
    answers=MODEL_ANSWERS,
)
LINES_ANSWERED = _table(
    id="situation-reports-by-own-line",
    title=Text("Egen telefonlinje enligt lägesbilderna", "Own telephone line according to the situation reports"),
    description=Text(
        "Om länens resurscentrum har en egen telefonlinje för yrkesverksamma, efter period och län.",
        "Whether the counties' resource centres have a line of their own for professionals, by period and county.",
    ),
    question_key=OWN_LINE,
    dimension=Dimension("OwnLine", Text("Egen telefonlinje", "Own telephone line")),
    answers=LINE_ANSWERS,
)
