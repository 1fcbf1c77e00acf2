"""What figures are drawn from: plain values, no model objects."""

from collections.abc import Sequence
from dataclasses import dataclass

NOT_PUBLISHED = "Uppgift saknas"
WIDE, NARROW = 640, 320


@dataclass(frozen=True)
class Point:
    """One value. `None` is a value that is not published or is suppressed; `note` may say why."""

    label: str
    value: float | None
    note: str = ""


@dataclass(frozen=True)
class Series:
    """Values that belong together, under one name."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True)
class Break:
    """From `year` on, the values are not comparable with those before, for the reason `text`."""

    year: int
    text: str
