"""Exact intervals, against tabulated values and the binomial sum, and who is said to call less than expected."""

import datetime
import math
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.statistics.before_after import Sides, changes
from reports.statistics.comparing import HISTORY, POPULATION, Weights, compare, history_of
from reports.statistics.definitions import CellStatus
from reports.statistics.intervals import Spread, beta_quantile, lower_beta, share_interval, spread_of
from reports.statistics.question import Period, add_months

# 95 per cent limits of a share, as printed in tables of medical statistics (Clopper and Pearson 1934).
TABULATED = {
    (0, 10): (0.0, 0.3085),
    (1, 10): (0.0025, 0.4450),
    (5, 10): (0.1871, 0.8129),
    (10, 10): (0.6915, 1.0),
    (20, 100): (0.1267, 0.2918),
}
# Student's t at 97.5 per cent, by its degrees of freedom.
STUDENT = {1: 12.706, 7: 2.365, 20: 2.086, 120: 1.980}

CALM = Spread(0, 1_000_000)


@pytest.mark.parametrize(("numbers", "limits"), TABULATED.items())
def test_interval_is_the_tabulated_one(numbers, limits):
    assert share_interval(*numbers) == pytest.approx(limits, abs=5e-5)


def test_limits_leave_half_the_error_on_each_side():
    low, high = share_interval(7, 40, confidence=0.99)

    def up_to(count, share):
        return sum(math.comb(40, one) * share**one * (1 - share) ** (40 - one) for one in range(count + 1))

    assert 1 - up_to(6, low) == pytest.approx(0.005, rel=1e-7)
    assert up_to(7, high) == pytest.approx(0.005, rel=1e-7)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, 200_000),
    st.integers(0, 200_000),
    st.sampled_from([0.8, 0.95, 0.9976]),
    st.sampled_from([1.0, 1.7, 12.0]),
)
def test_interval_holds_the_share_and_grows_with_confidence_and_dispersion(part, rest, confidence, dispersion):
    low, high = share_interval(part, part + rest, confidence=confidence, dispersion=dispersion)
    assert 0 <= low <= high <= 1
    if part + rest:
        assert low <= part / (part + rest) <= high
    for wider in ({"confidence": 0.999, "dispersion": dispersion}, {"confidence": confidence, "dispersion": 20}):
        outer = share_interval(part, part + rest, **wider)
        assert outer[0] <= low + 1e-9
        assert outer[1] >= high - 1e-9


@pytest.mark.parametrize("part", [0, 1, 2, 5, 1000])
@pytest.mark.parametrize("rest", [0, 1, 30, 999_999])
@pytest.mark.parametrize("dispersion", [1.0, 110.0, 201.0, 1001.0, 1e4, 1e6])
def test_few_and_widely_varying_counts_have_limits_too(part, rest, dispersion):
    low, high = share_interval(part, part + rest, confidence=1 - 0.05 / 21, dispersion=dispersion)
    assert 0 <= low <= high <= 1


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.floats(0.05, 5_000), st.floats(0.05, 5_000), st.sampled_from([1e-3, 0.025, 0.5, 0.975, 0.999]))
def test_quantile_turns_the_distribution_around(a, b, probability):
    found = beta_quantile(probability, a, b)
    if 1e-300 < found < 1 - 1e-12:  # further out no number lies between two shares
        assert lower_beta(found, a, b) == pytest.approx(probability, abs=1e-6)


def test_what_is_no_share_is_refused():
    for arguments in (
        {"part": -1, "whole": 1},
        {"part": 2, "whole": 1},
        {"part": 1, "whole": 2, "dispersion": 0.5},
        {"part": 1, "whole": 2, "confidence": 1},
    ):
        with pytest.raises(ValueError, match="part"):
            share_interval(**arguments)


class TestSpread:
    def test_it_is_chi_square_with_its_degrees_of_freedom(self):
        assert spread_of([[[10, 20], [20, 40]]]) == Spread(0, 1)  # the same shares every year
        # All sums are 30, so each cell is expected at 15: chi-square is 4 · 5²/15, with one degree of freedom.
        assert spread_of([[[20, 10], [10, 20]]]) == Spread(pytest.approx(100 / 15), 1)
        assert spread_of([[[20, 10], [10, 20]], [[10, 20], [20, 40]]]) == Spread(pytest.approx(100 / 15), 2)

    def test_years_and_rows_without_calls_do_not_count(self):
        assert spread_of([[[20, 0, 10], [0, 0, 0], [10, 0, 20]]]) == Spread(pytest.approx(100 / 15), 1)

    def test_with_one_year_or_one_row_nobody_knows(self):
        assert spread_of([]) is None
        assert spread_of([[[1, 2]]]) is None
        assert spread_of([[[1], [2]]]) is None
        assert spread_of([[[5, 0], [7, 0]]]) is None

    @pytest.mark.parametrize(("freedom", "student"), STUDENT.items())
    def test_few_years_widen_as_students_t_does(self, freedom, student):
        assert Spread(3 * freedom, freedom).dispersion(0.95) == pytest.approx(3 * (student / 1.95996) ** 2, rel=1e-3)

    def test_shares_never_vary_less_than_by_chance(self):
        assert CALM.dispersion(0.95) == pytest.approx(1, rel=1e-4)


class TestComparing:
    def test_expected_calls_are_shared_out_by_inhabitants(self):
        cells, fewer = compare(["a", "b"], {"a": 5, "b": 95}, {POPULATION: Weights({"a": 50, "b": 50}, CALM)})
        assert [cells["a", POPULATION, one] for one in ("observed", "expected")] == [5, 50]
        low, high = share_interval(5, 100, confidence=0.975)  # 5 per cent, shared by two rows
        assert float(cells["a", POPULATION, "low"]) == pytest.approx(low / 0.5, abs=0.005)
        assert float(cells["a", POPULATION, "high"]) == pytest.approx(high / 0.5, abs=0.005)
        assert fewer == ["a"]

    def test_only_who_is_below_on_every_basis_calls_less(self):
        inhabitants, history = Weights({"a": 50, "b": 50}, CALM), Weights({"a": 5, "b": 95}, CALM)
        _, fewer = compare(["a", "b"], {"a": 5, "b": 95}, {POPULATION: inhabitants, HISTORY: history})
        assert fewer == []

    def test_few_calls_prove_nothing(self):
        cells, fewer = compare(["a", "b"], {"a": 0, "b": 3}, {POPULATION: Weights({"a": 50, "b": 50}, CALM)})
        assert fewer == []
        assert cells["a", POPULATION, "ratio"] == 0

    def test_without_a_basis_nothing_is_known(self):
        cells, fewer = compare(["a"], {"a": 10}, {HISTORY: None})
        assert cells["a", HISTORY, "ratio"] is CellStatus.NOT_KNOWN
        assert fewer == []

    def test_calls_of_rows_without_a_basis_are_not_expected_from_the_others(self):
        weights = Weights({"a": 50, "b": 50, "new": 0}, CALM)
        cells, fewer = compare(["a", "b", "new"], {"a": 50, "b": 50, "new": 900}, {HISTORY: weights})
        assert [cells["a", HISTORY, one] for one in ("expected", "ratio")] == [50, 1]
        assert cells["new", HISTORY, "observed"] == 900
        assert cells["new", HISTORY, "expected"] is CellStatus.NOT_KNOWN
        assert fewer == []

    def test_where_nobody_knows_how_much_shares_vary_there_is_a_ratio_without_limits(self):
        cells, fewer = compare(["a", "b"], {"a": 1, "b": 999}, {POPULATION: Weights({"a": 50, "b": 50}, None)})
        assert float(cells["a", POPULATION, "ratio"]) == 0
        assert cells["a", POPULATION, "high"] is CellStatus.NOT_KNOWN
        assert fewer == []

    def test_large_rows_are_widened_more_than_small_ones(self):
        weights, calls = Weights({"a": 800, "b": 100, "c": 100}, Spread(50, 10)), {"a": 800, "b": 100, "c": 100}
        cells, _ = compare(["a", "b", "c"], calls, {HISTORY: weights})
        confidence = 1 - 0.05 / 3
        beyond = Spread(50, 10).dispersion(confidence) - 1
        low, _ = share_interval(800, 1000, confidence=confidence, dispersion=1 + 2.4 * beyond)  # 0.8 of three rows
        assert float(cells["a", HISTORY, "low"]) == pytest.approx(low / 0.8, abs=0.005)
        low, _ = share_interval(100, 1000, confidence=confidence, dispersion=1 + beyond)
        assert float(cells["b", HISTORY, "low"]) == pytest.approx(low / 0.1, abs=0.005)


PERIOD = Period.of_year(2026)


def calls_of(months, numbers):
    return {(month, row): number for month in months for row, number in numbers.items()}


class TestHistory:
    def test_its_years_are_counted_back_from_the_period(self):
        calls = calls_of(["2024-03-01", "2025-02-01"], {"a": 20, "b": 10}) | {("2024-02-01", "a"): 90}
        march = Period.of_months(datetime.date(2026, 3, 1))
        history = history_of(["a", "b"], march, calls)
        # From March 2023: 90 and 0; from March 2024: 20 and 10 twice; from March 2025: none.
        assert history.spread == spread_of([[[90, 40], [0, 20]]])
        assert history.by_row == {"a": 130, "b": 20}

    def test_less_than_two_years_do_not_tell_how_much_shares_vary(self):
        calls = calls_of(["2024-02-01", "2025-12-01"], {"a": 50, "b": 50})
        assert history_of(["a", "b"], PERIOD, calls).spread is None
        calls |= calls_of(["2024-01-01"], {"a": 50, "b": 50})
        assert history_of(["a", "b"], PERIOD, calls).spread is not None

    def test_the_fewer_calls_before_the_wider(self):
        calls = calls_of(["2022-01-01", "2025-12-01"], {"a": 50, "b": 50})
        assert history_of(["a", "b"], PERIOD, calls).weights(100).growth == 1.5  # 100 now against 200 before

    def test_a_history_of_less_than_a_quarter_is_none_to_compare_with(self):
        history = history_of(["a", "b"], PERIOD, calls_of(["2022-01-01"], {"a": 50, "b": 50}))
        assert history.weights(400) is not None
        assert history.weights(401) is None

    def test_without_calls_there_is_none(self):
        assert history_of(["a"], PERIOD, {}) is None
        assert history_of(["a"], PERIOD, {("2025-01-01", "gone"): 9}) is None


BEFORE = [add_months(datetime.date(2023, 1, 1), step) for step in range(24)]
AFTER = [add_months(datetime.date(2025, 1, 1), step) for step in range(24)]
SIDES = Sides(BEFORE, AFTER)


class TestBeforeAndAfter:
    def test_the_interval_is_of_the_share_that_came_after(self):
        calls = {(month, "a"): 4 for month in BEFORE} | {(month, "a"): 2 for month in AFTER}
        calls |= {(month, "b"): 5 for month in (*BEFORE, *AFTER)}
        change = changes({"a": SIDES}, calls, ["b"])["a"]
        # The shares of each side are the same in all its months; 144 calls here and 240 elsewhere.
        widened = Spread(0, 46).dispersion(0.95) * (1 + 144 / 240)
        low, high = share_interval(48, 144, dispersion=widened)
        assert (change.elsewhere, change.ratio) == (1, 0.5)
        assert (change.low, change.high) == pytest.approx((low / (1 - low), high / (1 - high)))
        assert change.is_sure

    def test_calls_that_stop_or_begin_altogether_are_told(self):
        calls = {(month, "a"): 5 for month in BEFORE} | {(month, "b"): 5 for month in AFTER}
        calls |= {(month, "c"): 20 for month in (*BEFORE, *AFTER)}
        found = changes({"a": SIDES, "b": SIDES}, calls, ["c"])
        assert (found["a"].ratio, found["a"].low) == (0, 0)
        assert found["a"].high < 0.2
        assert (found["b"].ratio, found["b"].high) == (math.inf, math.inf)
        assert found["b"].low > 5
        assert found["a"].is_sure
        assert found["b"].is_sure

    def test_without_calls_here_or_elsewhere_nothing_is_compared(self):
        elsewhere = {(month, "c"): 20 for month in (*BEFORE, *AFTER)}
        assert changes({"a": SIDES}, elsewhere, ["c"]) == {}
        only_after = {(month, one): 20 for month in AFTER for one in "ac"}
        assert changes({"a": SIDES}, only_after, ["c"]) == {}


# --- Nothing has changed: how often is somebody named all the same? --------------------------------------------------


def poisson(chance, mean):
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count, product = count + 1, product * chance.random()
    return count


def clusters(chance, mean, size):
    """So many calls on average, which come in up to `size` at a time."""
    return sum(chance.randint(1, size) for _ in range(poisson(chance, 2 * mean / (size + 1))))


@pytest.mark.parametrize(("size", "moving"), [(1, 0.0), (5, 0.0), (1, 0.2)])
@pytest.mark.parametrize("years", [2, 5])
def test_where_nothing_has_changed_hardly_anybody_is_named(size, moving, years):
    """At most 5 per cent ought to be; chance has 200 tries here. One year of history used to name 39 to 97 per cent.

    Shares that move have a standard deviation of 20 per cent from year to year.
    """
    chance, named, tries = random.Random(11), 0, 200
    means = {"a": 120, "b": 60, "c": 30, "d": 15, "e": 15, "f": 10}
    for _ in range(tries):

        def year():
            return {
                row: clusters(chance, mean * math.exp(chance.gauss(0, moving)), size) for row, mean in means.items()
            }

        calls = {(f"{2026 - back}-06-01", row): n for back in range(1, years + 1) for row, n in year().items()}
        calls |= {(f"{2026 - years}-01-01", "a"): 1}
        observed = year()
        history = history_of(means, PERIOD, calls)
        named += bool(compare(list(means), observed, {HISTORY: history.weights(sum(observed.values()))})[1])
    assert named <= 0.09 * tries


@pytest.mark.parametrize("size", [1, 5])
def test_where_no_opening_changed_anything_hardly_any_county_has_changed(size):
    chance, families, tries = random.Random(5), 0, 40
    for _ in range(tries):
        calls = {
            (month, county): clusters(chance, 8 if county == "other" else 2, size)
            for month in (*BEFORE, *AFTER)
            for county in ("other", *"abcdefghij")
        }
        families += any(one.is_sure for one in changes(dict.fromkeys("abcdefghij", SIDES), calls, ["other"]).values())
    assert families <= 0.1 * tries
