"""What each role sees of the calls, and the public facts about the national line."""

import pytest
from django.contrib.auth.models import AnonymousUser

from nch.accounts.enums import Role
from stodtelefon.enums import CodeKind
from stodtelefon.selectors import (
    REMIT_BREAK_YEAR,
    UNKNOWN_COUNTY,
    YearFact,
    calls_for,
    calls_per_year,
    found_calls_for,
    latest_category_year,
    latest_county_year,
    lines_for,
    published_per_category,
    published_per_county,
    summary_of,
    whole_calls_for,
)
from stodtelefon.services import construct_calls_2023, load_published_figures
from tests.factories.accounts import make_county, make_user
from tests.factories.stodtelefon import (
    EVENING,
    code,
    individual,
    make_answerer,
    make_call,
    make_centre_line,
    make_line,
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


def test_found_calls_are_narrowed_by_year_county_and_category() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    police = code(CodeKind.CALLER_CATEGORY, "polis")
    old = make_call(line, by, started_at=swedish(2025, 12, 31, 23, 30))
    unknown = make_call(line, by, county=None, county_known=False)
    from_police = make_call(line, by, caller_category=police, county=make_county("05", "Östergötlands län"))
    assert list(found_calls_for(by, year=2025)) == [old]
    assert set(found_calls_for(by, year=2026)) == {unknown, from_police}
    assert list(found_calls_for(by, county=UNKNOWN_COUNTY)) == [unknown]
    assert list(found_calls_for(by, county="05")) == [from_police]
    assert list(found_calls_for(by, category="polis")) == [from_police]


def test_found_calls_are_sorted_with_the_unknown_county_last_both_ways() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    orebro = make_call(line, by, county=make_county("18", "Örebro län"))
    unknown = make_call(line, by, county=None, county_known=False)
    dalarna = make_call(line, by, county=make_county("20", "Dalarnas län"))
    assert list(found_calls_for(by, sort="county")) == [dalarna, orebro, unknown]
    assert list(found_calls_for(by, sort="-county")) == [orebro, dalarna, unknown]
    assert list(found_calls_for(by, sort="nonsense")) == [dalarna, unknown, orebro]


def test_summary_counts_unknown_and_constructed_calls() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    make_call(line, by)
    make_call(line, by, county=None, county_known=False, constructed=True)
    summary = summary_of(calls_for(by))
    assert (summary.calls, summary.unknown_county, summary.constructed) == (2, 1, 1)


def test_calls_per_year_are_the_published_figures() -> None:
    load_published_figures()
    facts = {fact.year: fact for fact in calls_per_year(2014, 2023)}
    assert list(facts) == list(range(2014, 2024))
    assert [facts[year].calls for year in range(2014, 2021)] == [187, 298, 455, 600, 959, 1019, 784]
    assert {facts[year].basis for year in (*range(2014, 2021), 2023)} == {"published"}
    assert (facts[2019].individuals, facts[2020].individuals) == (1054, None)
    assert facts[REMIT_BREAK_YEAR].calls == 395
    for year in (2021, 2022):
        assert (facts[year].calls, facts[year].individuals, facts[year].basis) == (None, None, "not_published")


def test_calls_per_year_count_records_where_nothing_is_published() -> None:
    load_published_figures()
    regional, national = make_centre_line(), make_line()
    by = make_answerer(national)
    make_call(regional, make_answerer(regional), individuals=(individual(),))
    make_call(national, by, individuals=(individual(), individual()))
    make_call(national, by)
    make_call(national, by, constructed=True, individuals=(individual(),))
    make_call(national, by, started_at=swedish(2023, 5, 2, 10))
    before, fact = calls_per_year(2023, 2026)[0], calls_per_year(2023, 2026)[-1]
    assert (fact.calls, fact.individuals, fact.basis) == (2, 2, "records")
    assert before.calls == 395


def test_constructed_calls_never_count_as_facts(country: None) -> None:
    load_published_figures()
    line = make_line()
    by = make_answerer(line)
    make_call(line, by, constructed=True)
    construct_calls_2023(by=by, at=EVENING)
    assert calls_per_year(2026, 2026) == [YearFact(2026, None, None, "not_published", "Ingen uppgift har publicerats.")]
    assert calls_per_year(2023, 2023)[0].basis == "published"


def test_calls_per_year_go_by_the_swedish_year() -> None:
    line = make_line()
    make_call(line, make_answerer(line), started_at=swedish(2025, 1, 1, 0, 30))
    assert [fact.calls for fact in calls_per_year(2024, 2025)] == [None, 1]


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
