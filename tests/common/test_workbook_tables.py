"""A file is read whole or refused: nothing that stands in it is lost without a word, and none takes all memory."""

import datetime
import io
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl.worksheet.formula import ArrayFormula

from nch.common.exports import About, Column, Kind, write_xlsx
from nch.common.files import CSV, XLSX, check_upload
from nch.common.workbooks import SHEET, Fault, Table, packages, read_any_table, read_table, tables, write_template
from tests.factories.workbooks import changed, rewritten, saved, sheets, with_shared_texts

HEADS = ("Namn", "Antal", "Dag")
ROWS = [HEADS, ("Ett", 1, "2024-01-01"), ("Två", 2, "2024-01-02")]
SHEET_PART = "xl/worksheets/sheet1.xml"


def read(content: bytes, **more: Any) -> Table:
    return read_table(content, columns=HEADS, required=HEADS[:2], **more)


def faults_after(change: Callable[[Any], None]) -> list[Fault]:
    table = read(changed(saved(sheets(**{SHEET: ROWS})), change))
    return table.faults_of_heads or table.all_faults([])


def setting(place: str, value: Any, kind: str = "") -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet[place] = value
        if kind:
            sheet[place].data_type = kind

    return change


@pytest.mark.parametrize("packed", [saved(sheets(**{SHEET: ROWS})), with_shared_texts(saved(sheets(**{SHEET: ROWS})))])
def test_rows_are_read_with_the_numbers_that_excel_gives_them(packed: bytes) -> None:
    table = read(packed)
    assert [(number, line[0]) for number, line in table.rows()] == [(2, "Ett"), (3, "Två")]
    assert (table.places, table.faults_of_heads, table.all_faults([]), table.hidden) == (
        {"Namn": 0, "Antal": 1, "Dag": 2},
        [],
        [],
        [],
    )


@pytest.mark.parametrize(
    ("change", "row", "column", "said"),
    [
        (setting("C2", "#N/A", "e"), 2, "Dag", "felet #N/A"),
        (setting("B3", "#REF!", "e"), 3, "Antal", "felet #REF!"),
        (setting("C3", "#SAKNAS!"), 3, "Dag", "felet #SAKNAS!"),
        (setting("C2", "=DATE(2024,1,1)"), 2, "Dag", "formel utan värde"),
        (setting("C2", ArrayFormula("C2", "=A1:A2")), 2, "Dag", "formel utan värde"),
        (lambda sheet: sheet.merge_cells("C2:C3"), 2, "Dag", "C2:C3 är sammanfogade"),
        (lambda sheet: sheet.merge_cells("A3:B3"), 3, "Namn", "A3:B3 är sammanfogade"),
        (setting("D3", "Ring mamma"), 3, "D", "ingen rubrik"),
        (setting("F4", 0), 4, "F", "ingen rubrik"),
    ],
)
def test_what_would_be_lost_is_a_fault(change: Callable[[Any], None], row: int, column: str, said: str) -> None:
    (fault,) = faults_after(change)
    assert (fault.row, fault.column) == (row, column)
    assert said in fault.reason
    assert "mamma" not in fault.reason


def test_all_that_is_wrong_is_said_at_once_and_of_a_cell_once() -> None:
    def change(sheet: Any) -> None:
        setting("B2", "#N/A", "e")(sheet)
        sheet["E3"] = "x"

    table = read(changed(saved(sheets(**{SHEET: ROWS})), change))
    own = [Fault(2, "Antal", "Cellen är tom."), Fault(3, "Namn", "Fel namn.")]
    assert [(fault.row, fault.column) for fault in table.all_faults(own)] == [(2, "Antal"), (3, "E"), (3, "Namn")]
    assert "#N/A" in table.all_faults(own)[0].reason


def test_formula_with_a_saved_value_is_read_even_where_it_is_no_text() -> None:
    def worked_out(sheet: bytes) -> bytes:
        sheet = sheet.replace(b'<c r="B2" t="n"><v>1</v></c>', b'<c r="B2"><f>1+0</f><v>1</v></c>')
        return sheet.replace(
            b'<c r="C2" t="inlineStr"><is><t>2024-01-01</t></is></c>', b'<c r="C2" t="str"><f>""</f><v></v></c>'
        )

    content = rewritten(saved(sheets(**{SHEET: ROWS})), SHEET_PART, worked_out)
    table = read(content)
    assert table.all_faults([]) == []
    assert table.lines[1] == ["Ett", 1.0, ""]


def test_blank_rows_and_what_stands_far_from_the_table_are_no_faults() -> None:
    def change(sheet: Any) -> None:
        sheet["A4"], sheet["B4"] = "  ", "\u00a0"
        sheet.merge_cells("A40:C41")

    content = changed(saved(sheets(**{SHEET: ROWS})), change)
    assert faults_after(change) == []
    assert [number for number, _ in read(content).rows()] == [2, 3]
    assert read(saved(sheets(**{SHEET: [HEADS, (" ", "", None)]}))).all_faults([]) == [
        Fault(0, "", "Filen har inga rader under rubrikerna.")
    ]


def test_faults_of_headings_come_with_the_rest() -> None:
    def change(sheet: Any) -> None:
        sheet["A1"] = "Nam"
        sheet.merge_cells("B2:B3")

    assert [(fault.row, fault.column) for fault in faults_after(change)] == [(1, "Namn"), (1, "nam"), (2, "Antal")]


# --- Which sheet is read ------------------------------------------------------------------------------------------


def test_rows_on_several_sheets_are_refused_unless_one_has_the_templates_name() -> None:
    years = sheets(**{"2015": ROWS, "2016": ROWS})
    with pytest.raises(ValidationError, match="rader på flera blad: ”2015”, ”2016”"):
        read(saved(years))
    only_one = sheets(**{"Titel": [("Registret",)], "2016": ROWS})
    assert len(list(read(saved(only_one)).rows())) == 2
    lists = {"Listor": [("Namn", "Vad"), ("Ett", "x")]}
    assert len(list(read(saved(sheets(**lists, **{SHEET: ROWS}))).rows())) == 2
    with pytest.raises(ValidationError, match=r"Uppgifter 2016”.* har rader under samma rubriker"):
        read(saved(sheets(**{SHEET: ROWS, "Uppgifter 2016": ROWS})))


def test_hidden_sheet_is_never_read_and_is_told_of() -> None:
    book = sheets(**{"2015": ROWS, "2016": ROWS[:2]})
    book["2015"].sheet_state = "hidden"
    table = read(saved(book))
    assert ([line[0] for _, line in table.rows()], table.hidden) == (["Ett"], ["2015"])
    named = sheets(**{SHEET: ROWS, "2016": ROWS})
    named[SHEET].sheet_state = "veryHidden"
    with pytest.raises(ValidationError, match="dolt"):
        read(saved(named))


def test_own_template_and_own_exported_list_are_read() -> None:
    template = write_template(columns=HEADS, instructions=["Så fyller du i"], rows=[("Ett", 1, None)])
    assert [line[0] for _, line in read(template).rows()] == ["Ett"]
    file = io.BytesIO()
    columns = [Column(head, (lambda row, place=place: row[place]), Kind.TEXT) for place, head in enumerate(HEADS)]
    write_xlsx(file, columns, [("Ett", 1, "2024-01-01")], About("Allt", "NCH", datetime.datetime.now(datetime.UTC)))
    table = read(file.getvalue())
    assert [line[0] for _, line in table.rows()] == ["Ett"]
    assert table.all_faults([]) == []


def test_csv_is_held_to_the_same() -> None:
    def table_of(text: str) -> Table:
        upload = SimpleUploadedFile("fil.csv", text.encode())
        return read_any_table(check_upload(upload, kinds={XLSX, CSV}), columns=HEADS, required=HEADS[:2])

    found = table_of("Namn;Antal;Dag\nEtt;#REFERENS!;\n;;\nTvå;2;2024-01-01;Ring").all_faults([])
    assert [(fault.row, fault.column) for fault in found] == [(2, "Antal"), (4, "D")]


# --- Files made to take all memory --------------------------------------------------------------------------------


def test_long_text_that_many_cells_share_is_refused_before_it_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [HEADS, *(("X", number, "X") for number in range(3_000))]
    content = with_shared_texts(saved(sheets(**{SHEET: rows})))
    bomb = rewritten(content, "xl/sharedStrings.xml", lambda part: part.replace(b">X<", b">" + b"X" * 32_000 + b"<"))
    assert len(bomb) < 200_000
    tracemalloc.start()
    with pytest.raises(ValidationError, match="mer text än mallen rymmer"):
        read(bomb)
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()
    monkeypatch.setattr(packages, "MOST_TEXT", 1_000)
    with pytest.raises(ValidationError, match="mer text"):
        read(bomb)


def test_texts_that_no_cell_has_are_bounded_too() -> None:
    content = with_shared_texts(saved(sheets(**{SHEET: ROWS})))
    unused = b"<si><t>" + b"A" * 100_000 + b"</t></si>"
    much = rewritten(content, "xl/sharedStrings.xml", lambda part: part.replace(b"</sst>", unused * 700 + b"</sst>"))
    many = rewritten(
        content, "xl/sharedStrings.xml", lambda part: part.replace(b"</sst>", b"<si/>" * 3_000_000 + b"</sst>")
    )
    with pytest.raises(ValidationError, match="mer text"):
        read(much)
    with pytest.raises(ValidationError, match="fler celler"):
        read(many)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET_PART, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
        (SHEET_PART, b"</sheetData>", b""),
        (SHEET_PART, b"<sheetData>", b'<sheetData><row r="1"><c r="A1" t="s"><v>9</v></c></row>'),
        ("xl/workbook.xml", b"<sheets>", b"<sheets" + b' a="' + b"x" * 21_000_000 + b'">'),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/sheet9.xml"),
    ],
)
def test_package_that_is_not_as_excel_writes_it_is_refused(part: str, old: bytes, new: bytes) -> None:
    content = rewritten(saved(sheets(**{SHEET: ROWS})), part, lambda whole: whole.replace(old, new, 1))
    with pytest.raises(ValidationError, match="går inte att läsa"):
        read(content)


def test_faults_of_a_kind_are_counted_no_further_than_they_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "_MOST_COLLECTED", 5)
    monkeypatch.setattr(tables, "_MOST_FAULTS_OF_A_KIND", 5)

    def change(sheet: Any) -> None:
        for row in range(2, 30):
            setting(f"C{row}", "#N/A", "e")(sheet)
            sheet[f"E{row}"] = "x"

    assert len(faults_after(change)) == 10
