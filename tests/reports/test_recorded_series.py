"""What of a series nobody counted, what goes on and what cannot be compared; by tallies put in as calls would have."""

import datetime

import pytest

from reports.statistics.cube import resolve
from reports.statistics.definitions import METRIC_ID, CellStatus
from reports.statistics.key_numbers import key_numbers
from reports.statistics.question import Period
from reports.statistics.registry import LINE_TABLES
from reports.statistics.selection import select
from reports.statistics.tables import line_crosses, released_calls
from stodtelefon.enums import Cut
from stodtelefon.models import CallTally
from tests.factories.accounts import make_county
from tests.factories.stodtelefon import make_line, swedish
from tests.reports.test_line_tables import asked, cube_of, value

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
