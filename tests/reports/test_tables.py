"""Tables: what they hold, counted by hand, and how they are cut and written."""

import csv
import dataclasses
import io
import json
import math

import pytest
from jsonstat_validator import validate_jsonstat
from pyjstat import pyjstat

from reports.annual.compose import ReportDataError, compose_annual
from reports.statistics.cube import IncompleteFactsError, freeze, resolve, thaw
from reports.statistics.definitions import LANGUAGES, METRIC_ID, CellStatus, Disclosure, sum_notes
from reports.statistics.grid import lay_out
from reports.statistics.question import PUBLIC
from reports.statistics.registry import FOLLOW_UP_TABLES, LINE_TABLES, RELEASABLE, TABLES
from reports.statistics.renderers import csv as csv_renderer
from reports.statistics.renderers import html as html_renderer
from reports.statistics.renderers import jsonstat
from reports.statistics.renderers.figure import to_figure
from reports.statistics.selection import SelectionError, count_cells, select, split_expressions
from stodtelefon.models import PublishedFigure
from tests.factories.stodtelefon import make_answerer, make_call, make_line, swedish

# Year, calls, individuals, by hand from the published reports; None is not published.
BY_HAND = [
    (2014, 187, 255),
    (2015, 298, 443),
    (2016, 455, 619),
    (2017, 600, 798),
    (2018, 959, 1081),
    (2019, 1019, 1054),
    (2020, 784, None),
    (2021, None, None),
    (2022, None, None),
    (2023, 395, None),
]


def cube(table_id="calls-per-year", language="sv"):
    return resolve(TABLES[table_id], language)


@pytest.mark.usefixtures("facts")
class TestContents:
    def test_calls_per_year_are_the_published_ones(self):
        table = cube()
        assert table.values == tuple(number for row in BY_HAND for number in row[1:])
        missing = [place for place, value in enumerate(table.values) if value is None]
        assert table.statuses == dict.fromkeys(missing, "...")
        assert table.symbols["..."] == "inte publicerat"

    def test_calls_per_year_mark_the_break(self):
        years = {category.code: category for category in cube().dimension("Year").categories}
        assert [code for code, year in years.items() if year.break_label] == ["2023"]
        assert years["2023"].notes[0].startswith("Tidsseriebrott")
        assert years["2021"].notes == ("Antalet har inte publicerats.",)

    def test_records_that_are_not_published_stay_out(self):
        line = make_line()
        by = make_answerer(line)
        for year in (2022, 2023, 2024, 2025):
            make_call(line, by, started_at=swedish(year, 5, 4, 10, 0))
        assert cube().values == tuple(number for row in BY_HAND for number in row[1:])

    def test_calls_per_category_add_up(self):
        table = cube("calls-per-category")
        assert table.cell(Category="socialtjanst").value == 552
        *parts, total = table.values
        assert sum(parts) == total == 1019
        assert table.dimension("Year").codes == ["2019"]

    def test_calls_per_county_keep_the_rest_as_one_sum(self):
        table = cube("calls-per-county")
        assert {code: table.cell(County=code).value for code in table.dimension("County").codes} == {
            "14": 51,
            "05": 27,
            "12": 27,
            "unknown": 77,
            "other": 213,
            "00": 395,
        }

    def test_grant_money_of_unpublished_years_is_missing(self):
        table = cube("grant-money-per-year")
        assert table.cell(Year="2023", Contents="handed_out").value == 13_913_620
        assert table.cell(Year="2021", Contents="set_aside").value == 10_000_000
        assert table.cell(Year="2021", Contents="handed_out").value is None

    def test_resource_centres_count_sixteen_in_thirteen_counties(self):
        table = cube("resource-centres")
        assert table.cell(Round="total", Phase="total", Contents="centres").value == 16
        assert table.cell(Round="total", Phase="total", Contents="counties").value == 13
        assert [table.cell(Round=code, Phase="total", Contents="centres").value for code in "123"] == [5, 4, 7]

    def test_a_total_that_differs_from_its_parts_says_so(self):
        PublishedFigure.objects.filter(year=2019, dimension="total").update(calls=1020)
        [note] = cube("calls-per-category").dimension("Category").categories[-1].notes
        assert "1019" in note
        assert "1 mindre" in note

    def test_a_total_that_nobody_has_published_is_never_worked_out(self):
        line = make_line()
        by = make_answerer(line)
        for minute in range(7):
            make_call(line, by, started_at=swedish(2026, 2, 3, 9, minute))
        for dimension, code, label in (("caller_category", "polis", "Polis"), ("county", "12", "Skåne län")):
            PublishedFigure.objects.create(year=2026, dimension=dimension, code=code, label=label, calls=2, source="R")
        for table_id, place in (("calls-per-category", {"Category": "total"}), ("calls-per-county", {"County": "00"})):
            table = cube(table_id)
            total = table.cell(**place)
            assert (total.value, total.status) == (None, CellStatus.NOT_PUBLISHED), table_id
            assert next(one for one in total.categories if one.is_total).notes[0].startswith("Antalet samtal hela året")
        assert cube("calls-per-category").finding == "Polis ringde oftast av dem som har publicerats: 2 samtal 2026"
        assert cube("calls-per-county").finding == "Skåne län: 2 samtal 2026"
        PublishedFigure.objects.create(year=2026, dimension="total", code="", label="Totalt", calls=400, source="R")
        assert cube("calls-per-county").cell(County="00").value == 400
        # Whether the county is known in the others nobody has told.
        assert cube("calls-per-county").finding == "Skåne län: 2 av 400 samtal 2026"
        with pytest.raises(ReportDataError):
            compose_annual(2023)  # it prints the unknown county's share, which the latest figures lack

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("table_id", TABLES)
    def test_every_table_freezes_and_thaws_unchanged(self, table_id, language):
        table = cube(table_id, language)
        assert thaw(json.loads(json.dumps(freeze(table)))) == table

    @pytest.mark.parametrize("table_id", TABLES)
    def test_every_table_is_written_in_english_without_swedish_left(self, table_id):
        table = cube(table_id, "en")
        texts = [table.title, table.description, table.finding, *table.notes]
        texts += [note for one in table.dimensions for category in one.categories for note in category.notes]
        assert not [text for text in texts if any(letter in text.lower() for letter in "åäö")]

    @pytest.mark.parametrize("table_id", TABLES)
    def test_every_table_takes_few_queries(self, table_id, django_assert_max_num_queries):
        with django_assert_max_num_queries(4):
            cube(table_id)


EVERY_TABLE = {**TABLES, **RELEASABLE, **FOLLOW_UP_TABLES, **LINE_TABLES}


@pytest.mark.parametrize("table_id", EVERY_TABLE)
def test_every_definition_says_what_has_to_be_said(table_id):
    table = EVERY_TABLE[table_id]
    texts = [table.title, table.description, table.source, *table.notes]
    texts += [one.text for one in (*table.dimensions, *table.measures)] + [one.unit for one in table.measures]
    assert all(text.sv and text.en for text in texts)
    assert not [text.en for text in texts if any(letter in text.en.lower() for letter in "åäö")]
    assert table.id == table_id
    assert table.contact
    assert table.updated
    assert table.notes or table.disclosure == Disclosure.PUBLISHED
    assert {table.heading, *table.charted} <= {
        METRIC_ID,
        *(one.id for one in table.dimensions),
        *(one.code for one in table.measures),
    }
    # A table for release says how it is protected and which years it covers; a live one who may read it.
    assert (table.policy is not None) == (table.disclosure == Disclosure.RELEASED) == (table_id in RELEASABLE)
    if table.policy:
        assert set(table.policy.measures) == {one.code for one in table.measures}
    assert bool(table.readers) or table.disclosure != Disclosure.STAFF


def test_tables_without_facts_are_empty_rather_than_broken(db):
    for table_id in TABLES:
        table = cube(table_id)
        assert not [value for value in table.values if value]


def test_a_missing_cell_is_an_error(monkeypatch, facts):
    import dataclasses

    definition = TABLES["calls-per-year"]
    whole = definition.facts(PUBLIC)
    broken = dataclasses.replace(whole, cells={key: whole.cells[key] for key in list(whole.cells)[1:]})
    with pytest.raises(IncompleteFactsError, match="2014"):
        resolve(dataclasses.replace(definition, facts=lambda question: broken), "sv")


def test_sums_that_hold_need_no_note():
    assert sum_notes([1, 2], 3) == ()
    assert "1 mer" in sum_notes([1, 2], 2)[0].sv


@pytest.mark.usefixtures("facts")
class TestSelection:
    @pytest.mark.parametrize(
        ("expression", "years"),
        [
            ("2019", ["2019"]),
            ("2023,2014", ["2014", "2023"]),
            ("*", [str(row[0]) for row in BY_HAND]),
            ("202*", ["2020", "2021", "2022", "2023"]),
            ("201?", ["2014", "2015", "2016", "2017", "2018", "2019"]),
            ("top(2)", ["2022", "2023"]),
            ("TOP(2,1)", ["2021", "2022"]),
            ("bottom(2)", ["2014", "2015"]),
            ("from(2021)", ["2021", "2022", "2023"]),
            ("to(2015)", ["2014", "2015"]),
            ("range(2016,2018)", ["2016", "2017", "2018"]),
            ("2014, range(2022,2023)", ["2014", "2022", "2023"]),
            ("top(99)", [str(row[0]) for row in BY_HAND]),
        ],
    )
    def test_expressions_choose_years(self, expression, years):
        chosen = select(cube(), {"year": split_expressions(expression)})
        assert chosen.dimension("Year").codes == years
        assert chosen.values == tuple(number for row in BY_HAND if str(row[0]) in years for number in row[1:])
        assert count_cells(cube(), {"Year": split_expressions(expression)}) == 2 * len(years)

    def test_many_stars_come_to_an_end(self):
        # A matcher that backtracks would not be done with this before the run is stopped.
        table = cube()
        year = table.dimension("Year")
        long = dataclasses.replace(year, categories=(dataclasses.replace(year.categories[0], code="a" * 200),))
        table = dataclasses.replace(table, dimensions=(long, *table.dimensions[1:]))
        with pytest.raises(SelectionError, match="inget värde"):
            count_cells(table, {"Year": ["*a" * 45 + "*å"]})

    def test_top_of_what_is_no_time_is_the_first(self):
        assert select(cube("calls-per-county"), {"County": ["top(1)"]}).dimension("County").codes == ["14"]

    def test_selection_keeps_the_statuses_where_they_belong(self):
        chosen = select(cube(), {"Year": ["2020", "2021"], "Contents": ["individuals", "calls"]})
        assert chosen.values == (784, None, None, None)
        assert set(chosen.statuses) == {1, 2, 3}

    @pytest.mark.parametrize(
        ("selection", "words"),
        [
            ({"Month": ["1"]}, "ingen variabel ”Month”"),
            ({"Year": ["1999"]}, "inget värde ”1999”"),
            ({"Year": []}, "saknar värden"),
            ({"Year": ["19*"]}, "inget värde"),
            ({"Year": ["range(2018,2016)"]}, "slutar innan"),
            ({"Year": ["range(2018)"]}, "tar 2 värden"),
            ({"Year": ["from(1999)"]}, "inget värde ”1999”"),
            ({"Year": ["top(x)"]}, "heltal"),
            ({"Year": ["top(0)"]}, "minst 1"),
            ({"Year": ["top(1,2,3)"]}, "heltal"),
            ({"Year": ["2019"], "YEAR": ["2020"]}, "mer än en gång"),
            ({"Year": ["(((((*"]}, "inget värde"),
            ({"Year": ["20[12]*"]}, "inget värde"),
            ({"Year": ["*" * 101]}, "längre än 100 tecken"),
            ({"Year": ["2019"] * 10_001}, "fler än 10000 värden"),
            ({"Year": [f"{number}*" for number in range(101)]}, r"fler än 100 uttryck"),
        ],
    )
    def test_what_the_table_does_not_have_is_named(self, selection, words):
        with pytest.raises(SelectionError, match=words.replace("(", r"\(")):
            select(cube(), selection)


@pytest.mark.usefixtures("facts")
class TestFormats:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("table_id", TABLES)
    def test_jsonstat_is_valid(self, table_id, language):
        assert validate_jsonstat(jsonstat.to_dataset(cube(table_id, language))) is True

    @pytest.mark.filterwarnings("ignore::DeprecationWarning:pyjstat")
    @pytest.mark.parametrize("table_id", TABLES)
    def test_pyjstat_reads_every_cell(self, table_id):
        table = cube(table_id)
        frame = pyjstat.Dataset.read(jsonstat.render(table).decode()).write("dataframe")
        read = [None if value is None or math.isnan(value) else value for value in frame["value"]]
        assert read == list(table.values)

    def test_jsonstat_says_what_is_missing_and_where_the_series_breaks(self):
        dataset = jsonstat.to_dataset(cube())
        assert dataset["value"][14] is None
        assert dataset["status"]["14"] == "..."
        assert dataset["dimension"]["Year"]["extension"] == {
            "elimination": False,
            "show": "value",
            "breaks": ["2023"],
        }
        assert dataset["dimension"]["Year"]["category"]["note"]["2023"]
        assert dataset["role"] == {"time": ["Year"], "metric": ["Contents"]}

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1"])
    def test_csv_disarms_formulas(self, text):
        import dataclasses

        table = cube("calls-per-county")
        county = table.dimension("County")
        evil = dataclasses.replace(
            county, categories=(dataclasses.replace(county.categories[0], label=text), *county.categories[1:])
        )
        hostile = dataclasses.replace(
            table, dimensions=tuple(evil if one.id == "County" else one for one in table.dimensions)
        )
        content = csv_renderer.render(hostile).decode("utf-8-sig")
        assert f"'{text}" in next(csv.reader(io.StringIO(content.splitlines()[1])))

    @pytest.mark.parametrize("table_id", TABLES)
    def test_html_holds_every_number(self, table_id):
        table = cube(table_id)
        page = html_renderer.render(table).decode()
        assert all(table.written(cell) in page for cell in table.cells())
        assert "style=" not in page

    @pytest.mark.parametrize("table_id", TABLES)
    def test_figure_shows_what_the_table_says(self, table_id):
        figure = to_figure(cube(table_id))
        assert figure.svg.startswith("<svg")
        assert f"<title>{figure.title}</title>" in figure.svg
        assert all(len(row) == len(figure.columns) for row in figure.rows)

    def test_grid_lays_years_down_and_measures_across(self):
        grid = lay_out(cube())
        assert grid.columns == ["År", "Samtal", "Utsatta individer"]
        assert [row.stub[0].code for row in grid.rows] == [str(row[0]) for row in BY_HAND]

    def test_status_symbols_are_told_apart(self):
        assert len({status.value for status in CellStatus}) == len(CellStatus)
