"""What resource centres hand in as statistics: individuals with support, contacts with professionals, and who hands in.

These count exposed individuals, and are protected as calls are. What is sent back for correction does not count; for
release only rounds whose last day to hand in has passed do. Tables that cut the same individuals say the same of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from nch.accounts.enums import Right
from nch.common.formats import format_number
from nch.common.individuals import AgeGroup, Gender, Stage
from nch.questionnaires.counts import Counts, CountSums
from reports.statistics.definitions import (
    COUNT,
    METRIC_ID,
    YEAR,
    Adds,
    CellStatus,
    Chart,
    Dimension,
    Facts,
    Measure,
    Number,
    TableDefinition,
    Text,
    Value,
    year_value,
)
from reports.statistics.disclosure.policy import Count, DisclosurePolicy, MeasureRule, Open
from reports.statistics.follow_up import Row, asked_years, coded, county_values, follow_up_table, span, summed
from reports.statistics.live import COUNTY, PROTECTED
from reports.statistics.question import Question
from reports.statistics.tables.line_exposure import ENGLISH as ENGLISH_STAGES
from reports.statistics.tables.line_individuals import AGE, AGES, GENDER, GENDERS
from reports.statistics.tables.reporting_on_time import (
    ALL_MEASURES,
    ASKED,
    IN_TIME_NOTE,
    MEASURES,
    in_time_finding,
    outcome,
)
from reports.statistics.tables.situation_reports import PERIOD
from resurscentra.selectors.returns import ReturnedStatistics
from resurscentra.statistics_form import (
    ADULT,
    AGE_OF_GROUP,
    AGE_UNKNOWN,
    CHILD,
    CONTACT_FORMS,
    CONTACTS,
    EXPOSURE_KINDS,
    EXPOSURE_UNKNOWN,
    EXPOSURES,
    GRIDS,
    INDIVIDUALS,
    MEETINGS,
    OCCASIONS,
    PARTICIPANTS,
    PROFESSIONALS,
    SUPPORT,
    SUPPORT_KINDS,
    TRAININGS,
    exposure_row,
    exposure_rows,
)

READERS = (Right.SEE_RETURNS,)
SOURCE = Text("Statistik som resurscentrumen har lämnat in", "Statistics handed in by the resource centres")
SUPPORTED = Measure(
    "individuals",
    Text("Individer som fått stöd", "Individuals supported"),
    COUNT,
    adds=Adds.ALWAYS,
    per_inhabitants=True,
)
PROFESSIONAL_CONTACTS = Measure(
    "contacts", Text("Kontakter med yrkesverksamma", "Contacts with professionals"), COUNT, adds=Adds.ALWAYS
)
HELD = Measure("trainings", Text("Utbildningstillfällen", "Training sessions"), COUNT, adds=Adds.ALWAYS)
TAKING_PART = Measure("participants", Text("Deltagare", "Participants"), COUNT, adds=Adds.ALWAYS)
GROUP_MEETINGS = Measure("meetings", Text("Möten i grupper", "Group meetings"), COUNT, adds=Adds.ALWAYS)
SENT_BACK = Measure("sent_back", Text("Återsända för rättelse", "Sent back for correction"), COUNT, adds=Adds.ALWAYS)
LEFT_OUT = Measure("not_applicable", Text("Tabeller ej tillämpliga", "Tables not applicable"), COUNT, adds=Adds.ALWAYS)

EXPOSURE = Dimension("ExposureStage", Text("Utsatthet och skede", "Exposure and stage"), overlaps=True)
KIND_OF_SUPPORT = Dimension("Support", Text("Stöd", "Support"), overlaps=True)
ORGANISATION = Dimension("Organisation", Text("Den yrkesverksammas organisation", "The professional's organisation"))
FORM = Dimension("ContactForm", Text("Kontaktens form", "Form of contact"))

_AGE_CLASSES = {
    CHILD: Text("Under 18 år", "Under 18 years"),
    ADULT: Text("18 år eller äldre", "18 years or older"),
    AGE_UNKNOWN: Text("Okänd ålder", "Unknown age"),
}
# Ages of one table are sums of ages of the other; whoever has both can add, and the protection has to know.
_AGE_SUMS = {
    AGE.id: {age: tuple(str(group) for group, whose in AGE_OF_GROUP.items() if whose == age) for age in (CHILD, ADULT)}
}
_KINDS_EN = {
    "marriage": "Child or forced marriage",
    "abduction": "Abducted or held abroad",
    "fgm": "Female genital mutilation",
    "other": "Other honour-related violence and oppression",
}
_SUPPORT_EN = {
    "counselling": "Counselling",
    "protection": "Help to protection or sheltered housing",
    "coordination": "Coordination between agencies",
    "guided": "Guidance to the right body",
    "treatment": "Treatment",
    "other": "Other support",
}
_ORGANISATIONS_EN = {
    "socialtjanst": "Social services",
    "skola": "School or preschool",
    "halso_sjukvard": "Health care",
    "polis": "Police",
    "ideella": "Civil society organisation",
    "ovriga_myndigheter": "Other agency",
    "ovriga": "Others",
}
_FORMS_EN = {"phone": "Advice by phone", "consultation": "Joint consultation", "routines": "Help with routines"}
_EVERY_INDIVIDUAL = Value("total", Text("Alla individer", "All individuals"), is_total=True)

NOT_UNIQUE = Text(
    "En individ som får stöd i flera perioder eller vid flera resurscentrum räknas i var och en av dem.",
    "An individual supported in several periods or at several centres counts in each of them.",
)
ONLY_STANDING = Text(
    "Det som inte är inlämnat, är återsänt för rättelse eller inte är tillämpligt för ett resurscentrum räknas inte.",
    "What is not handed in, has been sent back for correction or is not applicable to a centre does not count.",
)
NO_FIGURES = Text(
    "Ett län utan siffra har inget resurscentrum vars siffror räknas det året.",
    "A county without a number has no centre whose figures count that year.",
)
SEVERAL = Text(
    "En individ kan räknas på flera rader, som därför inte kan läggas ihop.",
    "An individual may count in several rows, which cannot be added up.",
)


# --- What is counted ------------------------------------------------------------------------------------------------


def returned(question: Question) -> list[ReturnedStatistics]:
    """What has been asked for; for release only where the last day to hand in has passed."""
    today = question.asked_at.date()
    asked = question.reach.returned_statistics
    return [one for one in asked if question.reach.by is not None or one.due_on < today]


def counted(question: Question) -> list[ReturnedStatistics]:
    """The returns whose figures count, of the years asked for."""
    return [one for one in returned(question) if one.is_counted and one.starts_on.year in asked_years(question)]


def years(question: Question) -> Sequence[int]:
    """Years that figures are about."""
    return span(one.starts_on.year for one in returned(question) if one.is_counted)


def _years(question: Question) -> list[Value]:
    """The years, each with the periods of it that were asked about and how many centres' figures count."""
    notes: dict[int, dict[int, list[ReturnedStatistics]]] = {}
    for one in returned(question):
        notes.setdefault(one.starts_on.year, {}).setdefault(one.round, []).append(one)
    return [
        year_value(year, *(_told(there) for there in notes.get(year, {}).values())) for year in asked_years(question)
    ]


def _told(there: Sequence[ReturnedStatistics]) -> Text:
    first, standing = there[0], sum(1 for one in there if one.is_counted)
    days_sv, days_en = f"{first.starts_on} till {first.ends_on}", f"{first.starts_on} to {first.ends_on}"
    return Text(
        f"{first.title}, {days_sv}: siffror från {standing} av {len(there)} resurscentrum.",
        f"{days_en}: figures from {standing} of {len(there)} resource centres.",
    )


def _finding(question: Question, number: int, what: Text) -> Text:
    name = question.period.name
    return Text(f"{format_number(number)} {what.sv} {name.sv}", f"{number} {what.en} in {name.en}")


def _total(found: Iterable[ReturnedStatistics], grid: str) -> int:
    return sum(CountSums(one.tables.get(grid)).total or 0 for one in found)


# --- By county ------------------------------------------------------------------------------------------------------

_OF_COUNTY: Mapping[Measure, tuple[str, Callable[[CountSums], int | None]]] = {
    SUPPORTED: (INDIVIDUALS, lambda sums: sums.total),
    PROFESSIONAL_CONTACTS: (CONTACTS, lambda sums: sums.total),
    HELD: (TRAININGS, lambda sums: sums.column(OCCASIONS)),
    TAKING_PART: (TRAININGS, lambda sums: sums.column(PARTICIPANTS)),
    GROUP_MEETINGS: (MEETINGS, lambda sums: sums.total),
}
_RULES: Mapping[str, MeasureRule] = {
    SUPPORTED.code: Count("returned_individuals"),
    PROFESSIONAL_CONTACTS.code: Count("returned_contacts"),
    HELD.code: Open(),
    TAKING_PART.code: Open(),
    GROUP_MEETINGS.code: Open(),
}


def by_county(question: Question) -> Facts:
    """Every year and county; where no centre's figures count there is no number, which is not 0."""
    found = counted(question)
    codes = {YEAR.id: _years(question), COUNTY.id: county_values(question)}
    rows, there = list[Row](), set[tuple[str, str, str]]()
    for one in found:
        for measure, (grid, number_of) in _OF_COUNTY.items():
            if (number := number_of(CountSums(one.tables.get(grid)))) is not None:
                key = (str(one.starts_on.year), one.county)
                rows.append((key, {measure.code: number}))
                there.add((*key, measure.code))
    cells = summed(codes, tuple(_OF_COUNTY), rows)
    totals = {value.code for value in codes[COUNTY.id] if value.is_total}
    empty = {key: CellStatus.NOT_APPLICABLE for key in cells if key not in there and key[1] not in totals}
    what = Text("individer fick stöd", "individuals were supported")
    return Facts(codes, {**cells, **empty}, _finding(question, _total(found, INDIVIDUALS), what))


BY_COUNTY = follow_up_table(
    id="returned-statistics-by-year-and-county",
    title=Text("Resurscentrumens statistik per år och län", "Statistics of the resource centres by year and county"),
    description=Text(
        "Individer som fått stöd, kontakter med yrkesverksamma, utbildningar och möten, så som resurscentrumen själva "
        "har räknat dem.",
        "Individuals supported, contacts with professionals, trainings and meetings, as counted by the centres.",
    ),
    dimensions=(YEAR, COUNTY),
    measures=tuple(_OF_COUNTY),
    notes=(NOT_UNIQUE, ONLY_STANDING, NO_FIGURES, PROTECTED),
    source=SOURCE,
    chart=Chart.LINE,
    more_charts=(Chart.MULTIPLES,),
    charted=(SUPPORTED.code,),
    facts=by_county,
    years=years,
    readers=READERS,
    policy=DisclosurePolicy(measures=_RULES),
)


# --- Individuals ----------------------------------------------------------------------------------------------------


def by_age_and_gender(question: Question) -> Facts:
    """Every year, age and gender."""
    found = counted(question)
    ages = coded({str(one): Text(one.label, AGES[one]) for one in AgeGroup})
    genders = coded({str(one): Text(one.label, GENDERS[one]) for one in Gender})
    codes = {YEAR.id: _years(question), AGE.id: ages, GENDER.id: genders}
    rows = _rows(found, INDIVIDUALS, SUPPORTED)
    what = Text("individer fick stöd", "individuals were supported")
    return Facts(codes, summed(codes, (SUPPORTED,), rows), _finding(question, _total(found, INDIVIDUALS), what))


def _cells(found: Iterable[ReturnedStatistics], grid: str) -> Iterator[tuple[str, str, str, int]]:
    """Year, row, column and number of every cell of a table."""
    for one in found:
        for row, cells in one.tables.get(grid, Counts()).items():
            for column, number in cells.items():
                yield str(one.starts_on.year), row, column, number


def _rows(found: Iterable[ReturnedStatistics], grid: str, measure: Measure) -> list[Row]:
    """The same as rows to be added up."""
    return [((year, row, column), {measure.code: number}) for year, row, column, number in _cells(found, grid)]


BY_AGE_AND_GENDER = follow_up_table(
    id="returned-individuals-by-year-age-and-gender",
    title=Text("Individer som fått stöd per år, ålder och kön", "Individuals supported by year, age and gender"),
    description=Text(
        "De individer som har fått stöd av resurscentrumen, efter ålder vid första kontakten och kön.",
        "The individuals supported by the resource centres, by age at the first contact and gender.",
    ),
    dimensions=(YEAR, AGE, GENDER),
    measures=(SUPPORTED,),
    notes=(NOT_UNIQUE, ONLY_STANDING, PROTECTED),
    source=SOURCE,
    chart=Chart.LINE,
    charted=(SUPPORTED.code,),
    heading=GENDER.id,
    facts=by_age_and_gender,
    years=years,
    readers=READERS,
    policy=DisclosurePolicy(measures={SUPPORTED.code: Count("returned_individuals")}, sums=_AGE_SUMS),
)


def _several(dimension: Dimension, grid: str, texts: Mapping[str, Text]) -> Callable[[Question], Facts]:
    """Individuals by something of which one may have several, and age; beside them all individuals of the age."""

    def facts(question: Question) -> Facts:
        found = counted(question)
        across = [*(Value(code, text) for code, text in texts.items()), _EVERY_INDIVIDUAL]
        codes = {YEAR.id: _years(question), dimension.id: across, AGE.id: coded(_AGE_CLASSES)}
        rows = _rows(found, grid, SUPPORTED)
        # The rows are added up over ages only: what all individuals are comes from the table that counts each once.
        parts = {**codes, dimension.id: across[:-1]}
        every: list[Row] = [
            ((year, _EVERY_INDIVIDUAL.code, AGE_OF_GROUP[AgeGroup(group)]), {SUPPORTED.code: number})
            for year, group, _, number in _cells(found, INDIVIDUALS)
        ]
        whole = {**codes, dimension.id: [Value(_EVERY_INDIVIDUAL.code, _EVERY_INDIVIDUAL.text)]}
        cells: dict[tuple[str, ...], Number | CellStatus] = {
            **summed(parts, (SUPPORTED,), rows),
            **summed(whole, (SUPPORTED,), every),
        }
        told = _finding(question, _total(found, INDIVIDUALS), Text("individer fick stöd", "individuals were supported"))
        return Facts(codes, cells, told)

    return facts


def _several_table(
    *, id: str, title: Text, description: Text, dimension: Dimension, grid: str, texts: Mapping[str, Text]
) -> TableDefinition:
    counts = Count("returned_individuals", overlapping=frozenset({dimension.id}))
    return follow_up_table(
        id=id,
        title=title,
        description=description,
        dimensions=(YEAR, dimension, AGE),
        measures=(SUPPORTED,),
        notes=(SEVERAL, NOT_UNIQUE, ONLY_STANDING, PROTECTED),
        source=SOURCE,
        chart=Chart.LINE,
        charted=(SUPPORTED.code,),
        heading=AGE.id,
        facts=_several(dimension, grid, texts),
        years=years,
        readers=READERS,
        policy=DisclosurePolicy(measures={SUPPORTED.code: counts}, sums=_AGE_SUMS),
    )


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


BY_EXPOSURE = _several_table(
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
BY_SUPPORT = _several_table(
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


# --- Professionals --------------------------------------------------------------------------------------------------


def by_organisation_and_form(question: Question) -> Facts:
    """Every year, organisation and form of contact."""
    found = counted(question)
    organisations = coded({code: Text(label, _ORGANISATIONS_EN[code]) for code, label in PROFESSIONALS})
    forms = coded({code: Text(label, _FORMS_EN[code]) for code, label in CONTACT_FORMS})
    codes = {YEAR.id: _years(question), ORGANISATION.id: organisations, FORM.id: forms}
    rows = _rows(found, CONTACTS, PROFESSIONAL_CONTACTS)
    what = Text("kontakter med yrkesverksamma", "contacts with professionals")
    cells = summed(codes, (PROFESSIONAL_CONTACTS,), rows)
    return Facts(codes, cells, _finding(question, _total(found, CONTACTS), what))


PROFESSIONALS_CONTACTS = follow_up_table(
    id="returned-contacts-by-year-organisation-and-form",
    title=Text(
        "Kontakter med yrkesverksamma per år, organisation och form",
        "Contacts with professionals by year, organisation and form",
    ),
    description=Text(
        "Resurscentrumens kontakter med yrkesverksamma, efter var de arbetar och vad kontakten mest gällde.",
        "The resource centres' contacts with professionals, by where they work and what the contact mostly was.",
    ),
    dimensions=(YEAR, ORGANISATION, FORM),
    measures=(PROFESSIONAL_CONTACTS,),
    notes=(ONLY_STANDING, PROTECTED),
    source=SOURCE,
    chart=Chart.LINE,
    charted=(PROFESSIONAL_CONTACTS.code,),
    heading=FORM.id,
    facts=by_organisation_and_form,
    years=years,
    readers=READERS,
    policy=DisclosurePolicy(measures={PROFESSIONAL_CONTACTS.code: Count("returned_contacts")}),
)


# --- Who hands in ---------------------------------------------------------------------------------------------------


def years_asked(question: Question) -> Sequence[int]:
    """Years that returns are asked about."""
    return span(one.starts_on.year for one in returned(question))


def completeness(question: Question) -> Facts:
    """Every round and county: authorities' papers, of which nothing is hidden."""
    asked = [one for one in returned(question) if one.starts_on.year in asked_years(question)]
    today = question.asked_at.date()
    rounds = {f"R{one.round}": one for one in asked}
    periods = [
        Value(
            code,
            Text(one.title, f"{one.starts_on} to {one.ends_on}"),
            (
                Text(
                    f"Avser {one.starts_on} till {one.ends_on}. Skulle lämnas senast {one.due_on}.",
                    f"Concerns {one.starts_on} to {one.ends_on}. Was due on {one.due_on}.",
                ),
            ),
        )
        for code, one in rounds.items()
    ]
    codes = {PERIOD.id: periods, COUNTY.id: county_values(question)}
    found = [(one, outcome(one.due_on, one.handed_in_on, today)) for one in asked]
    rows: list[Row] = [
        (
            (f"R{one.round}", one.county),
            {
                ASKED.code: 1,
                measure.code: 1,
                SENT_BACK.code: int(one.handed_in_on is not None and not one.is_counted),
                LEFT_OUT.code: len([grid for grid in GRIDS if grid in one.not_applicable]),
            },
        )
        for one, measure in found
    ]
    measures = (*ALL_MEASURES, SENT_BACK, LEFT_OUT)
    finding = in_time_finding(question, (measure for _, measure in found))
    return Facts(codes, summed(codes, measures, rows), finding)


COMPLETENESS = follow_up_table(
    id="statistics-returns-by-period-and-county",
    title=Text("Statistikinlämningar per period och län", "Statistics returns by period and county"),
    description=Text(
        "Hur fullständig resurscentrumens statistik är: begärd för varje period, inlämnad i tid, för sent eller inte "
        "alls, återsänd för rättelse, och hur många tabeller som inte är tillämpliga.",
        "How complete the centres' statistics are: asked for in each period, handed in on time, late or not at all, "
        "sent back for correction, and how many tables are not applicable.",
    ),
    dimensions=(PERIOD, COUNTY),
    measures=(*MEASURES, SENT_BACK, LEFT_OUT),
    notes=(IN_TIME_NOTE,),
    source=SOURCE,
    chart=Chart.BAR,
    charted=(ASKED.code,),
    heading=METRIC_ID,
    facts=completeness,
    years=years_asked,
    readers=READERS,
)
