"""What centres hand in as statistics (statistikmall): six tables in the three goal areas of the follow-up model.

The codes of ages, genders, exposures and professionals' organisations are those of the support lines' calls, so that
the two can be compared; a test holds them equal. Every round freezes a version of its own.
"""

from dataclasses import dataclass

from nch.common.individuals import AgeGroup, Gender, Stage
from nch.questionnaires.counts import ADD_UP_COLUMNS, ADD_UP_ROWS
from nch.questionnaires.definitions import Pairs, SectionDefinition
from nch.questionnaires.definitions import QuestionDefinition as Q
from nch.questionnaires.enums import QuestionKind as Kind

FORM_KEY = "statistikmall"
FORM_TITLE = "Statistik från regionala resurscentrum"
INDIVIDUALS, EXPOSURES, SUPPORT, CONTACTS, TRAININGS, MEETINGS = GRIDS = (
    "individer",
    "utsatthet",
    "stod",
    "kontakter",
    "utbildningar",
    "moten",
)
"""The tables, by the keys of their sections and questions."""
EXPOSED_GRIDS = (INDIVIDUALS, EXPOSURES, SUPPORT)

CHILD, ADULT, AGE_UNKNOWN = "under_18", "18_plus", "unknown"
AGES: Pairs = ((CHILD, "Under 18 år"), (ADULT, "18 år eller äldre"), (AGE_UNKNOWN, "Okänd ålder"))
AGE_OF_GROUP = {
    AgeGroup.UNDER_7: CHILD,
    AgeGroup.FROM_7: CHILD,
    AgeGroup.FROM_13: CHILD,
    AgeGroup.FROM_16: CHILD,
    AgeGroup.FROM_18: ADULT,
    AgeGroup.FROM_21: ADULT,
    AgeGroup.FROM_26: ADULT,
    AgeGroup.UNKNOWN: AGE_UNKNOWN,
}
EXPOSURE_KINDS: dict[str, tuple[str, tuple[Stage, ...]]] = {
    "marriage": ("Barn- eller tvångsäktenskap", (Stage.WORRY, Stage.PLANNED, Stage.CARRIED_OUT)),
    "abduction": ("Bortförd eller kvarhållen utomlands", (Stage.WORRY, Stage.PLANNED, Stage.CONFIRMED)),
    "fgm": ("Könsstympning", (Stage.WORRY, Stage.SUSPICION, Stage.CONSEQUENCES)),
    "other": ("Annat hedersrelaterat våld och förtryck", (Stage.NONE,)),
}
EXPOSURE_UNKNOWN = "unknown"
SUPPORT_KINDS: Pairs = (
    ("counselling", "Samtal och rådgivning"),
    ("protection", "Hjälp till skydd eller skyddat boende"),
    ("coordination", "Samordning av flera myndigheters stöd"),
    ("guided", "Lotsning till rätt instans"),
    ("treatment", "Behandling eller bearbetning"),
    ("other", "Annat stöd"),
)
PROFESSIONALS: Pairs = (
    ("socialtjanst", "Socialtjänst"),
    ("skola", "Skola eller förskola"),
    ("halso_sjukvard", "Hälso- och sjukvård"),
    ("polis", "Polis"),
    ("ideella", "Ideell organisation"),
    ("ovriga_myndigheter", "Annan myndighet"),
    ("ovriga", "Övriga"),
)
CONTACT_FORMS: Pairs = (
    ("phone", "Rådgivning per telefon"),
    ("consultation", "Samråd"),
    ("routines", "Hjälp med rutiner"),
)
TRAINING_KINDS: Pairs = (("lecture", "Föreläsning"), ("course", "Utbildning"), ("network", "Nätverksträff"))
OCCASIONS, PARTICIPANTS = "occasions", "participants"
TRAINING_COLUMNS: Pairs = ((OCCASIONS, "Tillfällen"), (PARTICIPANTS, "Deltagare"))
GROUPS: Pairs = (
    ("steering", "Styrgrupp"),
    ("working", "Arbetsgrupp"),
    ("reference", "Referens- eller samverkansgrupp"),
)
HELD = "held"

OTHER_REASON = "other"
REASONS: Pairs = (
    ("no_such_support", "Vi arbetar inte med det som tabellen frågar om"),
    ("not_started", "Arbetet hade inte börjat under perioden"),
    ("not_recorded", "Vi kan inte ta fram uppgifterna"),
    (OTHER_REASON, "Annat skäl, som står i kommentaren"),
)


def exposure_row(kind: str, stage: Stage) -> str:
    """The code of a row of the table of exposures."""
    return f"{kind}-{stage}"


def exposure_rows() -> Pairs:
    """Each kind of exposure with the stages it can have, as the calls have them, and a row for what is not known."""
    rows = [
        (exposure_row(kind, stage), label if stage == Stage.NONE else f"{label}: {stage.label.lower()}")
        for kind, (label, stages) in EXPOSURE_KINDS.items()
        for stage in stages
    ]
    return (*rows, (EXPOSURE_UNKNOWN, "Inte känt vad individen är utsatt för"))


def comment_key(grid: str) -> str:
    """The question in which a table is commented."""
    return f"{grid}_kommentar"


@dataclass(frozen=True)
class GridDefinition:
    """A table of the template: its area, its question, and what its numbers are."""

    key: str
    area: str
    title: str
    label: str
    introduction: str
    rows: Pairs
    columns: Pairs
    sums: tuple[str, ...]

    def section(self) -> SectionDefinition:
        """The table and its comment as a section of the form."""
        return SectionDefinition(
            self.key,
            self.title,
            f"{self.area}. {self.introduction}",
            [
                Q(
                    self.key,
                    self.label,
                    Kind.COUNT_GRID,
                    rows=self.rows,
                    columns=self.columns,
                    sums=self.sums,
                    reasons=REASONS,
                ),
                Q(
                    comment_key(self.key),
                    f"Kommentar till {self.title.split()[0]}",
                    Kind.COMMENT,
                    hint="Förklara det som kan väcka frågor. Skriv inget om enskilda personer.",
                    required=False,
                    max_length=1000,
                ),
            ],
        )


_EXPOSED = "Mål 1: stöd till utsatta"
_PROFESSIONALS = "Mål 2: stöd till yrkesverksamma"
_COOPERATION = "Mål 3: samverkan"
_BOTH = (ADD_UP_ROWS, ADD_UP_COLUMNS)
TEMPLATE = (
    GridDefinition(
        INDIVIDUALS,
        _EXPOSED,
        "A1 Individer som har fått stöd",
        "Hur många individer har fått stöd?",
        "Räkna varje individ en gång under perioden, med åldern vid första kontakten.",
        AgeGroup.choices,
        Gender.choices,
        _BOTH,
    ),
    GridDefinition(
        EXPOSURES,
        _EXPOSED,
        "A2 Vad individerna är utsatta för",
        "Hur många av individerna är utsatta för vad?",
        "En individ kan räknas på flera rader, så raderna summeras inte till antalet individer.",
        exposure_rows(),
        AGES,
        (ADD_UP_ROWS,),
    ),
    GridDefinition(
        SUPPORT,
        _EXPOSED,
        "A3 Stöd som har getts",
        "Hur många av individerna har fått vilket stöd?",
        "En individ kan få flera slags stöd, så raderna summeras inte till antalet individer.",
        SUPPORT_KINDS,
        AGES,
        (ADD_UP_ROWS,),
    ),
    GridDefinition(
        CONTACTS,
        _PROFESSIONALS,
        "B1 Kontakter med yrkesverksamma",
        "Hur många kontakter har ni haft med yrkesverksamma?",
        "Räkna varje kontakt en gång, efter det den mest gällde.",
        PROFESSIONALS,
        CONTACT_FORMS,
        _BOTH,
    ),
    GridDefinition(
        TRAININGS,
        _PROFESSIONALS,
        "B2 Utbildningar",
        "Hur många utbildningar har ni hållit, och för hur många?",
        "Räkna deltagare vid varje tillfälle.",
        TRAINING_KINDS,
        TRAINING_COLUMNS,
        (ADD_UP_COLUMNS,),
    ),
    GridDefinition(
        MEETINGS,
        _COOPERATION,
        "C1 Möten",
        "Hur många möten har resurscentrumets grupper haft?",
        "Räkna möten som har hållits under perioden.",
        GROUPS,
        ((HELD, "Möten"),),
        (ADD_UP_COLUMNS,),
    ),
)


def statistics_form() -> list[SectionDefinition]:
    """Return the template's sections."""
    return [grid.section() for grid in TEMPLATE]
