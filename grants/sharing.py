"""Sharing an amount between parts so that the parts always add up: pure arithmetic, no database."""

from collections.abc import Hashable, Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
ORE = Decimal("0.01")
KRONA = Decimal(1)


def share_out(amount: Decimal, weights: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
    """Share kronor in proportion to `weights`; the parts are whole kronor and their sum is `amount` to the öre.

    What rounding leaves over goes krona by krona to the largest remainders, and among equals in the order given; öre
    in the amount go to the first part. Raises ValueError where there is money and nothing to weigh it by.
    """
    total = sum(weights.values(), Decimal(0))
    if not amount:
        return dict.fromkeys(weights, Decimal(0))
    if total <= 0:
        raise ValueError("An amount cannot be shared between parts without weight.")
    whole = amount.quantize(KRONA, rounding=ROUND_FLOOR)
    exact = {key: whole * weight / total for key, weight in weights.items()}
    shares = {key: part.quantize(KRONA, rounding=ROUND_FLOOR) for key, part in exact.items()}
    left = int(whole - sum(shares.values(), Decimal(0)))
    by_remainder = sorted(weights, key=lambda key: shares[key] - exact[key])
    for key in by_remainder[:left]:
        shares[key] += KRONA
    first = next(key for key in weights if weights[key] > 0)
    shares[first] += amount - whole
    return shares
