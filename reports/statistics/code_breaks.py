"""What a table says where a code list has changed: on each code, on the whole table, and in a series over time."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any, Final

from nch.common.code_lists import ONE_DAY, CodeBreak, CodeHistory, breaks_in, histories_in, words_of
from reports.statistics.definitions import SeriesBreak, Text
from reports.statistics.question import Question
from stodtelefon.enums import CodeKind
from stodtelefon.models import Code

CHANGED_LIST: Final = Text("Ändrad kodlista", "Changed code list")
ENGLISH: Mapping[CodeKind, str] = {
    CodeKind.CALLER_CATEGORY: "Caller",
    CodeKind.TOPIC: "Topic",
    CodeKind.ADVICE: "Advice",
    CodeKind.REFERRAL: "Referral",
    CodeKind.REFERRAL_OUTCOME: "Outcome of referral",
    CodeKind.EXPOSURE: "Exposure",
}


def histories(question: Question, kind: CodeKind) -> dict[str, CodeHistory[Code]]:
    """The codes of a list that were valid in the question's period, each with what came before and after it."""
    entries = list(question.reading.codes[kind].values())
    return {one.code.code: one for one in histories_in(entries, question.period.since, question.period.until)}


def code_notes(history: CodeHistory[Any] | None) -> tuple[Text, ...]:
    """What has to be said of a code whose numbers do not cover the whole period alike."""
    if history is None or not history.breaks:
        return ()
    notes, code = [], history.code
    taken_over = {one.valid_to + ONE_DAY: one for one in history.predecessors if one.valid_to is not None}
    for day in history.breaks:
        began, before = day.isoformat(), taken_over.get(day)
        if day == code.valid_from:
            notes.append(
                Text(
                    f"Används från {began}" + (f", i stället för ”{before.label}”." if before else "."),
                    f"In use from {began}" + (f", instead of “{before.label_en}”." if before else "."),
                )
            )
        elif before:
            notes.append(
                Text(f"Omfattar ”{before.label}” från {began}.", f"Includes “{before.label_en}” from {began}.")
            )
    if code.valid_to is not None and code.valid_to + ONE_DAY in history.breaks:
        ended, after = code.valid_to.isoformat(), history.successor
        notes.append(
            Text(
                f"Används till och med {ended}" + (f", därefter ”{after.label}”." if after else "."),
                f"In use until {ended}" + (f", then “{after.label_en}”." if after else "."),
            )
        )
    return tuple(notes)


def list_notes(question: Question, *kinds: CodeKind) -> tuple[Text, ...]:
    """A note for each day in the period on which one of the lists that a table is cut by changed."""
    period, notes = question.period, []
    for kind in kinds:
        for found in breaks_in(question.reading.codes[kind].values(), period.since, period.until):
            notes.append(_words(kind, found))
    return tuple(notes)


def _words(kind: CodeKind, found: CodeBreak[Code]) -> Text:
    swedish, english = words_of(found)
    return Text(
        f"Tidsseriebrott i listan ”{kind.label}”. {swedish} Jämför med förbehåll över den dagen.",
        f"Break in the list “{ENGLISH[kind]}”. {english} Compare across that day with reservation.",
    )


def list_breaks(
    question: Question, time_of: Callable[[datetime.date], str], *kinds: CodeKind
) -> dict[str, SeriesBreak]:
    """The breaks of a series over time that is cut by lists, by the code of the time with which each begins."""
    period, breaks = question.period, []
    for kind in kinds:
        for found in breaks_in(question.reading.codes[kind].values(), period.since, period.until):
            breaks.append({time_of(found.day): SeriesBreak(CHANGED_LIST, _words(kind, found))})
    return joined_breaks(*breaks)


def joined_breaks(*several: Mapping[str, SeriesBreak]) -> dict[str, SeriesBreak]:
    """All the breaks; those that begin with the same time as one."""
    joined: dict[str, SeriesBreak] = {}
    for time, one in ((time, one) for breaks in several for time, one in breaks.items()):
        if (there := joined.get(time)) is None:
            joined[time] = one
            continue
        label = there.label if there.label == one.label else _beside(there.label, one.label, "; ")
        joined[time] = SeriesBreak(label, _beside(there.note, one.note, " "))
    return joined


def _beside(first: Text, second: Text, between: str) -> Text:
    return Text(f"{first.sv}{between}{second.sv}", f"{first.en}{between}{second.en}")


def monthly_breaks(question: Question) -> dict[str, SeriesBreak]:
    """The breaks of a monthly series that is narrowed to one caller category, by the code of the month."""
    history = histories(question, CodeKind.CALLER_CATEGORY).get(question.category)
    if history is None:
        return {}
    words = code_notes(history)
    note = Text(
        f"Tidsseriebrott: ”{history.code.label}”. {' '.join(one.sv for one in words)}",
        f"Break in series: “{history.code.label_en}”. {' '.join(one.en for one in words)}",
    )
    return {f"{day.year}M{day.month:02}": SeriesBreak(CHANGED_LIST, note) for day in history.breaks}
