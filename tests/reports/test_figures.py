"""Figures: what is drawn, what is written, and that nothing in them depends on the day or the machine."""

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.figures import theme
from reports.figures.charts import (
    PROTECTED,
    Break,
    Interval,
    Point,
    Series,
    bar_chart,
    column_chart,
    county_codes,
    county_map,
    grid_chart,
    interval_chart,
    line_chart,
    small_multiples,
    stacked_bar_chart,
)
from reports.figures.files import png_file, svg_file
from reports.figures.words import ENGLISH, SWEDISH, Words

NOT_PUBLISHED = "Uppgift saknas"
SVG = "{http://www.w3.org/2000/svg}"
NBSP = "\u00a0"
PUBLISHED = {2014: 187, 2015: 298, 2016: 455, 2017: 600, 2018: 959, 2019: 1019, 2020: 784, 2023: 395}
CASES = Series("Ärenden", [Point(str(year), value) for year, value in PUBLISHED.items()])
REMIT = Break(2023, "Samtal, ändrat uppdrag")


def line(width: int = 640) -> str:
    return line_chart([CASES], title="Ärendena ökade till 2019", unit="Antal ärenden", breaks=[REMIT], width=width)


def bars() -> str:
    points = [Point("Stockholms län", 2454821), Point("Skåne län", 1421781.0), Point("Gotlands län", None)]
    return bar_chart(points, title="Flest i Stockholm", unit="Invånare")


def stacked() -> str:
    school = Series("Skola", [Point("2021", 5), Point("2022", None), Point("2023", 1234)])
    police = Series("Polis", [Point("2021", None), Point("2022", None), Point("2023", 2)])
    return stacked_bar_chart([school, police], title="Skolan ringer mest", unit="Antal")


def sweden() -> str:
    return county_map({"14": 51, "12": 27, "05": 27}, title="Flest i väst", unit="Samtal", class_limits=[30, 50])


ALL = pytest.mark.parametrize("draw", [line, bars, stacked, sweden], ids=lambda draw: draw.__name__)


def texts(svg: str) -> list[str]:
    return [" ".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@ALL
def test_figure_starts_with_title_and_description(draw: Callable[[], str]) -> None:
    first, second = list(ElementTree.fromstring(draw()))[:2]
    assert (first.tag, second.tag) == (f"{SVG}title", f"{SVG}desc")
    assert len(first.text or "") > 5
    assert len(second.text or "") > 5


@ALL
def test_figure_scales_and_passes_a_strict_policy(draw: Callable[[], str]) -> None:
    svg = draw()
    root = ElementTree.fromstring(svg)
    assert re.fullmatch(r"0 0 \d+ \d+", root.get("viewBox") or "")
    assert root.get("role") == "img"
    for element in root.iter():
        assert element.tag not in (f"{SVG}style", f"{SVG}script")
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith(("aria-", "on"))]


@ALL
def test_figure_is_the_same_every_time(draw: Callable[[], str]) -> None:
    assert draw() == draw()


def test_figure_is_the_same_in_another_process() -> None:
    script = "from tests.reports.test_figures import line; import sys; sys.stdout.buffer.write(line().encode())"
    root = Path(__file__).resolve().parents[2]
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=root)
    assert other.stdout.decode() == line()


def test_figures_do_not_share_ids() -> None:
    ids = [set(re.findall(r'\bid="([^"]+)"', draw())) for draw in (line, bars, stacked, sweden)]
    assert all(not one & other for one, other in itertools.combinations(ids, 2))
    for draw in (line, bars, stacked, sweden):
        assert set(re.findall(r"url\(#([^)]+)\)", draw())) <= set(re.findall(r'\bid="([^"]+)"', draw()))


def test_numbers_are_written_in_swedish() -> None:
    assert f"2{NBSP}454{NBSP}821" in texts(bars())
    assert f"1{NBSP}000" in texts(line())
    decimal = bar_chart([Point("a", 1234.5), Point("b", -2.0)], title="T", unit="U", decimals=1)
    assert {f"1{NBSP}234,5", "−2,0"} <= set(texts(decimal))
    axis = line_chart([Series("a", [Point("2020", 0.5), Point("2021", 0.75)])], title="T", unit="U", decimals=1)
    assert "0,6" in texts(axis)


def test_title_and_labels_are_escaped() -> None:
    svg = bar_chart([Point("<b>&", 1)], title='Fler <än> "ett" & två', unit="<u>")
    root = ElementTree.fromstring(svg)
    assert root[0].text == 'Fler <än> "ett" & två'
    assert {"<b>&", "<u>"} <= set(texts(svg))


def test_line_does_not_draw_a_missing_year() -> None:
    root = ElementTree.fromstring(line())
    stroked = [path.get("d") or "" for path in root.iter(f"{SVG}path") if path.get("stroke") == theme.ACCENT]
    assert sorted(path.count("L") for path in stroked) == [0, 6]
    filled = [path for path in root.iter(f"{SVG}path") if path.get("fill") == theme.ACCENT]
    assert len(filled) == len(PUBLISHED)


def test_line_is_interrupted_by_a_missing_year() -> None:
    points = [Point("2019", 1), Point("2020", 2), Point("2021", None), Point("2022", 3), Point("2023", 4)]
    root = ElementTree.fromstring(line_chart([Series("a", points)], title="T", unit="U"))
    paths = [path.get("d") or "" for path in root.iter(f"{SVG}path") if path.get("stroke") == theme.ACCENT]
    assert [path.count("L") for path in paths] == [1, 1]


def test_line_says_which_years_are_missing() -> None:
    assert texts(line()).count(NOT_PUBLISHED) == 1
    assert {"2021", "2022"} <= set(texts(line()))
    assert "Uppgift saknas för 2021 och 2022." in (ElementTree.fromstring(line()).findtext(f"{SVG}desc") or "")
    whole = line_chart([Series("a", [Point("2020", 1), Point("2021", 2)])], title="T", unit="U")
    assert NOT_PUBLISHED not in whole


def test_line_says_below_which_series_lacks_a_year() -> None:
    other = Series("Våldsutsatta", [Point("2019", 1054), Point("2020", None)])
    svg = line_chart([Series("Ärenden", [Point("2019", 1019), Point("2020", 784)]), other], title="T", unit="U")
    assert "Uppgift saknas: Våldsutsatta 2020" in texts(svg)
    assert NOT_PUBLISHED not in texts(svg)


def test_break_is_a_dashed_rule_with_its_label() -> None:
    assert 'stroke-dasharray="6,4"' in line()
    assert REMIT.text in texts(line())
    unbroken = line_chart([CASES], title="T", unit="U")
    assert 'stroke-dasharray="6,4"' not in unbroken


def test_break_interrupts_the_line_between_neighbouring_years() -> None:
    points = [Point("2020", 1), Point("2021", 2), Point("2022", 3), Point("2023", 4)]
    svg = line_chart([Series("a", points)], title="T", unit="U", breaks=[Break(2022, "Nytt")])
    paths = [
        path.get("d") or ""
        for path in ElementTree.fromstring(svg).iter(f"{SVG}path")
        if path.get("stroke") == theme.ACCENT
    ]
    assert [path.count("L") for path in paths] == [1, 1]


def test_bar_without_a_value_is_written_and_not_drawn() -> None:
    drawn = [path for path in ElementTree.fromstring(bars()).iter(f"{SVG}path") if path.get("fill") == theme.ACCENT]
    assert len(drawn) == 2
    assert texts(bars()).count(NOT_PUBLISHED) == 1
    zero = bar_chart([Point("a", 0), Point("b", 3)], title="T", unit="U")
    assert "0" in texts(zero)
    assert NOT_PUBLISHED not in texts(zero)


def test_stack_says_what_is_missing() -> None:
    written = texts(stacked())
    assert written.count(NOT_PUBLISHED) == 1
    assert "Uppgift saknas: Polis 2021" in written


def test_map_draws_every_county_and_names_the_classes() -> None:
    root = ElementTree.fromstring(sweden())
    assert [text for text in texts(sweden()) if text != "Samtal"] == [
        "Under 30",
        "30–49",
        "50 eller mer",
        NOT_PUBLISHED,
    ]
    fills = [path.get("fill") for path in root.iter(f"{SVG}path") if len(path.get("d") or "") > 200]
    assert len(fills) == 21
    assert fills.count("#ffffff") == 18
    assert fills.count(theme.SCALE[0]) == 2
    assert fills.count(theme.SCALE[-1]) == 1


def test_map_divides_evenly_by_itself() -> None:
    codes = [f"{code:02}" for code in (1, *range(3, 11), *range(12, 15), *range(17, 26))]
    svg = county_map({code: float(number) for number, code in enumerate(codes)}, title="T", unit="U")
    assert [text for text in texts(svg) if text != "U"] == ["Under 4", "4–7", "8–11", "12–15", "16 eller mer"]


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ([0] * 20 + [9], ["Under 9", "9 eller mer"]),
        ([0] * 17 + [2, 4, 4, 9], ["Under 2", "2–3", "4–8", "9 eller mer"]),
        ([0] * 15 + [1, 2, 3, 4, 5, 6], ["Under 1", "1", "2–3", "4", "5 eller mer"]),
        ([3] * 21, ["Alla lika"]),
    ],
)
def test_map_tells_few_counties_that_differ_from_all_others(values: list[float], classes: list[str]) -> None:
    codes = sorted(county_codes())
    svg = county_map(dict(zip(codes, values, strict=True)), title="T", unit="U")
    assert [text for text in texts(svg) if text != "U"] == classes


@pytest.mark.parametrize("width", [320, 640])
def test_figure_keeps_to_its_width(width: int) -> None:
    root = ElementTree.fromstring(line(width))
    assert root.get("width") == str(width)
    sizes = [float((element.get("font-size") or "0").removesuffix("px")) for element in root.iter(f"{SVG}text")]
    assert min(sizes) >= 13


@pytest.mark.parametrize(
    ("draw", "reason"),
    [
        (lambda: bar_chart([], title="T", unit="U"), "at least one"),
        (lambda: bar_chart([Point("a", 1), Point("a", 2)], title="T", unit="U"), "unique"),
        (lambda: bar_chart([Point("a", 1)], title=" ", unit="U"), "needs a title"),
        (lambda: line_chart([Series("a", [Point("i fjol", 1)])], title="T", unit="U"), "must be a year"),
        (lambda: line_chart([], title="T", unit="U"), "at least one"),
        (
            lambda: stacked_bar_chart(
                [Series("a", [Point("x", 1)]), Series("b", [Point("y", 1)])], title="T", unit="U"
            ),
            "other labels",
        ),
        (lambda: stacked_bar_chart([Series("a", [Point("x", -1)])], title="T", unit="U"), "negative"),
        (
            lambda: stacked_bar_chart([Series(name, [Point("x", 1)]) for name in "abcdefg"], title="T", unit="U"),
            "told apart",
        ),
        (lambda: county_map({"02": 1}, title="T", unit="U"), "unknown county"),
        (lambda: county_map({"01": 1}, title="T", unit="U", class_limits=[5, 3]), "must ascend"),
    ],
)
def test_unusable_input_is_refused(draw: Callable[[], str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        draw()


def test_category_colours_differ_in_grey_print() -> None:
    def lightness(colour: str) -> float:
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 116 * (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]) ** (1 / 3) - 16

    for colours in (theme.CATEGORIES, theme.SCALE):
        ordered = sorted(lightness(colour) for colour in colours)
        assert min(high - low for low, high in itertools.pairwise(ordered)) > 8


def test_figures_know_no_database() -> None:
    script = (
        "import sys, reports.figures.charts;"
        "assert not [name for name in sys.modules if name.startswith('django.db.models')], 'models'"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", script], check=True, cwd=root)


# --- Columns, grids and intervals -----------------------------------------------------------------------------------


def test_columns_write_every_label_that_fits_and_name_the_line() -> None:
    points = [Point(f"v. {week}", week) for week in range(1, 54)]
    target = Series("Målet", [Point(point.label, 20) for point in points])
    svg = column_chart(points, title="Fler mot slutet av året", unit="Samtal", line=target)
    assert ">v. 53<" in svg
    assert ">v. 52<" not in svg
    assert "Streckad linje: målet" in svg
    assert "<title>Fler mot slutet av året</title>" in svg


@pytest.mark.parametrize("highest", [0, 1, 2, 3, 7])
def test_axis_of_counts_has_whole_steps_each_written_once(highest: int) -> None:
    drawn = column_chart([Point("jan", highest), Point("feb", 0)], title="Samtal", unit="antal")
    steps = re.findall(r'text-anchor="end"[^>]*>([^<]+)<', drawn)
    assert len(steps) == len(set(steps)) >= 2
    assert all(step.isdigit() for step in steps)


def test_columns_name_what_is_missing_and_refuse_what_is_negative() -> None:
    svg = column_chart([Point("jan", 1), Point("feb", None)], title="En månad", unit="Samtal")
    assert f"{NOT_PUBLISHED}: feb" in svg
    with pytest.raises(ValueError, match="negative"):
        column_chart([Point("jan", -1)], title="Fel", unit="Samtal")


def test_grid_writes_every_number() -> None:
    days = [
        Series(day, [Point("09–10", number), Point("10–11", None)]) for day, number in (("Måndag", 7), ("Tisdag", 0))
    ]
    svg = grid_chart(days, title="Mest på måndagen", unit="Samtal")
    assert all(f">{text}<" in svg for text in ("Måndag", "Tisdag", "09–10", "7", "0", "–"))
    with pytest.raises(ValueError, match="same labels"):
        grid_chart([days[0], Series("Onsdag", [Point("11–12", 1)])], title="Fel", unit="Samtal")


def test_intervals_describe_who_lies_wholly_below() -> None:
    rows = [
        Interval("Skåne län", 0.5, 0.3, 0.8),
        Interval("Gotlands län", 1.2, 0.04, 30),
        Interval("Okänt", None, None, None),
    ]
    svg = interval_chart([("Folkmängd", rows)], title="Skåne ringer mindre", unit="Kvot")
    assert "Folkmängd: 1 ligger helt under 1 och 0 helt över, av 2." in svg
    assert f">{NOT_PUBLISHED}<" in svg


# --- What is hidden ---------------------------------------------------------------------------------------------------


def hidden(label: str) -> Point:
    return Point(label, None, protected=True)


def bars_drawn(svg: str) -> int:
    return len([one for one in ElementTree.fromstring(svg).iter(f"{SVG}path") if one.get("fill") == theme.ACCENT])


LETTERS = [Point("2020", 7), hidden("2021"), Point("2022", 0), hidden("2023"), Point("2024", 9)]
DRAWN: dict[str, Callable[[Words], str]] = {
    "bars": lambda words: bar_chart(LETTERS, title="T", unit="U", words=words),
    "stacked": lambda words: stacked_bar_chart([Series("a", LETTERS)], title="T", unit="U", words=words),
    "laid down": lambda words: stacked_bar_chart(
        [Series("a", LETTERS)], title="T", unit="U", horizontal=True, words=words
    ),
    "columns": lambda words: column_chart(LETTERS, title="T", unit="U", words=words),
    "lines": lambda words: line_chart([Series("a", LETTERS)], title="T", unit="U", words=words),
    "grid": lambda words: grid_chart([Series("a", LETTERS)], title="T", unit="U", words=words),
    "multiples": lambda words: small_multiples([Series("a", LETTERS)], title="T", unit="U", words=words),
    "intervals": lambda words: interval_chart(
        [
            ("F", [Interval("a", 0.5, 0.3, 0.8)] + [Interval(name, None, None, None, protected=True) for name in "bc"]),
        ],
        title="T",
        unit="U",
        words=words,
    ),
    "map": lambda words: county_map({"12": 3, "14": 9}, protected=["05", "10"], title="T", unit="U", words=words),
}


@pytest.mark.parametrize("words", [SWEDISH, ENGLISH], ids=["sv", "en"])
@pytest.mark.parametrize("kind", DRAWN)
def test_hidden_number_is_two_dots_that_the_figure_explains(kind: str, words: Words) -> None:
    svg = DRAWN[kind](words)
    written = texts(svg)
    # On the map the legend has them too.
    assert written.count(PROTECTED) == (3 if kind == "map" else 2)
    assert f"{PROTECTED} = {words.protected}" in written
    assert words.missing not in written or kind == "map"
    description = ElementTree.fromstring(svg).findtext(f"{SVG}desc") or ""
    assert kind == "intervals" or words.protected in description.lower()


@pytest.mark.parametrize(("kind", "drawn"), [("bars", 3), ("columns", 3), ("multiples", 3), ("lines", 3)])
def test_hidden_number_has_no_length_and_is_not_the_zero_beside_it(kind: str, drawn: int) -> None:
    assert bars_drawn(DRAWN[kind](SWEDISH)) == drawn


def test_dots_in_a_stack_follow_what_is_shown_and_say_which_part_is_hidden() -> None:
    police = Series("Polis", [Point("a", 5), hidden("b"), hidden("c")])
    school = Series("Skola", [Point("a", 5), Point("b", 2), Point("c", None)])
    written = texts(stacked_bar_chart([police, school], title="T", unit="U", horizontal=True))
    assert written.count(PROTECTED) == 2
    assert "Polis b och c" in " ".join(written)
    assert "Uppgift saknas: Skola c" in written


def test_hidden_point_with_a_value_is_refused() -> None:
    for make in (lambda: Point("a", 3, protected=True), lambda: Interval("a", 1, None, None, protected=True)):
        with pytest.raises(ValueError, match="protected"):
            make()
    with pytest.raises(ValueError, match="protected"):
        county_map({"05": 3}, protected=["05"], title="T", unit="U")


# --- Small multiples, languages, files --------------------------------------------------------------------------------


def test_multiples_share_a_scale_and_keep_their_order_and_width() -> None:
    months = [f"{month} 2025" for month in ("jan", "feb", "mar", "apr")]
    names = ["Örebro län", "Blekinge län", "Skåne län", "Okänt län"]
    panels = [
        Series(name, [Point(month, 2 * place) for month in months[:-1]] + [Point(months[-1], None)])
        for place, name in enumerate(names)
    ]
    svg = small_multiples(panels, title="T", unit="Samtal", breaks=[("mar 2025", "Nytt uppdrag")])
    written = texts(svg)
    assert [text for text in written if text in names] == names
    for text in ("jan 2025", "apr 2025", "Grått fält: uppgift saknas", "Streckad linje: Nytt uppdrag"):
        assert text in " ".join(written)
    assert svg.count('stroke-dasharray="6,4"') == len(names)
    assert abs(float(ElementTree.fromstring(svg).get("width") or 0) - 640) < 20
    with pytest.raises(ValueError, match="same labels"):
        small_multiples([panels[0], Series("x", [Point("maj 2025", 1)])], title="T", unit="U")


def test_english_figures_write_english() -> None:
    svg = bar_chart([Point("a", 12345.5), Point("b", None)], title="T", unit="U", decimals=1, words=ENGLISH)
    assert {"12,345.5", "Not known"} <= set(texts(svg))
    assert "Bar chart. U. Highest 12,345.5 (a), lowest 12,345.5 (a). Not known for b." in svg
    axis = line_chart([Series("a", [Point("2020", 0.5), Point("2021", 2500)])], title="T", unit="U", words=ENGLISH)
    assert "2,500" in texts(axis)


def test_file_says_title_and_source_and_is_the_same_as_a_picture() -> None:
    svg = svg_file(bars(), title="Flest i <Stockholm> & län", source="Källa: SCB")
    root = ElementTree.fromstring(svg)
    assert {"Flest i <Stockholm> & län", "Källa: SCB"} <= set(texts(svg.decode()))
    picture = png_file(svg)
    assert picture.startswith(b"\x89PNG")
    size = (int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big"))
    assert size == (2 * float(root.get("width") or 0), 2 * float(root.get("height") or 0))
