"""Tables to protect, and an attacker who shares no code with what is tested but the shape of a table."""

import datetime
import itertools
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from reports.statistics.cube import Category, Cube, CubeDimension
from reports.statistics.definitions import METRIC_ID, Number, Role
from reports.statistics.disclosure.policy import Count, DisclosurePolicy
from reports.statistics.disclosure.tables import FrozenTable

POLICY = DisclosurePolicy(measures={"calls": Count("calls")})
TOTAL = "T"
Inner = Mapping[tuple[str, ...], int]


def cube(
    dimensions: Sequence[CubeDimension],
    values: Sequence[Number | None],
    *,
    name: str = "table",
    measures: Sequence[str] = ("calls",),
    finding: str = "",
) -> Cube:
    """A table of these values, row by row."""
    metric = CubeDimension(METRIC_ID, "Innehåll", Role.METRIC, tuple(Category(code, code) for code in measures))
    return Cube(
        table_id=name,
        language="sv",
        title="Tabell",
        description="",
        finding=finding,
        source="",
        contact="",
        updated=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        notes=(),
        dimensions=(*dimensions, metric),
        heading=METRIC_ID,
        chart="bar",
        charted=(),
        values=tuple(values),
        statuses={},
        symbols={},
    )


def dimension(
    name: str, codes: Sequence[str], *, total: bool = True, role: Role = Role.CLASSIFICATION
) -> CubeDimension:
    """A dimension of these codes, the total last."""
    categories = [Category(code, code) for code in codes]
    if total:
        categories.append(Category(TOTAL, "Samtliga", is_total=True))
    return CubeDimension(name, name, role, tuple(categories))


def summed(dimensions: Sequence[CubeDimension], inner: Inner) -> list[int]:
    """The values of a table with all its margins."""
    return [
        sum(
            number
            for codes, number in inner.items()
            if all(one.is_total or one.code == code for one, code in zip(key, codes, strict=True))
        )
        for key in itertools.product(*(one.categories for one in dimensions))
    ]


def table(
    dimensions: Sequence[CubeDimension], inner: Inner, *, policy: DisclosurePolicy = POLICY, **more: object
) -> FrozenTable:
    """A table with all its margins, ready to be protected."""
    name = str(more.pop("name", "table"))
    return FrozenTable(cube(dimensions, summed(dimensions, inner), name=name), policy, **more)  # type: ignore[arg-type]


NUMBERS = st.one_of(st.integers(0, 6), st.integers(0, 40))


@st.composite
def inner_cells(draw: st.DrawFn, sizes: Sequence[int]) -> dict[tuple[str, ...], int]:
    """Numbers, many of them small, for every combination of codes."""
    keys = itertools.product(*([chr(ord("a") + place) for place in range(size)] for size in sizes))
    return {key: draw(NUMBERS) for key in keys}
