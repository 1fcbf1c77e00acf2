"""Valid identity numbers in the spellings that people use, drawn at random."""

import calendar
import datetime
import unicodedata

from hypothesis import strategies as st
from stdnum import luhn

NARROW = [
    "",
    "-",
    "+",
    " ",
    "\u00a0",
    "\u202f",
    "–",
    "—",
    "\u2212",
    ".",
    "/",
    "_",
    " - ",
    " – ",
    "\u00ad",
    "\u200b",
    "\n",
]
IN_A_DATE = ["", "", "", "-", "/", ".", " ", "\u00a0", "–", "\u200b", ",", ":"]
WORDS = [
    " streck ",
    " bindestreck ",
    " minus ",
    " och ",
    " sedan ",
    ", sista fyra ",
    " (de sista fyra är ",
    " slutar på ",
]
ANY_SIGNS = st.text(st.characters(categories=["P", "S", "Z"]), max_size=5)
MONTHS = ["jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sept", "okt", "nov", "december"]
DASHES = [chr(code) for code in range(0x20000) if unicodedata.category(chr(code)) == "Pd"]
ZEROES = [
    code for code in range(0x20000) if unicodedata.category(chr(code)) == "Nd" and unicodedata.digit(chr(code)) == 0
]


def in_digits_of(number: str, zero: int) -> str:
    return "".join(chr(zero + int(sign)) if sign in "0123456789" else sign for sign in number)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str, str, str, str]:
    """The parts of a valid personal identity number or coordination number: century (may be left out) to last four."""
    day = draw(st.dates(datetime.date(1890, 1, 1), datetime.date(2026, 12, 31)))
    ten = f"{day:%y%m}{day.day + draw(st.sampled_from([0, 60])):02}{draw(st.integers(0, 999)):03}"
    ten += luhn.calc_check_digit(ten)
    century = str(day.year // 100) if draw(st.booleans()) or not _has_day_in_every_century(day) else ""
    return century, ten[:2], ten[2:4], ten[4:6], ten[6:]


def _has_day_in_every_century(day: datetime.date) -> bool:
    """29 February 1900 is no day, but 00 is read as 2000; the other way round nothing is lost."""
    return not (day.month == 2 and day.day == 29 and not calendar.isleap(2000 + day.year % 100))


@st.composite
def written_numbers(draw: st.DrawFn) -> str:
    """Date and last four, with whatever stands between them, in the digits of some alphabet."""
    century, year, month, day, last = draw(numbers())
    inner = draw(st.sampled_from(IN_A_DATE))
    gap = draw(st.sampled_from(NARROW) | st.sampled_from(WORDS) | st.sampled_from(DASHES) | ANY_SIGNS)
    number = f"{century}{year}{inner}{month}{inner}{day}{gap}{last}"
    return in_digits_of(number, draw(st.just(0x30) | st.sampled_from(ZEROES)))


@st.composite
def scattered_numbers(draw: st.DrawFn) -> str:
    """With blanks or other small signs in other places than before the last four."""
    century, year, month, day, last = draw(numbers())
    gap = draw(st.sampled_from(["-", " ", "", ", ", ": ", " - "]))
    separator = draw(st.sampled_from([" ", "-", ".", "\n", "\u00a0"]))
    whole = century + year + month + day + last
    place = draw(st.integers(1, len(whole) - 1))
    return draw(
        st.sampled_from(
            [
                separator.join(whole),
                " ".join([*([century + year] if century else [year]), month, day, last[:2], last[2:]]),
                f"{century}{year}{month}{day}{gap}{last[:2]} {last[2:]}",
                f"{century}{year}{month}{day}{gap}{last[0]} {last[1:]}",
                f"{whole[:place]} {whole[place:]}",
                f"{century}{year}{month}{day[0]} {day[1]}{gap}{last}",
            ]
        )
    )


@st.composite
def day_first_numbers(draw: st.DrawFn) -> str:
    """With the day first, as it is said; the four digits last."""
    century, year, month, day, last = draw(numbers())
    century = century or "20"
    name = MONTHS[int(month) - 1]
    dates = [f"{day}.{month}.{century}{year}", f"{day}/{month} {century}{year}", f"{day}/{int(month)}-{year}"]
    dates += [f"{day}-{month}-{century}{year}", f"{day}{month}{century}{year}", f"{int(day)} {name} {century}{year}"]
    return draw(st.sampled_from(dates)) + draw(st.sampled_from(["-", " ", ", ", " - ", " sista fyra ", ": "])) + last


@st.composite
def reserve_numbers(draw: st.DrawFn) -> str:
    """Numbers for who has no personal identity number: schools', regions', and Region Stockholm's without letters."""
    century, year, month, day, _ = draw(numbers())
    day = f"{int(day) % 60:02}" if int(day) % 60 else "01"
    digits = f"{draw(st.integers(0, 999)):03}"
    if draw(st.booleans()):
        last = draw(st.sampled_from([f"TF{digits[:2]}", f"K{digits}", f"M{digits}", f"X{digits}", f"T{digits}"]))
        return f"{century}{year}{month}{day}{draw(ANY_SIGNS)}{last}"
    eight = f"{year}{month}{digits}"
    whole = f"9920{eight}{luhn.calc_check_digit(eight)}"
    gap = draw(st.sampled_from(["", "-", " ", ", ", "–", ": "]))
    return f"{whole[:8]}{gap}{whole[8:]}"
