"""What is looked for in a return beside each table's own rules: tables that contradict each other, and large changes.

What cannot be is mended in the table. What is only unlikely is confirmed by a comment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nch.common.individuals import AgeGroup
from nch.questionnaires.counts import CountGrid, CountSums, in_words, reason_in
from nch.questionnaires.models import Question
from nch.questionnaires.selectors import Problem, ResponseReader
from resurscentra.models import StatisticsRound
from resurscentra.statistics_form import (
    AGE_OF_GROUP,
    AGES,
    CONTACTS,
    EXPOSURES,
    GRIDS,
    INDIVIDUALS,
    MEETINGS,
    OCCASIONS,
    OTHER_REASON,
    PARTICIPANTS,
    SUPPORT,
    TRAININGS,
    comment_key,
)

# Below this number of a year a change of more than half is chance and asks for no comment.
SMALLEST_CHANGE = 5
_AGES = dict(AGES)
_CHANGE_OF = {
    INDIVIDUALS: ("individer", lambda sums: sums.total),
    CONTACTS: ("kontakter", lambda sums: sums.total),
    TRAININGS: ("utbildningstillfällen", lambda sums: sums.column(OCCASIONS)),
    MEETINGS: ("möten", lambda sums: sums.total),
}


@dataclass(frozen=True)
class Earlier:
    """What the centre handed in last: the answers by question, and how long a period they are about."""

    values: Mapping[str, Any]
    days: int
    title: str


def days_of(round_: StatisticsRound) -> int:
    """How many days a round is about."""
    return (round_.ends_on - round_.starts_on).days + 1


def values_of(reader: ResponseReader) -> dict[str, Any]:
    """The answers by the keys of their questions."""
    return {question.key: reader.value(question) for question in reader.questions}


def problems_in(reader: ResponseReader, *, days: int, earlier: Earlier | None) -> list[Problem]:
    """Everything that keeps the return from being handed in beside its questions' own rules."""
    questions = {question.key: question for question in reader.questions}
    values = values_of(reader)
    found = [
        Problem(questions[key], message)
        for key, message in _impossible(questions, values)
        if reader.problem(questions[key]) is None
    ]
    doubts: dict[str, list[str]] = {}
    for key, message in _doubtful(values, days=days, earlier=earlier):
        doubts.setdefault(key, []).append(message)
    for grid, messages in doubts.items():
        comment = questions[comment_key(grid)]
        if not (values.get(comment.key) or "").strip():
            found.append(Problem(comment, f"{' '.join(messages)} Rätta, eller förklara i kommentaren."))
    return found


def _impossible(questions: Mapping[str, Question], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    individuals = _individuals_by_age(values.get(INDIVIDUALS))
    # Where individuals are not counted, neither is what they were exposed to: parts may not be larger than the whole.
    is_told = bool(individuals) or bool(reason_in(values.get(INDIVIDUALS)))
    for key in (EXPOSURES, SUPPORT) if is_told else ():
        rows = CountGrid.of(questions[key].options).rows
        for row, cells in CountSums(values.get(key)).counts.items():
            for age, number in cells.items():
                if number > individuals.get(age, 0):
                    yield (
                        key,
                        (
                            f"{rows.get(row, row)}, {_AGES[age].lower()}: {in_words(number)}, men tabell A1 har "
                            f"{in_words(individuals.get(age, 0))} individer i den åldern."
                        ),
                    )
    for row, cells in CountSums(values.get(TRAININGS)).counts.items():
        if cells.get(PARTICIPANTS) and cells.get(OCCASIONS) == 0:
            label = CountGrid.of(questions[TRAININGS].options).rows.get(row, row)
            yield TRAININGS, f"{label}: deltagare men inga tillfällen."


def _individuals_by_age(value: Any) -> dict[str, int]:
    """Individuals by the ages of the other tables; nothing where no table tells."""
    found: dict[str, int] = {}
    for group, cells in CountSums(value).counts.items():
        # A round keeps the ages it was opened with; one that is ours no more belongs to no age of the other tables.
        age = AGE_OF_GROUP[AgeGroup(group)] if group in AgeGroup.values else ""
        found[age] = found.get(age, 0) + sum(cells.values())
    return found


def _doubtful(values: Mapping[str, Any], *, days: int, earlier: Earlier | None) -> Iterator[tuple[str, str]]:
    for grid in GRIDS:
        if reason_in(values.get(grid)) == OTHER_REASON:
            yield grid, "Skälet till att tabellen inte är tillämplig står inte i kommentaren."
    individuals = CountSums(values.get(INDIVIDUALS)).total
    for grid, what in ((EXPOSURES, "utsatthet"), (SUPPORT, "stöd")):
        if individuals and CountSums(values.get(grid)).total == 0:
            yield grid, f"Tabell A1 har {in_words(individuals)} individer, men ingen rad om {what}."
    if earlier is not None:
        yield from _changes(values, days=days, earlier=earlier)


def _changes(values: Mapping[str, Any], *, days: int, earlier: Earlier) -> Iterator[tuple[str, str]]:
    for grid, (what, number_of) in _CHANGE_OF.items():
        then, now = (number_of(CountSums(given.get(grid))) for given in (earlier.values, values))
        if then is not None and reason_in(values.get(grid)):
            yield grid, f"Ni lämnade siffror för {earlier.title}, men nu är tabellen ej tillämplig."
        if then is None or now is None:
            continue
        # Periods of different lengths are compared day by day.
        expected = then * days / earlier.days
        if abs(now - expected) > max(expected / 2, SMALLEST_CHANGE):
            per_day = "" if days == earlier.days else " räknat per dag"
            compared = f"{in_words(now)} {what} nu mot {in_words(then)} för {earlier.title}"
            yield grid, f"{compared}: en ändring med mer än hälften{per_day}."
