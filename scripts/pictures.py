"""Take the pictures of the README's tour anew from a running demo: `.venv/bin/python scripts/pictures.py ADDRESS`."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs/pictures"
SKANE = "Behörig företrädare, Länsstyrelsen Skåne"
OFFICER = "Handläggare 1, NCH"


def enter(page: Page, address: str, name: str) -> None:
    """Come in as one of the demo's cast."""
    page.context.clear_cookies()
    page.goto(f"{address}/behorighet/demo/")
    page.get_by_role("button", name=name, exact=True).click()


def shoot(page: Page, name: str) -> None:
    """Keep what the window shows."""
    page.screenshot(path=PICTURES / f"{name}.png")


def fill_a_call(page: Page) -> None:
    """Two exposed individuals, as the keyboard would give them."""
    page.get_by_role("radio", name="Socialtjänst").check()
    page.get_by_label("Län", exact=True).select_option(label="Skåne län")
    page.get_by_role("radio", name="Ett pågående ärende").check()
    for number in (1, 2):
        page.get_by_role("button", name="Lägg till individ").click()
        page.get_by_role("group", name=f"Individ {number}").get_by_label("Ålder").select_option(index=number)
    page.get_by_role("heading", name="Utsatta individer").scroll_into_view_if_needed()


def take(page: Page, address: str) -> None:
    """All pictures, in the order of the tour."""
    enter(page, address, "Behörig företrädare, Länsstyrelsen Västra Götaland")
    shoot(page, "start")
    enter(page, address, SKANE)
    page.goto(f"{address}/bidrag/ansokningar/")
    page.get_by_role("row").filter(has_text="Utkast").get_by_role("link").first.click()
    shoot(page, "application")
    page.get_by_role("link", name="Budget").click()
    page.get_by_label("Lönekostnader inklusive sociala avgifter, 2026, kronor").fill("600 000")
    page.get_by_label("Resor, 2026, kronor").fill("25 000,50")
    page.wait_for_timeout(300)
    shoot(page, "budget")
    enter(page, address, OFFICER)
    page.goto(f"{address}/bidrag/ansokningar/")
    page.get_by_role("row").filter(has_text="Gävleborg").get_by_role("link").first.click()
    shoot(page, "decision")
    page.get_by_role("link", name="Läs bedömningarna").click()
    shoot(page, "assessment")
    page.goto(f"{address}/resurscentra/lagesbilder/")
    shoot(page, "lagesbilder")
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
