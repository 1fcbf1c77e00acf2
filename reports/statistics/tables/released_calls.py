"""Calls and individuals over time, for release: what the tally holds of whole months, by one or two ways to cut it.

Small numbers stand here as they are; they are hidden when a release is prepared (reports/services/releases.py). What
calls were about is nowhere combined with the county: too few would be left in each cell to say anything.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reports.statistics.definitions import (
    ALWAYS_FRESH,
    CONTACT,
    YEAR,
    Chart,
    Dimension,
    Disclosure,
    Facts,
    Measure,
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
    SOURCE,
    about,
    code_values,
    month_value,
    no_calls,
    number_of_calls,
    total_value,
    within,
)
from reports.statistics.question import Question
from reports.statistics.tables.line_individuals import AGE, AGES, GENDER, GENDERS
from reports.statistics.tables.line_topics import TOPIC
from stodtelefon.enums import AgeGroup, CodeKind, Cut, Gender
from stodtelefon.selectors import UNKNOWN_COUNTY
from stodtelefon.selectors.tallies import Need
from stodtelefon.tallying import Amounts

PROTECTED = Text(
    "Antal från 1 till 4 visas inte, och inte heller de antal som annars skulle avslöja dem. Summorna är exakta.",
    "Numbers from 1 to 4 are not shown, nor those that would give them away. Totals are exact.",
)
_AMOUNT = {CALLS.code: lambda amounts: amounts.calls, INDIVIDUALS.code: lambda amounts: amounts.individuals}


@dataclass(frozen=True)
class Way:
    """A way to cut the calls: its values (the total last) out of the codes that the tally has, blank for unknown."""

    dimension: Dimension
    values: Callable[[Question, set[str]], list[Value]]
    unknown: str = ""


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


BY_COUNTY = Way(COUNTY, _counties, unknown=UNKNOWN_COUNTY)
BY_CATEGORY = Way(CATEGORY, _codes(CodeKind.CALLER_CATEGORY))
BY_TOPIC = Way(TOPIC, _codes(CodeKind.TOPIC))
BY_AGE, BY_GENDER = Way(AGE, _ages), Way(GENDER, _genders)


def _table(
    *,
    id: str,
    title: Text,
    description: Text,
    time: Dimension,
    cut: Cut,
    ways: dict[str, Way],
    measures: Sequence[Measure],
) -> TableDefinition:
    """A table by time and one or two ways; `ways` go by the tally's field."""
    field = "month" if time is MONTH else "year"

    def needs(question: Question) -> Iterable[Need]:
        return [within(question, cut, field, *ways)]

    def facts(question: Question) -> Facts:
        [need] = needs(question)
        sums = question.reading.sums(need)
        times = _times(question, time)
        values = {
            way.dimension.id: way.values(question, {key[place] for key in sums})
            for place, way in enumerate(ways.values(), start=1)
        }
        totals = [next(one.code for one in codes if one.is_total) for codes in values.values()]
        codes = itertools.product([one.code for one in times], *([one.code for one in row] for row in values.values()))
        found = dict.fromkeys(codes, Amounts())
        for (moment, *keys), amounts in sums.items():
            own = [key or way.unknown for key, way in zip(keys, ways.values(), strict=True)]
            for key in itertools.product(*zip(own, totals, strict=True)):
                place = (_code(time, moment), *key)
                found[place] = found[place].plus(amounts)
        cells = {
            (*key, measure.code): _AMOUNT[measure.code](amounts)
            for key, amounts in found.items()
            for measure in measures
        }
        return Facts({time.id: times, **values}, cells, _finding(question, sums.values()), about(question))

    return TableDefinition(
        id=id,
        title=title,
        description=description,
        dimensions=(time, *(way.dimension for way in ways.values())),
        measures=tuple(measures),
        notes=(EVERY_CALL, PROTECTED),
        source=SOURCE,
        contact=CONTACT,
        updated=ALWAYS_FRESH,
        disclosure=Disclosure.RELEASED,
        chart=Chart.LINE,
        charted=(measures[0].code,),
        facts=facts,
        needs=needs,
        policy=DisclosurePolicy(measures={one.code: Count(one.code) for one in measures}),
    )


def _times(question: Question, time: Dimension) -> list[Value]:
    months = question.period.months
    if time is MONTH:
        return [month_value(month) for month in months]
    return [year_value(year) for year in sorted({month.year for month in months})]


def _code(time: Dimension, moment: str) -> str:
    return f"{moment[:4]}M{moment[5:7]}" if time is MONTH else moment


def _finding(question: Question, amounts: Iterable[Amounts]) -> Text:
    calls = sum(one.calls for one in amounts)
    if not calls:
        return no_calls(question)
    counted, name = number_of_calls(calls), question.period.name
    return Text(f"{counted.sv} {name.sv}", f"{counted.en} in {name.en}")


MONTH_AND_COUNTY = _table(
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
YEAR_AND_CATEGORY = _table(
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
YEAR_AND_TOPIC = _table(
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
YEAR_AGE_AND_GENDER = _table(
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
