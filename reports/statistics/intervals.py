"""Exact intervals for a share (Clopper and Pearson 1934), widened where counts vary more than by chance alone.

A number out of a whole is thought of as binomial. Its limits are the shares for which the number, or one further out,
would have half of the error probability: quantiles of beta distributions. They are found with Newton's method on the
log odds, which never leaves 0 and 1 however few there are; the incomplete beta function is worked out as a continued
fraction (Abramowitz and Stegun 26.5.8).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

PRECISION = 1e-6
"""On the log odds; the error left after such a step of Newton's is its square."""
_STEPS = 10_000
_FURTHEST = 700.0
"""Log odds beyond which a share is 0 or 1 to the computer."""


def share_interval(part: int, whole: int, *, confidence: float = 0.95, dispersion: float = 1.0) -> tuple[float, float]:
    """The limits of the share behind `part` out of `whole`.

    With `dispersion` above 1 (the variance as a multiple of the binomial one) both weigh as so many times fewer
    independent ones. Raises ValueError for a part below 0 or above the whole, or a dispersion below 1.
    """
    if not 0 <= part <= whole or dispersion < 1 or not 0 < confidence < 1:
        raise ValueError("a part is from 0 to the whole, a dispersion at least 1, a confidence between 0 and 1")
    return _interval(part / dispersion, (whole - part) / dispersion, round(confidence, 6))


@lru_cache(maxsize=4096)
def _interval(part: float, rest: float, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low = 0.0 if part == 0 else beta_quantile(tail, part, rest + 1)
    high = 1.0 if rest == 0 else 1 - beta_quantile(tail, rest, part + 1)
    return low, high


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Where the beta distribution with those shapes has come to the probability."""
    constant = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    odds = math.log(a / b) + NormalDist().inv_cdf(probability) * math.sqrt(1 / a + 1 / b)
    low, high = -_FURTHEST, _FURTHEST
    odds = min(max(odds, low / 2), high / 2)
    for _ in range(200):
        error = lower_beta(_logistic(odds), a, b) - probability
        low, high = (odds, high) if error < 0 else (low, odds)
        slope = math.exp(constant + a * _log_share(odds) + b * _log_share(-odds))
        following = odds - error / slope if slope > 0 else math.inf
        if not low < following < high:  # Newton has left the bracket
            following = (low + high) / 2
        if abs(following - odds) <= PRECISION:
            return _logistic(following)
        odds = following
    return _logistic(odds)


def _logistic(odds: float) -> float:
    return math.exp(_log_share(odds))


def _log_share(odds: float) -> float:
    """The logarithm of the share with those log odds, exact far out on both sides."""
    return -math.log1p(math.exp(-odds)) if odds > 0 else odds - math.log1p(math.exp(odds))


def lower_beta(value: float, a: float, b: float) -> float:
    """The share of the beta distribution with those shapes that lies below the value."""
    if not 0 < value < 1:
        return 0.0 if value <= 0 else 1.0
    if value > (a + 1) / (a + b + 2):  # from there on the fraction is slow, and that of the other end fast
        return 1 - _fraction(1 - value, b, a)
    return _fraction(value, a, b)


def _fraction(value: float, a: float, b: float) -> float:
    """The continued fraction of the lower share, evaluated forwards (Lentz)."""
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(value) + b * math.log1p(-value)
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * value / (a + 1))
    fraction = d
    for step in range(1, _STEPS):
        even = step * (b - step) * value / ((a + 2 * step - 1) * (a + 2 * step))
        d = 1 / _away_from_zero(1 + even * d)
        c = _away_from_zero(1 + even / c)
        fraction *= c * d
        odd = -(a + step) * (a + b + step) * value / ((a + 2 * step) * (a + 2 * step + 1))
        d = 1 / _away_from_zero(1 + odd * d)
        c = _away_from_zero(1 + odd / c)
        fraction *= c * d
        if abs(c * d - 1) < 1e-12:
            break
    return math.exp(front) * fraction / a


def _away_from_zero(number: float, tiny: float = 1e-300) -> float:
    return number if abs(number) > tiny else tiny


# --- How much more than chance counts vary --------------------------------------------------------------------------


@dataclass(frozen=True)
class Spread:
    """Pearson's chi-square of one or several tables of counts, and its degrees of freedom (at least one)."""

    square: float
    freedom: int

    def dispersion(self, confidence: float) -> float:
        """How much more than chance the shares vary, as variance over the binomial one; at least 1.

        An estimate from few numbers is uncertain itself: it is widened as Student's t is wider than the normal
        distribution at that confidence.
        """
        return max(1.0, self.square / self.freedom) * _widened(self.freedom, round(confidence, 6))


@lru_cache(maxsize=1024)
def _widened(freedom: int, confidence: float) -> float:
    beta = beta_quantile(1 - confidence, freedom / 2, 0.5)
    return freedom * (1 - beta) / beta / NormalDist().inv_cdf((1 + confidence) / 2) ** 2


def spread_of(tables: Iterable[Sequence[Sequence[int]]]) -> Spread | None:
    """How much the rows' shares vary between the columns (years, months) of each table, taken together.

    Rows and columns without anything in them do not count; None where no table is left with two of each.
    """
    square, freedom = 0.0, 0
    for table in tables:
        columns = [column for column in zip(*table, strict=True) if sum(column)]
        rows = [row for row in zip(*columns, strict=True) if sum(row)]
        if len(columns) < 2 or len(rows) < 2:
            continue
        whole, sums = sum(map(sum, rows)), [sum(column) for column in columns]
        for row in rows:
            of_row = sum(row)
            for number, of_column in zip(row, sums, strict=True):
                expected = of_row * of_column / whole
                square += (number - expected) ** 2 / expected
        freedom += (len(rows) - 1) * (len(columns) - 1)
    return Spread(square, freedom) if freedom else None
