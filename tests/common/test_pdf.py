"""HTML to accessible PDF: the standards by veraPDF, the tag tree by reading it, the bytes by comparison."""

import datetime
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest

from nch.common import pdf as module
from nch.common.pdf import Attachment, ForbiddenResourceError, UnusableHtmlError, html_to_accessible_pdf
from reports.figures.charts import Break, Point, Series, line_chart
from tests.tools import verapdf

CREATED = datetime.datetime(2026, 11, 21, 9, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
NBSP = "\u00a0"
TABLE = (
    "<table id='tabell'><caption>Tabell 1. Kommuner</caption>"
    "<thead><tr><th rowspan='2'>Kommun</th><th colspan='2' class='number'>Antal</th></tr>"
    "<tr><th class='number'>Ärenden</th><th class='number'>Samtal</th></tr></thead><tbody>{rows}</tbody>"
    "<tfoot><tr><th scope='row'>Summa</th><td class='number'>1</td><td class='number'>2</td></tr></tfoot>"
    "</table>"
)
ROW = "<tr><th scope='row'>Kommun {0}</th><td class='number'>{0}</td><td class='number'>{0}</td></tr>"


def make(body: str, **changes: Any) -> bytes:
    arguments: dict[str, Any] = {"title": "Prov", "author": "NCH", "created_at": CREATED, **changes}
    return html_to_accessible_pdf(f"<html><body>{body}</body></html>", **arguments)


def long_document(rows: int = 110) -> str:
    figure = line_chart(
        [Series("Ärenden", [Point("2019", 1019), Point("2020", None), Point("2023", 395)])],
        title="Ärendena blev färre",
        unit="Antal",
        breaks=[Break(2023, "Ändrat uppdrag")],
    )
    table = TABLE.format(rows="".join(ROW.format(number) for number in range(rows)))
    return (
        "<section class='title-page'><p class='kicker'>NCH</p><h1>Årsrapport</h1></section>"
        "<nav class='contents'><h2>Innehåll</h2><ol><li><a href='#figurer'>Figurer</a>"
        "<ol><li><a href='#tabell'>Tabellen</a></li></ol></li></ol></nav>"
        "<main><section><h2 id='figurer'>Figurer</h2>"
        "<p>Se <a href='https://www.scb.se/'>Statistikmyndigheten</a>.</p>"
        "<ul><li>ett<ul><li>a</li></ul></li><li><p>två</p></li></ul><dl><dt>Ord</dt><dd>Förklaring</dd></dl>"
        f"<figure><figcaption>Figur 1</figcaption>{figure}</figure></section>"
        f"<section>{table}</section></main>"
    )


def every_element(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    def walk(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
        for kid in element.K:
            if not isinstance(kid, int) and "/S" in kid:
                yield kid
                yield from walk(kid)

    return walk(pdf.Root.StructTreeRoot.K[0])


def elements(pdf: pikepdf.Pdf, kind: str) -> list[pikepdf.Object]:
    return [element for element in every_element(pdf) if str(element.S) == f"/{kind}"]


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


@pytest.fixture(scope="module")
def report() -> bytes:
    return make(
        long_document(),
        subject="Prov",
        attachments=[Attachment("figur-1.csv", "år;antal\n2019;1019\n".encode(), "text/csv", "Data till figur 1")],
    )


def test_short_document_conforms_to_both_standards() -> None:
    assert verapdf.validate(make("<h1>Rubrik</h1><p>Text</p>")) == []


def test_report_conforms_to_both_standards(report: bytes) -> None:
    assert len(opened(report).pages) >= 5
    assert verapdf.validate(report) == []


def test_document_without_our_font_conforms(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "FONT_DIRECTORY", tmp_path)
    module._font_faces.cache_clear()
    try:
        assert verapdf.validate(make("<h1>Åäö</h1>")) == []
    finally:
        module._font_faces.cache_clear()


def test_verapdf_names_the_broken_rule(report: bytes) -> None:
    with opened(report) as pdf:
        del elements(pdf, "Figure")[0]["/Alt"]
        target = io.BytesIO()
        pdf.save(target)
    failures = verapdf.validate(target.getvalue(), ["ua1"])
    assert [(failure.profile, failure.rule, failure.count) for failure in failures] == [("ua1", "7.3-1", 1)]


def test_table_over_pages_is_one_table_with_one_head(report: bytes) -> None:
    with opened(report) as pdf:
        (table,) = elements(pdf, "Table")
        assert [str(kid.S) for kid in table.K] == ["/Caption", "/THead", "/TBody", "/TFoot"]
        assert len(table.K[2].K) == 110
        pages = {row.Pg.objgen for row in table.K[2].K}
        assert len(pages) >= 3


def test_adjacent_tables_are_not_joined() -> None:
    rows = "".join(ROW.format(number) for number in range(60))
    table = TABLE.replace(" id='tabell'", "").format(rows=rows)
    with opened(make(f"<h1>Två</h1>{table}{table}")) as pdf:
        assert [len(one.K[2].K) for one in elements(pdf, "Table")] == [60, 60]


def test_row_taller_than_a_page_stays_one_row() -> None:
    cell = "<br>".join(f"rad {number}" for number in range(150))
    content = make(f"<h1>Hög</h1><table><tr><th>Rubrik</th></tr><tr><td>{cell}</td></tr></table>")
    with opened(content) as pdf:
        assert len(pdf.pages) >= 2
        assert len(elements(pdf, "TR")) == 2
    assert verapdf.validate(content) == []


def test_list_and_paragraph_over_pages_are_joined() -> None:
    text = "Ord som fyller sidan. " * 700
    items = "".join(f"<li>punkt {number}</li>" for number in range(120))
    content = make(f"<h1>Lång</h1><p>{text}</p><ul>{items}</ul>")
    with opened(content) as pdf:
        assert len(pdf.pages) >= 4
        assert len(elements(pdf, "P")) == 1
        assert len(elements(pdf, "L")) == 1
        assert len(elements(pdf, "LI")) == 120
    assert verapdf.validate(content) == []


def test_headers_say_what_they_head(report: bytes) -> None:
    with opened(report) as pdf:
        (table,) = elements(pdf, "Table")
        head = {str(cell.A.Scope) for row in table.K[1].K for cell in row.K}
        body = {str(row.K[0].A.Scope) for row in table.K[2].K}
    assert (head, body) == ({"/Column"}, {"/Row"})


def test_page_numbers_are_artifacts_and_not_content(report: bytes) -> None:
    with opened(report) as pdf:
        reachable: dict[tuple[int, int], set[int]] = {}
        for element in every_element(pdf):
            numbers = {int(kid) for kid in element.K if isinstance(kid, int)}
            reachable.setdefault(element.Pg.objgen, set()).update(numbers)
        for page in pdf.pages:
            marked = re.findall(rb"/MCID (\d+)", page.Contents.read_bytes())
            assert {int(number) for number in marked} == reachable[page.obj.objgen]
    with pdfplumber.open(io.BytesIO(report)) as document:
        text = document.pages[2].extract_text()
    assert f"Sida 3 av {len(opened(report).pages)}" in text
    assert "Årsrapport" in text


def test_figure_has_title_and_description_as_alternative_text(report: bytes) -> None:
    with opened(report) as pdf:
        (figure,) = elements(pdf, "Figure")
        assert str(figure.Alt).startswith("Ärendena blev färre. Linjediagram.")
        assert "Uppgift saknas" in str(figure.Alt)


def test_figure_box_is_in_page_coordinates() -> None:
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='100' height='40'>"
        "<title>Ruta</title><rect width='9' height='9'/></svg>"
    )
    style = "@page { margin: 0 } body { margin: 0 } svg { display: block }"
    with opened(make(f"<div>{svg}</div>", stylesheets=[style])) as pdf:
        (figure,) = elements(pdf, "Figure")
        box = [float(number) for number in figure.A.BBox]
    assert box == pytest.approx([0, 841.89 - 30, 75, 841.89], abs=0.05)


def test_link_is_described_by_its_words_and_said_once(report: bytes) -> None:
    with opened(report) as pdf:
        annotations = [str(one.Contents) for page in pdf.pages for one in page.get("/Annots", ())]
        links = elements(pdf, "Link")
    assert sorted(annotations) == ["Figurer", "Statistikmyndigheten", "Tabellen"]
    assert len(links) == 3


def test_contents_list_shows_page_numbers(report: bytes) -> None:
    with pdfplumber.open(io.BytesIO(report)) as document:
        lines = (document.pages[1].extract_text() or "").splitlines()
    assert any(line.startswith("Figurer . .") and line.endswith(" 3") for line in lines)


def test_attachment_comes_out_as_it_went_in(report: bytes) -> None:
    with opened(report) as pdf:
        (name,) = pdf.attachments
        file = pdf.attachments[name].get_file()
        specification = pdf.Root.AF[0]
        assert (name, file.read_bytes(), file.mime_type) == (
            "figur-1.csv", "år;antal\n2019;1019\n".encode(), "text/csv",
        )  # fmt: skip
        assert (str(specification.AFRelationship), str(specification.Desc)) == ("/Data", "Data till figur 1")


def test_metadata_says_title_author_language_and_time() -> None:
    with opened(make("<h1>X</h1>", title="Å & <b>", author="Länsstyrelsen", language="en", subject="Ämne")) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Å & <b>"
            assert metadata["dc:creator"] == ["Länsstyrelsen"]
            assert metadata["dc:description"] == "Ämne"
            assert metadata["xmp:CreateDate"] == "2026-11-21T08:05:00+00:00"
        assert str(pdf.docinfo.Title) == "Å & <b>"
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle is True
        assert all(page.Tabs == "/S" for page in pdf.pages)


def test_same_input_gives_the_same_bytes_in_another_process(report: bytes) -> None:
    script = (
        "import hashlib; from tests.common.test_pdf import *;"
        "content = make(long_document(), attachments=[Attachment('a', b'b', 'text/csv', 'c')]);"
        "print(hashlib.sha256(content).hexdigest())"
    )
    directory = Path(__file__).resolve().parents[2]
    digests = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=directory,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1
    assert "\n" in digests.pop()


def test_another_time_gives_other_bytes() -> None:
    later = CREATED + datetime.timedelta(seconds=1)
    assert make("<h1>X</h1>") == make("<h1>X</h1>")
    assert make("<h1>X</h1>") != make("<h1>X</h1>", created_at=later)


def test_swedish_letters_and_no_break_space_survive_extraction() -> None:
    content = make(f"<h1>Åäö ÅÄÖ é</h1><p>Fler affärer: 1{NBSP}234{NBSP}567 kr − 50{NBSP}% ”så”</p>")
    with pdfplumber.open(io.BytesIO(content)) as document:
        text = "".join(char["text"] for char in document.pages[0].chars)
    assert "Åäö ÅÄÖ é" in text
    assert f"Fler affärer: 1{NBSP}234{NBSP}567 kr − 50{NBSP}% ”så”" in text


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/a.png",
        "https://example.org/a.png",
        "ftp://example.org/a.png",
        "file:///etc/hostname",
    ],
)
def test_resource_outside_the_allowed_directories_is_refused(address: str) -> None:
    with pytest.raises(ForbiddenResourceError, match=r"a\.png|hostname"):
        make(f"<h1>X</h1><p><img src='{address}' alt='bild'></p>")


def test_stylesheet_and_base_url_cannot_reach_further(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.css").write_text("p { color: red }")
    base = (tmp_path / "inside").as_uri() + "/"
    with pytest.raises(ForbiddenResourceError):
        make(
            "<p>X</p>",
            base_url=base,
            asset_directories=[tmp_path / "inside"],
            stylesheets=["@import '../secret.css';"],
        )
    with pytest.raises(ForbiddenResourceError):
        make("<p style=\"background: url('https://example.org/b.png')\">X</p>")


def test_image_in_an_asset_directory_is_embedded(tmp_path: Path) -> None:
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"
    (tmp_path / "bild.svg").write_text(svg)
    content = make(
        "<h1>X</h1><img src='bild.svg' alt='Ruta'>",
        base_url=tmp_path.as_uri() + "/",
        asset_directories=[tmp_path],
    )
    with opened(content) as pdf:
        assert [str(figure.Alt) for figure in elements(pdf, "Figure")] == ["Ruta"]
    assert verapdf.validate(content) == []


def test_missing_file_stops_the_rendering(tmp_path: Path) -> None:
    with pytest.raises(ForbiddenResourceError, match=r"borta\.png"):
        make("<img src='borta.png' alt='X'>", base_url=tmp_path.as_uri() + "/", asset_directories=[tmp_path])


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("", "saknar innehåll"),
        ("<p>X</p><img src='a.png'>", "textalternativ"),
        ("<p>X</p><svg xmlns='http://www.w3.org/2000/svg'></svg>", "SVG-figur"),
        ("<h1>A</h1><h3>B</h3>", "hoppar över"),
        ("<table><tr><td>1</td></tr></table>", "rubrikceller"),
        ("<p><a href='#borta'>hit</a></p>", "#borta"),
    ],
)
def test_html_that_cannot_be_made_accessible_is_refused(body: str, problem: str) -> None:
    with pytest.raises(UnusableHtmlError, match=problem) as caught:
        make(body)
    assert len(caught.value.problems) == 1


def test_naive_time_and_twin_attachments_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        make("<p>X</p>", created_at=CREATED.replace(tzinfo=None))
    twin = Attachment("a.csv", b"", "text/csv", "x")
    with pytest.raises(ValueError, match="different names"):
        make("<p>X</p>", attachments=[twin, twin])
