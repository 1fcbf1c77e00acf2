"""Loading what a call is coded with, and the figures that have been published. Both run safely again and again."""

import datetime
from collections.abc import Iterator

from django.db import transaction

from nch.accounts.models import User
from nch.audit.services import record
from nch.counties.facts import read_facts
from stodtelefon.enums import CodeKind, FigureDimension, Stage
from stodtelefon.models import Code, PublishedFigure
from stodtelefon.selectors import FIRST_DAY, OTHER_COUNTIES, REMIT_BREAK_YEAR, UNKNOWN_COUNTY

# All codes of today's lists have been in use since the national line opened.
VALID_FROM = FIRST_DAY

# Code, Swedish label, English label, in the order in which a list shows them. A code is never renamed or used again.
CODE_LISTS: dict[CodeKind, tuple[tuple[str, str, str], ...]] = {
    CodeKind.CALLER_CATEGORY: (
        ("socialtjanst", "Socialtjänst", "Social services"),
        ("skola", "Skola eller förskola", "School or preschool"),
        ("halso_sjukvard", "Hälso- och sjukvård", "Health care"),
        ("polis", "Polis", "Police"),
        ("ideella", "Ideell organisation", "Civil society organisation"),
        ("ovriga_myndigheter", "Annan myndighet", "Other agency"),
        ("utsatta_narstaende", "Utsatt eller närstående", "Exposed person or next of kin"),
        ("ovriga", "Övriga", "Others"),
    ),
    CodeKind.TOPIC: (
        ("pagaende_arende", "Ett pågående ärende", "An ongoing case"),
        ("rutiner", "Rutiner", "Routines"),
        ("arbetssatt", "Kartläggning, metoder eller arbetssätt", "Mapping, methods or ways of working"),
    ),
    CodeKind.ADVICE: (
        ("risk_och_skydd", "Bedömning av risk och skydd", "Assessing risk and protection"),
        ("orosanmalan", "Orosanmälan", "Report of concern"),
        ("polisanmalan", "Polisanmälan", "Report to the police"),
        ("utreseforbud", "Utreseförbud", "Travel ban"),
        ("samtalsstod", "Samtal med utsatta och anhöriga", "Talking with exposed persons and families"),
        ("samverkan", "Samverkan mellan myndigheter", "Cooperation between agencies"),
        ("lagar_och_regler", "Lagar och regler", "Laws and rules"),
        ("metodstod", "Metodstöd och material", "Methods and material"),
        ("utbildning", "Utbildning", "Training"),
    ),
    CodeKind.REFERRAL: (
        ("socialtjanst", "Socialtjänst", "Social services"),
        ("polis", "Polis", "Police"),
        ("halso_sjukvard", "Hälso- och sjukvård", "Health care"),
        ("resurscentrum", "Regionalt resurscentrum", "Regional resource centre"),
        ("barnahus", "Barnahus", "Barnahus"),
        ("lansstyrelse", "Länsstyrelse", "County administrative board"),
        ("utrikesdepartementet", "Utrikesdepartementet", "Ministry for Foreign Affairs"),
        ("stod_till_utsatta", "Stödtelefon för utsatta", "Support line for exposed persons"),
        ("ideell_organisation", "Ideell organisation", "Civil society organisation"),
        ("annan", "Annan", "Other"),
    ),
    CodeKind.REFERRAL_OUTCOME: (
        ("stod_gavs", "Stöd gavs", "Support was given"),
        ("vidare", "Hänvisad vidare", "Referred on"),
        ("ingen_kontakt", "Ingen kontakt togs", "No contact was made"),
    ),
    CodeKind.EXPOSURE: (
        ("marriage", "Barnäktenskap eller tvångsäktenskap", "Child or forced marriage"),
        ("abduction", "Bortförd eller kvarhållen utomlands", "Abducted or held abroad"),
        ("fgm", "Könsstympning", "Female genital mutilation"),
        ("other", "Annat hedersrelaterat våld och förtryck", "Other honour-related violence and oppression"),
    ),
}

# The stages that each kind of exposure may be given, as NCH's tables have them; ”other” has none.
STAGES: dict[str, tuple[Stage, ...]] = {
    "marriage": (Stage.WORRY, Stage.PLANNED, Stage.CARRIED_OUT),
    "abduction": (Stage.WORRY, Stage.PLANNED, Stage.CONFIRMED),
    "fgm": (Stage.WORRY, Stage.SUSPICION, Stage.CONSEQUENCES),
}

# The names that published tables have used for the caller categories.
PUBLISHED_CATEGORIES = {
    "Socialtjänst": "socialtjanst",
    "Skola/förskola": "skola",
    "Hälso- och sjukvård (inkl. ungdomsmottagning)": "halso_sjukvard",
    "Polis": "polis",
    "Ideella organisationer": "ideella",
    "Övriga myndigheter": "ovriga_myndigheter",
    "Utsatta/närstående till utsatta": "utsatta_narstaende",
    "Övriga": "ovriga",
}
PUBLISHED_SUMS = {"okänt": (UNKNOWN_COUNTY, "Okänt län"), "övriga 18 län": (OTHER_COUNTIES, "Övriga 18 län")}

# The notes of the files, which are in English, as a reader is to see them.
NOTES = {
    "": "",
    "line opened 13 March": "Stödtelefonen öppnade den 13 mars.",
    "second line staffed during the year": "En andra telefonlinje bemannades under året.",
    "individuals not published": "Antalet utsatta individer har inte publicerats.",
    "calls; remit changed to general advice and opening hours shortened: "
    "not comparable with earlier years without a mark": (
        "Från 2023 ges bara generell rådgivning och telefontiden är kortare. Jämför med förbehåll med tidigare år."
    ),
    "county not stated by the caller": "Den som ringde uppgav inte län.",
    "the sources do not break this down: 395 less the rows above": (
        "Källan delar inte upp summan: 395 samtal minus dem som redovisas för sig."
    ),
}
SOURCE_2023 = "NCH:s årsrapport 2023 (rapport 2024:2)"
SOURCE_EARLIER = "Publicerade uppgifter om Nationella kompetensteamets stödtelefon"


@transaction.atomic
def load_code_lists() -> None:
    """Create the codes that are missing; those that are there stay as they are, for NCH edits them in the system."""
    there = set(Code.objects.values_list("kind", "code"))
    Code.objects.bulk_create(
        Code(
            kind=kind,
            code=code,
            label=label,
            label_en=label_en,
            position=position,
            valid_from=VALID_FROM,
            stages=[str(stage) for stage in STAGES.get(code, ())] if kind == CodeKind.EXPOSURE else [],
        )
        for kind, entries in CODE_LISTS.items()
        for position, (code, label, label_en) in enumerate(entries, start=1)
        if (kind, code) not in there
    )


def _figures() -> Iterator[PublishedFigure]:
    """The cells of data/stodtelefon_*.csv, each as a row that is not saved yet."""
    for row in read_facts("stodtelefon_per_ar"):
        yield PublishedFigure(
            year=int(row["year"]),
            dimension=FigureDimension.TOTAL,
            label="Hela landet",
            calls=int(row["cases"]) if row["cases"] else None,
            individuals=int(row["exposed_individuals"]) if row["exposed_individuals"] else None,
            from_date=datetime.date.fromisoformat(row["from_date"]) if row["from_date"] else None,
            note=NOTES[row["note"]],
        )
    for row in read_facts("stodtelefon_per_aktor"):
        yield PublishedFigure(
            year=int(row["year"]),
            dimension=FigureDimension.CALLER_CATEGORY,
            code=PUBLISHED_CATEGORIES[row["category"]],
            label=row["category"],
            calls=int(row["cases"]),
        )
    for row in read_facts("stodtelefon_per_lan"):
        code, label = (row["county_code"], row["county"]) if row["county_code"] else PUBLISHED_SUMS[row["county"]]
        yield PublishedFigure(
            year=int(row["year"]),
            dimension=FigureDimension.COUNTY,
            code=code,
            label=label,
            calls=int(row["cases"]),
            note=NOTES[row["note"]],
        )


@transaction.atomic
def load_published_figures(*, by: User | None = None) -> int:
    """Bring the published figures into line with the files in data/; return how many cells were new or corrected.

    A cell that somebody has read in stays as it is (docs/decisions/0025).
    """
    columns = ("label", "calls", "individuals", "from_date", "source", "note")
    changed = 0
    kept = {(figure.year, figure.dimension, figure.code): figure for figure in PublishedFigure.objects.all()}
    for figure in _figures():
        figure.source = SOURCE_2023 if figure.year >= REMIT_BREAK_YEAR else SOURCE_EARLIER
        before = kept.get((figure.year, figure.dimension, figure.code))
        if before is not None and before.imported_id is not None:
            continue  # what somebody has read in, with its source, goes before what the product ships
        if before is None or any(getattr(before, column) != getattr(figure, column) for column in columns):
            figure.pk = before.pk if before else None
            figure.save()
            changed += 1
    if changed:
        record("published_figures_loaded", by=by, details={"figures": changed})
    return changed
