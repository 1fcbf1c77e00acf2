"""What a series of calls over time says of itself: what of it was recorded, and what goes on."""

import datetime
from collections.abc import Iterable
from typing import Final

from nch.common.formats import format_date
from reports.statistics.definitions import Text
from reports.statistics.question import Period, Question

ONE_DAY: Final = datetime.timedelta(days=1)


def is_recorded(question: Question, code: str) -> bool:
    """Whether calls were recorded in any part of a month (2023M01) or a year (2023)."""
    year, _, month = code.partition("M")
    period = Period.of_months(datetime.date(int(year), int(month), 1)) if month else Period.of_year(int(year))
    return bool(question.recorded.months_of(period.months))


def year_notes(question: Question, year: int) -> tuple[Text, ...]:
    """That a year goes on, and which part of it alone is recorded."""
    notes = [Text("Året pågår.", "The year is not over.")] if year == question.asked_at.year else []
    return (*notes, *_part_recorded(question, Period.of_year(year)))


def month_notes(question: Question, month: datetime.date) -> tuple[Text, ...]:
    """That a month goes on."""
    goes_on = month == question.asked_at.date().replace(day=1)
    return (Text("Månaden pågår.", "The month is not over."),) if goes_on else ()


def week_notes(question: Question, monday: datetime.date) -> tuple[Text, ...]:
    """That a week goes on."""
    goes_on = monday <= question.asked_at.date() < monday + 7 * ONE_DAY
    return (Text("Veckan pågår.", "The week is not over."),) if goes_on else ()


def day_notes(question: Question, day: datetime.date) -> tuple[Text, ...]:
    """That it is today."""
    return (Text("Dagen pågår.", "The day is not over."),) if day == question.asked_at.date() else ()


def period_notes(question: Question, period: Period) -> tuple[Text, ...]:
    """That a period goes on, and which part of it alone is recorded."""
    today = question.asked_at.date()
    notes = []
    if period.since <= today <= period.until:
        notes.append(
            Text(
                f"Perioden pågår: här räknas samtal till och med {format_date(today, long=True)}.",
                f"The period is not over: calls count up to {today.isoformat()}.",
            )
        )
    return (*notes, *_part_recorded(question, period))


def _part_recorded(question: Question, period: Period) -> tuple[Text, ...]:
    """A note where some but not all of the period's months up to now are recorded."""
    past = [month for month in period.months if month <= question.asked_at.date()]
    recorded = question.recorded.months_of(past)
    if len(recorded) in (0, len(past)):
        return ()
    spans = list(_spans(recorded))
    return (
        Text(
            f"Samtal är registrerade bara för {' och '.join(span.name.sv for span in spans)}.",
            f"Calls were recorded in {' and '.join(span.name.en for span in spans)} only.",
        ),
    )


def _spans(months: Iterable[datetime.date]) -> Iterable[Period]:
    """The months, in order, as periods without gaps."""
    span: Period | None = None
    for month in months:
        if span and month == span.until + ONE_DAY:
            span = Period(span.since, Period.of_months(month).until)
            continue
        if span:
            yield span
        span = Period.of_months(month)
    if span:
        yield span
