"""Guidance while one talks, and a code list that is changed, in the browser: with scripts and without."""

import datetime
import re

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.steps import confirm, enter_as, fill, no_axe_findings, press


def test_guidance_and_centre_are_there_for_what_is_chosen(site: str, page: Page, javascript: bool) -> None:
    enter_as(page, site, "Stödtelefonen, NCH")
    page.goto(f"{site}/stodtelefon/logga/")
    beside = page.get_by_role("region", name="Vägledning")
    if javascript:
        page.get_by_role("radio", name=re.compile("Rutiner")).check()
        page.get_by_label("Län", exact=True).fill("skåne")
        page.keyboard.press("Enter")
        expect(beside).to_contain_text("En rutin ska säga vem som gör vad")
        expect(beside).to_contain_text("Resurscentrum Heder Skåne: 040-628 04 00")
        no_axe_findings(page)
        return
    page.goto(f"{site}{beside.get_by_role('link').first.get_attribute('href')}")
    page.get_by_label("Könsstympning").check()
    page.get_by_label("Län").select_option(label="Skåne län")
    press(page, "Visa vägledning")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Könsstympning är förbjuden")
    expect(main).to_contain_text("Resurscentrum Heder Skåne: 040-628 04 00")


def test_lead_adds_a_code_from_tomorrow_and_takes_it_away_again(site: str, page: Page, javascript: bool) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    enter_as(page, site, "Ansvarig för stödtelefonen, NCH")
    page.goto(f"{site}/stodtelefon/kodlistor/rad/ny/")
    fill(page, "Benämning", "Råd om skolplikt")
    fill(page, "Engelsk benämning", "Compulsory schooling")
    press(page, "Fortsätt")
    expect(page.get_by_role("main")).to_contain_text(f"Serien bryts {tomorrow.isoformat()}")
    if javascript:
        no_axe_findings(page)
    press(page, "Ja, lägg till koden")
    expect(page.get_by_role("main")).to_contain_text("rad_om_skolplikt")
    confirm(page, "Ta bort koden")
    expect(page.get_by_role("main")).to_contain_text("Den hade aldrig använts")
