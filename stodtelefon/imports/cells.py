"""Reading single cells: text that may hold no personal data, days, times, and codes by the day they are for.

Each raises ValueError in Swedish. What a message repeats of a cell never holds an identity number.
"""

import datetime
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Any, Final

from nch.common.personal_data import Finding, Severity, find
from nch.common.personal_data.kinds import KIND_WORDS
from nch.common.sorting import fold
from nch.common.workbooks import short, text_of
from stodtelefon.enums import CodeKind
from stodtelefon.models import Code

EMPTY: Final = "Cellen är tom."
_CLOCK = re.compile(r"(?:kl\.? ?)?([01]?\d|2[0-3])[.:]([0-5]\d)(?::[0-5]\d)?")
_MIDNIGHT = datetime.time()
_A_DAY = datetime.timedelta(days=1)
_EXCELS_FIRST_DAY = datetime.date(1900, 1, 1)
_AS_CLOCK = "Skriv det som 09.15, eller lämna cellen tom."


def refused_in(text: str) -> Finding | None:
    """An identity number or the like in a text, which nothing that is read in may hold."""
    return next((finding for finding in find(text) if finding.severity == Severity.REFUSED), None)


def unknown(text: str, meaning: str) -> ValueError:
    """What is wrong with a cell that holds none of what may stand in it; an identity number is not repeated."""
    finding = refused_in(text)
    if finding is not None:
        return ValueError(f"Cellen innehåller {KIND_WORDS[finding.kind]}. Registret får inte peka ut någon.")
    return ValueError(f"”{short(text)}” {meaning}")


class PlainText:
    """A text of a source or a note, read once however many rows repeat it. What only may be personal is collected."""

    def __init__(self, longest: int, *, required: bool) -> None:
        self.longest, self.required = longest, required
        self.doubtful: dict[str, str] = {}
        self._read: dict[str, str] = {}

    def __call__(self, value: Any) -> str:
        text = text_of(value)
        if text in self._read:
            return self._read[text]
        if not text:
            if self.required:
                raise ValueError(EMPTY)
            return ""
        if len(text) > self.longest:
            raise ValueError(f"Skriv högst {self.longest} tecken.")
        if not text.isprintable():
            raise ValueError("Cellen innehåller tecken som inte går att visa.")
        findings = find(text)
        refused = [finding for finding in findings if finding.severity == Severity.REFUSED]
        if refused:
            raise ValueError(f"Cellen innehåller {KIND_WORDS[refused[0].kind]}. Ta bort det.")
        if findings:
            self.doubtful[text] = KIND_WORDS[findings[0].kind]
        self._read[text] = text
        return text


def day_in(value: Any, *, clock: datetime.time | None = None) -> datetime.date:
    """A day, as Excel has it or written 2019-03-02. It may carry a time that is told elsewhere too, in `clock`."""
    if isinstance(value, datetime.datetime):
        time = value.time().replace(second=0, microsecond=0)
        if time not in (_MIDNIGHT, clock):
            raise ValueError(f"Cellen har både en dag och klockslaget {time:%H.%M}. Skriv bara dagen här.")
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if value == "" or value is None:
        raise ValueError(EMPTY)
    try:
        return datetime.date.fromisoformat(text_of(value))
    except ValueError as error:
        raise unknown(text_of(value), "är inget datum. Skriv det som 2019-03-02.") from error


def time_in(value: Any, *, day: Any = None) -> datetime.time | None:
    """A time of day, as Excel has it or written 9.15 or 09:15; None for an empty cell. Seconds are left out.

    It may carry the day, as it stands in the row's own cell. A number below one is refused: 0,30 that somebody typed
    as half past twelve at night is 07.12 in Excel.
    """
    if value == "" or value is None:
        return None
    if isinstance(value, datetime.datetime):
        told = day.date() if isinstance(day, datetime.datetime) else day
        if value.date() >= _EXCELS_FIRST_DAY and value.date().isoformat() != str(told):
            raise ValueError(f"Cellen har också en annan dag, {value.date().isoformat()}. {_AS_CLOCK}")
        value = value.time()
    if isinstance(value, datetime.timedelta) and datetime.timedelta() <= value < _A_DAY:
        value = datetime.time(*divmod(int(value.total_seconds()) // 60, 60))
    if isinstance(value, datetime.time):
        return value.replace(second=0, microsecond=0)
    if isinstance(value, float) and 0 <= value < 1:
        raise ValueError(f"Cellen är ett tal, och det syns inte vilket klockslag som menas. {_AS_CLOCK}")
    found = _CLOCK.fullmatch(text_of(value).lower())
    if found is None:
        raise unknown(text_of(value), f"är inget klockslag. {_AS_CLOCK}")
    return datetime.time(int(found[1]), int(found[2]))


class CodesByDay:
    """The code lists as they were on any day, by code and by label. Days between two changes are one epoch.

    Without a day, where that is wrong itself, a code of any time will do.
    """

    def __init__(self, lists: Mapping[CodeKind, Mapping[str, Code]]) -> None:
        self._all = [code for codes in lists.values() for code in codes.values()]
        self._lists = lists
        days = {code.valid_from for code in self._all}
        days |= {code.valid_to + datetime.timedelta(days=1) for code in self._all if code.valid_to}
        self._changes = sorted(days)
        self._epochs: dict[int, dict[tuple[CodeKind, str], Code]] = {}

    def epoch(self, day: datetime.date | None) -> int:
        """A number that is the same for all days with the same codes."""
        return -1 if day is None else bisect_right(self._changes, day)

    def valid(self, day: datetime.date | None) -> Mapping[tuple[CodeKind, str], Code]:
        """The codes that may be used for calls of the day, by list and folded code or label."""
        epoch = self.epoch(day)
        if epoch not in self._epochs:
            valid = [code for code in self._all if day is None or code.is_valid_on(day)]
            # A code goes before a label that happens to be spelt as another one's code.
            by_name = {(CodeKind(code.kind), fold(code.label)): code for code in valid}
            self._epochs[epoch] = by_name | {(CodeKind(code.kind), fold(code.code)): code for code in valid}
        return self._epochs[epoch]

    def find(self, kind: CodeKind, text: str, day: datetime.date | None) -> Code:
        """The code of that name on that day."""
        name = fold(text)
        code = self.valid(day).get((kind, name))
        if code is not None:
            return code
        if day is not None and any(name in (fold(one.code), fold(one.label)) for one in self._lists[kind].values()):
            raise ValueError(f"”{short(text)}” gällde inte {day.isoformat()}.")
        raise unknown(text, f"finns inte i listan ”{kind.label}”. Skriv en kod eller benämning ur mallen.")

    def find_all(self, kind: CodeKind, texts: Iterable[str], day: datetime.date | None) -> list[Code]:
        """Several codes, each once."""
        return list(dict.fromkeys(self.find(kind, text, day) for text in texts))


def parted(value: Any) -> list[str]:
    """A cell that may hold several, with semicolons between them."""
    text = text_of(value)
    return [part.strip() for part in text.split(";")] if text else []
