"""What a series of calls over time says of itself: what of it was recorded, what goes on, and where it breaks."""

import datetime
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from nch.common.formats import format_date
from reports.statistics.code_breaks import monthly_breaks
from reports.statistics.definitions import SeriesBreak, Text
from reports.statistics.question import Period, Question
from stodtelefon.enums import LineKind
from stodtelefon.selectors import REMIT_BREAK_YEAR

ONE_DAY: Final = datetime.timedelta(days=1)
REMIT_BREAK: Final = SeriesBreak(
    label=Text("Ändrat uppdrag och kortare telefontid", "New remit, shorter hours"),
    note=Text(
        "Tidsseriebrott: från 2023 ger den nationella stödtelefonen bara generell rådgivning och har kortare "
        "telefontid. Jämför inte med tidigare år utan förbehåll.",
        "Break in series: from 2023 the national line gives general advice only and has shorter hours. "
        "Do not compare with earlier years without reservation.",
    ),
)
REMIT_BREAK_DAY: Final = datetime.date(REMIT_BREAK_YEAR, 1, 1)
_MARKED: Final = (
    f"{REMIT_BREAK_YEAR}",
    f"{REMIT_BREAK_YEAR}M01",
    f"{REMIT_BREAK_YEAR}W01",
    REMIT_BREAK_DAY.isoformat(),
)
"""The year, month, week and day with which the break begins, as time is coded."""


def is_recorded(question: Question, code: str) -> bool:
    """Whether calls were recorded in any part of a month (2023M01) or a year (2023)."""
    year, _, month = code.partition("M")
    period = Period.of_months(datetime.date(int(year), int(month), 1)) if month else Period.of_year(int(year))
    return bool(question.recorded.months_of(period.months))


def national_counts(question: Question) -> bool:
    """Whether calls to the national line are among those that count."""
    if question.chosen_line:
        return question.chosen_line.kind == LineKind.NATIONAL_PROFESSIONALS
    return question.national_line is not None


def remit_breaks(question: Question) -> dict[str, SeriesBreak]:
    """The break in the national line's calls by the codes of time, where that line counts."""
    return dict.fromkeys(_MARKED, REMIT_BREAK) if national_counts(question) else {}


def lies_over_remit_break(question: Question, period: Period) -> bool:
    """Whether the national line's calls of the period are of before and after the break."""
    return national_counts(question) and period.since < REMIT_BREAK_DAY <= period.until


def goes_on(question: Question, period: Period) -> bool:
    """Whether the period is not over."""
    return period.until >= question.asked_at.date()


def why_not_compared(question: Question) -> Text | None:
    """Why calls of the period cannot be told as so many more or fewer than in the period before; None where they can.

    Both have to be recorded as a whole, as far as they have come, and no break may lie between them or in one of them.
    """
    period, earlier = question.period, question.period.before
    for one in (earlier, period):
        past = [month for month in one.months if month <= question.asked_at.date()]
        if not question.recorded.covers(past):
            sv, en = f"är inte registrerat för hela {one.name.sv}", f"is not recorded for the whole of {one.name.en}"
            if not question.recorded.months_of(one.months):
                sv, en = f"saknas för {one.name.sv}", f"is missing for {one.name.en}"
            return Text(f"Jämförs inte: antalet {sv}", f"Not compared: the number {en}")
    both = Period(earlier.since, period.until)
    if lies_over_remit_break(question, both):
        return Text(
            f"Jämförs inte med {earlier.name.sv}: nytt uppdrag från {REMIT_BREAK_YEAR}",
            f"Not compared with {earlier.name.en}: new remit from {REMIT_BREAK_YEAR}",
        )
    if monthly_breaks(replace(question, period=both)):
        return Text(
            f"Jämförs inte med {earlier.name.sv}: kodlistan ändrades",
            f"Not compared with {earlier.name.en}: the code list changed",
        )
    return None


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
