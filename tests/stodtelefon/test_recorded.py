"""Which months are recorded: those with calls, and silences of less than twelve whole months between them."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from nch.accounts.enums import Role
from stodtelefon.models import SupportCall
from stodtelefon.selectors.recorded import SILENT_MONTHS, Recorded, recorded_months
from stodtelefon.selectors.tallies import tallies_for
from stodtelefon.services import mend_tallies
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import make_answerer, make_call, make_line, swedish


def month(text: str) -> datetime.date:
    return datetime.date.fromisoformat(f"{text}-01")


def recorded(*months: str, today: str = "2026-11-22") -> Recorded:
    return Recorded.of([month(one) for one in months], datetime.date.fromisoformat(today))


def written(found: Recorded) -> list[str]:
    return [f"{first:%Y-%m}–{last:%Y-%m}" for first, last in found.stretches]


@pytest.mark.parametrize(
    ("months", "stretches"),
    [
        ([], []),
        (["2026-11"], ["2026-11–2026-11"]),
        (["2026-02"], ["2026-02–2026-11"]),
        (["2025-11"], ["2025-11–2026-11"]),  # eleven whole months are silent up to now, the present one is not over
        (["2025-10"], ["2025-10–2025-10"]),  # twelve
        (["2024-01", "2025-01"], ["2024-01–2025-01"]),  # eleven between
        (["2024-01", "2025-02"], ["2024-01–2024-01", "2025-02–2025-02"]),  # twelve
        (["2020-06", "2026-05", "2019-12"], ["2019-12–2020-06", "2026-05–2026-11"]),
        (["2026-10", "2027-03"], ["2026-10–2026-11"]),  # what is dated ahead tells nothing
        (["2027-03"], []),
    ],
)
def test_short_silence_is_recorded_and_long_is_not(months: list[str], stretches: list[str]) -> None:
    found = recorded(*months)
    assert written(found) == stretches
    assert bool(found) == bool(stretches)


def test_days_begin_with_the_first_call_of_a_recorded_time() -> None:
    found = recorded("2026-10", today="2026-11-04")
    calls = [datetime.date(2026, 10, 5), datetime.date(2026, 11, 2)]
    days = {"09-30": False, "10-04": False, "10-05": True, "11-01": True, "11-04": True, "11-05": False}
    assert {day: found.has_day(datetime.date.fromisoformat(f"2026-{day}"), calls) for day in days} == days


@settings(deadline=None)
@given(st.sets(st.integers(0, 119)), st.integers(0, 140))
def test_every_month_is_as_the_rule_has_it(numbers: set[int], present: int) -> None:
    """Month by month: recorded if it has calls, or lies in fewer than twelve months without any, after some call."""
    months = [datetime.date(2015 + number // 12, number % 12 + 1, 1) for number in range(141)]
    found = Recorded.of([months[number] for number in numbers], months[present])
    there = {number for number in numbers if number <= present}
    for number, day in enumerate(months):
        before = max((one for one in there if one <= number), default=None)
        after = min((one for one in there if one >= number), default=present)
        expected = number <= present and before is not None and (number in there or after - before - 1 < SILENT_MONTHS)
        assert (day in found.months) == expected, day
    assert found.years == sorted({day.year for day in found.months})


@pytest.mark.django_db
def test_calls_that_are_struck_or_left_out_record_nothing(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    line = make_line()
    by = make_answerer(line)
    _, struck, made_up = (
        make_call(line, by, started_at=swedish(year, 3, 2, 9, 0), at=swedish(year, 3, 2, 12, 0))
        for year in (2021, 2023, 2025)
    )
    SupportCall.objects.filter(pk=struck.pk).update(struck_at=struck.logged_at)
    SupportCall.objects.filter(pk=made_up.pk).update(constructed=True)
    mend_tallies(at=swedish(2026, 2, 1, 9, 0))
    reader, today = make_user(Role.NCH_ANALYST), datetime.date(2026, 2, 1)
    tallies = tallies_for(reader)
    with django_assert_num_queries(1):
        assert written(recorded_months(tallies, today)) == ["2021-03–2021-03", "2025-03–2026-02"]
    assert written(recorded_months(tallies.filter(constructed=False), today)) == ["2021-03–2021-03"]
