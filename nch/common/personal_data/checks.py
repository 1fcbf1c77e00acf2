"""What a pattern cannot say: dates, checksums, and what looks like a number of one kind but is of another.

Each check gets the match and the folded text and says how severe the finding is, or None. `personal-data.js` has
each under the same name.
"""

import calendar
import itertools
import re
from collections.abc import Callable

from stdnum import luhn

from nch.common.personal_data.folding import Folded
from nch.common.personal_data.kinds import Severity
from nch.common.personal_data.rules import DIGIT_WORDS, PUBLIC_NUMBERS, PUBLIC_SERIES, TESTS

Check = Callable[[re.Match[str], Folded], Severity | None]

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzåäö")
_CONFUSED = str.maketrans("oil|", "0111")
_TO_NOTHING = re.compile("[^0-9]")
_BLANKS = " \n"
_LONGEST = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAST_DIGITS_OF_CONFUSED = 7
_GROUPS_IN_A_ROW = 5
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_NO_LETTERS = re.compile("[^a-zåäö]+")


def _digits(text: str) -> str:
    return _TO_NOTHING.sub("", text)


def _is_digits(text: str) -> bool:
    return text != "" and _digits(text) == text


def _is_day(year: str, month: int, day: int) -> bool:
    """Whether the day exists. Two digits of a year are taken as whichever century has the day."""
    if not 1 <= month <= 12:
        return False
    # Of two digits every fourth is a leap year: 00 is 2000, since no one alive was born in 1900.
    leap = calendar.isleap(int(year)) if len(year) == 4 else int(year) % 4 == 0
    longest = 29 if month == 2 and leap else _LONGEST[month - 1]
    return 1 <= day <= longest


def _is_birth_day(year: str, month: str, day: str) -> bool:
    """Whether it is a day, or one of a coordination number (60 more) or of Inera's own reserve numbers (32-59)."""
    number = int(day)
    return _is_day(year, int(month), number - 60 if number > 60 else number) or (len(year) == 4 and 32 <= number <= 59)


def birth_number(match: re.Match[str], folded: Folded) -> Severity | None:
    year, month, day, gap, last = match.groups()
    if not _is_birth_day(year, month, day):
        return None
    if luhn.is_valid(year[-2:] + month + day + last):
        is_sum = TESTS["money_after"].search(folded.low[match.end() : match.end() + 12]) is not None
        severity = Severity.TO_CONFIRM if is_sum and not TESTS["plain_gap"].search(gap) else Severity.REFUSED
        return _unless_other(severity, match, folded, last)
    written = match.group()
    if not TESTS["mistyped"].search(written) or 32 <= int(day) <= 59:
        return None
    if TESTS["goes_on"].search(folded.low[match.end() : match.end() + 2]):
        return None  # from one day to another
    if TESTS["began_before"].search(folded.low[max(0, match.start() - 4) : match.start()]):
        return None  # a number from abroad
    if gap == " " and TESTS["clock_or_year"].search(last):
        return None  # a date and a time, or a row of years
    if written.startswith("07") and _is_digits(written):
        return None  # a mobile number, and found as such
    return Severity.TO_CONFIRM


def scattered_number(match: re.Match[str], folded: Folded) -> Severity | None:
    written = match.group()
    number = _digits(written)
    ends_as_time = TESTS["clock_after"].search(written) is not None
    if TESTS["whole_day"].search(written) and (ends_as_time or len(number) == 10):
        return None  # the day, and the time or what else comes after it
    if TESTS["like_phone"].search(written) and phone_number(match, folded):
        return None  # written as no one writes an identity number, and found as what it is
    severity = _unless_other(_refuse_whole(number), match, folded, number[-4:])
    if severity and (ends_as_time or _is_row(re.split("[^0-9]+", written))):
        return Severity.TO_CONFIRM
    return severity


def _unless_other(severity: Severity | None, match: re.Match[str], folded: Folded, last: str) -> Severity | None:
    """A right checksum says nothing where another day or statute (2012:1234) begins, and of a number that is public."""
    goes_on = TESTS["another_begins"].search(folded.low[match.end() : match.end() + 12])
    if _digits(match.group()) in PUBLIC_NUMBERS or (goes_on and TESTS["year"].search(last)):
        return None
    return severity


def _is_row(groups: list[str]) -> bool:
    """Whether it is weeks in a row, such as 10 11 12 13 14."""
    return len(groups) == _GROUPS_IN_A_ROW and all(
        len(one) == 2 and int(other) - int(one) == 1 for one, other in itertools.pairwise(groups)
    )


def day_first_number(match: re.Match[str], folded: Folded) -> Severity | None:
    day, month, month_together, month_name, year, last = match.groups()
    number = month or month_together or str(_MONTHS.index(month_name[:3]) + 1)
    return _refuse_parts(year, number, day, last)


def last_first_number(match: re.Match[str], folded: Folded) -> Severity | None:
    last, year, month, day = match.groups()
    return _refuse_parts(year, month, day, last)


def _refuse_parts(year: str, month: str, day: str, last: str) -> Severity | None:
    return _refuse_whole(year + month.zfill(2) + day.zfill(2) + last)


def spelled_number(match: re.Match[str], folded: Folded) -> Severity | None:
    words = re.split(_NO_LETTERS, match.group())
    return _refuse_whole("".join(DIGIT_WORDS.get(word, "") for word in words))


def confused_number(match: re.Match[str], folded: Folded) -> Severity | None:
    written = match.group(1) + match.group(2)
    if len(_digits(written)) < _LEAST_DIGITS_OF_CONFUSED or match.group().count("|") > 3:
        return None
    return _refuse_whole(written.translate(_CONFUSED))


def _refuse_whole(number: str) -> Severity | None:
    """Twelve or ten digits in a row: refused if they are an identity number with a right checksum."""
    year, rest = number[:-8], number[-8:]
    if len(year) not in (2, 4) or (len(year) == 4 and year[:2] not in ("18", "19", "20")):
        return None
    return Severity.REFUSED if _is_birth_day(year, rest[:2], rest[2:4]) and luhn.is_valid(number[-10:]) else None


def reserve_number(match: re.Match[str], folded: Folded) -> Severity | None:
    year, month, day, gap, last = match.groups()
    if not TESTS["reserve_upper"].search(last):
        return None
    start = match.start(5)
    is_upper = all(folded.is_capital(start + index) for index, sign in enumerate(last) if not _is_digits(sign))
    is_known = TESTS["reserve_known"].search(last) is not None
    is_close = TESTS["close"].search(gap) is not None
    if not (is_upper and is_close) and not (is_known and (is_upper or gap.strip(_BLANKS) != "" or not gap)):
        return None
    if len(year) == 4 and year[:2] not in ("18", "19", "20"):
        # The national series: century 22-98, or 00 with a running number instead of a date.
        if not (year.startswith("00") or _is_birth_day(year[2:], month, day)):
            return None
    elif not _is_birth_day(year, month, day):
        return None
    return Severity.REFUSED


def stockholm_number(match: re.Match[str], folded: Folded) -> Severity | None:
    # The checksum is counted from the year's last two digits on.
    return Severity.REFUSED if luhn.is_valid(_digits(match.group())[-8:]) else None


def diary_number(match: re.Match[str], folded: Folded) -> Severity | None:
    start, end = match.span(1)
    written = folded.low[start:end]
    letters = [index for index in range(start, end) if folded.low[index] in _LETTERS]
    if len(_digits(written)) < 4 or not all(folded.is_capital(index) for index in letters[:1]):
        return None
    if any(TESTS[name].search(written) for name in ("day_first", "year_first", "year_range", "clock", "hours")):
        return None
    return Severity.TO_CONFIRM


def phone_number(match: re.Match[str], folded: Folded) -> Severity | None:
    written = match.group()
    if _is_public(written) or TESTS["money_after"].search(folded.low[match.end() : match.end() + 12]):
        return None
    if written[0] == "+" or written.startswith("00"):
        return Severity.TO_CONFIRM
    groups = [group for group in re.split("[^0-9]+", written) if group]
    is_mobile = _digits(written).startswith("07")
    if any(TESTS[name].search(written) for name in ("day_first", "day_run_together", "clock_span")):
        return None
    # Of a landline the area code stands first by itself, or all digits together; with full stops it is times or dates.
    if _is_row(groups) if is_mobile else not _may_be_landline(written, groups):
        return None
    before = folded.low[max(0, match.start() - 2) : match.start()].strip(_BLANKS)
    if _is_digits(before[-1:]) and TESTS["of_threes"].search(written):
        return None  # the end of a great sum
    return Severity.TO_CONFIRM


def _may_be_landline(written: str, groups: list[str]) -> bool:
    starts_well = TESTS["area_code"].search(groups[0]) is not None and "." not in written
    return starts_well and all(len(group) > 1 for group in groups[1:])


def short_number(match: re.Match[str], folded: Folded) -> Severity | None:
    written = match.group(1)
    if not 5 <= len(_digits(written)) <= 10 or _is_public(written):
        return None
    if TESTS["money_after"].search(folded.low[match.end() : match.end() + 12]):
        return None
    if any(TESTS[name].search(written) for name in ("hours", "six_digit_date", "year_range", "clock")):
        return None
    return Severity.TO_CONFIRM


def _is_public(written: str) -> bool:
    digits = _digits(written)
    if written[0] == "+" or digits.startswith("00"):
        abroad = digits.removeprefix("00")
        if not abroad.startswith("46"):
            return False
        digits = "0" + abroad.removeprefix("46").removeprefix("0")
    return digits in PUBLIC_NUMBERS or PUBLIC_SERIES.search(digits) is not None


def street(match: re.Match[str], folded: Folded) -> Severity | None:
    name = match.group(1)
    if TESTS["common_way"].search(name):
        return None
    if not folded.is_capital(match.start(1)) and not TESTS["street_sure"].search(name):
        return None
    return Severity.TO_CONFIRM


def postal_town(match: re.Match[str], folded: Folded) -> Severity | None:
    if not folded.is_capital(match.start(2)) or TESTS["no_town"].search(match.group(2)):
        return None
    return None if _digits(match.group(1)) in PUBLIC_NUMBERS else Severity.TO_CONFIRM


def always(match: re.Match[str], folded: Folded) -> Severity | None:
    return Severity.TO_CONFIRM


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        always,
        birth_number,
        scattered_number,
        day_first_number,
        last_first_number,
        spelled_number,
        confused_number,
        reserve_number,
        stockholm_number,
        diary_number,
        phone_number,
        short_number,
        street,
        postal_town,
    )
}
