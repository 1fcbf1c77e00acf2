"""Take the pictures of the README's tour anew from a running demo: `.venv/bin/python scripts/pictures.py ADDRESS`."""

import shutil
import sys
from pathlib import Path

import pypdfium2
from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs/pictures"
SKANE = "Behörig företrädare, Länsstyrelsen Skåne"
OFFICER = "Handläggare 1, NCH"
SHEET_SCALE = 1.3
"""Of a sheet's points: an A4 becomes as wide as a third of a page."""


def enter(page: Page, address: str, name: str) -> None:
    """Come in as one of the demo's cast."""
    page.context.clear_cookies()
    page.goto(f"{address}/behorighet/demo/")
    page.get_by_role("button", name=name, exact=True).click()


def shoot(page: Page, name: str, *, heading: str = "") -> None:
    """Keep what the window shows, from a heading of the page where one is given."""
    if heading:
        page.get_by_role("heading", name=heading).first.evaluate("found => found.scrollIntoView()")
    page.screenshot(path=PICTURES / f"{name}.png")


def fill_a_call(page: Page) -> None:
    """Two exposed individuals, as the keyboard would give them."""
    page.get_by_role("radio", name="Socialtjänst").check()
    page.get_by_label("Län", exact=True).fill("skå")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Ett pågående ärende").check()
    for number in (1, 2):
        page.get_by_role("button", name="Lägg till individ").click()
        page.get_by_role("group", name=f"Individ {number}").get_by_label("Ålder").select_option(index=number)
    page.get_by_role("heading", name="Utsatta individer").scroll_into_view_if_needed()


def shoot_first_sheet(page: Page, link: str, name: str) -> None:
    """Keep the first sheet of the PDF behind a link."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link).first.click()
    sheet = pypdfium2.PdfDocument(download.value.path())[0]
    sheet.render(scale=SHEET_SCALE).to_pil().save(PICTURES / f"{name}.png", optimize=True)


def follow_a_grant(page: Page, address: str) -> None:
    """From the call to the money."""
    enter(page, address, OFFICER)
    shoot(page, "start")
    page.goto(f"{address}/bidrag/")
    page.get_by_role("link", name="Utvecklingsmedel till resurscentrum 2026, extra omgång").click()
    shoot(page, "call", heading="Syfte")
    page.get_by_role("link", name="Rangordning och fördelning av pengarna").click()
    page.get_by_role("link", name="Fördelning 2").first.click()
    shoot(page, "allocation", heading="Fördelning 2")
    enter(page, address, SKANE)
    page.goto(f"{address}/bidrag/ansokningar/")
    page.get_by_role("row").filter(has_text="Utkast").get_by_role("link").first.click()
    shoot(page, "application")
    enter(page, address, "Handläggare, Länsstyrelsen Gävleborg")
    page.goto(f"{address}/bidrag/beviljade/")
    page.get_by_role("row").filter(has_text="2025").get_by_role("link").first.click()
    shoot_first_sheet(page, "Beslut om bidrag", "decision")
    page.get_by_role("navigation", name="Bidraget").get_by_role("link", name="Saldo").click()
    shoot(page, "ledger", heading="Bidrag till")


def take(page: Page, address: str) -> None:
    """All pictures, in the order of the tour."""
    follow_a_grant(page, address)
    enter(page, address, "Stödtelefonen, NCH")
    page.goto(f"{address}/stodtelefon/logga/")
    fill_a_call(page)
    shoot(page, "line")
    enter(page, address, "Analytiker, NCH")
    page.goto(f"{address}/statistik/calls-per-year/")
    shoot(page, "statistics")
    page.goto(f"{address}/rapporter/")
    page.get_by_label("År").select_option("2023")
    page.get_by_role("button", name="Ta fram rapporten").click()
    page.get_by_role("link", name="Ladda ner rapporten").wait_for(timeout=60_000)
    shoot(page, "report")


def main(address: str) -> None:
    """Open Chromium and take them all."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1100, "height": 800}, locale="sv-SE")
        take(page, address)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
