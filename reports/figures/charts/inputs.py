"""What figures are drawn from: plain values, no model objects."""

from collections.abc import Sequence
from dataclasses import dataclass

PROTECTED = ".."
"""Stands where a number is hidden so that nobody is found out; Statistics Sweden writes it so too."""

WIDE, NARROW = 640, 320


@dataclass(frozen=True)
class Point:
    """One value. `None` is a value that is not known, or one that is hidden (`protected`)."""

    label: str
    value: float | None
    protected: bool = False

    def __post_init__(self) -> None:
        if self.protected and self.value is not None:
            raise ValueError("a protected value never reaches a figure")


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
