"""What each role sees of the calls, and the public facts about the national line."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from nch.accounts.enums import Role
from stodtelefon.enums import Channel, CodeKind, Stage
from stodtelefon.models import SupportCall
from stodtelefon.selectors import (
    REMIT_BREAK_YEAR,
    UNKNOWN_COUNTY,
    CallCriteria,
    CallSummary,
    YearFact,
    calls_for,
    found_calls_for,
    latest_category_year,
    latest_county_year,
    lines_for,
    published_per_category,
    published_per_county,
    published_per_year,
    summary_for,
    whole_calls_for,
)
from stodtelefon.services import construct_calls_2023, load_published_figures
from tests.factories.accounts import make_county, make_user
from tests.factories.stodtelefon import (
    EVENING,
    code,
    exposure,
    individual,
    make_answerer,
    make_call,
    make_centre_line,
    make_line,
    open_on_weekdays,
    swedish,
)

pytestmark = pytest.mark.django_db


def test_coordinator_sees_the_calls_of_the_own_line_only() -> None:
    own, other, national = make_centre_line(), make_centre_line("05", "Östergötlands län"), make_line()
    coordinator = make_answerer(own)
    mine = make_call(own, coordinator)
    make_call(other, make_answerer(other))
    make_call(national, make_answerer(national))
    assert list(calls_for(coordinator)) == [mine]
    assert list(whole_calls_for(coordinator)) == [mine]
    assert list(lines_for(coordinator)) == [own]


def test_national_staff_sees_the_national_line_only() -> None:
    regional, national = make_centre_line(), make_line()
    make_call(regional, make_answerer(regional))
    call = make_call(national, make_answerer(national))
    assert list(calls_for(make_user(Role.NCH_LINE))) == [call]


def test_auditor_sees_all_calls_and_lines() -> None:
    lines = [make_centre_line(), make_line()]
    calls = {make_call(line, make_answerer(line)) for line in lines}
    assert set(calls_for(make_user(Role.AUDITOR))) == calls
    assert set(lines_for(make_user(Role.AUDITOR))) == set(lines)


@pytest.mark.parametrize(
    "role", [Role.COUNTY_OFFICER, Role.COUNTY_SIGNATORY, Role.NCH_OFFICER, Role.NCH_ANALYST, Role.NCH_ADMIN, None]
)
def test_other_roles_see_no_calls(role: Role | None) -> None:
    line = make_centre_line()
    make_call(line, make_answerer(line))
    assert not calls_for(make_user(role)).exists()
    assert not lines_for(make_user(role)).exists()


def test_nobody_sees_no_calls() -> None:
    line = make_centre_line()
    make_call(line, make_answerer(line))
    assert not calls_for(AnonymousUser()).exists()


def test_found_calls_are_narrowed_by_everything_that_is_coded() -> None:
    line, other = make_centre_line(), make_line()
    by, colleague = make_answerer(line), make_answerer(line)
    police = code(CodeKind.CALLER_CATEGORY, "polis")
    old = make_call(line, by, started_at=swedish(2025, 12, 31, 23, 30))
    unknown = make_call(line, colleague, county=None, county_known=False, channel=Channel.CHAT)
    worried = individual(exposure("fgm", Stage.WORRY))
    from_police = make_call(
        line, by, caller_category=police, county=make_county("05", "Östergötlands län"), individuals=(worried, worried)
    )
    make_call(other, make_answerer(other))

    def found(**criteria: Any) -> set[SupportCall]:
        calls = list(found_calls_for(by, CallCriteria(**criteria)))
        assert len(calls) == summary_for(by, CallCriteria(**criteria)).calls
        return set(calls)

    assert found() == {old, unknown, from_police}
    assert found(until=datetime.date(2025, 12, 31)) == {old}
    assert found(since=datetime.date(2026, 1, 1)) == {unknown, from_police}
    assert found(county=UNKNOWN_COUNTY) == {unknown}
    assert found(county="05") == {from_police}
    assert found(category="polis") == {from_police}
    assert found(mine=True) == {old, from_police}
    assert found(line_id=line.pk) == {old, unknown, from_police}
    assert found(line_id=other.pk) == set()
    assert found(channel=Channel.CHAT) == {unknown}
    assert found(exposure="fgm") == {from_police}
    assert found(topic="pagaende_arende") == set()


@pytest.mark.parametrize("outside", [False, True])
@pytest.mark.parametrize(
    ("since", "until"),
    [
        ((2026, 1, 1), (2026, 3, 31)),
        ((2026, 1, 15), (2026, 3, 10)),
        ((2026, 2, 3), (2026, 2, 20)),
        ((2026, 2, 28), None),
        (None, (2026, 2, 1)),
        ((2026, 3, 2), (2026, 3, 1)),
    ],
)
def test_length_of_a_list_is_right_for_every_period(
    since: tuple[int, int, int] | None, until: tuple[int, int, int] | None, outside: bool
) -> None:
    line = make_centre_line()
    by = make_answerer(line)
    open_on_weekdays(line)
    for month, day in ((1, 1), (1, 15), (1, 31), (2, 1), (2, 20), (2, 28), (3, 1), (3, 10)):
        place = {"county": None, "county_known": False} if day == 1 else {}
        make_call(line, by, started_at=swedish(2026, month, day, 0, 5), constructed=day == 15, **place)
        make_call(line, by, started_at=swedish(2026, month, day, 10), constructed=day == 20, **place)
    criteria = CallCriteria(
        since=datetime.date(*since) if since else None,
        until=datetime.date(*until) if until else None,
        outside=outside,
    )
    calls = list(found_calls_for(by, criteria))
    assert not outside or all(call.outside_hours for call in calls)
    assert summary_for(by, criteria) == CallSummary(
        len(calls),
        unknown_county=sum(not call.county_known for call in calls),
        constructed=sum(call.constructed for call in calls),
    )


def test_list_that_no_tally_counts_is_counted_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    line = make_centre_line()
    by = make_answerer(line)
    monkeypatch.setattr("stodtelefon.selectors.lengths.COUNTED_AT_MOST", 2)
    for _ in range(2):
        make_call(line, by)
    assert summary_for(by, CallCriteria(mine=True)) == CallSummary(2)
    make_call(line, by)
    assert summary_for(by, CallCriteria(mine=True)) == CallSummary(2, more=True)


def test_published_years_are_the_published_figures() -> None:
    load_published_figures()
    facts = {fact.year: fact for fact in published_per_year(2014, 2023)}
    assert list(facts) == list(range(2014, 2024))
    assert [facts[year].calls for year in range(2014, 2021)] == [187, 298, 455, 600, 959, 1019, 784]
    assert {facts[year].basis for year in (*range(2014, 2021), 2023)} == {"published"}
    assert (facts[2019].individuals, facts[2020].individuals) == (1054, None)
    assert facts[REMIT_BREAK_YEAR].calls == 395
    for year in (2021, 2022):
        assert (facts[year].calls, facts[year].individuals, facts[year].basis) == (None, None, "not_published")


def test_registered_calls_are_no_published_figures(country: None) -> None:
    load_published_figures()
    line = make_line()
    by = make_answerer(line)
    make_call(line, by, individuals=(individual(), individual()))
    make_call(line, by, started_at=swedish(2023, 5, 2, 10))
    construct_calls_2023(by=by, at=EVENING)
    assert published_per_year(2026, 2026) == [
        YearFact(2026, None, None, "not_published", "Ingen uppgift har publicerats.")
    ]
    assert published_per_year(2023, 2023)[0].calls == 395


def test_published_per_category_begins_with_the_largest() -> None:
    load_published_figures()
    assert latest_category_year() == 2019
    facts = published_per_category(2019)
    assert [(fact.code, fact.calls) for fact in facts][:2] == [("socialtjanst", 552), ("skola", 179)]
    assert sum(fact.calls for fact in facts) == 1019
    assert published_per_category(2018) == []


def test_published_per_county_ends_with_unknown_and_the_others() -> None:
    load_published_figures()
    assert latest_county_year() == 2023
    facts = published_per_county(2023)
    assert [(fact.county_code, fact.calls) for fact in facts] == [
        ("14", 51),
        ("05", 27),
        ("12", 27),
        (None, 77),
        (None, 213),
    ]
    assert [fact.label for fact in facts[3:]] == ["Okänt län", "Övriga 18 län"]


def test_facts_are_empty_before_anything_is_loaded() -> None:
    assert latest_category_year() is None
    assert latest_county_year() is None
    assert published_per_county(2023) == []
