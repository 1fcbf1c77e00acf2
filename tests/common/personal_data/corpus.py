"""Constructed notes: those that hold personal data, with what is to be found in them, and ordinary ones.

All were written for this test. Identity numbers carry the birth numbers 980-999 that Skatteverket keeps for tests;
Swedish phone numbers are mostly from the series that PTS keeps for fiction.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "corpus"


@dataclass(frozen=True)
class Expected:
    kind: str
    passage: str


def positives() -> list[tuple[str, list[Expected]]]:
    """Notes with what is in them."""
    with (_FOLDER / "positive.csv").open(encoding="utf-8", newline="") as file:
        return [
            (row["text"], [Expected(*part.split(": ", 1)) for part in row["expected"].split(" | ")])
            for row in csv.DictReader(file)
        ]


def negatives() -> list[str]:
    """Notes with nothing in them."""
    with (_FOLDER / "negative.csv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]
