"""Tables that say something of each other: of the same time, narrowed, added up, or published before."""

import dataclasses

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reports.statistics.definitions import Role
from reports.statistics.disclosure.building import build
from reports.statistics.disclosure.periods import parse
from reports.statistics.disclosure.policy import CannotProtectError, InconsistentTablesError, Reason
from reports.statistics.disclosure.report import apply, check, protect
from reports.statistics.disclosure.tables import FrozenTable
from tests.reports.disclosure.attacker import Sight, sights, too_narrow
from tests.reports.disclosure.making import NUMBERS, POLICY, cube, dimension, inner_cells, table

few = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
Inner = dict[tuple[str, ...], int]
MONTHS = ["2025M01", "2025M02", "2025M03"]
COUNTIES, CATEGORIES = ["a", "b", "c"], ["a", "b"]


def together(tables: list[FrozenTable]) -> list[tuple[int | None, ...]]:
    """What is shown of each of the tables, cell by cell."""
    patterns = protect(tables).patterns
    shown = [apply(one, pattern) for one, pattern in zip(tables, patterns, strict=True)]
    return [tuple(None if value is None else int(value) for value in one.values) for one in shown]


@few
@given(inner_cells((3, 2)))
def test_a_quarter_and_its_months(found: Inner) -> None:
    inner = {(MONTHS["abc".index(month)], code): number for (month, code), number in found.items()}
    caller = dimension("Category", CATEGORIES)
    by_month = table([dimension("Month", MONTHS, total=False, role=Role.TIME), caller], inner, name="months")
    sums = {("2025K1", code): sum(inner[month, code] for month in MONTHS) for code in CATEGORIES}
    by_quarter = table([dimension("Quarter", ["2025K1"], total=False, role=Role.TIME), caller], sums, name="quarters")
    monthly, quarterly = together([by_month, by_quarter])
    axes = [MONTHS, CATEGORIES]
    seen = sights(dataclasses.replace(by_month.cube, values=monthly), axes)
    seen += sights(dataclasses.replace(by_quarter.cube, values=quarterly), axes, {"2025K1": MONTHS})
    assert too_narrow(seen) == []
    assert too_narrow(seen, whole=False) == []


@example({("a", "a"): 8, ("a", "b"): 3, ("b", "a"): 9, ("b", "b"): 11, ("c", "a"): 20, ("c", "b"): 30})
@few
@given(inner_cells((3, 2)))
def test_counties_the_country_and_the_same_table_narrowed(inner: Inner) -> None:
    """All calls by county, those from one category by county, and the country by category: their differences too."""
    county = dimension("County", COUNTIES)
    by_county = {(code,): inner[code, "a"] + inner[code, "b"] for code in COUNTIES}
    all_calls = table([county], by_county, name="by county")
    narrowed = table(
        [county], {(code,): inner[code, "a"] for code in COUNTIES}, name="by county", context={"Category": "a"}
    )
    country = table(
        [dimension("Category", CATEGORIES)],
        {(code,): sum(inner[one, code] for one in COUNTIES) for code in CATEGORIES},
        name="country",
    )
    first, second, third = together([all_calls, narrowed, country])
    axes = [COUNTIES, CATEGORIES]
    seen = sights(dataclasses.replace(all_calls.cube, values=first), axes)
    seen += sights(dataclasses.replace(narrowed.cube, values=second), [COUNTIES, ["a"]])
    seen += sights(dataclasses.replace(country.cube, values=third), [CATEGORIES, COUNTIES], turned=True)
    # What is in no table: calls from the other category by county. Small ones are not to be had by taking the one
    # table from the other.
    seen += [Sight(frozenset([(code, "b")]), None, printed=False) for code in COUNTIES if 1 <= inner[code, "b"] <= 4]
    assert too_narrow(seen) == []
    assert first[3] == third[2]


@st.composite
def revised(draw: st.DrawFn) -> tuple[Inner, Inner]:
    """A table, and the same with some numbers revised."""
    before = draw(inner_cells((3, 3)))
    changes = draw(st.dictionaries(st.sampled_from(sorted(before)), NUMBERS, max_size=3))
    return before, {**before, **changes}


OLD: Inner = {
    ("a", "a"): 4,
    ("a", "b"): 10,
    ("a", "c"): 9,
    ("b", "a"): 12,
    ("b", "b"): 20,
    ("b", "c"): 18,
    ("c", "a"): 30,
    ("c", "b"): 25,
    ("c", "c"): 40,
}


@example((OLD, {**OLD, ("a", "a"): 9}))
@example((OLD, {**OLD, ("c", "c"): 41}))
@example((OLD, {**OLD, ("a", "b"): 2}))
@few
@given(revised())
def test_two_releases_together_tell_no_more(pair: tuple[Inner, Inner]) -> None:
    before, after = pair
    rows = [dimension("D", COUNTIES), dimension("E", COUNTIES)]
    first, second = table(rows, before, release=1), table(rows, after)
    hidden_then = frozenset(protect([first]).patterns[0])
    kept = dataclasses.replace(first, suppressed=hidden_then)
    try:
        hidden_now = protect([second], [kept]).patterns[0]
    except CannotProtectError:
        # What was shown before cannot be hidden now. That is refused rather than published.
        assert before != after
        return
    seen = []
    for release, (one, hidden) in enumerate(((first, hidden_then), (second, hidden_now))):
        for flat, sight in enumerate(sights(apply(one, hidden), [COUNTIES, COUNTIES])):
            atoms = frozenset((*atom, "" if before[atom] == after[atom] else str(release)) for atom in sight.atoms)
            # What is held from an earlier release may have become 0, and is hidden all the same.
            printed = one.cube.values[flat] != 0
            seen.append(dataclasses.replace(sight, atoms=atoms, printed=printed))
    assert too_narrow(seen) == []
    for flat, (old, new) in enumerate(zip(first.cube.values, second.cube.values, strict=True)):
        if old == new:
            assert (flat in hidden_then) == (flat in hidden_now)
    assert protect([second], [kept]).patterns[0] == hidden_now


def test_what_an_earlier_release_hid_is_held_and_what_it_showed_is_not_hidden() -> None:
    rows = [dimension("D", COUNTIES), dimension("E", COUNTIES)]
    first = table(rows, OLD, release=1)
    hidden = frozenset(protect([first]).patterns[0])
    kept = dataclasses.replace(first, suppressed=hidden)
    # The only small number has grown: alone nothing would be hidden, but that would tell what it was.
    second = table(rows, {**OLD, ("a", "a"): 8})
    assert protect([second]).patterns[0] == {}
    held = protect([second], [kept]).patterns[0]
    assert set(held) == set(hidden)
    assert set(held.values()) == {Reason.EARLIER}
    assert not check([second], [set()], [kept]).passed
    # A number that is out is out: nobody pretends that it is a secret.
    open_once = dataclasses.replace(first, suppressed=frozenset())
    assert protect([table(rows, OLD)], [open_once]).patterns[0] == {}


def test_a_period_chosen_otherwise_is_taken_from_the_year() -> None:
    """Eleven months beside the whole year tell the twelfth."""
    year = table([dimension("D", ["a", "b"])], {("a",): 30, ("b",): 50}, context={"Time": "2025"})
    most = table([dimension("D", ["a", "b"])], {("a",): 28, ("b",): 20}, context={"Time": "2025-01-01/2025-11-30"})
    assert protect([year]).patterns == protect([most]).patterns == ({},)
    both = protect([year, most])
    assert any(both.patterns)
    assert not check([year, most], [set(), set()]).passed


def test_tables_that_contradict_each_other_are_refused() -> None:
    rows = [dimension("D", ["a", "b"])]
    one, other = table(rows, {("a",): 30, ("b",): 50}), table(rows, {("a",): 31, ("b",): 50}, name="other")
    with pytest.raises(InconsistentTablesError, match="disagree on calls, D=a"):
        protect([one, other])
    more = table(rows, {("a",): 31, ("b",): 50}, name="narrowed", context={"E": "x"})
    with pytest.raises(InconsistentTablesError, match="More is published of the parts"):
        protect([one, more])


def test_codes_that_are_sums_of_others_count_once() -> None:
    policy = dataclasses.replace(POLICY, sums={"County": {"north": ("a", "b")}})
    rows = [dimension("County", ["a", "b", "c", "north"])]
    one = FrozenTable(cube(rows, [3, 9, 20, 12, 32]), policy)
    assert len(build([one]).relations) == 2
    hidden = protect([one]).patterns[0]
    assert hidden[0] is Reason.SMALL
    assert {1, 0} <= set(hidden)


@pytest.mark.parametrize(
    ("code", "span", "unit"),
    [
        ("2025", "2025-01-01/2025-12-31", "year"),
        ("2025K2", "2025-04-01/2025-06-30", "quarter"),
        ("2024M02", "2024-02-01/2024-02-29", "month"),
        ("2026W53", "2026-12-28/2027-01-03", "week"),
        ("2025-03-14", "2025-03-14/2025-03-14", "day"),
        ("2025-01-01/2025-12-31", "2025-01-01/2025-12-31", "year"),
        ("2025-02-01/2025-04-30", "2025-02-01/2025-04-30", "period"),
    ],
)
def test_time_codes_are_spans_of_days(code: str, span: str, unit: str) -> None:
    found = parse(code)
    assert found is not None
    assert (found.code, found.unit) == (span, unit)
    assert parse("2025M13") is parse("2025W54") is parse("total") is None
