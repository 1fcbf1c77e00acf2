"""Statistics that centres hand in, in the demo: three rounds with constructed numbers, some missing, one sent back."""

import datetime
import random
from collections.abc import Iterable
from typing import Any

from nch.common.constructed import MARK
from nch.common.individuals import AgeGroup, Gender
from nch.demo.cast import Cast
from nch.demo.means import fill_in, moment
from nch.questionnaires.counts import NOT_APPLICABLE
from resurscentra.models import StatisticsReturn, StatisticsRound
from resurscentra.services.corrections import send_back
from resurscentra.services.returns import start_return, submit_return
from resurscentra.services.rounds import open_round
from resurscentra.statistics_form import (
    AGE_OF_GROUP,
    AGES,
    CONTACT_FORMS,
    CONTACTS,
    EXPOSURES,
    GROUPS,
    HELD,
    INDIVIDUALS,
    MEETINGS,
    OCCASIONS,
    PARTICIPANTS,
    PROFESSIONALS,
    SUPPORT,
    SUPPORT_KINDS,
    TRAINING_KINDS,
    TRAININGS,
    comment_key,
    exposure_rows,
)

# Of ten individuals of an age, so many in each row; the first row is what most are exposed to, or get.
_SHARES = (6, 3, 2, 2, 1, 1, 1, 1, 1, 5, 1)
_AGE_WEIGHTS = (1, 2, 4, 4, 3, 3, 2, 1)
_GENDER_WEIGHTS = (12, 4, 0, 1)
HANDING_IN = ("skane", "gavleborg", "vastra-gotaland")
"""The counties of the cast; the centres of the others have nobody to hand in, and are missing."""

Table = dict[str, dict[str, str]]


def build_statistics_returns(cast: Cast) -> None:
    """The second half of 2024 and the year 2025, handed in by the counties of the cast; 2026 is open to be tried."""
    day = datetime.date
    half = _ask(cast, "Andra halvåret 2024", day(2024, 7, 1), day(2024, 12, 31), day(2025, 2, 15), moment(2024, 12, 2))
    _hand_in(half, cast, days=184, at=moment(2025, 2, 3), leave_out=("Älvsborg",))
    year = _ask(cast, "Helåret 2025", day(2025, 1, 1), day(2025, 12, 31), day(2026, 2, 15), moment(2025, 12, 1))
    _hand_in(year, cast, days=365, at=moment(2026, 2, 9), leave_out=("Skaraborg",))
    back = _returns(year).get(centre__organisation__name__contains="Fyrbodal")
    send_back(
        submission=1,
        statistics=back,
        sections=[CONTACTS],
        reason="Kontakterna med skolan är lika många som året före. Kontrollera att de inte är kopierade.",
        due_on=day(2026, 12, 15),
        by=cast["officer1"],
        at=moment(2026, 11, 16),
    )
    _ask(cast, "Helåret 2026", day(2026, 1, 1), day(2026, 12, 31), day(2027, 2, 15), moment(2026, 11, 2))


def _ask(
    cast: Cast, title: str, starts: datetime.date, ends: datetime.date, due: datetime.date, at: datetime.datetime
) -> StatisticsRound:
    return open_round(title=f"{title} {MARK}", starts_on=starts, ends_on=ends, due_on=due, by=cast["officer1"], at=at)


def _returns(round_: StatisticsRound) -> Any:
    return StatisticsReturn.objects.filter(round=round_).select_related(
        "round__version", "organisation", "centre__organisation"
    )


def _hand_in(
    round_: StatisticsRound, cast: Cast, *, days: int, at: datetime.datetime, leave_out: Iterable[str]
) -> None:
    for key in HANDING_IN:
        officer, signatory = cast[f"officer-{key}"], cast[f"signatory-{key}"]
        for statistics in _returns(round_).filter(organisation=officer.memberships.get().organisation):
            if any(name in str(statistics.centre) for name in leave_out):
                continue
            start_return(statistics=statistics, by=officer, at=at)
            if statistics.response is not None:
                fill_in(statistics.response, drawn_answers(str(statistics.centre), days), by=officer, at=at)
            submit_return(statistics=statistics, by=signatory, at=at + datetime.timedelta(days=1))


def drawn_answers(centre: str, days: int) -> dict[str, object]:
    """Answers that agree with each other, the same each time: a centre is as large in every round, counted by day."""
    chance = random.Random(centre)  # noqa: S311 - constructed numbers
    size = chance.randint(20, 60) * days // 365
    individuals: Table = {age: dict.fromkeys(Gender, "0") for age in AgeGroup}
    by_age = dict.fromkeys((age for age, _ in AGES), 0)
    for age in chance.choices(list(AgeGroup), _AGE_WEIGHTS, k=size):
        gender = chance.choices(list(Gender), _GENDER_WEIGHTS)[0]
        individuals[age][gender] = str(int(individuals[age][gender]) + 1)
        by_age[AGE_OF_GROUP[age]] += 1

    def of_individuals(rows: Iterable[tuple[str, Any]]) -> Table:
        return {
            row: {age: str(number * share // 10) for age, number in by_age.items()}
            for (row, _), share in zip(rows, _SHARES, strict=False)
        }

    contacts = {
        row: {form: str(chance.randint(0, 24) * days // 365) for form, _ in CONTACT_FORMS} for row, _ in PROFESSIONALS
    }
    trainings = {}
    for row, _ in TRAINING_KINDS:
        occasions = chance.randint(2, 9) * days // 365
        trainings[row] = {OCCASIONS: str(occasions), PARTICIPANTS: str(occasions * chance.randint(12, 45))}
    meetings: Table = {row: {HELD: str(max(1, chance.randint(3, 10) * days // 365))} for row, _ in GROUPS}
    support: object = of_individuals(SUPPORT_KINDS)
    if centre.startswith("Resursteam"):
        support = {NOT_APPLICABLE: {"reason": "not_recorded"}}
    return {
        INDIVIDUALS: individuals,
        EXPOSURES: of_individuals(exposure_rows()),
        SUPPORT: support,
        CONTACTS: contacts,
        TRAININGS: trainings,
        MEETINGS: meetings,
        comment_key(CONTACTS): "Konstruerade siffror.",
        comment_key(MEETINGS): "Konstruerade siffror.",
        comment_key(INDIVIDUALS): "Konstruerade siffror.",
        comment_key(TRAININGS): "Konstruerade siffror.",
    }
