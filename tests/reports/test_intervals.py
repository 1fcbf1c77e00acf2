"""Exact intervals, against tabulated values, and who is said to call less than expected."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.statistics.comparing import HISTORY, POPULATION, Weights, compare, historic_weights
from reports.statistics.definitions import CellStatus
from reports.statistics.intervals import dispersion_of, gamma_quantile, lower_gamma, poisson_interval

# 95 per cent limits of a Poisson mean, as printed in tables of medical statistics (Garwood 1936, Breslow and Day 1987).
TABULATED = {
    0: (0.0, 3.689),
    1: (0.0253, 5.572),
    2: (0.2422, 7.225),
    3: (0.6187, 8.767),
    5: (1.623, 11.668),
    10: (4.795, 18.390),
    20: (12.217, 30.888),
    50: (37.111, 65.919),
    100: (81.364, 121.627),
}


@pytest.mark.parametrize(("count", "limits"), TABULATED.items())
def test_interval_is_the_tabulated_one(count, limits):
    assert poisson_interval(count) == pytest.approx(limits, rel=1e-3)


def test_limits_leave_half_the_error_on_each_side():
    low, high = poisson_interval(7, confidence=0.99)

    def up_to(count, mean):
        return sum(math.exp(-mean) * mean**number / math.factorial(number) for number in range(count + 1))

    assert 1 - up_to(6, low) == pytest.approx(0.005, rel=1e-7)
    assert up_to(7, high) == pytest.approx(0.005, rel=1e-7)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 200_000), st.sampled_from([0.8, 0.95, 0.9976]), st.sampled_from([1.0, 1.7, 12.0]))
def test_interval_holds_the_count_and_grows_with_confidence_and_dispersion(count, confidence, dispersion):
    low, high = poisson_interval(count, confidence=confidence, dispersion=dispersion)
    assert 0 <= low <= count <= high
    wider = poisson_interval(count, confidence=0.999, dispersion=dispersion)
    assert wider[0] <= low
    assert wider[1] >= high
    # Far from zero the interval is that of the normal distribution.
    if count / dispersion > 10_000:
        assert high - low == pytest.approx(2 * (high - count), rel=0.02)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.floats(0.05, 5_000), st.sampled_from([1e-3, 0.025, 0.5, 0.975, 0.999]))
def test_quantile_turns_the_distribution_around(shape, probability):
    assert lower_gamma(shape, gamma_quantile(probability, shape)) == pytest.approx(probability, abs=1e-8)


def test_what_is_no_count_is_refused():
    for arguments in ({"count": -1}, {"count": 1, "dispersion": 0.5}, {"count": 1, "confidence": 1}):
        with pytest.raises(ValueError, match="count"):
            poisson_interval(**arguments)


def test_dispersion_is_chi_square_over_its_degrees_of_freedom():
    assert dispersion_of([[10, 20], [20, 40]]) == 1  # the same shares every year
    # All sums are 30, so each cell is expected at 15: chi-square is 4 · 5²/15, with one degree of freedom.
    assert dispersion_of([[20, 10], [10, 20]]) == pytest.approx(100 / 15)
    assert dispersion_of([[1, 2]]) == dispersion_of([]) == dispersion_of([[1], [2]]) == 1


class TestComparing:
    def test_expected_calls_are_shared_out_by_inhabitants(self):
        cells, fewer = compare(["a", "b"], {"a": 5, "b": 95}, {POPULATION: Weights({"a": 50, "b": 50}, 1.0)})
        assert [cells["a", POPULATION, one] for one in ("observed", "expected")] == [5, 50]
        low, high = poisson_interval(5, confidence=0.975)  # 5 per cent, shared by two rows
        assert float(cells["a", POPULATION, "low"]) == pytest.approx(low / 50, abs=0.005)
        assert float(cells["a", POPULATION, "high"]) == pytest.approx(high / 50, abs=0.005)
        assert fewer == ["a"]

    def test_only_who_is_below_on_every_basis_calls_less(self):
        inhabitants = Weights({"a": 50, "b": 50}, 1.0)
        history = historic_weights(["a", "b"], {("2024", "a"): 5, ("2024", "b"): 95, ("2025", "a"): 6}, 100)
        _, fewer = compare(["a", "b"], {"a": 5, "b": 95}, {POPULATION: inhabitants, HISTORY: history})
        assert fewer == []

    def test_few_calls_prove_nothing(self):
        cells, fewer = compare(["a", "b"], {"a": 0, "b": 3}, {POPULATION: Weights({"a": 50, "b": 50}, 1.0)})
        assert fewer == []
        assert cells["a", POPULATION, "ratio"] == 0

    def test_without_history_nothing_is_known(self):
        assert historic_weights(["a"], {}, 10) is None
        cells, fewer = compare(["a"], {"a": 10}, {HISTORY: None})
        assert cells["a", HISTORY, "ratio"] is CellStatus.NOT_KNOWN
        assert fewer == []

    def test_history_that_varies_widens_the_interval(self):
        calm = historic_weights(["a", "b"], {(year, row): 50 for year in "12" for row in "ab"}, 100)
        wild = historic_weights(["a", "b"], {("1", "a"): 90, ("1", "b"): 10, ("2", "a"): 10, ("2", "b"): 90}, 100)
        assert calm.dispersion == 1.5  # 100 calls now against 200 before
        assert wild.dispersion > 50
