"""HTML to one PDF file that is accessible (PDF/UA-1) and fit for archives (PDF/A-3a) at the same time.

WeasyPrint lays out and tags; `pdf_structure` repairs the tags; the rest of what the two standards ask for
(identifiers, dates, attachments) is written here. The same input gives the same bytes, so that a checksum
of an archived report can be proved again.
"""

import datetime
import functools
import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import pikepdf
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint import CSS, HTML, VERSION
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from nch.common import pdf_structure

PRINT_STYLESHEET = Path(__file__).with_name("print.css")
"""The house's print style. It is always applied; what the caller passes as `stylesheets` wins over it."""

FONT_DIRECTORY = Path(__file__).resolve().parents[2] / "node_modules/@fontsource/source-sans-3/files"
"""Where npm puts Source Sans 3. Where it is missing, the system's DejaVu Sans is embedded instead."""

_SVG = "{http://www.w3.org/2000/svg}"
_FACES = tuple(itertools.product(("latin", "latin-ext"), (400, 600, 700), ("normal", "italic")))
_UNICODE_RANGES = {
    "latin": "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, "
    "U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
    "latin-ext": "U+0100-02BA, U+1E00-1E9F, U+1EF2-1EFF, U+20A0-20AB, U+20AD-20C0",
}


class UnusableHtmlError(ValueError):
    """The HTML cannot become an accessible PDF. `problems` says, in Swedish, what its author has to mend."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class ForbiddenResourceError(UnusableHtmlError):
    """The HTML or a stylesheet asks for something outside the allowed directories, or that does not exist.

    Rendering stops, because an archived report with a hole in it looks like a whole one.
    """


@dataclass(frozen=True)
class Attachment:
    """A file that travels inside the PDF, such as a figure's data. The description is shown to the reader."""

    name: str
    content: bytes
    mime_type: str
    description: str


def html_to_accessible_pdf(
    html: str,
    *,
    title: str,
    language: str = "sv",
    author: str,
    subject: str = "",
    base_url: str | None = None,
    stylesheets: Sequence[str] = (),
    attachments: Sequence[Attachment] = (),
    created_at: datetime.datetime,
    asset_directories: Sequence[Path] = (),
) -> bytes:
    """Render `html` as a file that is both PDF/UA-1 and PDF/A-3a.

    `title`, `language` (BCP 47) and `author` go into the metadata and replace what the HTML says.
    `stylesheets` are CSS texts applied after `print.css`. Relative addresses resolve against `base_url`;
    only `data:` addresses and files under `asset_directories` are read, and nothing comes from a network.
    `created_at` must carry a time zone: it is the only time in the file.

    Raises UnusableHtmlError (see `find_problems`), ForbiddenResourceError, and ValueError for a naive
    `created_at` or two attachments of the same name.
    """
    if created_at.tzinfo is None:
        raise ValueError("created_at must carry a time zone")
    if len({attachment.name for attachment in attachments}) != len(attachments):
        raise ValueError("attachments must have different names")
    fetcher = _LocalFetcher((FONT_DIRECTORY, *asset_directories))
    source = HTML(string=html, base_url=base_url, url_fetcher=fetcher)
    root = source.etree_element
    if problems := find_problems(root):
        raise UnusableHtmlError(problems)
    root.set("lang", language)
    _join_figure_texts(root)

    fonts = FontConfiguration()
    try:
        sheets = [
            CSS(string=text, base_url=address, font_config=fonts, url_fetcher=fetcher)
            for text, address in (
                (_font_faces(), None),
                (PRINT_STYLESHEET.read_text(encoding="utf-8"), None),
                *((text, base_url) for text in stylesheets),
            )
        ]
        document = source.render(font_config=fonts, stylesheets=sheets)
        document.metadata.attachments.clear()
        raw = document.write_pdf(pdf_variant="pdf/a-3a", output_intent="", pdf_identifier=b"nch")
    except FatalURLFetchingError as error:
        raise ForbiddenResourceError([f"{error}: {error.__cause__}"]) from error

    with pikepdf.open(io.BytesIO(raw)) as pdf:
        pdf_structure.repair(pdf, document.pages, link_texts=_link_texts(root))
        pdf.Root.Lang = pikepdf.String(language)
        _set_colours(pdf)
        _attach(pdf, attachments, created_at)
        _describe(pdf, title=title, author=author, subject=subject, created_at=created_at)
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def find_problems(root: Element) -> list[str]:
    """Say what keeps a parsed HTML document from being accessible, in Swedish; an empty list is good.

    Asks for: some text; a text alternative for every `img` and `svg`; no skipped heading level;
    a header cell in every table; no link to an anchor that does not exist.
    """
    problems = []
    body = root.find("body")
    if body is None or not (_text_of(body) or body.find(".//img") is not None):
        problems.append("Dokumentet saknar innehåll.")
    for image in root.iter("img"):
        if not (image.get("alt") or "").strip():
            address = (image.get("src") or "")[:60]
            problems.append(f"Bilden ”{address}” saknar textalternativ (alt).")
    for svg in root.iter(f"{_SVG}svg"):
        if not (svg.findtext(f"{_SVG}title") or "").strip():
            problems.append("En SVG-figur saknar textalternativ (title).")
    level = 0
    for heading in root.iter():
        if isinstance(heading.tag, str) and re.fullmatch("h[1-6]", heading.tag):
            if int(heading.tag[1]) > level + 1:
                problems.append(f"Rubriken ”{_text_of(heading)}” hoppar över en rubriknivå.")
            level = int(heading.tag[1])
    for table in root.iter("table"):
        if table.find(".//th") is None:
            problems.append(f"Tabellen ”{_text_of(table)[:40]}” saknar rubrikceller (th).")
    anchors = {element.get("id") for element in root.iter()}
    for link in root.iter("a"):
        target = link.get("href") or ""
        if target.startswith("#") and unquote(target[1:]) not in anchors:
            problems.append(f"Länken ”{_text_of(link)}” leder till {target}, som inte finns.")
    return problems


class _LocalFetcher(URLFetcher):
    """Reads `data:` addresses and files under the given directories; everything else stops the rendering."""

    def __init__(self, directories: Sequence[Path]) -> None:
        super().__init__(allowed_protocols=("data", "file"), allow_redirects=False, fail_on_errors=True)
        self._directories = tuple(directory.resolve() for directory in directories)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme == "data":
            return super().fetch(url, headers)
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            raise PermissionError("only data: addresses and files in the asset directories are read")
        path = Path(unquote(parts.path)).resolve()
        if not any(path.is_relative_to(directory) for directory in self._directories):
            raise PermissionError("the file lies outside the asset directories")
        if path.suffix == ".woff2":
            return URLFetcherResponse(url, _font_with_no_break_space(path), {"Content-Type": "font/ttf"})
        return super().fetch(url, headers)


@functools.cache
def _font_with_no_break_space(path: Path) -> bytes:
    """Decompress a font, and give U+00A0 a glyph of its own.

    Source Sans draws U+0020 and U+00A0 with one glyph, and text is extracted from a PDF by glyph: without
    this, `1 234` would be copied out with a breaking space.
    """
    font = TTFont(path)
    font.flavor = None
    tables = [table for table in font["cmap"].tables if table.isUnicode()]
    if "glyf" in font and any(table.cmap.get(0xA0) == table.cmap.get(0x20) for table in tables):
        space, own = font.getBestCmap()[0x20], "uni00A0"
        font["glyf"][own] = font["glyf"][space]
        font["hmtx"][own] = font["hmtx"][space]
        for table in tables:
            table.cmap[0xA0] = own
    font.recalcTimestamp = False
    target = io.BytesIO()
    font.save(target)
    return target.getvalue()


@functools.cache
def _font_faces() -> str:
    return "\n".join(
        f"@font-face {{ font-family: 'Source Sans 3'; font-weight: {weight}; font-style: {style};"
        f" src: url('{path.as_uri()}'); unicode-range: {_UNICODE_RANGES[subset]} }}"
        for subset, weight, style in _FACES
        if (path := FONT_DIRECTORY / f"source-sans-3-{subset}-{weight}-{style}.woff2").exists()
    )


def _text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _join_figure_texts(root: Element) -> None:
    """Put an SVG's long description after its title: a PDF has room for one alternative text."""
    for svg in root.iter(f"{_SVG}svg"):
        title, description = svg.find(f"{_SVG}title"), svg.findtext(f"{_SVG}desc")
        if title is not None and description:
            title.text = f"{(title.text or '').strip().rstrip('.')}. {description.strip()}"


def _link_texts(root: Element) -> dict[str, str]:
    """The words of each link, by its target: what a reader hears instead of an address."""
    texts: dict[str, str] = {}
    for link in root.iter("a"):
        target = unquote((link.get("href") or "").removeprefix("#"))
        text = (link.get("title") or "").strip() or _text_of(link)
        if target and text:
            texts.setdefault(target, text)
    return texts


def _set_colours(pdf: pikepdf.Pdf) -> None:
    """Say that colours are sRGB. WeasyPrint can, but leaves the profile's file open."""
    profile = pikepdf.Stream(pdf, resources.files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes())
    profile.N = 3
    name = pikepdf.String("sRGB2014")
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier=name,
        Info=name,
        DestOutputProfile=pdf.make_indirect(profile),
    )
    pdf.Root.OutputIntents = pikepdf.Array([intent])


def _attach(pdf: pikepdf.Pdf, attachments: Sequence[Attachment], created_at: datetime.datetime) -> None:
    associated = pikepdf.Array()
    for attachment in attachments:
        specification = pikepdf.AttachedFileSpec(
            pdf,
            attachment.content,
            description=attachment.description,
            filename=attachment.name,
            mime_type=attachment.mime_type,
            creation_date=_pdf_date(created_at),
            mod_date=_pdf_date(created_at),
        )
        specification.relationship = pikepdf.Name.Data
        pdf.attachments[attachment.name] = specification
        associated.append(pdf.attachments[attachment.name].obj)
    if len(associated):
        pdf.Root.AF = associated


def _pdf_date(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("D:%Y%m%d%H%M%S+00'00'")


def _describe(pdf: pikepdf.Pdf, *, title: str, author: str, subject: str, created_at: datetime.datetime) -> None:
    """Write title, author, dates and the claims of conformance, the same in both places PDF keeps them."""
    producer = f"WeasyPrint {VERSION}"
    moment = _pdf_date(created_at)
    values = {"Title": title, "Author": author, "Subject": subject, "Producer": producer}
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    for key, value in {**values, "CreationDate": moment, "ModDate": moment}.items():
        if value:
            pdf.docinfo[f"/{key}"] = pikepdf.String(value)
    packet = _XMP.format(
        title=escape(title),
        author=escape(author),
        description=_XMP_DESCRIPTION.format(subject=escape(subject)) if subject else "",
        producer=escape(producer),
        moment=created_at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00"),
    )
    stream = pikepdf.Stream(pdf, packet.encode())
    stream.Type, stream.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
    pdf.Root.Metadata = pdf.make_indirect(stream)


_XMP_DESCRIPTION = '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>'
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
{description}
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
</rdf:Description>
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
