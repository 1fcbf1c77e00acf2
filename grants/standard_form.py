"""The application form for development money: what NCH asks a county board, section by section (domain: ansökan)."""

from collections.abc import Sequence

from grants.enums import CostCategory
from nch.questionnaires.definitions import QuestionDefinition as Q
from nch.questionnaires.definitions import SectionDefinition
from nch.questionnaires.enums import ColumnType
from nch.questionnaires.enums import QuestionKind as Kind

FORM_KEY = "ansokan-utvecklingsmedel"
FORM_TITLE = "Ansökan om utvecklingsmedel till resurscentrum"
BUDGET_KEY = "budget"
# What the system counts with: a call's form keeps it, whatever else is changed in it.
FIXED_KEYS = frozenset({BUDGET_KEY})
# What overhead can be counted on: salaries, or everything else in the budget.
OVERHEAD = {
    "row": str(CostCategory.OVERHEAD),
    "bases": [
        ["salaries", "lönekostnaderna", [str(CostCategory.SALARIES)]],
        ["direct", "alla andra kostnader", [code for code in CostCategory.values if code != CostCategory.OVERHEAD]],
    ],
}


def application_form(years: Sequence[int]) -> list[SectionDefinition]:
    """Return the form with a budget of these years."""
    return [
        SectionDefinition(
            "behov",
            "Behov och förankring",
            "Beskriv varför resurscentrumet behövs i länet och hur arbetet är förankrat.",
            [
                Q(
                    "behovsinventering",
                    "Vad visar länets behovsinventering?",
                    max_length=6000,
                    hint="Ange vilka underlag ni bygger på och från vilket år de är.",
                ),
                Q("har_resurscentrum", "Finns det redan ett resurscentrum i länet?", Kind.YES_NO),
                Q(
                    "nulage",
                    "Vad gör det befintliga resurscentrumet i dag?",
                    max_length=4000,
                    shown_when=("har_resurscentrum", "yes"),
                ),
                Q("forankring", "Hur är arbetet förankrat på högsta ledningsnivå?", max_length=4000),
            ],
        ),
        SectionDefinition(
            "organisation",
            "Organisation och parter",
            "",
            [
                Q(
                    "bygger_pa",
                    "Vilken befintlig verksamhet bygger resurscentrumet på?",
                    Kind.CHOICE,
                    choices=(
                        ("barnahus", "Barnahus"),
                        ("violence_centre", "Centrum mot våld eller motsvarande"),
                        ("county_board", "Länsstyrelsens egen organisation"),
                        ("other", "Annan verksamhet"),
                        ("none", "Ingen befintlig verksamhet"),
                    ),
                ),
                Q("huvudman", "Vem är eller blir huvudman?", Kind.TEXT),
                Q(
                    "parter",
                    "Vilka parter deltar och vad har de åtagit sig?",
                    Kind.TABLE,
                    columns=(
                        ("part", "Part", ColumnType.TEXT),
                        ("atagande", "Åtagande", ColumnType.TEXT),
                        ("daterad", "Avsiktsförklaring daterad", ColumnType.DATE),
                    ),
                    hint="Ange organisationer och funktioner, inte personers namn. Lämna datumet tomt om "
                    "avsiktsförklaringen inte är undertecknad ännu.",
                ),
                Q(
                    "avsiktsforklaringar",
                    "Avsiktsförklaringar",
                    Kind.FILE,
                    required=False,
                    many=True,
                    hint="Undertecknade avsiktsförklaringar som PDF. Ni kan välja flera filer.",
                ),
                Q(
                    "bilagor",
                    "Övriga bilagor",
                    Kind.FILE,
                    required=False,
                    many=True,
                    hint="Till exempel projektplan eller karta. Ni kan välja flera filer.",
                ),
            ],
        ),
        SectionDefinition(
            "genomforande",
            "Målgrupper, mål och genomförande",
            "",
            [
                Q(
                    "malgrupper",
                    "Vilka målgrupper ska få stöd?",
                    Kind.MULTIPLE,
                    choices=(
                        ("professionals", "Yrkesverksamma"),
                        ("children", "Utsatta barn"),
                        ("adults", "Utsatta vuxna"),
                    ),
                ),
                Q("mal", "Vilka mål ska vara uppnådda när bidragsperioden är slut?", max_length=4000),
                Q("aktiviteter", "Vilka aktiviteter ska genomföras, och när?", max_length=6000),
                Q("uppfoljning", "Hur ska arbetet följas upp?", max_length=3000),
            ],
        ),
        SectionDefinition(
            "budget",
            "Budget",
            "Fyll i kostnaderna per år och kostnadsslag. Summorna räknas ut åt er.",
            [
                Q(
                    BUDGET_KEY,
                    "Kostnader per år",
                    Kind.BUDGET_GRID,
                    rows=CostCategory.choices,
                    columns=[(str(year), str(year)) for year in years],
                    overhead=OVERHEAD,
                    hint="Hela kronor eller kronor och öre. Lämna tomt där kostnaden är noll. OH anger ni i procent; "
                    "beloppet räknas ut och avrundas till hela kronor.",
                ),
                Q(
                    "budgetkommentar",
                    "Kommentar till budgeten",
                    required=False,
                    max_length=3000,
                    hint="Förklara till exempel vad som ingår i OH.",
                ),
            ],
        ),
        SectionDefinition(
            "langsiktighet",
            "Långsiktig finansiering",
            "Utvecklingsmedel kan lämnas i högst fyra år för ett läns resurscentrum.",
            [
                Q(
                    "finansieringslage",
                    "Hur ser finansieringen ut efter bidragsperioden?",
                    Kind.CHOICE,
                    choices=(
                        ("secured", "Den är säkrad"),
                        ("planned", "Den är planerad men inte beslutad"),
                        ("lacking", "Den saknas"),
                    ),
                ),
                Q("finansieringsplan", "Hur ska verksamheten finansieras långsiktigt?", max_length=4000),
            ],
        ),
    ]
