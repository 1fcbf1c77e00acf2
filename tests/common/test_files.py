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
