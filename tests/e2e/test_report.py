"""The yearly report ordered and fetched, and axe on what no journey comes by."""

from pathlib import Path

import pdfplumber
import pytest
from playwright.sync_api import Page

from tests.e2e.steps import enter_as, no_axe_findings, press
from tests.tools.verapdf import validate

EXPLORED = (
    "/statistik/utforska/line-calls-by-year-county-and-caller/?period=alla&v.Year=top(2)&v.County=12,14"
    "&v.Contents=calls&ihop=Category&rad=County&kolumn=Year,Contents&visa=lan"
)


def test_yearly_report_is_rendered_by_the_worker_and_fetched(
    site: str, page: Page, javascript: bool, tmp_path: Path
) -> None:
    enter_as(page, site, "Analytiker, NCH")
    page.goto(f"{site}/rapporter/")
    if javascript:
        no_axe_findings(page)
    page.get_by_label("År").select_option("2023")
    press(page, "Ta fram rapporten")
    if javascript:
        no_axe_findings(page)
    download_link = page.get_by_role("link", name="Ladda ner rapporten")
    for _ in range(60):
        if download_link.count():
            break
        page.wait_for_timeout(1000)
        if not javascript:
            page.reload()
    with page.expect_download() as download:
        download_link.click()
    path = tmp_path / "arsrapport.pdf"
    download.value.save_as(path)
    with pdfplumber.open(path) as document:
        text = " ".join((sheet.extract_text() or "").replace("\u00a0", " ") for sheet in document.pages)
    for figure in ("395", "1 019", "15 000 000", "13 913 620"):
        assert figure in text
    assert validate(path) == []


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["javascript"])
@pytest.mark.parametrize(
    ("who", "addresses"),
    [
        ("Granskare", ["/logg/", "/arenden/", "/arenden/1/", "/behorighet/", "/kalender/"]),
        ("Administratör, NCH", ["/anvandare/", "/anvandare/1/", "/anvandare/bjud-in/", "/utskick/"]),
        (
            "Analytiker, NCH",
            ["/statistik/", "/statistik/calls-per-year/", "/resurscentra/", "/resurscentra/1/", EXPLORED],
        ),
        ("Handläggare 1, NCH", ["/galleri/", "/tillganglighet/", "/bidrag/", "/resurscentra/lagesbilder/ny-period/"]),
        (
            "Handläggare, Länsstyrelsen Gävleborg",
            ["/kalender/?vy=oversikt", "/kalender/?vy=manad", "/sok/?q=ansökan", "/fragor/?visa=alla", "/fragor/1/"],
        ),
        ("Samordnare, Resurscentrum Gävleborg", ["/", "/stodtelefon/", "/konto/2fa/", "/konto/password/change/"]),
    ],
)
def test_other_pages_have_no_axe_findings_wide_or_narrow(site: str, page: Page, who: str, addresses: list[str]) -> None:
    enter_as(page, site, who)
    for address in addresses:
        answer = page.goto(site + address)
        assert answer is not None
        assert answer.status == 200, address
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            no_axe_findings(page)
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{address} scrolls sideways at {width} px"
