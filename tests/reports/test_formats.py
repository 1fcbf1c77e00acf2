"""One selection in every format: the same cells, whatever the texts, read back by readers that are not ours."""

import csv
import dataclasses
import datetime
import io
import itertools
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from html.parser import HTMLParser
from math import prod
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonstat_validator import validate_jsonstat
from openpyxl import load_workbook
from pyaxis import pyaxis

from reports.statistics.cube import Category, Cube, CubeDimension, resolve
from reports.statistics.definitions import LANGUAGES, METRIC_ID, STATUS_TEXTS, CellStatus, Role
from reports.statistics.grid import PlacementError, lay_out, place
from reports.statistics.registry import TABLES
from reports.statistics.renderers import csv as csv_renderer
from reports.statistics.renderers import html, jsonstat, px, xlsx
from reports.statistics.renderers.formats import FORMATS
from reports.statistics.renderers.style import Show, Style
from reports.statistics.selection import select

Cells = dict[tuple[str, ...], tuple[Decimal | None, str]]
"""By the codes of all dimensions in the cube's order: the number, and else the status in words."""

# What formats quote, escape, run as formulas or take for their own.
HOSTILE = st.text(
    st.sampled_from("aÅö90 \"'<>&;,=+-@()[]#.\t\n|_/\\”…\u00a0\u2028"), min_size=1, max_size=12
) | st.sampled_from(["=1+1", "DATA=1;", "</td></tr>", '","', "-", "..", "x" * 300, "ord " * 100])
WORDS = st.text(st.sampled_from("abcÅÄÖé 1-"), min_size=1, max_size=10).filter(str.strip)
NUMBERS = st.integers(-(10**12), 10**12) | st.decimals(-(10**6), 10**6, places=2)


def cube_of(
    dimensions: Sequence[CubeDimension], values: Sequence[Any], statuses: Mapping[int, str], **more: Any
) -> Cube:
    return Cube(
        **{
            "table_id": "prov",
            "language": "sv",
            "title": "Prov",
            "description": "Ett prov.",
            "finding": "Det går",
            "source": "Prov",
            "contact": "NCH",
            "updated": datetime.datetime(2026, 11, 21, 8, 0, tzinfo=datetime.UTC),
            "notes": (),
            "heading": METRIC_ID,
            "chart": "bar",
            "charted": (),
            "symbols": {status.value: text.sv for status, text in STATUS_TEXTS.items()},
            **more,
        },
        dimensions=tuple(dimensions),
        values=tuple(values),
        statuses=statuses,
    )


@st.composite
def cubes(draw: st.DrawFn) -> Cube:
    """Any table: one to three dimensions and its measures, with texts that are hard to write."""
    codes = st.lists(st.text(st.sampled_from("abc019-_å"), min_size=1, max_size=5), min_size=1, max_size=4, unique=True)
    labels = draw(st.lists(WORDS, min_size=4, max_size=4, unique_by=lambda one: one.strip().casefold()))
    dimensions = [
        CubeDimension(
            f"D{number}",
            labels[number],
            Role.CLASSIFICATION,
            tuple(
                Category(code, draw(HOSTILE), notes=tuple(draw(st.lists(HOSTILE, max_size=2)))) for code in draw(codes)
            ),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    measures = tuple(Category(code, draw(HOSTILE), unit=draw(HOSTILE), decimals=2) for code in draw(codes)[:2])
    dimensions.append(CubeDimension(METRIC_ID, labels[3], Role.METRIC, measures))
    size = prod(len(one.categories) for one in dimensions)
    values = draw(st.lists(NUMBERS | st.none(), min_size=size, max_size=size))
    symbols = st.sampled_from([status.value for status in CellStatus])
    statuses = {flat: draw(symbols) for flat, value in enumerate(values) if value is None}
    texts = {name: draw(HOSTILE) for name in ("title", "description", "source", "finding")}
    heading = draw(st.sampled_from([one.id for one in dimensions]))
    return cube_of(
        dimensions, values, statuses, **texts, notes=tuple(draw(st.lists(HOSTILE, max_size=3))), heading=heading
    )


@st.composite
def selections(draw: st.DrawFn) -> tuple[Cube, Cube, Style]:
    """A table, a random selection of it and a random way to lay it out."""
    whole = draw(cubes())
    chosen = {
        one.id: draw(st.lists(st.sampled_from(one.codes), min_size=1, unique=True))
        for one in whole.dimensions
        if draw(st.booleans())
    }
    cut = select(whole, chosen)
    order = draw(st.permutations([one.id for one in whole.dimensions]))
    down = draw(st.integers(0, len(order)))
    return whole, cut, Style(placement=place(cut, order[:down], order[down:]))


def expected(cube: Cube) -> Cells:
    return {
        tuple(category.code for category in cell.categories): (
            None if cell.value is None else Decimal(cell.value),
            cube.symbols[cell.status] if cell.status else "",
        )
        for cell in cube.cells()
    }


def number(text: Any) -> Decimal | None:
    return None if text in ("", None) else Decimal(str(text))


def from_json(content: bytes) -> Cells:
    dataset = json.loads(content, parse_float=Decimal)
    assert validate_jsonstat(dataset) is True
    codes = [list(dataset["dimension"][name]["category"]["index"]) for name in dataset["id"]]
    symbols, statuses = dataset["extension"]["symbols"], dataset.get("status", {})
    return {
        key: (number(value), symbols[statuses[str(flat)]] if str(flat) in statuses else "")
        for flat, (key, value) in enumerate(zip(itertools.product(*codes), dataset["value"], strict=True))
    }


def from_csv(content: bytes, separator: str = ",") -> Cells:
    _, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator)
    return {tuple(one.removeprefix("'") for one in row[:-3]): (number(row[-3]), row[-2]) for row in rows}


def from_xlsx(content: bytes) -> Cells:
    _, *rows = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()
    assert all(cell.data_type != "f" for row in rows for cell in row)
    return {
        tuple(str(cell.value).removeprefix("'") for cell in row[:-3]): (
            None if row[-3].value is None else round(Decimal(row[-3].value), 2),
            row[-2].value or "",
        )
        for row in rows
    }


def read_px(content: bytes, folder: Path) -> dict[str, Any]:
    file = folder / "table.px"
    file.write_bytes(content)
    read: dict[str, Any] = pyaxis.parse(str(file), encoding="utf-8", sd_values="^never$", null_values="^never$")
    return read


def from_px(content: bytes, cube: Cube, folder: Path) -> Cells:
    read = read_px(content, folder)
    told = read["METADATA"]
    names = [*told.get("STUB", []), *told.get("HEADING", [])]
    ids = [told[f"VARIABLECODE({name})"][0] for name in names]
    symbols = {dots: cube.symbols[symbol] for symbol, dots in px.dots_for(cube.symbols).items()}
    cells: Cells = {}
    for key, text in zip(
        itertools.product(*(told[f"CODES({name})"] for name in names)), read["DATA"]["DATA"], strict=True
    ):
        by_id = dict(zip(ids, key, strict=True))
        value = (None, symbols[text.strip('"')]) if text.startswith('"') else (Decimal(text), "")
        cells[tuple(by_id[one.id] for one in cube.dimensions)] = value
    return cells


class TableReader(HTMLParser):
    """The texts of the data cells, and how many cells each row has."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "tr":
            self.rows.append([])
        self._inside = tag == "td"
        if self._inside:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data


def html_rows(content: bytes) -> list[list[str]]:
    reader = TableReader()
    reader.feed(content.decode())
    return [row for row in reader.rows if row]


@settings(max_examples=60, deadline=None)
@given(case=selections())
def test_every_format_of_a_selection_carries_the_same_cells(
    case: tuple[Cube, Cube, Style], tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole, cube, style = case
    cells = expected(cube)
    assert cells.items() <= expected(whole).items()
    codes = dataclasses.replace(style, show=Show.CODES)
    assert from_json(jsonstat.render(cube, style)) == cells
    for separator in (",", "\t", " "):
        assert from_csv(csv_renderer.render(cube, dataclasses.replace(codes, separator=separator)), separator) == cells
    with_commas = csv_renderer.render(cube, dataclasses.replace(codes, separator=";"))
    assert from_csv(with_commas.replace(b",", b"."), ";") == cells
    assert from_xlsx(xlsx.render(cube, codes)) == cells
    assert from_px(px.render(cube, style), cube, tmp_path_factory.getbasetemp()) == cells
    grid = lay_out(cube, style.placement)
    assert html_rows(html.render(cube, style)) == [[cube.written(cell) for cell in row.cells] for row in grid.rows]
    across = len(grid.heading.categories)
    assert len(grid.rows) * across == len(cells)


@pytest.mark.usefixtures("facts")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_is_the_same_in_every_format(language: Any, tmp_path: Path) -> None:
    for definition in TABLES.values():
        cube = resolve(definition, language)
        cells, codes = expected(cube), Style(show=Show.CODES)
        assert from_json(jsonstat.render(cube)) == cells
        assert from_csv(csv_renderer.render(cube, codes)) == cells
        assert from_xlsx(xlsx.render(cube, codes)) == cells
        content = px.render(cube)
        assert from_px(content, cube, tmp_path) == cells
        assert max(len(line.decode()) for line in content.splitlines() if not line.startswith(b"DATA")) <= 256
        page = html.render(cube).decode()
        assert all(cube.written(cell) in page for cell in cube.cells())
        assert "style=" not in page


def make_cube(**more: Any) -> Cube:
    year = CubeDimension("Year", "År", Role.TIME, (Category("2022", "2022"), Category("2023", "2023", ("Brott.",))))
    who = CubeDimension("Who", "Vem", Role.CLASSIFICATION, (Category("a", "Alla"),))
    metric = CubeDimension(
        METRIC_ID,
        "Innehåll",
        Role.METRIC,
        (Category("n", "Antal", unit="antal"), Category("r", "Andel", unit="procent", decimals=1)),
    )
    values = (1234, Decimal("12.5"), None, Decimal("-0.5"))
    return cube_of([year, who, metric], values, {2: CellStatus.SUPPRESSED.value}, **more)


def test_px_declares_time_precision_symbols_and_notes(tmp_path: Path) -> None:
    told = read_px(px.render(make_cube(notes=("Lång anmärkning. " * 40,))), tmp_path)["METADATA"]
    assert told["TIMEVAL(År)"] == ["2022", "2023"]
    assert (told["DECIMALS"], told["SHOWDECIMALS"], told["PRECISION(Innehåll,Andel)"]) == ("1", "0", "1")
    assert (told["LANGUAGE"], told["CODEPAGE"], told["CHARSET"]) == (["sv"], ["utf-8"], ["ANSI"])
    assert told["DATASYMBOL2"] == [".."]
    assert told["AGGREGALLOWED"] == "NO"
    assert told["VALUENOTE(År,2023)"] == ["Brott."]
    notes = " ".join(told["NOTEX"])
    assert notes.count("Lång anmärkning.") == 40
    assert ".. = uppgift skyddas av sekretess" in notes
    assert ".... = uppgift saknas" in notes


@pytest.mark.parametrize(
    ("codes", "written"),
    [
        (("2022M01", "2022M02"), 'TLIST(M1),\r\n"202201","202202"'),
        (("2022W01", "2026W53"), 'TLIST(W1),\r\n"202201","202653"'),
        (("2022Q1", "2022K4"), 'TLIST(Q1),\r\n"20221","20224"'),
        (("2022", "2022M01"), None),
        (("förr", "nu"), None),
    ],
)
def test_px_writes_the_time_scale_of_the_codes(codes: tuple[str, ...], written: str | None) -> None:
    cube = make_cube()
    time = dataclasses.replace(cube.dimensions[0], categories=tuple(Category(code, code) for code in codes))
    text = px.render(dataclasses.replace(cube, dimensions=(time, *cube.dimensions[1:]))).decode()
    assert (f'TIMEVAL("År")={written};' in text) if written else ("TIMEVAL" not in text)


def test_px_keeps_equal_labels_apart(tmp_path: Path) -> None:
    cube = make_cube()
    years = (Category("2022", "Året"), Category("2023", "Året"))
    same = dataclasses.replace(
        cube, dimensions=(dataclasses.replace(cube.dimensions[0], categories=years), *cube.dimensions[1:])
    )
    assert read_px(px.render(same), tmp_path)["METADATA"]["VALUES(År)"] == ["Året (2022)", "Året (2023)"]


def test_px_finds_dots_for_symbols_that_are_none() -> None:
    assert px.dots_for(["..", "x", "-"]) == {"..": "..", "x": "......", "-": "....."}


def test_workbook_says_what_it_is_and_types_its_numbers() -> None:
    hostile = make_cube(title="=cmd()", notes=("@anmärkning",))
    book = load_workbook(io.BytesIO(xlsx.render(hostile, Style(with_title=True))))
    sheet, about = book.worksheets
    assert sheet["A1"].value == "'=cmd()"
    assert [cell.value for cell in sheet[2]] == ["År", "Vem", "Innehåll", "Värde", "Status", "Enhet"]
    assert (sheet["D3"].value, sheet["D3"].number_format) == (1234, "#,##0")
    assert (sheet["D4"].value, sheet["D4"].number_format) == (12.5, "#,##0.0")
    assert (sheet["D5"].value, sheet["E5"].value) == (None, STATUS_TEXTS[CellStatus.SUPPRESSED].sv)
    told = [(label.value, text.value) for label, text in about.iter_rows()]
    assert ("Anmärkning", "'@anmärkning") in told
    assert ("Anmärkning", "2023: Brott.") in told
    assert ("Källa", "Prov") in told


@pytest.mark.parametrize(
    ("show", "heads"),
    [
        (Show.CODES, ["Year", "Who", METRIC_ID]),
        (Show.TEXTS, ["År", "Vem", "Innehåll"]),
        (Show.CODES_AND_TEXTS, ["Year", "År (text)", "Who", "Vem (text)", METRIC_ID, "Innehåll (text)"]),
    ],
)
def test_codes_and_texts_as_asked(show: Show, heads: list[str]) -> None:
    for name in ("csv", "xlsx"):
        content = FORMATS[name].render(make_cube(), Style(show=show))
        if name == "csv":
            first = next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        else:
            first = [cell.value for cell in load_workbook(io.BytesIO(content)).worksheets[0][1]]
        assert first == [*heads, "Värde", "Status", "Enhet"]


def test_csv_with_title_has_it_first() -> None:
    rows = csv_renderer.render(make_cube(), Style(with_title=True)).decode("utf-8-sig").splitlines()
    assert rows[0] == "Prov"
    assert rows[1].startswith("Year,")


def test_page_of_a_table_lays_several_variables_across_in_the_readers_language() -> None:
    cube = make_cube(language="en")
    page = html.render(cube, Style(placement=place(cube, ["Who"], ["year", METRIC_ID]))).decode()
    assert re.findall(r'<th scope="col" class="num">([^<]*)<', page) == [
        "2022, Antal",
        "2022, Andel",
        "2023, Antal",
        "2023, Andel",
    ]
    assert html_rows(page.encode()) == [["1,234", "12.5", STATUS_TEXTS[CellStatus.SUPPRESSED].sv, "-0.5"]]


@pytest.mark.parametrize(
    ("stub", "heading", "down", "across"),
    [
        (None, None, ["Year", "Who"], [METRIC_ID]),
        (["who"], None, ["Who"], ["Year", METRIC_ID]),
        (None, ["YEAR"], ["Who", METRIC_ID], ["Year"]),
        ([METRIC_ID], ["Who"], [METRIC_ID, "Year"], ["Who"]),
    ],
)
def test_variables_that_are_not_placed_go_where_there_is_room(stub: Any, heading: Any, down: Any, across: Any) -> None:
    placed = place(make_cube(), stub, heading)
    assert (list(placed.stub), list(placed.heading)) == (down, across)


@pytest.mark.parametrize(("stub", "heading"), [(["Month"], None), (["Year"], ["year"]), (["Who", "Who"], None)])
def test_variables_cannot_be_placed_twice_or_if_there_are_none(stub: Any, heading: Any) -> None:
    with pytest.raises(PlacementError):
        place(make_cube(), stub, heading)
