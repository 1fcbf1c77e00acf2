"""Sharing a call's money out between as many applicants as there are municipalities."""

import statistics
import time
from decimal import Decimal

from grants.allocation import Candidate, allocate

APPLICANTS = 290
RUNS = 7
TARGET = 1000


def measure_allocation() -> float:
    """Milliseconds at the median for ranking everybody over two years and explaining each place."""
    candidates = [
        Candidate(
            key=key,
            name=f"Kommun {key}",
            sort_name=f"{key:03}",
            score=Decimal(100 + key * 37 % 401) / 100,
            asked={2026: Decimal(400_000 + key * 1_000), 2027: Decimal(300_000)},
            has_centre=key % 3 == 0,
            earlier_years=frozenset(range(2022, 2022 + key % 5)),
        )
        for key in range(APPLICANTS)
    ]
    budgets = {2026: Decimal(100_000_000), 2027: Decimal(50_000_000)}
    times = []
    for _ in range(RUNS + 1):
        begun = time.perf_counter()
        allocate(candidates, budgets, is_development_money=True)
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times[1:])


def allocation_line(milliseconds: float) -> str:
    """The measurement in a sentence."""
    verdict = "meets" if milliseconds < TARGET else "MISSES"
    return f"Allocation of {APPLICANTS} applicants: {milliseconds:.1f} ms (target {TARGET} ms: {verdict})"
