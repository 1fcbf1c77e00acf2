"""Files that come from outside: opened and checked before they are kept, whatever their name claims."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath

import pikepdf
import puremagic
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv"
_SUFFIXES = {
    ".pdf": PDF,
    ".xlsx": XLSX,
    ".docx": DOCX,
    ".csv": CSV,
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
DOCUMENTS = frozenset(_SUFFIXES.values()) - {CSV}
"""What may be attached to something."""

WORKBOOKS = {frozenset({XLSX}): "en Excelfil (.xlsx)", frozenset({XLSX, CSV}): "en Excelfil (.xlsx) eller en CSV-fil"}
"""What rows may be read in from, as it is asked for."""

_OFFICE_PARTS = {XLSX: "xl/workbook.xml", DOCX: "word/document.xml"}
_MAX_UNPACKED_BYTES = 200 * 1024 * 1024
_MAX_NAME = 120
# What zipfile raises for packages that are damaged, encrypted, or packed by a method it does not know.
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    RuntimeError,
    ValueError,
    LookupError,
    ArithmeticError,
    OSError,
    EOFError,
)


@dataclass(frozen=True)
class CheckedFile:
    """A file whose content is what its name says. `size` is in bytes."""

    name: str
    content_type: str
    content: bytes
    sha256: str

    @property
    def size(self) -> int:
        return len(self.content)


def clean_name(name: str) -> str:
    """Return a file name without folders, control characters and surprises, at most 120 characters long.

    A name of nothing but surprises (`📄.pdf`) becomes `fil.pdf`.
    """
    path = PurePath(name.replace("\\", "/"))
    try:
        stem = get_valid_filename(path.stem.lstrip("."))
    except SuspiciousFileOperation:
        stem = "fil"
    return f"{stem[: _MAX_NAME - len(path.suffix)]}{path.suffix.lower()}"


def check_upload(upload: UploadedFile, *, kinds: Collection[str] = DOCUMENTS) -> CheckedFile:
    """Read an upload whole, open it as what its suffix says, and return it.

    Raises ValidationError in Swedish for a file that is too large, of a kind not accepted, not what it claims to be,
    locked by a password, or a package that unpacks to more than 200 MB.
    """
    suffix = PurePath(upload.name or "").suffix.lower()
    if _SUFFIXES.get(suffix) not in kinds:
        if (asked_for := WORKBOOKS.get(frozenset(kinds))) is not None:
            raise ValidationError(f"Lämna uppgifterna som {asked_for}.")
        raise ValidationError("Filen ska vara en PDF, ett Word- eller Excel-dokument eller en bild (png, jpg).")
    if (upload.size or 0) > settings.MAX_FILE_BYTES:
        raise ValidationError(f"Filen är större än {settings.MAX_FILE_BYTES // 1024**2} MB.")
    content = upload.read()
    if not content:
        raise ValidationError("Filen är tom.")
    content_type = _SUFFIXES[suffix]
    if content_type == PDF:
        _open_pdf(content)
    elif content_type in _OFFICE_PARTS:
        _open_office_package(content, _OFFICE_PARTS[content_type])
    elif content_type == CSV:
        if b"\0" in content:
            raise ValidationError("Filen är ingen textfil. Spara om den som CSV och försök igen.")
    elif not _looks_like(content, content_type):
        raise ValidationError("Filen är inte den bild som namnet anger.")
    return CheckedFile(
        name=clean_name(upload.name or "fil"),
        content_type=content_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _open_pdf(content: bytes) -> None:
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            pages = len(document.pages)
    except pikepdf.PasswordError as error:
        raise ValidationError("Filen är låst med lösenord. Lämna den utan lösenord.") from error
    except pikepdf.PdfError as error:
        raise ValidationError("Filen går inte att öppna som PDF. Spara om den som PDF och försök igen.") from error
    if not pages:
        raise ValidationError("PDF-filen har inga sidor.")


def _open_office_package(content: bytes, required_part: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if required_part not in package.namelist():
                raise ValidationError("Filen är inte det dokument som namnet anger.")
            if sum(part.file_size for part in package.infolist()) > _MAX_UNPACKED_BYTES:
                raise ValidationError("Filen är större än den ser ut och tas inte emot.")
            with package.open(required_part) as part:
                part.read(1)
    except _ZIP_ERRORS as error:
        raise ValidationError("Filen går inte att öppna. Spara om den och försök igen.") from error


def _looks_like(content: bytes, content_type: str) -> bool:
    try:
        return any(match.mime_type == content_type for match in puremagic.magic_string(content))
    except puremagic.PureError:
        return False
