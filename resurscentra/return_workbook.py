"""A return as a workbook: what is asked for with what is filled in, and the same read again.

One row for each cell, named by its code; before them one for the table itself, with why it is not applicable and the
comment. Labels are for those who fill in; only codes are read. What the file was written from is kept in it, so that
what somebody else has changed meanwhile is not overwritten.
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError

from nch.common.sorting import fold
from nch.common.workbooks import (
    ChoiceList,
    Fault,
    Line,
    read_table,
    short,
    write_template,
)
from nch.common.workbooks import text_of as cell_text
from nch.questionnaires.counts import NOT_APPLICABLE, CountGrid, counts_in, in_words, read_count, reason_in
from nch.questionnaires.enums import QuestionKind
from nch.questionnaires.fields import field_for
from nch.questionnaires.models import Answer, Question
from nch.questionnaires.selectors import ResponseReader
from resurscentra.models import StatisticsReturn
from resurscentra.statistics_form import comment_key

CODE, TABLE, ROW, COLUMN, NUMBER = "Kod", "Tabell", "Rad", "Kolumn", "Antal"
BEFORE, REASON, COMMENT, STATE = "Förra gången", "Ej tillämpligt", "Kommentar", "Läge (ändra inte)"
COLUMNS: Final = (CODE, TABLE, ROW, COLUMN, NUMBER, BEFORE, REASON, COMMENT, STATE)
REQUIRED: Final = (CODE, NUMBER, REASON, COMMENT, STATE)
_SEPARATOR = "/"
_STATE_OF_TABLE = re.compile(r"(?P<return>[0-9]{1,18}):(?P<table>[0-9]{1,9}):(?P<comment>[0-9]{1,9})")
_INSTRUCTIONS = (
    "Så fyller du i mallen",
    f"Skriv antalet i kolumnen ”{NUMBER}”, en rad för varje ruta i tabellerna. Skriv 0 där det inte var några: en tom "
    "cell är ingen nolla.",
    f"Passar en hel tabell inte er väljer du ett skäl i kolumnen ”{REASON}” på tabellens första rad, och lämnar dess "
    "antal tomma.",
    "Kommentaren skrivs på tabellens första rad. Skriv inget om enskilda personer: då tas filen inte emot.",
    f"Ändra inte kolumnerna ”{CODE}” och ”{STATE}”. De säger vilken ruta raden gäller och vad filen skrevs från.",
    "Filen läses in hel eller inte alls. Är något fel visas varje rad med vad som ska ändras.",
    "Ni får se vad som ändras innan något sparas. Filen lämnar inte in statistiken: det gör ni på sidan.",
)


def _grids(reader: ResponseReader) -> Iterator[tuple[Question, CountGrid]]:
    for question in reader.questions:
        if question.kind == QuestionKind.COUNT_GRID:
            yield question, CountGrid.of(question.options)


def _revision(reader: ResponseReader, question: Question | None) -> int:
    answer = reader.answers.get(question.pk) if question else None
    return answer.revision if answer else 0


def write_return(statistics: StatisticsReturn, reader: ResponseReader, earlier: Mapping[str, Any] | None) -> bytes:
    """The workbook with what is filled in, and beside it what was handed in last."""
    questions = {question.key: question for question in reader.questions}
    rows: list[Sequence[object]] = []
    reasons: dict[str, str] = {}
    for question, grid in _grids(reader):
        value = reader.value(question) or {}
        before = counts_in((earlier or {}).get(question.key))
        comment = questions.get(comment_key(question.key))
        reasons |= grid.reasons
        state = f"{statistics.pk}:{_revision(reader, question)}:{_revision(reader, comment)}"
        reason = grid.reasons.get(reason_in(value), reason_in(value))
        told = (reader.value(comment) or "") if comment else ""
        rows.append((question.key, question.label, "", "", "", "", reason, told, state))
        for row, row_label in grid.rows.items():
            for column, column_label in grid.columns.items():
                text = (value.get(row) or {}).get(column, "")
                number = counts_in({row: {column: text}}).get(row, {}).get(column, text)
                code = _SEPARATOR.join((question.key, row, column))
                then = before.get(row, {}).get(column, "")
                rows.append((code, question.label, row_label, column_label, number, then))
    return write_template(
        columns=COLUMNS,
        instructions=_INSTRUCTIONS,
        lists=[ChoiceList("Skäl", (REASON,), [(label,) for label in reasons.values()], offered_in=REASON)],
        rows=rows,
    )


@dataclass
class ReadReturn:
    """What a workbook says: the answers it holds, what they were when it was written, and what is wrong with it."""

    values: dict[Question, Any] = field(default_factory=dict)
    seen: dict[Question, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    hidden: Sequence[str] = ()


@dataclass
class _Table:
    """What the rows of one table have said so far."""

    number: int
    cells: dict[tuple[str, str], str] = field(default_factory=dict)
    reason: str = ""


def read_return(content: bytes, statistics: StatisticsReturn, reader: ResponseReader) -> ReadReturn:
    """Read a workbook that `write_return` made; nothing is saved. Tables it leaves out stay as they are.

    Raises ValidationError where the file cannot be read at all.
    """
    table = read_table(content, columns=COLUMNS, required=REQUIRED)
    found = ReadReturn(faults=table.faults_of_heads, hidden=table.hidden)
    if found.faults:
        return found
    places = table.places
    questions = {question.key: question for question in reader.questions}
    grids = {question.key: grid for question, grid in _grids(reader)}
    tables: dict[str, _Table] = {}
    for number, line in table.rows():
        key, *place = cell_text(line[places[CODE]]).split(_SEPARATOR)
        if key not in grids or (place and not _is_cell(grids[key], place)):
            fault = "Koden finns inte i mallen."
        elif not place:
            fault = _read_head(line, places, number, statistics, questions, grids, tables, found)
        elif key not in tables:
            fault = "Tabellens första rad, med dess kod, saknas före raden."
        elif (place[0], place[1]) in tables[key].cells:
            fault = "Koden finns mer än en gång."
        else:
            fault = ""
            tables[key].cells[place[0], place[1]] = _read_cell(line, places, number, found)
        if fault:
            found.faults.append(Fault(number, CODE, fault))
    for key, filled_in in tables.items():
        _take(questions[key], grids[key], filled_in, found)
    _refuse_closed(reader, found)
    found.faults = table.all_faults(found.faults)
    return found


def _is_cell(grid: CountGrid, place: Sequence[str]) -> bool:
    return len(place) == 2 and place[0] in grid.rows and place[1] in grid.columns


def _read_cell(line: Line, places: Mapping[str, int], number: int, found: ReadReturn) -> str:
    text = cell_text(line[places[NUMBER]])
    try:
        return str(read_count(text)) if text else ""
    except ValidationError as error:
        found.faults.append(Fault(number, NUMBER, " ".join(error.messages)))
        return text


def _read_head(
    line: Line,
    places: Mapping[str, int],
    number: int,
    statistics: StatisticsReturn,
    questions: Mapping[str, Question],
    grids: Mapping[str, CountGrid],
    tables: dict[str, _Table],
    found: ReadReturn,
) -> str:
    """Read the row of a table itself; returns what is wrong with its code."""
    key = cell_text(line[places[CODE]])
    if key in tables:
        return "Koden finns mer än en gång."
    table = tables[key] = _Table(number)
    codes = {fold(label): code for code, label in grids[key].reasons.items()}
    reason = cell_text(line[places[REASON]])
    if reason and fold(reason) not in codes:
        found.faults.append(Fault(number, REASON, f"”{short(reason)}” är inget av skälen."))
    table.reason = codes.get(fold(reason), "")
    state = _STATE_OF_TABLE.fullmatch(cell_text(line[places[STATE]]))
    if state is None or state["return"] != str(statistics.pk):
        found.faults.append(Fault(number, STATE, "Filen gäller en annan inlämning eller är ändrad. Hämta den igen."))
        return ""
    comment = questions.get(comment_key(key))
    found.seen[questions[key]] = int(state["table"])
    if comment is not None:
        found.seen[comment] = int(state["comment"])
        _read_comment(str(line[places[COMMENT]] or "").strip(), comment, number, found)
    return ""


def _read_comment(text: str, comment: Question, number: int, found: ReadReturn) -> None:
    # The apostrophe that keeps a spreadsheet from taking a text for a formula is no part of it.
    text = text[1:] if text.startswith("'") and text[1:2] in tuple("=+-@") else text
    try:
        found.values[comment] = field_for(comment).clean(text) or ""
    except ValidationError as error:
        found.faults.append(Fault(number, COMMENT, " ".join(error.messages)))


def _take(question: Question, grid: CountGrid, table: _Table, found: ReadReturn) -> None:
    """Let a table's rows be an answer, or say what they lack."""
    for row in grid.rows:
        for column in grid.columns:
            if (row, column) not in table.cells:
                label = grid.label(row, column)
                found.faults.append(Fault(table.number, CODE, f"Raden för ”{label}” saknas."))
    if table.reason and any(table.cells.values()):
        told = "Tabellen är markerad som ej tillämplig men har antal. Töm dem, eller ta bort skälet."
        found.faults.append(Fault(table.number, REASON, told))
    value: dict[str, Any] = {
        row: {column: table.cells.get((row, column), "") for column in grid.columns} for row in grid.rows
    }
    found.values[question] = {**value, NOT_APPLICABLE: {"reason": table.reason}} if table.reason else value


def _refuse_closed(reader: ResponseReader, found: ReadReturn) -> None:
    """A table that was not sent back for correction stands: it may be in the file, but not otherwise."""
    is_open = {question.pk for section in reader.open_sections for question in section.questions.all()}
    for question in [question for question in found.values if question.pk not in is_open]:
        now, then = found.values.pop(question), reader.value(question)
        if not _says_the_same(question, now, then):
            found.faults.append(Fault(0, TABLE, f"”{question.label}” är inlämnad och inte öppen för rättelse."))


def _says_the_same(question: Question, one: Any, other: Any) -> bool:
    """Whether two answers are read alike, however they were typed: 1 200 on the page is 1200 in the file."""
    if question.kind != QuestionKind.COUNT_GRID:
        return (one or "").strip() == (other or "").strip()
    return (reason_in(one), counts_in(one)) == (reason_in(other), counts_in(other))


def with_values(reader: ResponseReader, values: Mapping[Question, Any]) -> ResponseReader:
    """The reader as it would be with other answers, to be asked what they would lack."""
    changed = copy.copy(reader)
    changed.answers = {
        **reader.answers,
        **{question.pk: Answer(question=question, value=value) for question, value in values.items()},
    }
    return changed


def changes(reader: ResponseReader, values: Mapping[Question, Any]) -> list[tuple[str, str, str, str]]:
    """What reading in would change: table, place, before and after, as it is read."""
    rows: list[tuple[str, str, str, str]] = []
    for question, value in values.items():
        then = reader.value(question)
        if question.kind != QuestionKind.COUNT_GRID:
            if not _says_the_same(question, then, value):
                rows.append((question.label, "", then or "–", value or "–"))
            continue
        grid = CountGrid.of(question.options)
        if reason_in(then) != reason_in(value):
            was, will_be = (grid.reasons.get(reason_in(one), "–") for one in (then, value))
            rows.append((question.label, "Ej tillämpligt", was, will_be))
        before, after = counts_in(then), counts_in(value)
        for row in grid.rows:
            for column in grid.columns:
                numbers = [of.get(row, {}).get(column) for of in (before, after)]
                if numbers[0] != numbers[1]:
                    rows.append((question.label, grid.label(row, column), in_words(numbers[0]), in_words(numbers[1])))
    return rows
