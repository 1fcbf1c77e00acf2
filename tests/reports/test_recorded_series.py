"""What of a series nobody counted, what goes on and what cannot be compared; by tallies put in as calls would have."""

import datetime

import pytest

from nch.common.formats import format_number
from nch.counties.models import CountyPopulation
from reports.statistics.cube import resolve
from reports.statistics.definitions import METRIC_ID, CellStatus
from reports.statistics.key_numbers import key_numbers
from reports.statistics.question import Period
from reports.statistics.registry import LINE_TABLES, RELEASABLE_CALLS
from reports.statistics.renderers.figure import draw
from reports.statistics.selection import select
from reports.statistics.tables import line_crosses, released_calls
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.models import CallTally, Code
from stodtelefon.services import load_published_figures
from tests.factories.accounts import make_county
from tests.factories.stodtelefon import code, make_centre_line, make_line, swedish
from tests.reports.test_line_tables import AT, asked, cube_of, value

pytestmark = pytest.mark.django_db

CROSSED = {table.id: table for table in line_crosses.TABLES}
OF_A_PERIOD = [
    one for one in LINE_TABLES if one.startswith("line-") and one not in ("line-per-year", "line-around-openings")
]
YEARS_2020_TO_2023 = Period(datetime.date(2020, 1, 1), datetime.date(2023, 12, 31))


@pytest.fixture
def line(db):
    make_county("05", "Östergötlands län")
    make_county("12", "Skåne län")
    return make_line()


def put(line, month, calls, county="12", category="socialtjanst"):
    """Entries of the tally as so many calls on the first of a month would have made them."""
    day = datetime.date.fromisoformat(f"{month}-01")
    keys = {Cut.PLACE: (county, category), Cut.DAY: (day.isoformat(), ""), Cut.TOPIC: ("rutiner", category)}
    for cut, (first, second) in keys.items():
        CallTally.objects.create(
            line=line,
            month=day,
            cut=cut,
            first_key=first,
            second_key=second,
            calls=calls,
            matters=calls,
            individuals=0,
            minutes=20 * calls,
            outside_hours=0,
        )


@pytest.fixture
def gap(line):
    """Calls in June 2020 and June 2023, and nothing between."""
    put(line, "2020-06", 100)
    put(line, "2023-06", 50)
    return line


def written(cube, **codes):
    return cube.written(cube.cell(**codes))


class TestWhatNobodyCounted:
    def test_months_between_are_not_nought(self, gap):
        cube = cube_of("line-per-month", asked(YEARS_2020_TO_2023))
        months = select(cube, {METRIC_ID: ["calls"]}).cells()
        known = {one.categories[0].code: one.value for one in months if one.value is not None}
        assert known == {"2020M06": 100, "2023M06": 50}
        assert "Samtal är registrerade bara för juni 2020 och juni 2023." in cube.notes

    @pytest.mark.parametrize("table", ["line-calls-by-year-and-caller", "line-calls-by-year-county-and-caller"])
    def test_years_between_are_not_nought_in_what_is_explored(self, gap, table):
        cube = resolve(CROSSED[table], "sv", asked(YEARS_2020_TO_2023))
        of_year = {year: [one for one in cube.cells() if one.categories[0].code == year] for year in ("2021", "2023")}
        assert {one.status for one in of_year["2021"]} == {CellStatus.NOT_KNOWN}
        assert {one.status for one in of_year["2023"]} == {""}
        assert cube.dimension("Year").categories[0].notes == ("Samtal är registrerade bara för juni 2020.",)

    def test_years_between_are_neither_released_nor_nought(self, gap):
        question = asked(YEARS_2020_TO_2023)
        assert released_calls.YEAR_AND_CATEGORY.years(question) == [2020, 2023]
        cube = resolve(released_calls.YEAR_AND_CATEGORY, "sv", question)
        assert written(cube, Year="2022", Category="total", Contents="calls") == "uppgift saknas"

    def test_months_ahead_are_not_nought(self, line):
        put(line, "2026-06", 100)
        question = asked(at=swedish(2026, 11, 22, 12))
        cube = resolve(CROSSED["line-calls-by-month-and-county"], "sv", question)
        cells = {month: cube.cell(Month=f"2026M{month}", County="12", Contents="calls") for month in ("10", "11", "12")}
        assert [(one.value, one.status) for one in cells.values()] == [(0, ""), (0, ""), (None, CellStatus.NOT_KNOWN)]

    @pytest.mark.parametrize("table", OF_A_PERIOD)
    def test_no_table_of_a_year_that_nobody_recorded_has_a_nought(self, gap, table):
        cube = cube_of(table, asked(Period.of_year(2021)))
        assert not [one for one in cube.cells() if one.value == 0]

    def test_category_without_calls_is_nought_while_its_line_has_some(self, gap):
        cube = cube_of("line-per-category", asked(Period.of_year(2023)))
        assert value(cube, Category="polis", Contents="calls") == 0

    def test_key_numbers_of_a_year_that_nobody_recorded(self, gap):
        assert [(one.label, one.value) for one in key_numbers(asked(Period.of_year(2021)))] == [
            ("Samtal", "Uppgift saknas"),
        ]

    def test_target_of_months_to_come_is_known(self, line):
        line.unknown_county_target = 15
        line.save()
        put(line, "2026-06", 100)
        cube = cube_of("line-unknown-county", asked(at=swedish(2026, 11, 22, 12)))
        assert written(cube, Month="2026M12", Contents="calls") == "uppgift saknas"
        assert written(cube, Month="2026M12", Contents="target") == "15,0"


class TestBreaks:
    def test_break_of_2023_is_marked_in_months_weeks_and_days(self, gap):
        for table, begins in (("line-per-month", "2023M01"), ("line-per-week", "2023W01")):
            cube = cube_of(table, asked(Period.of_year(2023)))
            [marked] = [one for one in cube.time.categories if one.break_label]
            assert (marked.code, marked.break_label) == (begins, "Ändrat uppdrag och kortare telefontid")
            assert marked.notes[-1].startswith("Tidsseriebrott: från 2023")

    def test_break_of_2023_is_marked_in_what_is_explored_and_released(self, gap):
        question = asked(YEARS_2020_TO_2023)
        tables = [*line_crosses.TABLES, *RELEASABLE_CALLS.values()]
        times = [resolve(table, "sv", question).time.categories for table in tables]
        marked = {tuple(one.code for one in codes if one.break_label) for codes in times}
        assert marked == {("2023",), ("2023M01",)}

    def test_line_of_a_county_has_no_break_of_the_national_one(self, gap):
        own = make_centre_line()
        put(own, "2022-06", 5)
        put(own, "2023-06", 5)
        both = Period(datetime.date(2022, 1, 1), datetime.date(2023, 12, 31))
        for table in ("line-per-month", "line-per-year"):
            assert not [one for one in cube_of(table, asked(both, line=own)).time.categories if one.break_label]

    def test_period_on_both_sides_of_the_break_says_so(self, gap):
        notes = cube_of("line-per-category", asked(YEARS_2020_TO_2023)).notes
        assert [one for one in notes if one.startswith("Tidsseriebrott: från 2023")]
        notes = cube_of("line-per-category", asked(Period.of_year(2023))).notes
        assert not [one for one in notes if "från 2023" in one]

    def test_change_of_a_list_is_a_break_of_the_years_that_are_cut_by_it(self, line):
        old = code(CodeKind.CALLER_CATEGORY, "polis")
        words = {"label": "Rättsväsende", "label_en": "Justice"}
        began = datetime.date(2026, 3, 1)
        new = Code.objects.create(kind=old.kind, code="rattsvasende", valid_from=began, position=99, **words)
        Code.objects.filter(pk=old.pk).update(valid_to=datetime.date(2026, 2, 28), successor=new)
        put(line, "2025-06", 100, category="polis")
        put(line, "2026-06", 50, category="rattsvasende")
        both = Period(datetime.date(2025, 1, 1), datetime.date(2026, 12, 31))
        years = resolve(released_calls.YEAR_AND_CATEGORY, "sv", asked(both)).time.categories
        assert [one.break_label for one in years] == ["", "Ändrad kodlista"]
        assert "ersattes av" in years[1].notes[-1]
        topics = resolve(released_calls.YEAR_AND_TOPIC, "sv", asked(both)).time.categories
        assert not any(one.break_label for one in topics)

    def test_figure_of_months_draws_a_line_at_the_break(self, gap):
        for period, drawn in ((YEARS_2020_TO_2023, True), (Period.of_year(2020), False)):
            svg = draw(cube_of("line-per-month", asked(period)))
            assert ("Streckad linje: Ändrat uppdrag och kortare telefontid" in svg) == drawn
            assert ('stroke-dasharray="6,4"' in svg) == drawn


class TestChange:
    def trend(self, period, **narrowing):
        question = asked(period, **narrowing)
        return cube_of("line-per-month", question).finding, key_numbers(question)[0].trend

    def test_is_told_where_both_years_are_recorded(self, line):
        for month, calls in (("2024-01", 40), ("2024-12", 40), ("2025-12", 50)):
            put(line, month, calls)
        change = "38 procent färre än 2024"
        assert self.trend(Period.of_year(2025)) == (f"50 samtal 2025, {change}", change)

    def test_is_not_told_against_a_year_that_is_recorded_in_part(self, line):
        put(line, "2024-12", 1)
        put(line, "2025-06", 12)
        expected = "12 samtal 2025", "Jämförs inte: antalet är inte registrerat för hela 2024"
        assert self.trend(Period.of_year(2025)) == expected

    def test_is_not_told_across_the_break_of_2023(self, line):
        for month in ("2022-01", "2022-12", "2023-12"):
            put(line, month, 50)
        expected = "50 samtal 2023", "Jämförs inte med 2022: nytt uppdrag från 2023"
        assert self.trend(Period.of_year(2023)) == expected
        trends = {one.trend for one in key_numbers(asked(Period.of_year(2023)))}
        assert {one for one in trends if "2022" in one} == {expected[1]}

    def test_is_not_told_while_the_period_goes_on(self, line):
        for month in ("2025-01", "2025-12", "2026-06"):
            put(line, month, 50)
        at = swedish(2026, 11, 4, 12)
        expected = "50 samtal hittills 2026", "Perioden pågår"
        assert self.trend(Period.of_year(2026), at=at) == expected
        cube = cube_of("line-per-month", asked(at=at))
        assert cube.dimension("Month").categories[10].notes == ("Månaden pågår.",)
        assert "Perioden pågår: här räknas samtal till och med 4 november 2026." in cube.notes

    def test_year_that_goes_on_is_not_held_against_whole_ones(self, line):
        load_published_figures()
        put(line, "2026-02", 3)
        cube = cube_of("line-per-year", asked(at=swedish(2026, 2, 20, 12)))
        assert cube.finding.startswith("3 samtal hittills 2026")
        notes = {one.code: one.notes for one in cube.time.categories}
        assert "Året pågår." in notes["2026"]
        assert "Stödtelefonen öppnade den 13 mars." in notes["2014"]

    def test_usual_week_is_of_whole_recorded_weeks(self, line):
        for day in (5, 6, 12, 13):
            values = {"calls": 1, "matters": 1, "individuals": 0, "minutes": 9, "outside_hours": 0}
            month = datetime.date(2026, 10, 1)
            CallTally.objects.create(line=line, month=month, cut=Cut.DAY, first_key=f"2026-10-{day:02}", **values)
        cube = cube_of("line-per-week", asked(at=swedish(2026, 10, 19, 8, 0)))
        assert cube.finding == "2,0 samtal i veckan i genomsnitt, som mest 2 samtal (v. 41 2026)"
        assert cube.dimension("Week").categories[-1].notes == ("Veckan pågår.",)
        long = cube_of("line-per-week", asked(Period(datetime.date(2020, 1, 1), datetime.date(2026, 12, 31))))
        assert "2020" not in long.notes[0]


class TestNumbers:
    def test_rate_is_per_year_however_long_the_period(self, line):
        CountyPopulation.objects.bulk_create(
            CountyPopulation(county_id="12", year=year, individuals=1_000_000) for year in range(2017, 2027)
        )
        for year in range(2017, 2027):
            put(line, f"{year}-01", 60)
            put(line, f"{year}-12", 60)
        ten_years = Period(datetime.date(2017, 1, 1), datetime.date(2026, 12, 31))
        rates = [
            value(cube_of("line-per-county", asked(one)), County="12", Contents="rate")
            for one in (ten_years, Period.of_year(2024), Period.of_months(datetime.date(2024, 12, 1)))
        ]
        assert rates == [12, 12, 72]

    def test_rate_says_whose_lines_count(self, line):
        own = make_centre_line()
        put(line, "2026-06", 10)
        put(own, "2026-06", 10)
        assert [one for one in cube_of("line-per-county", asked()).notes if "egna telefoner räknas med" in one]
        cube = cube_of("line-per-county", asked(line=own))
        assert [one for one in cube.notes if one.startswith("Bara samtal till länets egen telefon räknas")]
        assert "invånare" not in cube.finding

    def test_halves_are_rounded_up_alike_in_cell_and_sentence(self, line):
        put(line, "2026-03", 49, county="")
        put(line, "2026-03", 351)
        cube = cube_of("line-unknown-county", asked(Period.of_months(datetime.date(2026, 3, 1))))
        assert written(cube, Month="2026M03", Contents="share") == "12,3"
        assert cube.finding.startswith("Länet är okänt i 12,3 procent")
        assert format_number(0.125, decimals=2) == "0,13"

    def test_length_of_the_period_before_has_its_unit(self, line):
        for month in ("2024-01", "2024-12", "2025-12"):
            put(line, month, 10)
        for at in (AT, swedish(2025, 12, 20, 12)):  # over, and going on
            numbers = {one.label: one for one in key_numbers(asked(Period.of_year(2025), at=at))}
            assert numbers["Samtalets längd"].trend == "20 minuter 2024"
