"""The sharing out of a call's money, on random counties, scores and budgets: what always has to hold."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.allocation import (
    MOST_YEARS,
    Allocation,
    Candidate,
    ImpossibleAllocationError,
    Share,
    allocate,
    goes_first,
)

YEARS = (2026, 2027, 2028)
KRONOR = st.integers(min_value=0, max_value=3_000_000).map(Decimal)


def kronor_and_ore(most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(min_value=0, max_value=most * 100).map(lambda ore: Decimal(ore) / 100)


@st.composite
def candidates(draw: st.DrawFn, *, most: int = 21) -> list[Candidate]:
    made = []
    for key in range(draw(st.integers(min_value=1, max_value=most))):
        has_centre = draw(st.booleans())
        asked = {year: draw(kronor_and_ore(3_000_000)) for year in YEARS}
        settled = draw(st.sets(st.sampled_from(YEARS), max_size=1))
        made.append(
            Candidate(
                key=key,
                name=f"Länsstyrelsen {key}",
                sort_name=str(draw(st.integers(min_value=0, max_value=5))),
                score=Decimal(draw(st.integers(min_value=100, max_value=500))) / 100,
                asked=asked,
                has_centre=has_centre,
                special_reasons="" if has_centre else draw(st.sampled_from(["", "", "Planen saknar parter."])),
                earlier_years=frozenset(draw(st.sets(st.integers(min_value=2021, max_value=2027), max_size=5))),
                fixed={year: asked[year] / 2 for year in settled},
            )
        )
    return made


BUDGETS = st.fixed_dictionaries(dict.fromkeys(YEARS, kronor_and_ore(20_000_000)))


def shared_out(
    rows: list[Candidate], budgets: Mapping[int, Decimal], *, is_development_money: bool = True
) -> Allocation | None:
    """The allocation, or nothing where the settled amounts make one impossible."""
    try:
        return allocate(rows, budgets, is_development_money=is_development_money)
    except ImpossibleAllocationError:
        return None


def share_of(allocation: Allocation, key: int, year: int) -> Share:
    row = next(row for row in allocation.rows if row.candidate.key == key)
    return next(share for share in row.shares if share.year == year)


@given(rows=candidates(), budgets=BUDGETS, is_development_money=st.booleans())
def test_no_year_is_ever_above_its_budget_and_the_sums_say_the_same(
    rows: list[Candidate], budgets: dict[int, Decimal], is_development_money: bool
) -> None:
    allocation = shared_out(rows, budgets, is_development_money=is_development_money)
    for year in allocation.years if allocation else ():
        assert allocation is not None
        allotted = sum(share_of(allocation, row.key, year.year).amount for row in rows)
        assert allotted == year.allotted <= year.budget == budgets[year.year]


@given(rows=candidates(), budgets=BUDGETS)
def test_nobody_gets_more_than_asked_for_and_what_is_cut_is_in_whole_kronor(
    rows: list[Candidate], budgets: dict[int, Decimal]
) -> None:
    allocation = shared_out(rows, budgets)
    for row in allocation.rows if allocation else ():
        for share in row.shares:
            assert 0 <= share.amount <= share.asked
            assert share.fixed or share.amount in (share.asked, share.amount.to_integral_value())


@given(rows=candidates(), budgets=BUDGETS, is_development_money=st.booleans())
def test_who_comes_first_is_never_without_while_somebody_behind_gets_money(
    rows: list[Candidate], budgets: dict[int, Decimal], is_development_money: bool
) -> None:
    allocation = shared_out(rows, budgets, is_development_money=is_development_money)
    if allocation is None:
        return
    for before, after in zip(allocation.rows, allocation.rows[1:], strict=False):
        first, second = (goes_first(row.candidate, is_development_money) for row in (before, after))
        assert first >= second
        assert first > second or before.candidate.score >= after.candidate.score
    for index in range(len(YEARS)):
        shares = [row.shares[index] for row in allocation.rows if not row.shares[index].fixed]
        shares = [share for share in shares if not share.barred]
        last = max((number for number, share in enumerate(shares) if share.amount), default=-1)
        assert all(share.amount == share.asked for share in shares[: max(last, 0)])


@given(rows=candidates(), budgets=BUDGETS)
def test_nobody_gets_development_money_in_a_fifth_year(rows: list[Candidate], budgets: dict[int, Decimal]) -> None:
    allocation = shared_out(rows, budgets)
    for row in allocation.rows if allocation else ():
        new = {share.year for share in row.shares if share.amount} - row.candidate.earlier_years
        assert not new or len(row.candidate.earlier_years | new) <= MOST_YEARS
        for share in row.shares:
            assert not share.barred or "fyra år" in row.explanation


@given(rows=candidates(), budgets=BUDGETS, data=st.data())
def test_the_order_of_the_rows_does_not_matter(
    rows: list[Candidate], budgets: dict[int, Decimal], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert shared_out(rows, budgets) == shared_out(shuffled, budgets)


@given(rows=candidates(most=8), budgets=BUDGETS, more=KRONOR)
def test_more_money_takes_nothing_from_anybody(
    rows: list[Candidate], budgets: dict[int, Decimal], more: Decimal
) -> None:
    """In the last year, so that the years of the four-year rule stay the same."""
    before = shared_out(rows, budgets)
    after = shared_out(rows, {**budgets, YEARS[-1]: budgets[YEARS[-1]] + more})
    if before and after:
        for row in before.rows:
            key = row.candidate.key
            assert share_of(after, key, YEARS[-1]).amount >= share_of(before, key, YEARS[-1]).amount


def county(key: int, score: str, **changes: object) -> Candidate:
    fields: dict[str, object] = {
        "key": key,
        "name": f"Länsstyrelsen {key}",
        "sort_name": str(key),
        "score": Decimal(score),
        "asked": {2026: Decimal(800_000)},
    }
    return Candidate(**{**fields, **changes})  # type: ignore[arg-type]


def test_county_without_a_centre_comes_before_a_better_one_that_has_one() -> None:
    rows = [county(1, "4.80", has_centre=True), county(2, "2.10")]
    allocation = allocate(rows, {2026: Decimal(1_000_000)}, is_development_money=True)
    assert [row.candidate.key for row in allocation.rows] == [2, 1]
    assert [row.amount for row in allocation.rows] == [Decimal(800_000), Decimal(200_000)]
    assert "saknar resurscentrum och går därför före" in allocation.rows[0].explanation
    assert "räckte pengarna till 200 000 kr av sökta 800 000 kr" in allocation.rows[1].explanation.replace("\xa0", " ")


def test_special_reasons_take_the_priority_away_and_are_told() -> None:
    rows = [county(1, "4.80", has_centre=True), county(2, "2.10", special_reasons="Parterna har hoppat av.")]
    allocation = allocate(rows, {2026: Decimal(800_000)}, is_development_money=True)
    assert [row.candidate.key for row in allocation.rows] == [1, 2]
    assert "särskilda skäl: Parterna har hoppat av." in allocation.rows[1].explanation


def test_other_calls_go_by_the_score_alone() -> None:
    rows = [county(1, "4.80", has_centre=True), county(2, "4.90", earlier_years=frozenset(range(2020, 2025)))]
    allocation = allocate(rows, {2026: Decimal(800_000)}, is_development_money=False)
    assert [row.candidate.key for row in allocation.rows] == [2, 1]
    assert "resurscentrum" not in allocation.rows[0].explanation


def test_equal_scores_go_by_the_alphabet_and_say_so() -> None:
    allocation = allocate([county(2, "4"), county(1, "4")], {2026: Decimal(1)}, is_development_money=False)
    assert [row.candidate.key for row in allocation.rows] == [1, 2]
    assert all("bokstavsordningen" in row.explanation for row in allocation.rows)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"fixed": {2026: Decimal(800_001)}}, "söker 800 000 kr för 2026"),
        ({"has_centre": True, "special_reasons": "x"}, "bara för län som saknar ett"),
        ({"fixed": {2026: Decimal(1)}, "earlier_years": frozenset({2021, 2022, 2023, 2024})}, "mer än fyra år"),
        ({"fixed": {2026: Decimal(600_000)}}, "men det finns 500 000 kr"),
    ],
)
def test_impossible_wishes_are_refused_with_the_reason(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(ImpossibleAllocationError) as refused:
        allocate([county(1, "4", **changes)], {2026: Decimal(500_000)}, is_development_money=True)
    assert reason in str(refused.value).replace("\xa0", " ")


def test_settled_amount_is_set_aside_before_the_ranking() -> None:
    rows = [county(1, "4.80"), county(2, "2.10", fixed={2026: Decimal(400_000)})]
    allocation = allocate(rows, {2026: Decimal(1_000_000)}, is_development_money=False)
    assert [row.amount for row in allocation.rows] == [Decimal(600_000), Decimal(400_000)]


def test_all_290_municipalities_are_ranked_at_once() -> None:
    rows = [county(key, f"{1 + key % 400 / 100:.2f}") for key in range(290)]
    allocation = allocate(rows, {2026: Decimal(100_000_000)}, is_development_money=False)
    assert [row.rank for row in allocation.rows] == list(range(1, 291))
    assert allocation.years[0].allotted == Decimal(100_000_000)
