"""Uploads are what they say they are, or are refused."""

import io
import zipfile
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from nch.common.files import check_upload, clean_name


def pdf_bytes(*, password: str = "") -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    out = io.BytesIO()
    encryption = pikepdf.Encryption(user=password, owner=password) if password else False
    document.save(out, encryption=encryption)
    return out.getvalue()


def docx_bytes(part: str = "word/document.xml", size: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(part, b"0" * size)
    return out.getvalue()


def damaged_docx(**changes: int) -> bytes:
    """A package whose list of contents has had header fields overwritten: by offset in its first entry."""
    content = bytearray(docx_bytes())
    listing = content.index(b"PK\x01\x02")
    for field, value in changes.items():
        content[listing + int(field.removeprefix("at_"))] = value
    return bytes(content)


UNKNOWN_VERSION = damaged_docx(at_6=99)
NAME_NOT_UTF8 = damaged_docx(at_9=0x08, at_46=0xFF)
ENCRYPTED = damaged_docx(at_8=0x01)
UNKNOWN_METHOD = damaged_docx(at_10=0x63)


def test_upload_keeps_a_pdf_with_its_digest() -> None:
    checked = check_upload(SimpleUploadedFile("Avsiktsförklaring (1).pdf", pdf_bytes()))
    assert checked.name == "Avsiktsförklaring_1.pdf"
    assert checked.content_type == "application/pdf"
    assert len(checked.sha256) == 64


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("brev.pdf", b"hej", "inte att öppna som PDF"),
        ("brev.pdf", b"", "tom"),
        ("brev.pdf", pdf_bytes(password="hemligt"), "låst"),
        ("virus.exe", b"MZ", "PDF, ett Word"),
        ("bild.png", pdf_bytes(), "inte den bild"),
        ("tabell.xlsx", docx_bytes(), "inte det dokument"),
        ("text.docx", b"PK not a zip", "går inte att öppna"),
        ("ny.docx", UNKNOWN_VERSION, "går inte att öppna"),
        ("namn.docx", NAME_NOT_UTF8, "går inte att öppna"),
        ("krypterad.docx", ENCRYPTED, "går inte att öppna"),
        ("metod.docx", UNKNOWN_METHOD, "går inte att öppna"),
        ("avbruten.docx", docx_bytes()[:-30], "går inte att öppna"),
        ("bomb.docx", docx_bytes(size=201 * 1024 * 1024), "större än den ser ut"),
    ],
)
def test_upload_refuses_what_is_not_what_it_claims(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        check_upload(SimpleUploadedFile(name, content))


def test_upload_refuses_a_file_over_the_limit(settings: Any) -> None:
    settings.MAX_FILE_BYTES = 100
    with pytest.raises(ValidationError, match="större än"):
        check_upload(SimpleUploadedFile("brev.pdf", pdf_bytes()))


@pytest.mark.parametrize(
    "hostile", ["../../etc/passwd.pdf", "..\\..\\x.pdf", "a\x00b.pdf", "/abs/x.pdf", "x" * 500 + ".pdf"]
)
def test_names_lose_folders_and_control_characters(hostile: str) -> None:
    name = clean_name(hostile)
    assert "/" not in name
    assert "\\" not in name
    assert "\x00" not in name
    assert name.endswith(".pdf")
    assert len(name) <= 120


@pytest.mark.parametrize("odd", ["📄.pdf", "???.pdf", "..pdf", "....pdf", "/.pdf/..pdf"])
def test_names_of_nothing_but_surprises_become_a_plain_one(odd: str) -> None:
    assert clean_name(odd) == "fil.pdf"
    assert check_upload(SimpleUploadedFile(odd, pdf_bytes())).name == "fil.pdf"
