"""The ledger: for any bookings the identities hold, and the sums are those of an independent model."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grants.ledger import Bookings, Carry, Ledger, work_out

YEARS = (2026, 2027, 2028)
KRONOR = st.decimals(min_value=0, max_value=1_000_000, places=2)


def check(ledger: Ledger) -> None:
    """What has to hold whatever has happened."""
    for row in ledger.rows:
        assert row.opening + row.paid == row.cost + row.carried_over + row.repaid + row.outstanding
        assert row.outstanding >= 0
        assert row.cost >= 0
        assert row.own_share >= 0
    assert ledger.paid == ledger.cost + ledger.carried_over + ledger.repaid + ledger.outstanding
    assert ledger.outstanding >= 0
    assert ledger.carried_over >= 0


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_identities_hold_for_any_sequence_of_bookings(data: st.DataObject) -> None:
    granted = {year: data.draw(KRONOR) for year in YEARS}
    paid = dict.fromkeys(YEARS, Decimal(0))
    admitted: dict[int, Decimal] = {}
    repaid = dict.fromkeys(YEARS, Decimal(0))
    carries: list[Carry] = []
    for _ in range(data.draw(st.integers(0, 25))):
        ledger = work_out(Bookings(granted, paid, admitted, repaid, {}, tuple(carries)))
        check(ledger)
        year = data.draw(st.sampled_from(YEARS))
        row = ledger.row(year)
        match data.draw(st.sampled_from(["pay", "report", "carry", "repay"])):
            case "pay":
                part = min(data.draw(KRONOR), granted[year] - paid[year])
                paid = {**paid, year: paid[year] + part}
            case "report" if year not in admitted:
                # More may have been spent than there was; the receiver bears the rest.
                admitted = {**admitted, year: data.draw(KRONOR)}
            case "carry" if year in admitted and year < YEARS[-1] and year + 1 not in admitted:
                carries.append(Carry(year, year + 1, min(data.draw(KRONOR), row.unsettled)))
            case "repay":
                repaid = {**repaid, year: repaid[year] + min(data.draw(KRONOR), row.unsettled)}
    ledger = work_out(Bookings(granted, paid, admitted, repaid, {}, tuple(carries)))
    check(ledger)
    assert ledger.granted >= ledger.paid
    assert ledger.paid == sum(paid.values())
    assert ledger.repaid == sum(repaid.values())
    if set(admitted) == set(YEARS):
        assert ledger.carried_over == 0


def test_year_with_more_cost_than_money_leaves_the_rest_to_the_receiver() -> None:
    ledger = work_out(Bookings(paid={2026: Decimal(100)}, admitted={2026: Decimal(120)}))
    assert (ledger.cost, ledger.outstanding, ledger.rows[0].own_share) == (100, 0, 20)


def test_carried_over_money_is_in_use_until_the_year_is_accounted_for() -> None:
    carries = (Carry(2026, 2027, Decimal(30)),)
    bookings = {"paid": {2026: Decimal(100)}, "carries": carries}
    before = work_out(Bookings(admitted={2026: Decimal(60)}, **bookings))  # type: ignore[arg-type]
    assert (before.cost, before.carried_over, before.outstanding) == (60, 30, 10)
    after = work_out(Bookings(admitted={2026: Decimal(60), 2027: Decimal(25)}, **bookings))  # type: ignore[arg-type]
    assert (after.cost, after.carried_over, after.outstanding) == (85, 0, 15)


def test_expected_repayment_is_outstanding_but_no_longer_unsettled() -> None:
    ledger = work_out(Bookings(paid={2026: Decimal(100)}, admitted={2026: Decimal(60)}, expected={2026: Decimal(40)}))
    assert (ledger.outstanding, ledger.rows[0].unsettled) == (40, 0)
