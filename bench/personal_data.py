"""Finding personal data: the processor's time for a note of full length, and its growth on texts made to be slow."""

import statistics
import time
from dataclasses import dataclass

from nch.common.personal_data import find

LENGTH = 500
RUNS = 200
TARGET = 1.0
SHORT, LONG = 4_000, 16_000
# Time that is linear grows as the length does; half as much again is left for the machine's own variation.
MOST_GROWTH = LONG / SHORT * 1.5
NOTE = (
    "Socialsekreterare ringer om en 15-årig flicka i klass 8B. Familjen planerar resa till Irak i juni. "
    "Råd: utreseförbud enligt 31 a § LVU, ring 114 14. Möte 2026-03-14 kl. 13.30. Budget 1 250 000 kr. "
)
HOSTILE = ("a", "0", "1 ", "9-", "a@", "a.", "Aa ", "a punkt ", "född 1", "0 7 0 ", "dnr 1-", "storgata", "o1l|")


@dataclass(frozen=True)
class PersonalDataMeasurement:
    milliseconds: float
    growth: float


def measure_personal_data() -> PersonalDataMeasurement:
    """Milliseconds at the median for a full note, and the worst growth from a short hostile text to a long one."""
    note = (NOTE * LENGTH)[:LENGTH]
    growths = [_best((piece * LONG)[:LONG]) / _best((piece * LONG)[:SHORT]) for piece in HOSTILE]
    return PersonalDataMeasurement(statistics.median(_times(note, RUNS)[1:]) * 1000, max(growths))


def _best(text: str) -> float:
    return min(_times(text, 3))


def _times(text: str, runs: int) -> list[float]:
    times = []
    for _ in range(runs):
        begun = time.process_time()
        find(text)
        times.append(time.process_time() - begun)
    return times


def personal_data_line(found: PersonalDataMeasurement) -> str:
    """The measurement in a sentence."""
    verdict = "meets" if found.milliseconds < TARGET and found.growth < MOST_GROWTH else "MISSES"
    return (
        f"Personal data in a note of {LENGTH} characters: {found.milliseconds:.2f} ms (target {TARGET:.0f} ms); "
        f"on hostile texts {found.growth:.1f} times from {SHORT} to {LONG} (target {MOST_GROWTH:.0f}): {verdict}"
    )
