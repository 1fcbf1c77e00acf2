"""The economic report that a receiver fills in for each year of a grant (domain: ekonomisk redovisning).

Opening balance, allotted amount, budget and closing balance are not among the questions: the system knows them.
"""

import datetime
from typing import Any

from django.db import transaction

from grants.enums import CostCategory
from nch.questionnaires.definitions import QuestionDefinition as Q
from nch.questionnaires.definitions import SectionDefinition
from nch.questionnaires.enums import QuestionKind as Kind
from nch.questionnaires.models import QuestionnaireVersion
from nch.questionnaires.selectors import sections_of
from nch.questionnaires.versions import create_version, freeze_version

FORM_KEY = "ekonomisk-redovisning"
FORM_TITLE = "Ekonomisk redovisning"
COSTS_KEY = "kostnader"
COST_COLUMN = "kostnad"
HOURS_KEY = "arbetade-timmar"
UNSPENT_KEY = "kvarvarande-medel"
CARRY_OVER_AMOUNT_KEY = "belopp-att-fora-over"
CARRY_OVER_REASONS_KEY = "skal-att-fora-over"
SECTIONS_OF_FIGURES = frozenset({"kostnader", "kvar"})
CARRY_OVER, REPAY, NOTHING_LEFT = "carry_over", "repay", "nothing_left"

CERTIFICATION = (
    "Jag intygar att redovisningen är fullständig, att kostnaderna finns i bokföringen och hör till det som bidraget "
    "beviljades för, och att underlagen sparas så att de kan visas upp."
)


def explanation_key(category: str) -> str:
    """The key of the question that explains a category's deviation from the budget."""
    return f"avvikelse-{category.replace('_', '-')}"


def financial_report_form() -> list[SectionDefinition]:
    """Return the form."""
    return [
        SectionDefinition(
            "kostnader",
            "Kostnader och avvikelser",
            "Ange årets kostnader för det som bidraget beviljades för. Förklara en avvikelse från budgeten som är "
            "större än både 10 procent av kostnadsslagets budget och 10 000 kronor. Gränsen är NCH:s arbetsregel.",
            [
                Q(
                    COSTS_KEY,
                    "Årets kostnader",
                    Kind.MONEY_GRID,
                    required=False,
                    rows=CostCategory.choices,
                    columns=[(COST_COLUMN, "Kostnad")],
                    hint="Kronor, eller kronor och öre, som i bokföringen. Lämna tomt där kostnaden är noll.",
                ),
                *(
                    Q(
                        explanation_key(category),
                        f"Avvikelse från budgeten: {category.label}",
                        required=False,
                        max_length=2000,
                        hint="Förklara vad som blev annorlunda och varför.",
                    )
                    for category in CostCategory
                ),
            ],
        ),
        SectionDefinition(
            "tid",
            "Arbetad tid",
            "",
            [
                Q(
                    HOURS_KEY,
                    "Hur många timmar har arbetats i uppdraget under året?",
                    Kind.NUMBER,
                    hint="Räkna all tid som bidraget har betalat. Med kostnader och tid per uppdrag går det att bedöma "
                    "om arbetet är effektivt.",
                ),
                Q("tid-kommentar", "Hur har tiden räknats?", required=False, max_length=1000),
            ],
        ),
        SectionDefinition(
            "kvar",
            "Medel som är kvar",
            "Utgående balans räknas ut av systemet. Medel som inte har använts förs över till nästa år efter beslut, "
            "eller betalas tillbaka.",
            [
                Q(
                    UNSPENT_KEY,
                    "Vad ska hända med det som är kvar?",
                    Kind.CHOICE,
                    choices=(
                        (NOTHING_LEFT, "Inget är kvar"),
                        (CARRY_OVER, "Vi ansöker om att föra över medel till nästa år"),
                        (REPAY, "Vi betalar tillbaka allt som är kvar"),
                    ),
                ),
                Q(
                    CARRY_OVER_AMOUNT_KEY,
                    "Belopp att föra över, kronor",
                    Kind.MONEY,
                    shown_when=(UNSPENT_KEY, CARRY_OVER),
                    hint="Högst utgående balans. Det som inte förs över betalas tillbaka.",
                ),
                Q(
                    CARRY_OVER_REASONS_KEY,
                    "Varför behövs medlen nästa år, och till vad?",
                    max_length=3000,
                    shown_when=(UNSPENT_KEY, CARRY_OVER),
                ),
            ],
        ),
        SectionDefinition(
            "underlag",
            "Underlag och kommentar",
            "",
            [
                Q(
                    "huvudboksutdrag",
                    "Utdrag ur huvudboken",
                    Kind.FILE,
                    required=False,
                    hint="Projektets transaktioner under året, som PDF eller Excel.",
                ),
                Q("kommentar", "Kommentar till redovisningen", required=False, max_length=3000),
            ],
        ),
    ]


@transaction.atomic
def form_version(*, at: datetime.datetime) -> QuestionnaireVersion:
    """The form as it reads now, frozen; a new version is written only where the text above has changed."""
    wanted = financial_report_form()
    latest = QuestionnaireVersion.objects.filter(questionnaire__key=FORM_KEY, frozen_at__isnull=False).first()
    if latest is not None and _as_stored(latest) == [_as_written(section) for section in wanted]:
        return latest
    version = create_version(key=FORM_KEY, title=FORM_TITLE, sections=wanted)
    freeze_version(version, at=at)
    return version


def _as_written(section: SectionDefinition) -> tuple[Any, ...]:
    questions = [
        (q.key, q.kind, q.label, q.hint, q.required, q.max_length, q.options, q.shown_when) for q in section.questions
    ]
    return section.key, section.title, section.introduction, questions


def _as_stored(version: QuestionnaireVersion) -> list[tuple[Any, ...]]:
    return [
        (
            section.key,
            section.title,
            section.introduction,
            [
                (
                    q.key,
                    q.kind,
                    q.label,
                    q.hint,
                    q.required,
                    q.max_length,
                    q.options,
                    (q.shown_when_key, q.shown_when_value),
                )
                for q in section.questions.all()
            ],
        )
        for section in sections_of(version)
    ]
