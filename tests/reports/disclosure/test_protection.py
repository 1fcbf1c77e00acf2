"""What is hidden in one table, what is said of it, and that an attacker gets nowhere."""

import dataclasses
import itertools
import json
import random
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reports.statistics.cube import Cube
from reports.statistics.definitions import STATUS_TEXTS, CellStatus
from reports.statistics.disclosure.policy import (
    CannotProtectError,
    Count,
    Derived,
    DisclosureError,
    DisclosurePolicy,
    InconsistentTablesError,
    Open,
    PolicyError,
    Reason,
)
from reports.statistics.disclosure.report import apply, check, protect
from reports.statistics.disclosure.tables import FrozenTable
from tests.reports.disclosure.attacker import Sight, sights, too_narrow
from tests.reports.disclosure.making import POLICY, cube, dimension, inner_cells, table

WITHOUT_ZEROS = dataclasses.replace(POLICY, show_zeros=False)
slow = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def published(one: FrozenTable) -> Cube:
    """The table as everybody sees it; tables that nothing can protect are not published."""
    return apply(one, protect([one]).patterns[0])


def letters(size: int) -> list[str]:
    return [chr(ord("a") + place) for place in range(size)]


@st.composite
def tables(
    draw: st.DrawFn, sizes: st.SearchStrategy[tuple[int, ...]], policy: DisclosurePolicy = POLICY
) -> FrozenTable:
    chosen = draw(sizes)
    dimensions = [dimension(f"D{place}", letters(size)) for place, size in enumerate(chosen)]
    return table(dimensions, draw(inner_cells(chosen)), policy=policy)


TWO = st.tuples(st.integers(2, 5), st.integers(2, 4))
THREE = st.tuples(st.integers(2, 3), st.integers(2, 3), st.integers(2, 3))


def attacked(one: FrozenTable, shown: Cube) -> list[Sight]:
    return sights(shown, [[c.code for c in rows.categories if not c.is_total] for rows in one.rows])


@slow
@given(tables(st.one_of(TWO, THREE)))
def test_nobody_narrows_a_hidden_cell_to_within_the_threshold(one: FrozenTable) -> None:
    shown = published(one)
    seen = attacked(one, shown)
    assert too_narrow(seen, whole=True) == []
    assert too_narrow(seen, whole=False) == []
    for flat, value in enumerate(one.cube.values):
        assert shown.values[flat] in (value, None)  # what is shown is exact, totals too
        assert not (shown.values[flat] and 1 <= shown.values[flat] <= 4)
        assert (value == 0) == (shown.values[flat] == 0)
        assert (shown.values[flat] is None) == (shown.statuses.get(flat) == "..")


@slow
@given(tables(st.one_of(TWO, THREE), WITHOUT_ZEROS))
def test_zeros_are_hidden_where_the_policy_does_not_show_them(one: FrozenTable) -> None:
    shown = published(one)
    assert 0 not in shown.values
    assert too_narrow(attacked(one, shown), zeros_shown=False) == []


@slow
@given(tables(TWO), st.randoms(use_true_random=False))
def test_the_same_numbers_get_the_same_pattern_in_whatever_order_they_come(
    one: FrozenTable, chance: random.Random
) -> None:
    shuffled = []
    for rows in one.rows:
        order = list(rows.categories)
        chance.shuffle(order)
        shuffled.append(dataclasses.replace(rows, categories=tuple(order)))
    keys = list(itertools.product(*(rows.codes for rows in one.rows)))
    value_of = dict(zip(keys, one.cube.values, strict=True))
    turned = list(itertools.product(*(rows.codes for rows in shuffled)))
    other = FrozenTable(cube(shuffled, [value_of[key] for key in turned]), POLICY)
    first, second = protect([one]), protect([other])
    assert {keys[flat] for flat in first.patterns[0]} == {turned[flat] for flat in second.patterns[0]}
    assert protect([one]).patterns == first.patterns


ROWS, COLUMNS = dimension("County", ["01", "02", "03"]), dimension("Category", ["police", "school"])
WEAK = table(
    [ROWS, COLUMNS],
    {
        ("01", "police"): 3,
        ("01", "school"): 9,
        ("02", "police"): 12,
        ("02", "school"): 20,
        ("03", "police"): 8,
        ("03", "school"): 30,
    },
)


def test_a_weak_pattern_is_caught() -> None:
    alone = check([WEAK], [{0}])
    assert [(one.value, one.low, one.high) for one in alone.exposed] == [(3, 3, 3)]
    pair = check([WEAK], [{0, 1}])
    assert {one.cell for one in pair.exposed} == {
        "calls, Category=police, County=01",
        "calls, Category=school, County=01",
    }
    assert not check([WEAK], [set()]).passed  # a small number that nobody hid
    whole = protect([WEAK])
    assert check([WEAK], whole.patterns).passed
    assert whole.patterns[0][0] is Reason.SMALL
    assert set(list(whole.patterns[0].values())[1:]) == {Reason.SECONDARY}
    # The independent attacker agrees on both.
    weak_cube = apply(WEAK, {0, 1})
    assert len(too_narrow(attacked(WEAK, weak_cube))) == 2


def test_whole_numbers_tell_more_than_the_linear_program() -> None:
    """A pattern whose ends are reached only between whole numbers is refused by both attackers."""
    small = table([dimension("D", ["a", "b"])], {("a",): 2, ("b",): 4})
    assert [one.high - (one.low or 0) for one in check([small], [{0, 1}]).exposed if one.high] == [4, 4]
    with_total = protect([small])
    assert set(with_total.patterns[0]) == {0, 1, 2}
    assert with_total.audit.narrowest is not None
    assert with_total.audit.narrowest.high is None


def test_what_nothing_protects_is_refused_by_name() -> None:
    small = table([dimension("D", ["a", "b"])], {("a",): 2, ("b",): 4}, release=1)
    earlier = dataclasses.replace(small, suppressed=frozenset({0, 1}))
    with pytest.raises(CannotProtectError) as refused:
        protect([small], [earlier])
    assert refused.value.cells[0] == "calls, D=a"
    assert "2" not in str(refused.value)


RATES = DisclosurePolicy(
    measures={
        "calls": Count("calls"),
        "share": Derived(("calls",), of_total=("County",)),
        "rate": Derived(("calls",), also={("County", "T"): ("unknown",)}),
        "people": Open(),
    },
    ranked=frozenset({"County"}),
)


def rated(calls: dict[str, int], finding: str = "") -> FrozenTable:
    codes = list(calls)
    total = sum(calls.values())
    values: list[int] = []
    for number in (*calls.values(), total):
        values += [number, 100 * number // max(total, 1), number * 7, 1000]
    rows = [dimension("County", codes)]
    return FrozenTable(cube(rows, values, measures=("calls", "share", "rate", "people"), finding=finding), RATES)


def test_rates_go_with_their_counts_and_the_order_and_the_finding_tell_nothing() -> None:
    one = rated({"09": 50, "03": 30, "05": 9, "unknown": 3}, "I 3 av 92 samtal är länet okänt")
    protection = protect([one])
    hidden = protection.patterns[0]
    assert hidden == {
        8: Reason.SECONDARY,
        9: Reason.DERIVED,
        10: Reason.DERIVED,
        12: Reason.SMALL,
        13: Reason.DERIVED,
        14: Reason.DERIVED,
        18: Reason.DERIVED,  # the country's rate would give the unknown county away
    }
    shown = apply(one, hidden)
    assert shown.dimensions[0].codes == ["03", "05", "09", "unknown", "T"]
    assert shown.cell(County="05", Contents="calls").value is None
    assert shown.cell(County="09", Contents="share").value == 54
    assert shown.cell(County="05", Contents="people").value == 1000
    assert shown.finding == ""
    assert apply(rated({"09": 50, "03": 30}, "30 av 80 samtal"), ()).finding == "30 av 80 samtal"
    assert shown.symbols[".."] == "uppgift skyddas av sekretess"
    assert protection.counts["rests on a hidden count"] == 5
    with pytest.raises(DisclosureError):
        apply(one, {12})
    # A rate that is left visible tells its count, so the audit takes that as shown.
    assert not check([one], [set(hidden) - {14}]).passed


def test_too_few_respondents_hide_their_row_but_not_how_many_they_are() -> None:
    policy = DisclosurePolicy(
        measures={"centres": Count("centres"), "persons": Count("persons")},
        respondents="centres",
        minimum_respondents=3,
    )
    values = [1, 40, 4, 60, 5, 70, 0, 0, 10, 170]
    one = FrozenTable(
        cube([dimension("County", ["01", "02", "03", "04"])], values, measures=("centres", "persons")), policy
    )
    hidden = protect([one]).patterns[0]
    assert hidden == {1: Reason.RESPONDENTS, 3: Reason.SECONDARY}


def test_symbols_tell_hidden_from_missing_in_both_languages() -> None:
    assert len({status.value for status in CellStatus}) == len(CellStatus) == len(STATUS_TEXTS)
    assert CellStatus.SUPPRESSED == ".."
    assert STATUS_TEXTS[CellStatus.SUPPRESSED].en == "suppressed for confidentiality"


def test_policies_and_tables_that_do_not_fit_are_refused() -> None:
    rows = [dimension("D", ["a", "b"])]
    with pytest.raises(PolicyError, match="does not say what share counts"):
        FrozenTable(cube(rows, [1] * 6, measures=("calls", "share")), POLICY)
    with pytest.raises(PolicyError, match="never negative"):
        FrozenTable(cube(rows, [-1, 2, 1]), POLICY)
    with pytest.raises(PolicyError, match="counts nothing"):
        DisclosurePolicy(measures={"rate": Derived(("calls",))})
    with pytest.raises(InconsistentTablesError, match="do not make up calls"):
        protect([FrozenTable(cube(rows, [10, 20, 31]), POLICY)])
    # Printed once with a slip in the sum, it stays as it was printed.
    printed = dataclasses.replace(POLICY, published_before=True)
    assert protect([FrozenTable(cube(rows, [10, 2, 31]), printed)]).patterns == ({},)


def test_the_protection_can_be_kept() -> None:
    kept = json.loads(json.dumps(protect([WEAK]).as_json()))
    assert kept["passed"]
    assert kept["attacked"] == kept["proven_in_whole_numbers"] == sum(kept["hidden"].values())
    assert kept["narrowest"]["high"] - kept["narrowest"]["low"] >= 5
    assert kept["solver"].startswith("HiGHS ")


def test_no_solver_is_loaded_before_something_is_protected() -> None:
    code = (
        "import sys, django; django.setup(); import reports.statistics.registry, reports.statistics.disclosure.report;"
        "sys.exit(bool({'highspy', 'scipy', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


@example({("a", "a"): 1, ("a", "b"): 9, ("b", "a"): 9, ("b", "b"): 9})
@slow
@given(inner_cells((3, 3)))
def test_overlapping_parts_are_no_larger_than_their_total(inner: dict[tuple[str, ...], int]) -> None:
    """Topics of which a call may have several: no sum, but each of them at most as many as there are calls."""
    policy = DisclosurePolicy(measures={"calls": Count("calls", overlapping=frozenset({"Topic"}))})
    topics = {code: sum(number for key, number in inner.items() if key[0] == code) for code in "abc"}
    total = max(topics.values())
    one = FrozenTable(cube([dimension("Topic", list("abc"))], [*topics.values(), total]), policy)
    hidden = protect([one]).patterns[0]
    assert {flat for flat, number in enumerate([*topics.values(), total]) if 1 <= number <= 4} <= set(hidden)
    if 3 not in hidden and hidden:
        assert total >= 6  # a hidden topic lies between 1 and the total
