"""Exposed individuals by age and gender."""

from collections.abc import Iterable

from reports.statistics.definitions import Chart, Dimension, Facts, Text, Value
from reports.statistics.live import ALL, INDIVIDUALS, LINE_ONLY, Cells, about, live_table, no_calls, total_value, within
from reports.statistics.question import Question
from stodtelefon.enums import AgeGroup, Cut, Gender
from stodtelefon.selectors.tallies import Need

AGE = Dimension("Age", Text("Ålder", "Age"))
GENDER = Dimension("Gender", Text("Kön", "Gender"))
AGES = {
    AgeGroup.UNDER_7: "0–6 years",
    AgeGroup.FROM_7: "7–12 years",
    AgeGroup.FROM_13: "13–15 years",
    AgeGroup.FROM_16: "16–17 years",
    AgeGroup.FROM_18: "18–20 years",
    AgeGroup.FROM_21: "21–25 years",
    AgeGroup.FROM_26: "26 years or older",
    AgeGroup.UNKNOWN: "Unknown age",
}
GENDERS = {
    Gender.GIRL_OR_WOMAN: "Girl or woman",
    Gender.BOY_OR_MAN: "Boy or man",
    Gender.OTHER: "Other gender identity",
    Gender.UNKNOWN: "Unknown gender",
}
CHILDREN = (AgeGroup.UNDER_7, AgeGroup.FROM_7, AgeGroup.FROM_13, AgeGroup.FROM_16)


def needs(question: Question) -> Iterable[Need]:
    """The period by age and gender."""
    return [within(question, Cut.PERSON, "first_key", "second_key")]


def facts(question: Question) -> Facts:
    """Every age and gender, with sums both ways."""
    [need] = needs(question)
    found = {key: amounts.individuals for key, amounts in question.reading.sums(need).items()}
    ages, genders = [str(one) for one in AgeGroup], [str(one) for one in Gender]
    cells: Cells = {}
    for age in (*ages, ALL):
        for gender in (*genders, ALL):
            cells[age, gender, INDIVIDUALS.code] = sum(
                number for (one, other), number in found.items() if age in (one, ALL) and gender in (other, ALL)
            )
    in_all = sum(found.values())
    finding = no_calls(question)
    if in_all:
        under_18 = round(100 * sum(number for (age, _), number in found.items() if age in CHILDREN) / in_all)
        girls = round(100 * sum(n for (_, gender), n in found.items() if gender == Gender.GIRL_OR_WOMAN) / in_all)
        finding = Text(
            f"{under_18} procent av individerna är under 18 år och {girls} procent flickor eller kvinnor",
            f"{under_18} per cent of the individuals are under 18 and {girls} per cent girls or women",
        )
    return Facts(
        {
            AGE.id: [*(Value(str(one), Text(one.label, AGES[one])) for one in AgeGroup), total_value()],
            GENDER.id: [*(Value(str(one), Text(one.label, GENDERS[one])) for one in Gender), total_value()],
        },
        cells,
        finding,
        about(question),
    )


TABLE = live_table(
    id="line-individuals",
    title=Text("Utsatta individer efter ålder och kön", "Exposed individuals by age and gender"),
    description=Text(
        "De individer som samtalen gällde, så som den som ringde uppgav.",
        "The individuals whom the calls concerned, as the caller stated.",
    ),
    dimensions=(AGE, GENDER),
    measures=(INDIVIDUALS,),
    notes=(
        Text(
            "Varje individ i ett samtal räknas för sig: två syskon är två. Samma individ kan räknas i flera samtal.",
            "Each individual in a call counts: two siblings are two. One individual may count in several calls.",
        ),
    ),
    chart=Chart.STACKED,
    heading=GENDER.id,
    facts=facts,
    needs=needs,
    answers_to=LINE_ONLY,
)
