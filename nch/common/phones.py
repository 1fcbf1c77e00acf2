"""Swedish telephone numbers: read however they are typed, written as Swedes write them."""

import re
from typing import Final

# Area codes by length, the 0 included; every other area has four figures. Source: Post- och telestyrelsen, Svensk
# telefonnummerplan. 010 and 020 are no areas, and 070, 072, 073, 076 and 079 are mobile, but they are written alike.
TWO_FIGURES: Final = ("08",)
THREE_FIGURES: Final = frozenset(
    {
        *("010", "011", "013", "016", "018", "019", "020", "021", "023", "026"),
        *("031", "033", "035", "036", "040", "042", "044", "046", "054", "060", "063", "090"),
        *("070", "072", "073", "076", "077", "079"),
    }
)
GROUPS: Final = {4: (2, 2), 5: (3, 2), 6: (2, 2, 2), 7: (3, 2, 2), 8: (3, 3, 2)}
"""How the figures after the area code are grouped, by how many they are."""

_WRITTEN: Final = re.compile(r"(?:\+46|0046)?[ 0-9()/\-–\u00a0\u202f]+")


class NotAPhoneNumberError(ValueError):
    """What was typed is no Swedish telephone number."""


def written_phone(typed: str) -> str:
    """The number as 08-123 456 78, 010-123 45 67 or 0411-12 34 56. Raises NotAPhoneNumberError.

    The country's own prefix may stand before it (+46 or 0046), with or without the area's zero.
    """
    text = typed.strip()
    if not _WRITTEN.fullmatch(text):
        raise NotAPhoneNumberError
    figures = re.sub(r"[^0-9]", "", text)
    prefix = "46" if text.startswith("+") else "0046"
    if figures.startswith(prefix):
        figures = "0" + figures.removeprefix(prefix).removeprefix("0")
    if not re.fullmatch(r"0[1-9][0-9]+", figures):
        raise NotAPhoneNumberError
    length = 2 if figures.startswith(TWO_FIGURES) else 3 if figures[:3] in THREE_FIGURES else 4
    area, rest = figures[:length], figures[length:]
    if len(rest) not in GROUPS or not 8 <= len(figures) <= 10:
        raise NotAPhoneNumberError
    parts = []
    for size in GROUPS[len(rest)]:
        parts.append(rest[:size])
        rest = rest[size:]
    return f"{area}-{' '.join(parts)}"
