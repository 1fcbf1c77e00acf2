"""Calls and individuals over time, for release: what the tally holds of whole months, by up to two ways to cut it.

Small numbers stand here as they are; they are hidden when a release is prepared (reports/services/releases.py). What
calls were about is nowhere combined with the county: too few would be left in each cell to say anything.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.statistics.code_breaks import joined_breaks, list_breaks
from reports.statistics.definitions import (
    ALWAYS_FRESH,
    CONTACT,
    COUNT,
    METRIC_ID,
    YEAR,
    Adds,
    CellStatus,
    Chart,
    Dimension,
    Disclosure,
    Facts,
    Measure,
    Number,
    TableDefinition,
    Text,
    Value,
    year_value,
)
from reports.statistics.disclosure.policy import Count, DisclosurePolicy
from reports.statistics.live import (
    CALLS,
    CATEGORY,
    COUNTRY,
    COUNTY,
    EVERY_CALL,
    INDIVIDUALS,
    MONTH,
    PROTECTED,
    SOURCE,
    about,
    code_values,
    in_period,
    month_value,
    no_calls,
    number_of_calls,
    number_of_individuals,
    total_value,
    within,
)
from reports.statistics.question import Question
from reports.statistics.series import is_recorded, month_notes, remit_breaks, year_notes
from reports.statistics.tables.line_exposure import ENGLISH as STAGES
from reports.statistics.tables.line_exposure import KIND, NOT_ADDED_UP, STAGE
from reports.statistics.tables.line_individuals import AGE, AGES, GENDER, GENDERS
from reports.statistics.tables.line_matters import CODES_GIVEN, MATTERS, matters_of_years, returning
from reports.statistics.tables.line_referrals import (
    NOT_HEARD,
    NOT_HEARD_TEXT,
    NOWHERE,
    NOWHERE_TEXT,
    OF_REFERRALS,
    OUTCOME,
    REFERRAL,
    can_be,
    coded,
)
from reports.statistics.tables.line_topics import TOPIC
from stodtelefon.enums import AgeGroup, CodeKind, Cut, Gender, Stage
from stodtelefon.selectors import UNKNOWN_COUNTY
from stodtelefon.selectors.tallies import Need
from stodtelefon.tallying import Amounts

REPEATED_IN_YEAR = Measure(
    "repeated_in_year",
    Text("Återkommande samtal samma år", "Calls that come back in the year"),
    COUNT,
    adds=Adds.EXCEPT_OVER_TIME,
)
_AMOUNT: Mapping[str, Callable[[Amounts], int]] = {
    CALLS.code: lambda amounts: amounts.calls,
    INDIVIDUALS.code: lambda amounts: amounts.individuals,
    MATTERS.code: lambda amounts: amounts.matters,
    REPEATED_IN_YEAR.code: lambda amounts: amounts.calls - amounts.matters,
}
_COUNTED: Mapping[str, Count] = {
    CALLS.code: Count("calls"),
    INDIVIDUALS.code: Count("individuals", overlapping=frozenset({KIND.id})),
    MATTERS.code: Count("calls", at={"Repeated in the year": "no"}),
    REPEATED_IN_YEAR.code: Count("calls", at={"Repeated in the year": "yes"}),
}
"""What each measure counts: a year's matter is a call that did not come back in it, so the two add up to the calls."""


@dataclass(frozen=True)
class Way:
    """A way to cut the calls: its values (the total last) out of the codes that the tally has, blank for unknown.

    Codes that cannot be added up have no total. `kind` is the list that they are of, which may change.
    """

    dimension: Dimension
    values: Callable[[Question, set[str]], list[Value]]
    unknown: str = ""
    kind: CodeKind | None = None


def _counties(question: Question, used: set[str]) -> list[Value]:
    return [
        *(Value(one.code, Text(one.name, one.name)) for one in question.reading.counties),
        Value(UNKNOWN_COUNTY, Text("Okänt län", "Unknown county")),
        total_value(COUNTRY, Text("Hela landet", "Sweden")),
    ]


def _codes(kind: CodeKind) -> Callable[[Question, set[str]], list[Value]]:
    return lambda question, used: [*code_values(question, kind, used), total_value()]


def _ages(question: Question, used: set[str]) -> list[Value]:
    return [*(Value(str(one), Text(one.label, AGES[one])) for one in AgeGroup), total_value()]


def _genders(question: Question, used: set[str]) -> list[Value]:
    return [*(Value(str(one), Text(one.label, GENDERS[one])) for one in Gender), total_value()]


def _kinds(question: Question, used: set[str]) -> list[Value]:
    return code_values(question, CodeKind.EXPOSURE, used)


def _stages(question: Question, used: set[str]) -> list[Value]:
    return [*(Value(str(one), Text(one.label, STAGES[one])) for one in Stage), total_value()]


def _referrals(question: Question, used: set[str]) -> list[Value]:
    there = code_values(question, CodeKind.REFERRAL, used - {""})
    return [*there, Value(NOWHERE, NOWHERE_TEXT), total_value()]


def _outcomes(question: Question, used: set[str]) -> list[Value]:
    there = code_values(question, CodeKind.REFERRAL_OUTCOME, used - {""})
    return [*there, Value(NOT_HEARD, NOT_HEARD_TEXT), Value(NOWHERE, NOWHERE_TEXT), total_value()]


BY_COUNTY = Way(COUNTY, _counties, unknown=UNKNOWN_COUNTY)
BY_CATEGORY = Way(CATEGORY, _codes(CodeKind.CALLER_CATEGORY), kind=CodeKind.CALLER_CATEGORY)
BY_TOPIC = Way(TOPIC, _codes(CodeKind.TOPIC), kind=CodeKind.TOPIC)
BY_AGE, BY_GENDER = Way(AGE, _ages), Way(GENDER, _genders)
BY_KIND, BY_STAGE = Way(KIND, _kinds, kind=CodeKind.EXPOSURE), Way(STAGE, _stages)
BY_REFERRAL = Way(REFERRAL, _referrals, kind=CodeKind.REFERRAL)
BY_OUTCOME = Way(OUTCOME, _outcomes, kind=CodeKind.REFERRAL_OUTCOME)

ONCE_A_YEAR = Text(
    "En fråga räknas en gång varje år som den är uppe, hos den verksamhet som först ringde om den det året. "
    "Årens frågor kan därför inte läggas ihop.",
    "A matter counts once in each year in which it is up, with the organisation that first called about it that year. "
    "Years can therefore not be added up.",
)
Applies = Callable[[Question, tuple[str, ...]], bool]
"""Whether a combination of codes (time left out) can have a number other than 0 at all."""


def _always(question: Question, codes: tuple[str, ...]) -> bool:
    return True


def _stage_of_kind(question: Question, codes: tuple[str, ...]) -> bool:
    kind, stage = codes
    return stage not in Stage or stage in question.reading.codes[CodeKind.EXPOSURE][kind].permitted_stages


def _outcome_of_referral(question: Question, codes: tuple[str, ...]) -> bool:
    return can_be(*codes)


def crossed_table(
    *,
    id: str,
    title: Text,
    description: Text,
    time: Dimension,
    cut: Cut,
    ways: dict[str, Way],
    measures: Sequence[Measure],
    notes: tuple[Text, ...] = (),
    applies: Applies = _always,
    coded: Callable[..., Sequence[str]] | None = None,
) -> TableDefinition:
    """A table by time and up to two ways; `ways` go by the tally's field.

    `coded` makes the table's codes of the tally's keys where one of them decides what the other's blank stands for.
    """
    field = "month" if time is MONTH else "year"
    across = list(ways.values())

    def needs(question: Question) -> Iterable[Need]:
        counted = [within(question, cut, field, *ways)]
        return [*counted, returning(question, field, *ways)] if MATTERS in measures else counted

    def facts(question: Question) -> Facts:
        sums, *again = (question.reading.sums(need) for need in needs(question))
        if again:
            sums = matters_of_years(question, sums, *again)
        times = _times(question, time)
        values = {
            way.dimension.id: way.values(question, {key[place] for key in sums})
            for place, way in enumerate(ways.values(), start=1)
        }
        totals = [[one.code for one in codes if one.is_total] for codes in values.values()]
        codes = itertools.product([one.code for one in times], *([one.code for one in row] for row in values.values()))
        found = {place: [0] * len(measures) for place in codes}
        amount_of = [_AMOUNT[measure.code] for measure in measures]
        for (moment, *keys), amounts in sums.items():
            moment_code, numbers = _code(time, moment), [read(amounts) for read in amount_of]
            own = coded(*keys) if coded else [key or way.unknown for key, way in zip(keys, across, strict=True)]
            for into in itertools.product(*([code, *total] for code, total in zip(own, totals, strict=True))):
                there = found[moment_code, *into]
                for column, number in enumerate(numbers):
                    there[column] += number
        cells: dict[tuple[str, ...], Number | CellStatus] = {}
        recorded = {one.code for one in times if is_recorded(question, one.code)}
        for place, numbers in found.items():
            for measure, number in zip(measures, numbers, strict=True):
                fits = number or applies(question, place[1:])
                known = number if fits else CellStatus.NOT_APPLICABLE
                cells[*place, measure.code] = known if place[0] in recorded else CellStatus.NOT_KNOWN
        kinds = [way.kind for way in across if way.kind]
        lists = list_breaks(question, lambda day: _code(time, day.isoformat()), *kinds)
        breaks = joined_breaks(remit_breaks(question), lists)
        return Facts({time.id: times, **values}, cells, _finding(question, measures[0]), about(question), breaks)

    return TableDefinition(
        id=id,
        title=title,
        description=description,
        dimensions=(time, *(way.dimension for way in ways.values())),
        measures=tuple(measures),
        notes=(EVERY_CALL, *notes, PROTECTED),
        source=SOURCE,
        contact=CONTACT,
        updated=ALWAYS_FRESH,
        disclosure=Disclosure.RELEASED,
        chart=Chart.LINE,
        more_charts=(Chart.MULTIPLES,) if BY_COUNTY in ways.values() else (),
        charted=(measures[0].code,),
        heading=across[-1].dimension.id if len(across) > 1 and len(measures) == 1 else METRIC_ID,
        facts=facts,
        needs=needs,
        years=_recorded_years,
        policy=DisclosurePolicy(measures={one.code: _COUNTED[one.code] for one in measures}),
    )


def _times(question: Question, time: Dimension) -> list[Value]:
    months = question.period.months
    if time is MONTH:
        return [month_value(month, *month_notes(question, month)) for month in months]
    return [year_value(year, *year_notes(question, year)) for year in sorted({month.year for month in months})]


def _recorded_years(question: Question) -> Sequence[int]:
    """The years of which there is anything: a year that nobody recorded is not released."""
    return question.recorded.years


def _code(time: Dimension, moment: str) -> str:
    return f"{moment[:4]}M{moment[5:7]}" if time is MONTH else moment[:4]


def _finding(question: Question, measure: Measure) -> Text:
    whole, name = in_period(question, question.period), question.period.name
    if not whole.calls:
        return no_calls(question)
    counted = number_of_calls(whole.calls)
    if measure is INDIVIDUALS:
        counted = number_of_individuals(whole.individuals)
    return Text(f"{counted.sv} {name.sv}", f"{counted.en} in {name.en}")


MONTH_AND_COUNTY = crossed_table(
    id="released-calls-by-month-and-county",
    title=Text("Samtal till stödtelefonerna per månad och län", "Calls to the support lines by month and county"),
    description=Text(
        "Samtal och utsatta individer efter månad och det län som den som ringer arbetar i, alla stödtelefoner.",
        "Calls and exposed individuals by month and the caller's county, all support lines.",
    ),
    time=MONTH,
    cut=Cut.PLACE,
    ways={"first_key": BY_COUNTY},
    measures=(CALLS, INDIVIDUALS),
)
YEAR_AND_CATEGORY = crossed_table(
    id="released-calls-by-year-and-caller",
    title=Text(
        "Samtal till stödtelefonerna per år och vem som ringer", "Calls to the support lines by year and caller"
    ),
    description=Text(
        "Samtal och utsatta individer efter år och den verksamhet som den som ringer arbetar i, alla stödtelefoner.",
        "Calls and exposed individuals by year and the caller's organisation, all support lines.",
    ),
    time=YEAR,
    cut=Cut.PLACE,
    ways={"second_key": BY_CATEGORY},
    measures=(CALLS, INDIVIDUALS),
)
YEAR_AND_TOPIC = crossed_table(
    id="released-calls-by-year-and-topic",
    title=Text("Samtal till stödtelefonerna per år och ämne", "Calls to the support lines by year and topic"),
    description=Text(
        "Samtal efter år och vad samtalet främst gällde, alla stödtelefoner.",
        "Calls by year and main topic, all support lines.",
    ),
    time=YEAR,
    cut=Cut.TOPIC,
    ways={"first_key": BY_TOPIC},
    measures=(CALLS,),
)
YEAR_AGE_AND_GENDER = crossed_table(
    id="released-individuals-by-year-age-and-gender",
    title=Text("Utsatta individer per år, ålder och kön", "Exposed individuals by year, age and gender"),
    description=Text(
        "De individer som samtalen till stödtelefonerna gällde, så som den som ringde uppgav.",
        "The individuals whom calls to the support lines concerned, as the caller stated.",
    ),
    time=YEAR,
    cut=Cut.PERSON,
    ways={"first_key": BY_AGE, "second_key": BY_GENDER},
    measures=(INDIVIDUALS,),
)
YEAR_AND_EXPOSURE = crossed_table(
    id="released-individuals-by-year-and-exposure",
    title=Text(
        "Utsatta individer per år, utsatthet och skede", "Exposed individuals by year, kind of exposure and stage"
    ),
    description=Text(
        "De individer som samtalen till stödtelefonerna gällde, efter slag av utsatthet och hur långt den hade gått.",
        "The individuals whom calls to the support lines concerned, by kind of exposure and how far it had gone.",
    ),
    time=YEAR,
    cut=Cut.EXPOSURE,
    ways={"first_key": BY_KIND, "second_key": BY_STAGE},
    measures=(INDIVIDUALS,),
    notes=(NOT_ADDED_UP,),
    applies=_stage_of_kind,
)
YEAR_AND_REFERRAL = crossed_table(
    id="released-calls-by-year-and-referral",
    title=Text("Samtal per år, hänvisning och vad den ledde till", "Calls by year, referral and what came of it"),
    description=Text(
        "Samtal efter år och vart den som ringde hänvisades, och vad hänvisningen ledde till när det är känt.",
        "Calls by year and where the caller was referred, and what came of it where that is known.",
    ),
    time=YEAR,
    cut=Cut.REFERRAL,
    ways={"first_key": BY_REFERRAL, "third_key": BY_OUTCOME},
    measures=(CALLS,),
    notes=(OF_REFERRALS,),
    applies=_outcome_of_referral,
    coded=coded,
)
YEAR_AND_MATTERS = crossed_table(
    id="released-matters-by-year-and-caller",
    title=Text(
        "Frågor och återkommande samtal per år och vem som ringer",
        "Matters and calls that come back by year and caller",
    ),
    description=Text(
        "Hur många olika frågor årets samtal gällde, och hur många samtal som återkom till en fråga från samma år.",
        "How many different matters the calls of a year concerned, and how many came back to one of the same year.",
    ),
    time=YEAR,
    cut=Cut.PLACE,
    ways={"second_key": BY_CATEGORY},
    measures=(CALLS, MATTERS, REPEATED_IN_YEAR),
    notes=(CODES_GIVEN, ONCE_A_YEAR),
)
