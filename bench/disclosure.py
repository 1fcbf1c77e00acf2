"""`python -m bench.disclosure`: what is hidden beside what pytauargus hides in the same tables, and how long it takes.

pytauargus (development only) is Tau-Argus with open solvers. Its rule for counts asks for something else: FREQ(5, 100)
hides counts below 5, and wants an attacker's interval to reach from 0 to twice the number. So the numbers of hidden
cells stand beside the number of those that our audit narrows to within the threshold in its pattern.
"""

import itertools
import os
import platform
import random
import tempfile
import time
from contextlib import chdir
from pathlib import Path
from typing import Any

TABLES = (
    ("callers × phases", (8, 4), 20),
    ("counties × callers", (21, 8), 20),
    ("counties × callers", (21, 8), 8),
    ("counties × months", (21, 12), 20),
    ("ages × callers × quarters", (6, 5, 4), 10),
)
"""What, how many codes of each dimension, and how many are counted in a cell on average."""

HEAD = ("table", "cells", "small", "hidden", "s", "MOD", "s", "exposed", "OPT", "s", "exposed")


def main() -> None:
    """Print the table of results as Markdown."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nch.settings")
    import django

    django.setup()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}")
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}")
    for label, sizes, mean in TABLES:
        print(f"| {' | '.join(_row(f'{label} {sizes}, mean {mean}', sizes, mean))} |", flush=True)


def _row(label: str, sizes: tuple[int, ...], mean: int) -> list[str]:
    from reports.statistics.disclosure.policy import Reason
    from reports.statistics.disclosure.report import check, protect

    inner = _inner(sizes, mean)
    table = _table(sizes, inner)
    begun = time.perf_counter()
    protection = protect([table])
    found = [f"{len(protection.patterns[0])}", f"{time.perf_counter() - begun:.2f}"]
    for method in ("MOD(1)", "OPT(1)"):
        begun = time.perf_counter()
        hidden = _tau_argus(sizes, inner, method)
        seconds = time.perf_counter() - begun
        small = {flat for flat, reason in protection.patterns[0].items() if reason is Reason.SMALL}
        if not small <= hidden:
            raise RuntimeError("pytauargus gives its cells in another order than ours")
        found += [f"{len(hidden)}", f"{seconds:.2f}", f"{len(check([table], [hidden]).exposed)}"]
    return [label, str(len(table.cube.values)), str(protection.counts["small number"]), *found]


def _inner(sizes: tuple[int, ...], mean: int) -> dict[tuple[int, ...], int]:
    """Numbers as of calls: many small, a fifth 0; the first code of each dimension always has some."""
    draw = random.Random(2026)
    return {
        key: 10 if 0 in key else int(draw.expovariate(1 / mean)) if draw.random() > 0.2 else 0
        for key in itertools.product(*map(range, sizes))
    }


def _table(sizes: tuple[int, ...], inner: dict[tuple[int, ...], int]) -> Any:
    """The table with all its margins, the total first, as pytauargus has them."""
    import datetime

    from reports.statistics.cube import Category, Cube, CubeDimension
    from reports.statistics.definitions import METRIC_ID, Role
    from reports.statistics.disclosure.policy import Count, DisclosurePolicy
    from reports.statistics.disclosure.tables import FrozenTable

    dimensions = [
        CubeDimension(
            f"D{axis}",
            f"D{axis}",
            Role.CLASSIFICATION,
            (
                Category("total", "total", is_total=True),
                *(Category(f"{code:02}", f"{code:02}") for code in range(size)),
            ),
        )
        for axis, size in enumerate(sizes)
    ]
    values = [
        sum(number for codes, number in inner.items() if all(a in (None, b) for a, b in zip(key, codes, strict=True)))
        for key in itertools.product(*((None, *range(size)) for size in sizes))
    ]
    cube = Cube(
        table_id="bench",
        language="en",
        title="",
        description="",
        finding="",
        source="",
        contact="",
        updated=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        notes=(),
        dimensions=(*dimensions, CubeDimension(METRIC_ID, "", Role.METRIC, (Category("calls", "calls"),))),
        heading=METRIC_ID,
        chart="bar",
        charted=(),
        values=tuple(values),
        statuses={},
        symbols={},
    )
    return FrozenTable(cube, DisclosurePolicy(measures={"calls": Count("calls")}))


def _tau_argus(sizes: tuple[int, ...], inner: dict[tuple[int, ...], int], method: str) -> set[int]:
    """The flat indexes that pytauargus hides. It reads one line per call, and leaves files where it runs."""
    from pytauargus import protect

    names = [f"D{axis}" for axis in range(len(sizes))]
    lines = [key for key, number in inner.items() for _ in range(number)]
    micro: dict[str, list[Any]] = {name: [f"{key[axis]:02}" for key in lines] for axis, name in enumerate(names)}
    micro["calls"] = [1] * len(lines)
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        found = protect(
            micro,
            names,
            response="calls",
            safety_rules="FREQ(5,100)",
            suppress=method,
            workdir=str(Path(folder) / "run"),
        )
        statuses = found.tables[0].status()
    return {flat for flat, status in enumerate(statuses) if status in ("U", "M")}


if __name__ == "__main__":
    main()
