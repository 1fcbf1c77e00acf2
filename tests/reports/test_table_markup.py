"""Tables as HTML: whatever a label, a title or a symbol holds is text to be read, and never markup.

Labels of code lists, calls and periods are what somebody has typed.
"""

import datetime
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string

from reports.statistics.cube import Category, Cube, CubeDimension
from reports.statistics.definitions import METRIC_ID, Role
from reports.statistics.grid import lay_out

HOSTILE = """<script>alert("x")</script> & 'y' &amp; <td class="num" onclick='z'>7</td>"""


class Read(HTMLParser):
    """What a browser makes of a page: its elements with their attributes, and the text of each innermost one."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.texts = [""]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts[-1] += data


def cube(**words: str) -> Cube:
    """Two years of a measure; the later number is not known. `words` puts something else in a place."""

    def word(place: str) -> str:
        return words.get(place, place)

    years = (Category("2024", word("first row")), Category("2025", word("row of a break"), break_label="break"))
    return Cube(
        table_id="table",
        language="sv",
        title=word("title"),
        description="",
        finding="",
        source=word("source"),
        contact="",
        updated=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        notes=(word("note"),),
        dimensions=(
            CubeDimension("Year", word("head of rows"), Role.TIME, years),
            CubeDimension(
                "County", "county", Role.GEO, (Category("12", word("fixed"), notes=(word("value's note"),)),)
            ),
            CubeDimension(METRIC_ID, "contents", Role.METRIC, (Category("calls", word("column"), unit=word("unit")),)),
        ),
        heading=METRIC_ID,
        chart="line",
        charted=("calls",),
        values=(1234, None),
        statuses={1: word("symbol")},
        symbols={word("symbol"): word("symbol in words")},
    )


def read(shown: Cube, *, symbols_only: bool) -> Read:
    """The page of a table, as it is downloaded and as it stands within another page."""
    context = {"cube": shown, "grid": lay_out(shown), "symbols_only": symbols_only}
    return Read(render_to_string("reports/statistics/table.html", context))


PLACES = (
    "first row",
    "row of a break",
    "title",
    "source",
    "note",
    "head of rows",
    "fixed",
    "value's note",
    "column",
    "unit",
    "symbol",
    "symbol in words",
)


@pytest.mark.parametrize("symbols_only", [False, True])
@pytest.mark.parametrize("place", PLACES)
def test_hostile_words_are_read_as_they_are(place: str, symbols_only: bool) -> None:
    plain, hostile = (read(cube(**words), symbols_only=symbols_only) for words in ({}, {place: HOSTILE}))
    assert hostile.tags == plain.tags
    # A symbol is to be seen only where it stands for the words; otherwise these do.
    if place != "symbol" or symbols_only:
        assert any(HOSTILE in text or HOSTILE.capitalize() in text for text in hostile.texts)
        assert not any(HOSTILE in text for text in plain.texts)


def test_numbers_and_what_stands_for_them_are_where_they_belong() -> None:
    texts = [text.strip() for text in read(cube(), symbols_only=True).texts if text.strip()]
    assert texts[texts.index("first row") :][:5] == [
        "first row",
        "1\u00a0234",
        "row of a break (tidsseriebrott)",
        "symbol",
        "symbol in words",
    ]
    assert "symbol" not in [text.strip() for text in read(cube(), symbols_only=False).texts]
