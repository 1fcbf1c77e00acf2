"""The lägesbild form (domain: contents of a lägesbild)."""

from nch.questionnaires.definitions import QuestionDefinition as Q
from nch.questionnaires.definitions import SectionDefinition
from nch.questionnaires.enums import QuestionKind as Kind
from resurscentra.enums import OrganisationModel, Phase

FORM_KEY = "lagesbild"
FORM_TITLE = "Lägesbild för regionala resurscentrum"
PHASE, ORGANISATION_MODEL, OWN_LINE = CODED_QUESTIONS = ("fas", "organisationsmodell", "egen_telefon")
"""The questions whose answers can be counted."""


def situation_report_form() -> list[SectionDefinition]:
    """Return the form's sections."""
    return [
        SectionDefinition(
            "lage",
            "Läge och organisation",
            "",
            [
                Q(PHASE, "I vilken fas är resurscentrumet?", Kind.CHOICE, choices=Phase.choices),
                Q(
                    ORGANISATION_MODEL,
                    "Hur är resurscentrumet organiserat?",
                    Kind.CHOICE,
                    choices=OrganisationModel.choices,
                ),
                Q("huvudman", "Vem är huvudman?", Kind.TEXT),
                Q(OWN_LINE, "Har resurscentrumet en egen telefonlinje för yrkesverksamma?", Kind.YES_NO),
            ],
        ),
        SectionDefinition(
            "arbete",
            "Arbete under perioden",
            "",
            [
                Q("aktiviteter", "Vad har gjorts under perioden?", max_length=6000),
                Q("framgangsfaktorer", "Vilka framgångsfaktorer ser ni?", max_length=4000),
                Q("utmaningar", "Vilka utmaningar ser ni?", max_length=4000),
                Q(
                    "malgruppsanalys",
                    "Vad visar er målgruppsanalys?",
                    max_length=4000,
                    required=False,
                    hint="Skriv inget som kan peka ut en enskild person.",
                ),
            ],
        ),
        SectionDefinition(
            "framat",
            "Uppföljning och framåtblick",
            "",
            [
                Q("uppfoljning", "Hur följer ni upp och utvärderar arbetet?", max_length=4000),
                Q("planer", "Vad planerar ni framåt?", max_length=4000),
                Q("malkommentar", "Hur ligger arbetet till mot målen i projektplanen?", max_length=4000),
                Q("stod_fran_nch", "Vilket stöd vill ni ha från NCH?", max_length=2000, required=False),
            ],
        ),
    ]
