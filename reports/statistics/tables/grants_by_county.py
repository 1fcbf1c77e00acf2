"""Grants by budget year and county: applied for, granted, paid, used and paid back."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from grants.selectors.statistics import Money, MoneyFact
from nch.accounts.enums import Right
from nch.common.formats import format_number
from reports.statistics.definitions import COUNT, KRONOR, YEAR, Adds, Chart, Facts, Measure, Text
from reports.statistics.follow_up import (
    NO_COUNTY,
    asked_years,
    follow_up_table,
    recipients_counties,
    span,
    summed,
    year_values,
)
from reports.statistics.live import COUNTY
from reports.statistics.question import Question

MEASURES = (
    Measure(Money.APPLICATIONS, Text("Ansökningar", "Applications"), COUNT, adds=Adds.EXCEPT_OVER_TIME),
    Measure(Money.GRANTS, Text("Beviljade ansökningar", "Applications granted"), COUNT, adds=Adds.EXCEPT_OVER_TIME),
    Measure(Money.APPLIED, Text("Sökt", "Applied for"), KRONOR, adds=Adds.ALWAYS),
    Measure(Money.GRANTED, Text("Beviljat", "Granted"), KRONOR, adds=Adds.ALWAYS),
    Measure(Money.PAID, Text("Utbetalat", "Paid"), KRONOR, adds=Adds.ALWAYS),
    Measure(Money.USED, Text("Godtagna kostnader", "Admitted costs"), KRONOR, adds=Adds.ALWAYS),
    Measure(Money.REPAID, Text("Återbetalat", "Paid back"), KRONOR, adds=Adds.ALWAYS),
)
NOTES = (
    Text(
        "Ett belopp hör till det budgetår som det söktes, beviljades, betalades eller redovisades för. En ansökan "
        "räknas en gång för varje år som den gäller, och åren kan därför inte läggas ihop till antal ansökningar.",
        "An amount belongs to the budget year for which it was applied for, granted, paid or accounted for. An "
        "application counts once in each of its years, so years do not add up to a number of applications.",
    ),
    Text(
        "Beviljat är vad de beslut ger som gäller nu, ändringsbeslut inräknade. Godtagna kostnader är de i godkända "
        "ekonomiska redovisningar; de kan vara större än bidraget. Beloppen är i löpande priser.",
        "Granted is what the decisions now in force give, changes included. Admitted costs are those of approved "
        "economic reports; they may exceed the grant. Current prices.",
    ),
)
DECIDED_ONLY = Text(
    "Avser bidrag som NCH ger. Bara ansökningar som det har fattats beslut om räknas.",
    "Grants given by NCH. Only applications that have been decided on count.",
)
HANDED_IN = Text(
    "Ansökningar som är inlämnade räknas, också de som inte är beslutade. Ärenden som du har anmält jäv i räknas inte.",
    "Applications that have been handed in count, decided or not; those in which you have declared a conflict of "
    "interest do not.",
)
SOURCE = Text("Bidragsärendena i systemet", "The grant cases in the system")
READERS = (Right.SEE_CASES, Right.HANDLE_CASES)


def years(question: Question) -> Sequence[int]:
    """Budget years with money in them."""
    return span(fact.year for fact in question.reach.money_by_county)


def within_years(question: Question, facts: Iterable[MoneyFact]) -> list[MoneyFact]:
    """The facts of the period."""
    return [fact for fact in facts if fact.year in asked_years(question)]


def about(question: Question) -> Text:
    """Whose applications count."""
    return DECIDED_ONLY if question.reach.by is None else HANDED_IN


def finding(question: Question, found: Iterable[MoneyFact]) -> Text:
    """What was granted of what was applied for, in facts of the period."""
    sums = {Money.APPLIED: Decimal(0), Money.GRANTED: Decimal(0)}
    for fact in found:
        if fact.what in sums:
            sums[fact.what] += fact.number
    name = question.period.name
    if not any(sums.values()):
        return Text(f"Inga bidrag söktes för {name.sv}", f"No grants were applied for in {name.en}")
    granted, applied = (format_number(sums[one]) for one in (Money.GRANTED, Money.APPLIED))
    return Text(
        f"{granted} av {applied} sökta kronor beviljades för {name.sv}",
        f"SEK {granted} of {applied} applied for were granted for {name.en}",
    )


def facts(question: Question) -> Facts:
    """Every year and county."""
    found = within_years(question, question.reach.money_by_county)
    codes = {YEAR.id: year_values(question), COUNTY.id: recipients_counties(question, (fact.key for fact in found))}
    rows = (((str(fact.year), fact.key or NO_COUNTY), {fact.what.value: fact.number}) for fact in found)
    return Facts(codes, summed(codes, MEASURES, rows), finding(question, found), (about(question),))


TABLE = follow_up_table(
    id="grants-by-year-and-county",
    title=Text("Bidrag per budgetår och län", "Grants by budget year and county"),
    description=Text(
        "Sökta, beviljade, utbetalade, använda och återbetalade bidrag efter budgetår och mottagarens län.",
        "Grants applied for, granted, paid, used and paid back, by budget year and the recipient's county.",
    ),
    dimensions=(YEAR, COUNTY),
    measures=MEASURES,
    notes=NOTES,
    source=SOURCE,
    chart=Chart.BAR,
    more_charts=(Chart.MAP, Chart.MULTIPLES),
    charted=(Money.GRANTED,),
    facts=facts,
    years=years,
    readers=READERS,
)
