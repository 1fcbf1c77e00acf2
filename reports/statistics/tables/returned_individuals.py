"""Individuals supported by resource centres, by age and gender."""

from nch.common.individuals import AgeGroup, Gender
from reports.statistics.definitions import YEAR, Chart, Facts, Text
from reports.statistics.disclosure.policy import Count, DisclosurePolicy
from reports.statistics.follow_up import coded, follow_up_table, summed
from reports.statistics.live import PROTECTED
from reports.statistics.question import Question
from reports.statistics.returns import (
    NOT_UNIQUE,
    ONLY_STANDING,
    READERS,
    SOURCE,
    SUPPORTED,
    counted,
    finding,
    only_answered,
    rows_of,
    total_of,
    who_answered,
    year_values,
    years,
)
from reports.statistics.tables.line_individuals import AGE, AGES, GENDER, GENDERS
from resurscentra.statistics_form import ADULT, AGE_OF_GROUP, CHILD, INDIVIDUALS

# Ages of tables of exposure and support are sums of ages of this one; whoever has both can add, and the protection has
# to know.
AGE_SUMS = {
    AGE.id: {age: tuple(str(group) for group, whose in AGE_OF_GROUP.items() if whose == age) for age in (CHILD, ADULT)}
}


def facts(question: Question) -> Facts:
    """Every year, age and gender."""
    found = counted(question)
    ages = coded({str(one): Text(one.label, AGES[one]) for one in AgeGroup})
    genders = coded({str(one): Text(one.label, GENDERS[one]) for one in Gender})
    period_years = year_values(question, lambda standing: who_answered(standing, INDIVIDUALS))
    codes = {YEAR.id: period_years, AGE.id: ages, GENDER.id: genders}
    cells = only_answered(summed(codes, (SUPPORTED,), rows_of(found, INDIVIDUALS, SUPPORTED)), found, INDIVIDUALS)
    what = Text("individer fick stöd", "individuals were supported")
    return Facts(codes, cells, finding(question, total_of(found, INDIVIDUALS), what))


TABLE = follow_up_table(
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
    facts=facts,
    years=years,
    readers=READERS,
    policy=DisclosurePolicy(measures={SUPPORTED.code: Count("returned_individuals")}, sums=AGE_SUMS),
)
