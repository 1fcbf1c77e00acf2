"""Exact intervals for counts (Garwood 1936), widened where counts vary more than chance alone would make them.

A count is thought of as Poisson. Its limits are the means for which the count, or one further out, would have half of
the error probability: quantiles of gamma distributions. They are found with Newton's method from the approximation of
Wilson and Hilferty; the incomplete gamma function is worked out as a series or a continued fraction (Abramowitz and
Stegun 6.5.29 and 6.5.31).
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

PRECISION = 1e-10
_NEVER_MORE = 10_000


def poisson_interval(count: int, *, confidence: float = 0.95, dispersion: float = 1.0) -> tuple[float, float]:
    """The limits of the mean behind a count.

    With `dispersion` above 1 (the variance as a multiple of the mean) the count weighs as so many times fewer
    independent ones. Raises ValueError for a count below 0 or a dispersion below 1.
    """
    if count < 0 or dispersion < 1 or not 0 < confidence < 1:
        raise ValueError("a count is not negative, a dispersion at least 1, a confidence between 0 and 1")
    return _interval(count / dispersion, round(confidence, 6), dispersion)


@lru_cache(maxsize=4096)
def _interval(weight: float, confidence: float, dispersion: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low = 0.0 if weight == 0 else gamma_quantile(tail, weight)
    return low * dispersion, gamma_quantile(1 - tail, weight + 1) * dispersion


def gamma_quantile(probability: float, shape: float) -> float:
    """Where the gamma distribution of that shape (and scale 1) has come to the probability."""
    z = NormalDist().inv_cdf(probability)
    root = 1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))
    # For small shapes the approximation fails in the lower tail; there the series' first term gives the start.
    first_term = math.exp((math.log(probability) + math.lgamma(shape + 1)) / shape)
    value = shape * root**3 if root > 0.2 else first_term
    low, high = 0.0, math.inf
    for _ in range(100):
        error = lower_gamma(shape, value) - probability
        low, high = (value, high) if error < 0 else (low, value)
        density = math.exp((shape - 1) * math.log(value) - value - math.lgamma(shape))
        following = value - error / density if density > 0 else math.nan
        if not low < following < high:  # Newton has left the bracket: halve it (or double, while it is open)
            following = (low + high) / 2 if math.isfinite(high) else 2 * value
        if abs(following - value) <= PRECISION * value:
            return following
        value = following
    return value


def lower_gamma(shape: float, value: float) -> float:
    """The share of the gamma distribution of that shape that lies below the value."""
    if value <= 0:
        return 0.0
    scale = math.exp(shape * math.log(value) - value - math.lgamma(shape))
    if value < shape + 1:
        term = total = 1 / shape
        for step in range(1, _NEVER_MORE):
            term *= value / (shape + step)
            total += term
            if term < total * 1e-15:
                break
        return scale * total
    # The continued fraction of the upper share, evaluated forwards (Lentz).
    tiny = 1e-300
    b = value + 1 - shape
    c, d = 1 / tiny, 1 / b
    fraction = d
    for step in range(1, _NEVER_MORE):
        a = -step * (step - shape)
        b += 2
        d = 1 / _away_from_zero(a * d + b, tiny)
        c = _away_from_zero(b + a / c, tiny)
        fraction *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return 1 - scale * fraction


def _away_from_zero(number: float, tiny: float) -> float:
    return number if abs(number) > tiny else tiny


def dispersion_of(history: Sequence[Sequence[int]]) -> float:
    """How much more than chance the rows' shares vary between the columns (years), as variance over mean; at least 1.

    Pearson's chi-square of the table over its degrees of freedom; 1 where there are not two rows and columns with
    anything in them.
    """
    columns = [list(column) for column in zip(*history, strict=True) if sum(column)]
    rows = [list(row) for row in zip(*columns, strict=True) if sum(row)]
    if len(columns) < 2 or len(rows) < 2:
        return 1.0
    whole = sum(map(sum, rows))
    sums = [sum(column) for column in zip(*rows, strict=True)]
    square = 0.0
    for row in rows:
        for number, of_column in zip(row, sums, strict=True):
            expected = sum(row) * of_column / whole
            square += (number - expected) ** 2 / expected
    return max(1.0, square / ((len(rows) - 1) * (len(sums) - 1)))
