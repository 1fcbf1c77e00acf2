"""Exposed individuals by age and gender."""

from collections.abc import Iterable

from nch.common.formats import format_number
from reports.statistics.definitions import Chart, Dimension, Facts, Text, Value
from reports.statistics.live import (
    ALL,
    INDIVIDUALS,
    LINE_ONLY,
    Cells,
    about,
    in_period,
    live_table,
    no_calls,
    total_value,
    within,
)
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
    return Facts(
        {
            AGE.id: [*(Value(str(one), Text(one.label, AGES[one])) for one in AgeGroup), total_value()],
            GENDER.id: [*(Value(str(one), Text(one.label, GENDERS[one])) for one in Gender), total_value()],
        },
        cells,
        _finding(question, found),
        about(question),
    )


def _finding(question: Question, found: dict[tuple[str, ...], int]) -> Text:
    """Shares of those whose age, and whose gender, is known; how many they are is said where it is not all."""
    in_all = sum(found.values())
    if not in_all:
        return nobody(question)
    known_age = in_all - sum(number for (age, _), number in found.items() if age == AgeGroup.UNKNOWN)
    known_gender = in_all - sum(number for (_, gender), number in found.items() if gender == Gender.UNKNOWN)
    under_18 = sum(number for (age, _), number in found.items() if age in CHILDREN)
    girls = sum(number for (_, gender), number in found.items() if gender == Gender.GIRL_OR_WOMAN)
    if not (known_age or known_gender):
        return Text(
            "Varken ålder eller kön är känt för någon av individerna",
            "Neither age nor gender is known of any individual",
        )
    shares = (
        _share(under_18, known_age, in_all, Text("under 18 år", "under 18"), Text("känd ålder", "age")),
        _share(
            girls, known_gender, in_all, Text("flickor eller kvinnor", "girls or women"), Text("känt kön", "gender")
        ),
    )
    said = [one for one in shares if one]
    return Text("; ".join(one.sv for one in said), "; ".join(one.en for one in said))


def _share(part: int, known: int, in_all: int, are: Text, what: Text) -> Text | None:
    """`67 procent av individerna är under 18 år`; None where it is known of nobody."""
    if not known:
        return None
    share = round(100 * part / known)
    whom, whom_en = "individerna", "the individuals"
    if known < in_all:
        whom += f" med {what.sv} ({format_number(known)} av {format_number(in_all)})"
        whom_en += f" of known {what.en} ({known} of {in_all})"
    return Text(f"{share} procent av {whom} är {are.sv}", f"{share} per cent of {whom_en} are {are.en}")


def nobody(question: Question) -> Text:
    """The finding where no individual is in the numbers: there may have been calls all the same."""
    if not in_period(question, question.period).calls:
        return no_calls(question)
    name = question.period.name
    return Text(
        f"Samtalen {name.sv} gällde ingen utsatt individ",
        f"The calls of {name.en} concerned no exposed individual",
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
