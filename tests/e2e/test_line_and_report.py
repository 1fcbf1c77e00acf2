"""A call logged from the keyboard, and the yearly report ordered and fetched."""

from pathlib import Path

import pdfplumber
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import enter_as, no_axe_findings, press
from tests.tools.verapdf import validate


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["javascript"])
def test_call_with_two_individuals_is_logged_from_the_keyboard(site: str, page: Page) -> None:
    enter_as(page, site, "Stödtelefonen, NCH")
    page.goto(f"{site}/stodtelefon/logga/")
    no_axe_findings(page)
    keyboard = page.keyboard
    keyboard.press("1")  # socialtjänst; the first group has the focus when the page opens
    keyboard.press("Tab")
    keyboard.type("Skå")
    for _ in range(2):
        keyboard.press("Tab")
    keyboard.press("1")  # an ongoing case
    for number in ("1", "2"):
        keyboard.press("Tab")
        expect(page.get_by_role("button", name="Lägg till individ")).to_be_focused()
        keyboard.press("Enter")
        individual = page.get_by_role("group", name=f"Individ {number}")
        expect(individual).to_be_visible()
        individual.get_by_label("Ålder").focus()
        keyboard.press("ArrowDown")
        individual.get_by_label("Kön", exact=True).focus()
        keyboard.press("ArrowDown")
        page.get_by_role("button", name="Lägg till individ").focus()
        keyboard.press("Shift+Tab")
    no_axe_findings(page)
    page.get_by_label("Längd i minuter").focus()
    keyboard.type("12")
    keyboard.press("Enter")
    expect(page.get_by_text("sparat").first).to_be_visible()
    page.goto(f"{site}/stodtelefon/?sort=-started_at")
    no_axe_findings(page)
    expect(page.get_by_role("row").nth(1)).to_contain_text("Skåne")


def test_call_can_be_logged_without_scripts_too(site: str, page: Page, javascript: bool) -> None:
    enter_as(page, site, "Stödtelefonen, NCH")
    page.goto(f"{site}/stodtelefon/logga/")
    page.get_by_role("radio", name="Socialtjänst").check()
    page.get_by_role("radio", name="Rutiner").check()
    page.get_by_label("Längd i minuter").fill("7")
    press(page, "Spara och visa samtalet")
    expect(page.get_by_role("alert")).to_contain_text("ange att länet är okänt")
    page.get_by_label("Län", exact=True).select_option(label="Okänt län")
    press(page, "Spara och visa samtalet")
    expect(page.get_by_text("Okänt").first).to_be_visible()
    if javascript:
        no_axe_findings(page)


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
        ("Analytiker, NCH", ["/statistik/", "/statistik/calls-per-year/", "/resurscentra/", "/resurscentra/1/"]),
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
