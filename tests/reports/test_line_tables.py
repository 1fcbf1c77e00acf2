"""The live tables of the support lines, counted by hand on a few calls."""

import dataclasses
import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from nch.accounts.enums import Role
from nch.counties.models import CountyPopulation
from reports.statistics.cube import resolve
from reports.statistics.definitions import LANGUAGES, METRIC_ID, CellStatus, Disclosure, Filter
from reports.statistics.question import Period, Question, Reading
from reports.statistics.reach import Reach
from reports.statistics.registry import LINE_TABLES, TABLES
from reports.statistics.renderers.figure import draw, to_figure
from reports.statistics.selection import select
from stodtelefon.enums import AgeGroup, CodeKind, Gender, Stage
from stodtelefon.models import Matter, Shift, SupportCall
from stodtelefon.selectors.recorded import recorded_months
from stodtelefon.selectors.tallies import tallied_lines_for, tallies_for
from stodtelefon.services import load_published_figures, mend_tallies
from stodtelefon.services.codes import add_code, end_code
from stodtelefon.services.matters import tie_to_matter
from tests.factories.accounts import make_county, make_user
from tests.factories.stodtelefon import (
    code,
    exposure,
    individual,
    make_answerer,
    make_call,
    make_centre_line,
    make_line,
    make_shift,
    swedish,
)

pytestmark = pytest.mark.django_db

AT = swedish(2027, 2, 1, 12, 0)
LIVE = [table for table in LINE_TABLES.values() if table.disclosure == Disclosure.STAFF]


def asked(period=None, *, at=AT, user=None, line=None, constructed=True, **narrowing):
    user = user or make_user(Role.NCH_ANALYST)
    tallies = tallies_for(user)
    if line is not None:
        tallies = tallies.filter(line_id=line.pk)
    if not constructed:
        tallies = tallies.filter(constructed=False)
    return Question(
        period=period or Period.of_year(2026),
        asked_at=at,
        reading=Reading(tallies),
        lines=tuple(tallied_lines_for(user)),
        chosen_line=line,
        constructed=constructed,
        recorded=recorded_months(tallies, at.date()),
        **narrowing,
    )


def cube_of(table_id, question):
    return resolve(LINE_TABLES[table_id], "sv", question)


def value(cube, **codes):
    return cube.cell(**codes).value


@pytest.fixture
def line(db):
    make_county("05", "Östergötlands län")
    make_county("12", "Skåne län")
    return make_line()


@pytest.fixture
def answerer(line):
    return make_answerer(line)


def call(line, by, *when, at=None, **changes):
    """A call by the Swedish clock, logged the same evening."""
    began = swedish(*when)
    return make_call(line, by, started_at=began, at=at or began + datetime.timedelta(hours=6), **changes)


@pytest.fixture
def week(line, answerer):
    """Four calls over the turn of 2026: three in the ISO week 2026-W53, one in January 2026 with unknown county."""
    police = code(CodeKind.CALLER_CATEGORY, "polis")
    nowhere = {"county": None, "county_known": False}
    planned, worried = exposure("marriage", Stage.PLANNED), exposure("fgm", Stage.WORRY)
    return [
        call(line, answerer, 2026, 1, 15, 9, 30, caller_category=police, **nowhere),
        call(
            line,
            answerer,
            2026,
            12,
            28,
            9,
            30,
            individuals=(individual(planned, worried), individual(planned, age=AgeGroup.FROM_26)),
        ),
        call(
            line,
            answerer,
            2026,
            12,
            31,
            14,
            0,
            county=make_county("05", "Östergötlands län"),
            individuals=(individual(gender=Gender.BOY_OR_MAN),),
            referral=code(CodeKind.REFERRAL, "polis"),
            duration_minutes=40,
        ),
        call(line, answerer, 2027, 1, 1, 10, 0, topic=code(CodeKind.TOPIC, "pagaende_arende")),
    ]


# --- Time -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("week")
class TestTime:
    def test_weeks_are_whole_over_the_turn_of_the_year(self):
        cube = cube_of("line-per-week", asked())
        assert cube.dimension("Week").codes[0] == "2026W01"
        assert cube.dimension("Week").codes[-1] == "2026W53"
        assert len(cube.dimension("Week").codes) == 53
        assert value(cube, Week="2026W53", Contents="calls") == 3  # with New Year's Day, which lies in 2027
        assert value(cube, Week="2026W53", Contents="individuals") == 3
        assert sum(cell.value or 0 for cell in cube.cells() if cell.categories[-1].code == "calls") == 4

    def test_year_after_begins_with_its_own_first_week(self):
        cube = cube_of("line-per-week", asked(Period.of_year(2027)))
        assert cube.dimension("Week").codes == ["2027W01", "2027W02", "2027W03", "2027W04", "2027W05"]
        assert not any(cube.values)

    def test_year_whose_first_week_has_not_begun_shows_it(self):
        cube = cube_of("line-per-week", asked(Period.of_year(2027), at=swedish(2027, 1, 1, 12, 0)))
        assert cube.dimension("Week").codes == ["2027W01"]
        assert cube.cell(Week="2027W01", Contents="calls").status == CellStatus.NOT_KNOWN

    def test_weekly_average_is_of_the_weeks_that_are_known(self):
        half_years = Period(datetime.date(2025, 7, 1), datetime.date(2026, 6, 30))
        cube = cube_of("line-per-week", asked(half_years, at=swedish(2026, 1, 31, 12, 0)))
        assert len(cube.dimension("Week").codes) == 31
        known = [cell for cell in select(cube, {METRIC_ID: ["calls"]}).cells() if not cell.status]
        assert len(known) == 3  # from the week of the first call, 15 January, to the present one
        assert cube.finding == "Som mest 1 samtal i veckan (v. 3 2026)"  # the only whole week has none

    def test_days_are_those_of_the_last_month(self):
        cube = cube_of("line-per-day", asked())
        assert len(cube.dimension("Day").codes) == 31
        assert value(cube, Day="2026-12-28", Contents="calls") == 1
        assert value(cube, Day="2026-12-31", Contents="individuals") == 1
        assert value(cube, Day="2026-12-30", Contents="calls") == 0

    @pytest.mark.parametrize("period", [Period.of_year(2025), Period.of_year(2028)], ids=["before", "ahead"])
    def test_days_and_weeks_before_the_first_call_and_ahead_are_not_known(self, period):
        for table in ("line-per-day", "line-per-week", "line-per-month"):
            cube = cube_of(table, asked(period))
            assert set(cube.statuses.values()) == {CellStatus.NOT_KNOWN}, table
            assert not any(cell.value is not None for cell in cube.cells()), table
            assert cube.finding.startswith("Uppgift om samtal saknas"), table

    def test_days_of_the_present_month_are_known_up_to_today(self):
        cube = cube_of("line-per-day", asked(at=swedish(2026, 12, 30, 23, 30)))
        assert [cube.cell(Day=f"2026-12-{day}", Contents="calls").status for day in (30, 31)] == ["", "...."]

    def test_months_know_what_is_not_known(self):
        cube = cube_of("line-per-month", asked(Period.of_year(2026), at=swedish(2026, 12, 31, 20, 0)))
        assert [value(cube, Month=f"2026M{month:02}", Contents="calls") for month in (1, 2, 12)] == [1, 0, 2]
        before = cube_of("line-per-month", asked(Period.of_year(2025)))
        assert set(before.statuses.values()) == {CellStatus.NOT_KNOWN}
        assert cube.finding == "3 samtal hittills 2026"

    def test_month_narrowed_to_county_and_category(self):
        cube = cube_of("line-per-month", asked(county="05"))
        assert [value(cube, Month=f"2026M{month:02}", Contents="calls") for month in (1, 12)] == [0, 1]
        cube = cube_of("line-per-month", asked(county="unknown", category="polis"))
        assert [value(cube, Month=f"2026M{month:02}", Contents="calls") for month in (1, 12)] == [1, 0]

    def test_load_is_by_weekday_and_hour(self):
        cube = cube_of("line-load", asked())
        assert value(cube, Hour="09", Weekday="1", Contents="calls") == 1  # 28 December is a Monday
        assert value(cube, Hour="09", Weekday="total", Contents="calls") == 2
        assert value(cube, Hour="total", Weekday="4", Contents="calls") == 2
        assert value(cube, Hour="total", Weekday="total", Contents="calls") == 3
        assert cube.dimension("Weekday").codes == ["1", "2", "3", "4", "5", "total"]

    def test_calls_against_staffing(self, line):
        person = make_answerer(line)
        for day in (28, 29):
            Shift.objects.create(
                line=line, person=person, starts_at=swedish(2026, 12, day, 9, 0), ends_at=swedish(2026, 12, day, 10, 30)
            )
        cube = cube_of("line-staffing", asked())
        nine, ten = (
            {one.code: value(cube, Hour=hour, Contents=one.code) for one in cube.metric.categories}
            for hour in ("09", "10")
        )
        # The call of January came at nine too, but nobody had a shift that month.
        assert nine == {"calls": 2, "beside": 1, "staffed": 2, "per_hour": Decimal("0.5")}
        assert ten == {"calls": 0, "beside": 0, "staffed": 1, "per_hour": 0}
        assert cube.cell(Hour="14", Contents="per_hour").status == "."
        assert value(cube, Hour="total", Contents="beside") == 2
        assert value(cube, Hour="total", Contents="per_hour") == Decimal("0.33")  # 1 call in 3 hours; two came beside
        assert cube.finding == "Flest samtal per bemannad timme klockan 09–10: 0,50"

    def test_shifts_count_until_now(self, line):
        person = make_answerer(line)
        for day in (21, 28, 29):
            make_shift(line, person, datetime.date(2026, 12, day))
        now = swedish(2026, 12, 28, 9, 45)
        cube = cube_of("line-staffing", asked(at=now))
        assert value(cube, Hour="total", Contents="staffed") == Decimal("7.8")  # seven hours, and what is gone of today
        assert value(cube, Hour="09", Contents="staffed") == Decimal("1.8")  # an hour, and three quarters of one
        assert value(cube, Hour="09", Contents="per_hour") == Decimal("0.57")

    def test_calls_of_lines_without_a_rota_are_not_divided_by_the_hours_of_others(self, line):
        make_shift(line, make_answerer(line), datetime.date(2026, 12, 28))
        other = make_centre_line()
        for minute in range(9):
            call(other, make_answerer(other), 2026, 12, 28, 9, minute)
        cube = cube_of("line-staffing", asked())
        nine = {one.code: value(cube, Hour="09", Contents=one.code) for one in cube.metric.categories}
        assert nine == {"calls": 11, "beside": 10, "staffed": 1, "per_hour": 1}
        assert cube_of("line-staffing", asked(line=other)).finding.startswith("Inga pass är inlagda")

    def test_shift_over_midnight_is_in_the_hours_of_both_days(self, line):
        person = make_answerer(line)
        for start, stop in (((2026, 11, 2, 20), (2026, 11, 3)), ((2026, 11, 30, 22, 30), (2026, 12, 1, 1))):
            Shift.objects.create(line=line, person=person, starts_at=swedish(*start), ends_at=swedish(*stop))
        call(line, person, 2026, 12, 1, 0, 20)  # a Tuesday
        cube = cube_of("line-staffing", asked())
        hours = {code: value(cube, Hour=code, Contents="staffed") for code in ("00", "20", "22", "23", "total")}
        assert hours == {"00": 1, "20": 1, "22": Decimal("1.5"), "23": 2, "total": Decimal("6.5")}
        assert value(cube, Hour="00", Contents="per_hour") == 1
        december = Period(datetime.date(2026, 12, 1), datetime.date(2026, 12, 31))
        assert value(cube_of("line-staffing", asked(december)), Hour="total", Contents="staffed") == 1

    def test_years_show_no_zero_for_what_is_not_published(self):
        load_published_figures()
        cube = cube_of("line-per-year", asked())
        years = {code: value(cube, Year=code, Contents="calls") for code in cube.dimension("Year").codes}
        assert years == {
            "2014": 187,
            "2015": 298,
            "2016": 455,
            "2017": 600,
            "2018": 959,
            "2019": 1019,
            "2020": 784,
            "2021": None,
            "2022": None,
            "2023": 395,
            "2024": None,
            "2025": None,
            "2026": 3,
            "2027": 1,
        }
        assert cube.cell(Year="2021", Contents="calls").status == "..."
        assert cube.cell(Year="2020", Contents="recorded").status == CellStatus.NOT_KNOWN
        assert [one.code for one in cube.dimension("Year").categories if one.break_label] == ["2023"]
        assert "2021–2022 och 2024–2025" in cube.finding


def test_published_and_constructed_calls_are_never_added_up(line, answerer):
    load_published_figures()
    made_up = call(line, answerer, 2023, 5, 2, 9, 0)
    SupportCall.objects.filter(pk=made_up.pk).update(constructed=True)
    mend_tallies(at=timezone.now())
    cube = cube_of("line-per-year", asked())
    row = {one: value(cube, Year="2023", Contents=one) for one in ("calls", "published", "recorded", "constructed")}
    assert row == {"calls": 395, "published": 395, "recorded": 1, "constructed": 1}
    assert any("läggs inte till" in note for note in cube.notes)
    months = cube_of("line-per-month", asked(Period.of_year(2023)))
    assert any(note.startswith("1 av 1 samtal är konstruerade") for note in months.notes)
    assert cube_of("line-per-month", asked(Period.of_year(2023), constructed=False)).finding == (
        "Uppgift om samtal saknas för 2023"
    )


def test_line_of_its_own_has_a_series_without_published_figures(line):
    load_published_figures()
    own = make_centre_line()
    coordinator = make_answerer(own)
    call(own, coordinator, 2026, 3, 3, 9, 0)
    cube = cube_of("line-per-year", asked(user=coordinator))
    assert cube.dimension("Year").codes == ["2026"]
    assert value(cube, Year="2026", Contents="calls") == 1


# --- Who ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("week")
class TestWho:
    def test_counties_with_rates_and_the_unknown_one_apart(self):
        CountyPopulation.objects.create(county_id="12", year=2026, individuals=200_000)
        CountyPopulation.objects.create(county_id="05", year=2026, individuals=500_000)
        cube = cube_of("line-per-county", asked())
        table = {
            code: tuple(
                value(cube, County=code, Contents=one) for one in ("calls", "individuals", "population", "rate")
            )
            for code in cube.dimension("County").codes
        }
        assert table == {
            "12": (1, 2, 200_000, Decimal("0.5")),
            "05": (1, 1, 500_000, Decimal("0.2")),
            "unknown": (1, 0, None, None),
            "00": (3, 3, 700_000, Decimal("0.3")),
        }
        assert cube.cell(County="unknown", Contents="rate").status == "."
        assert cube.dimension("County").codes == ["12", "05", "unknown", "00"]
        assert any("31 december 2026" in note for note in cube.notes)

    def test_running_year_has_the_latest_population_and_says_of_which_day(self):
        for year, individuals in ((2024, 300_000), (2025, 200_000)):
            CountyPopulation.objects.create(county_id="12", year=year, individuals=individuals)
        cube = cube_of("line-per-county", asked())
        assert value(cube, County="12", Contents="population") == 200_000
        assert value(cube, County="12", Contents="rate") == Decimal("0.5")
        assert any("31 december 2025" in note and "senaste som är inläst för 2026" in note for note in cube.notes)

    def test_year_with_only_later_populations_has_no_rates_and_says_so(self):
        CountyPopulation.objects.create(county_id="12", year=2027, individuals=100_000)
        cube = cube_of("line-per-county", asked())
        for county in ("12", "00"):
            for measure in ("population", "rate"):
                assert cube.cell(County=county, Contents=measure).status == "....", (county, measure)
        assert any("Folkmängden för 2026 eller tidigare är inte inläst" in note for note in cube.notes)
        assert cube.finding == "Skåne län: 1 av 3 samtal"
        assert "Samtal" in to_figure(cube).svg  # the calls are drawn instead

    def test_categories(self):
        cube = cube_of("line-per-category", asked())
        assert cube.dimension("Category").codes[0] == "socialtjanst"
        assert [value(cube, Category=one, Contents="calls") for one in ("socialtjanst", "polis", "total")] == [2, 1, 3]
        assert value(cube, Category="socialtjanst", Contents="share") == Decimal("66.7")
        assert cube.finding == "Socialtjänst ringer oftast: 2 av 3 samtal, 67 procent"

    def test_unknown_county_against_the_target(self, line):
        line.unknown_county_target = 20
        line.save()
        cube = cube_of("line-unknown-county", asked())
        january = {one: value(cube, Month="2026M01", Contents=one) for one in ("calls", "unknown", "share", "target")}
        assert january == {"calls": 1, "unknown": 1, "share": 100, "target": 20}
        assert cube.cell(Month="2026M02", Contents="share").status == "."
        assert value(cube, Month="2026M12", Contents="share") == 0
        ahead = cube_of("line-unknown-county", asked(at=swedish(2026, 2, 10)))
        assert {ahead.cell(Month="2026M03", Contents=one).status for one in ("calls", "share")} == {"...."}
        # A share of nothing is no column of nought.
        assert "Högst 100,0 (jan 2026), lägst 100,0 (jan 2026)" in to_figure(ahead).svg
        assert cube.finding == "Länet är okänt i 33,3 procent av samtalen, målet är högst 20 procent och nås inte"


# --- What -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("week")
class TestWhat:
    def test_exposure_by_stage(self):
        cube = cube_of("line-exposure", asked())
        assert value(cube, Exposure="marriage", Stage="planned") == 2
        assert value(cube, Exposure="fgm", Stage="worry") == 1
        assert value(cube, Exposure="fgm", Stage="total") == 1
        assert value(cube, Exposure="abduction", Stage="worry") == 0
        assert cube.cell(Exposure="fgm", Stage="planned").status == "."
        assert cube.dimension("Exposure").codes[0] == "marriage"

    def test_exposure_narrowed_to_kind_and_county(self):
        cube = cube_of("line-exposure", asked(exposure="marriage", county="12"))
        assert cube.dimension("Exposure").codes == ["marriage"]
        assert value(cube, Exposure="marriage", Stage="total") == 2
        assert value(cube_of("line-exposure", asked(county="05")), Exposure="marriage", Stage="total") == 0

    def test_individuals_by_age_and_gender(self):
        cube = cube_of("line-individuals", asked())
        assert value(cube, Age="16_17", Gender="girl_woman") == 1
        assert value(cube, Age="16_17", Gender="total") == 2
        assert value(cube, Age="total", Gender="total") == 3
        assert (
            cube.finding
            == "67 procent av individerna är under 18 år; 67 procent av individerna är flickor eller kvinnor"
        )

    def test_topics(self):
        cube = cube_of("line-topics", asked(Period.of_year(2027)))
        assert cube.dimension("Topic").codes[0] == "pagaende_arende"
        assert value(cube, Topic="pagaende_arende", Contents="share") == 100
        assert value(cube, Topic="total", Contents="calls") == 1

    def test_referrals_and_what_is_not_heard(self):
        cube = cube_of("line-referrals", asked())
        assert value(cube, Referral="polis", Outcome="not_heard") == 1
        assert value(cube, Referral="none", Outcome="total") == 2
        assert value(cube, Referral="total", Outcome="total") == 3
        # Nobody waits to hear of the calls that were not referred on.
        assert cube.cell(Referral="none", Outcome="not_heard").status == "."
        assert value(cube, Referral="total", Outcome="not_heard") == 1
        assert value(cube, Referral="total", Outcome="none") == 2
        assert cube.finding.startswith("33 procent av samtalen hänvisas vidare")


def test_calls_without_individuals_or_referral_are_not_said_to_be_no_calls(line, answerer):
    call(line, answerer, 2026, 2, 3, 9, 0)
    assert cube_of("line-individuals", asked()).finding == "Samtalen 2026 gällde ingen utsatt individ"
    assert cube_of("line-exposure", asked()).finding == "Ingen sådan utsatthet är registrerad i samtalen 2026"
    assert cube_of("line-referrals", asked()).finding == "Inget av samtalen hänvisades vidare"
    for table in ("line-individuals", "line-exposure", "line-referrals"):
        assert cube_of(table, asked(Period.of_year(2025))).finding == "Uppgift om samtal saknas för 2025", table


def test_shares_are_of_the_individuals_whose_age_and_gender_are_known(line, answerer):
    unknown = {"age": AgeGroup.UNKNOWN, "gender": Gender.UNKNOWN}
    call(line, answerer, 2026, 2, 3, 9, 0, individuals=(individual(**unknown),))
    assert cube_of("line-individuals", asked()).finding == "Varken ålder eller kön är känt för någon av individerna"
    people = (individual(), *(individual(age=AgeGroup.UNKNOWN) for _ in range(3)))
    call(line, answerer, 2026, 2, 3, 9, 30, individuals=people)
    assert cube_of("line-individuals", asked()).finding == (
        "100 procent av individerna med känd ålder (1 av 5) är under 18 år; "
        "100 procent av individerna med känt kön (4 av 5) är flickor eller kvinnor"
    )


def tied(*calls):
    """Let the calls be about the same matter."""
    matter = Matter.objects.create(opened_at=AT, expires_at=AT + datetime.timedelta(days=9))
    for one in calls:
        tie_to_matter(call=one, matter=matter, by=one.logged_by, at=AT)


def matters_by_month(cube):
    """Calls, matters and calls that come back, of the months that have any call."""
    rows = {
        code: tuple(value(cube, Month=code, Contents=one) for one in ("calls", "matters", "repeated"))
        for code in cube.dimension("Month").codes
    }
    return {code: row for code, row in rows.items() if row[0]}


def test_matters_of_a_month_are_those_that_its_calls_concern(line, answerer):
    tied(call(line, answerer, 2026, 1, 15, 9, 0), *(call(line, answerer, 2026, 2, day, 9, 0) for day in (3, 4, 5)))
    call(line, answerer, 2026, 2, 6, 9, 0)
    cube = cube_of("line-matters", asked())
    assert matters_by_month(cube) == {"2026M01": (1, 1, 0), "2026M02": (4, 2, 3)}
    assert value(cube, Month="2026M02", Contents="share") == 75
    assert cube.finding == (
        "5 samtal gällde 2 olika frågor; 60,0 procent av samtalen gällde en fråga som hade varit uppe förut"
    )
    february = cube_of("line-matters", asked(Period(datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))))
    assert february.finding.startswith("4 samtal gällde 2 olika frågor; 75,0 procent")


def test_matters_count_at_the_lines_that_are_shown(line, answerer):
    own = make_centre_line()
    coordinator = make_answerer(own)
    tied(
        call(line, answerer, 2026, 1, 15, 9, 0),
        call(own, coordinator, 2026, 1, 16, 9, 0),
        call(line, answerer, 2026, 1, 17, 9, 0),
    )
    assert matters_by_month(cube_of("line-matters", asked())) == {"2026M01": (3, 1, 2)}
    assert matters_by_month(cube_of("line-matters", asked(line=line))) == {"2026M01": (2, 1, 1)}
    assert matters_by_month(cube_of("line-matters", asked(line=own))) == {"2026M01": (1, 1, 1)}
    within_reach = dataclasses.replace(asked(user=coordinator), reach=Reach(coordinator))
    assert matters_by_month(cube_of("line-matters", within_reach)) == {"2026M01": (1, 1, 1)}


def test_matter_that_began_with_a_constructed_call_counts_without_it(line, answerer):
    tied(call(line, answerer, 2026, 1, 3, 9, 0, constructed=True), call(line, answerer, 2026, 1, 5, 9, 0))
    assert matters_by_month(cube_of("line-matters", asked(constructed=False))) == {"2026M01": (1, 1, 0)}


def test_matters_narrowed_to_a_county(line, answerer):
    skane, elsewhere = {"county": make_county("12", "Skåne län")}, {"county": make_county("05", "Östergötlands län")}
    tied(*(call(line, answerer, 2026, 1, day, 9, 0, **skane) for day in (3, 5)))
    call(line, answerer, 2026, 1, 7, 9, 0, **elsewhere)
    assert matters_by_month(cube_of("line-matters", asked(county="12"))) == {"2026M01": (2, 1, 1)}
    assert matters_by_month(cube_of("line-matters", asked(county="05"))) == {"2026M01": (1, 1, 0)}


# --- Every table ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", LIVE, ids=lambda table: table.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_table_answers_without_any_call(table, language, line):
    cube = resolve(table, language, asked())
    assert cube.finding
    assert cube.updated == AT
    if cube.values:
        assert draw(cube).startswith("<svg")


@pytest.mark.usefixtures("week")
@pytest.mark.parametrize("table", LIVE, ids=lambda table: table.id)
def test_figure_has_the_finding_as_its_title(table):
    cube = resolve(table, "sv", asked())
    if cube.values:
        assert f"<title>{cube.finding}</title>" in draw(cube)


@pytest.mark.usefixtures("week")
def test_all_tables_take_one_query_of_the_tally(django_assert_max_num_queries):
    question = asked()
    for table in LIVE:
        question.reading.plan(table.needs(question))
    with django_assert_max_num_queries(10):
        for table in LIVE:
            resolve(table, "sv", question)


def test_no_public_door_knows_a_live_table():
    assert not {table.id for table in LIVE} & set(TABLES)
    assert all(table.answers_to <= set(Filter) for table in LIVE)


def test_change_of_a_code_list_is_a_break_in_every_table_over_it(line, answerer):
    lead = make_user(Role.NCH_LINE_LEAD)
    police, at = code(CodeKind.CALLER_CATEGORY, "polis"), swedish(2026, 5, 4, 9)
    new = add_code(
        kind=CodeKind.CALLER_CATEGORY,
        letters="rattsvasende",
        label="Rättsväsende",
        label_en="Justice",
        after=police,
        valid_from=datetime.date(2026, 7, 1),
        by=lead,
        at=at,
    )
    end_code(code=police, last_day=datetime.date(2026, 6, 30), successor=new, by=lead, at=at)
    call(line, answerer, 2026, 6, 30, 10, caller_category=police)
    call(line, answerer, 2026, 7, 1, 10, caller_category=new)

    cube = cube_of("line-per-category", asked())
    assert any("Från 2026-07-01: ”Polis” ersattes av ”Rättsväsende”." in note for note in cube.notes)
    notes = dict(cube.value_notes)
    assert notes["Polis"] == "Används till och med 2026-06-30, därefter ”Rättsväsende”."
    assert "Socialtjänst" not in notes
    assert (
        value(cube, Category="polis", Contents="calls"),
        value(cube, Category="rattsvasende", Contents="calls"),
    ) == (
        1,
        1,
    )

    months = cube_of("line-per-month", asked(category="rattsvasende"))
    assert [one.code for one in months.time.categories if one.break_label] == ["2026M07"]
    assert "Används från 2026-07-01, i stället för ”Polis”." in months.break_notes[0]
    assert draw(months)

    earlier = cube_of("line-per-category", asked(Period.of_year(2025)))
    assert not any("Tidsseriebrott" in note for note in earlier.notes)
    assert cube_of("line-per-month", asked()).break_notes == []
