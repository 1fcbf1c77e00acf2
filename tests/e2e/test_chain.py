"""The thin chain as people walk it: call, application, assessments, decision, document."""

import datetime
import re

import pdfplumber
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import confirm, enter_as, fill, no_axe_findings, press

COUNTY = {True: "Västra Götaland", False: "Gävleborg"}
NOW = datetime.datetime.now(tz=datetime.UTC)
MINUTE = "%Y-%m-%dT%H:%M"


@pytest.fixture
def axe(javascript: bool):  # type: ignore[no-untyped-def]
    """axe needs scripts; without them the same pages are walked unexamined."""
    return no_axe_findings if javascript else lambda page: None


def test_chain_from_call_to_decision(site: str, page: Page, javascript: bool, axe, tmp_path) -> None:  # type: ignore[no-untyped-def]
    title = f"Utvecklingsmedel {'med' if javascript else 'utan'} skript"
    county = COUNTY[javascript]

    # An officer writes a call; a window that ends before it begins is refused with everything kept.
    enter_as(page, site, "Handläggare 1, NCH")
    axe(page)
    page.goto(f"{site}/bidrag/utlysningar/ny/")
    axe(page)
    fill(page, "Rubrik", title)
    fill(page, "Syfte", "Starta resurscentrum i län som saknar ett.")
    fill(page, "Rättslig grund", "Förordning (2022:1345)")
    fill(page, "Öppnar", (NOW - datetime.timedelta(days=1)).strftime(MINUTE))
    fill(page, "Stänger", (NOW - datetime.timedelta(days=2)).strftime(MINUTE))
    press(page, "Spara")
    expect(page.get_by_role("alert")).to_contain_text("Utlysningen måste stänga efter att den har öppnat.")
    expect(page.get_by_label("Rubrik", exact=True)).to_have_value(title)
    axe(page)
    fill(page, "Stänger", (NOW + datetime.timedelta(days=30)).strftime(MINUTE))
    press(page, "Spara")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    axe(page)
    page.get_by_role("link", name="Pengar per budgetår").click()
    budget = page.get_by_role("group", name="Budgetår 1", exact=True)
    budget.get_by_label("Budgetår").fill("2026")
    budget.get_by_label("Belopp i kronor").fill("-5")
    press(page, "Spara")
    expect(page.get_by_role("alert")).to_contain_text("”-5” är negativt")
    axe(page)
    budget.get_by_label("Belopp i kronor").fill("2 000 000")
    press(page, "Spara")
    page.get_by_role("link", name="Kriterier").click()
    criterion = page.get_by_role("group", name="Kriterium 1", exact=True)
    criterion.get_by_role("textbox", name="Kriterium").fill("Behov i länet")
    press(page, "Lägg till rad")
    expect(criterion.get_by_role("textbox", name="Kriterium")).to_have_value("Behov i länet")
    expect(page.get_by_role("group", name="Kriterium 2", exact=True)).to_be_visible()
    axe(page)
    press(page, "Spara")
    axe(page)
    confirm(page, "Publicera")
    expect(page.get_by_text("Utlysningen är publicerad.")).to_be_visible()

    # A county officer begins an application, leaves, and finds the draft again.
    enter_as(page, site, f"Handläggare, Länsstyrelsen {county}")
    page.get_by_role("link", name=f"Sök bidrag: {title}").click()
    axe(page)
    press(page, f"Påbörja ansökan för Länsstyrelsen {county}")
    axe(page)
    page.get_by_role("link", name="Behov och förankring").click()
    axe(page)
    fill(page, "Vad visar länets behovsinventering?", "Många vet inte vem de ska vända sig till.")
    page.get_by_role("radio", name="Nej").check()
    press(page, "Spara och gå till översikten")
    expect(page.get_by_text("Det du skrivit är sparat.")).to_be_visible()
    enter_as(page, site, f"Behörig företrädare, Länsstyrelsen {county}")
    page.goto(f"{site}/bidrag/ansokningar/")
    page.get_by_role("row").filter(has_text=title).get_by_role("link").click()
    page.get_by_role("link", name="Behov och förankring").click()
    expect(page.get_by_label("Vad visar länets behovsinventering?")).to_have_value(
        "Många vet inte vem de ska vända sig till."
    )

    # Incomplete, it is refused with a link to each question.
    page.go_back()
    press(page, "Lämna in ansökan")
    expect(page.get_by_role("alert")).to_contain_text("Kostnader per år")
    axe(page)
    page.get_by_role("alert").get_by_role("link", name="Hur är arbetet förankrat på högsta ledningsnivå?").click()
    axe(page)
    fill(page, "Hur är arbetet förankrat på högsta ledningsnivå?", "Länsledningen står bakom.")
    press(page, "Spara och fortsätt")
    page.get_by_role("radio", name="Barnahus").check()
    fill(page, "Vem är eller blir huvudman?", "Barnahus")
    page.get_by_label("Rad 1, Part").fill("Regionen")
    page.get_by_label("Rad 1, Åtagande").fill("En kurator på halvtid.")
    press(page, "Lägg till en rad")
    page.get_by_label("Rad 2, Part").fill("Kommunerna")
    page.get_by_label(re.compile("^Avsiktsförklaringar")).set_input_files(
        {"name": "avsikt.pdf", "mimeType": "application/pdf", "buffer": b"inte en pdf"}
    )
    press(page, "Spara och fortsätt")
    expect(page.get_by_role("alert")).to_contain_text("inte att öppna som PDF")
    expect(page.get_by_label("Vem är eller blir huvudman?")).to_have_value("Barnahus")
    axe(page)
    press(page, "Spara och fortsätt")
    page.get_by_label("Yrkesverksamma").check()
    fill(page, "Vilka mål ska vara uppnådda när bidragsperioden är slut?", "En väg in.")
    fill(page, "Vilka aktiviteter ska genomföras, och när?", "Rekrytering.")
    fill(page, "Hur ska arbetet följas upp?", "Statistik.")
    press(page, "Spara och fortsätt")
    axe(page)
    page.get_by_label("Lönekostnader inklusive sociala avgifter, 2026, kronor").fill("600 000")
    page.get_by_label("Resor, 2026, kronor").fill("25 000,50")
    if javascript:
        expect(page.locator("[data-grand-total]")).to_contain_text("625\u00a0000,50")
    press(page, "Spara och fortsätt")
    page.get_by_role("radio", name="Den är planerad men inte beslutad").check()
    fill(page, "Hur ska verksamheten finansieras långsiktigt?", "Kommunerna delar.")
    press(page, "Spara och fortsätt")
    press(page, "Lämna in ansökan")
    expect(page.get_by_text("Ansökan är inlämnad. Diarienummer")).to_be_visible()
    axe(page)
    address = page.url

    # Two officers assess, each without seeing the other.
    for officer in ("Handläggare 1, NCH", "Handläggare 2, NCH"):
        enter_as(page, site, officer)
        page.goto(address)
        axe(page)
        page.get_by_label("Nej, jag är inte jävig").check()
        press(page, "Spara")
        axe(page)
        page.get_by_role("link", name="Bedöm ansökan").click()
        axe(page)
        page.get_by_role("radio", name="4 – väl").check()
        fill(page, "Motivering: Behov i länet", f"Väl underbyggt, anser {officer}.")
        press(page, "Lämna bedömningen")
        expect(page.get_by_text("Din bedömning är lämnad.")).to_be_visible()
    axe(page)

    # The presenter proposes; more than there is is refused.
    page.get_by_role("link", name="Föreslå beslut").click()
    axe(page)
    page.get_by_role("radio", name="Delvis bifall").check()
    fill(page, "Belopp för 2026, kronor", "9 000 000")
    fill(page, "Skäl för beslutet", "Behovet är tydligt men kostnaderna är höga.")
    press(page, "Lägg till villkor")
    expect(page.get_by_label("Skäl för beslutet")).to_have_value("Behovet är tydligt men kostnaderna är höga.")
    fill(page, "Villkor 1", "Redovisa medlen varje år.")
    press(page, "Lämna förslaget till beslutsfattaren")
    expect(page.get_by_role("alert")).to_contain_text("mindre än det sökta")
    axe(page)
    fill(page, "Belopp för 2026, kronor", "500 000")
    press(page, "Lämna förslaget till beslutsfattaren")
    expect(page.get_by_text("Förslaget är lämnat till beslutsfattaren.")).to_be_visible()

    # Another person decides.
    enter_as(page, site, "Beslutsfattare, NCH")
    page.get_by_role("link", name=f"Besluta om ansökan från Länsstyrelsen {county}").click()
    axe(page)
    page.get_by_label("Nej, jag är inte jävig").check()
    press(page, "Spara")
    axe(page)
    press(page, "Besluta enligt förslaget")
    expect(page.get_by_text("Beslutet är fattat")).to_be_visible()
    axe(page)

    # The county fetches the decision, with its diary number.
    enter_as(page, site, f"Handläggare, Länsstyrelsen {county}")
    page.goto(address)
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Ladda ner beslutet (PDF)").click()
    path = tmp_path / "beslut.pdf"
    download.value.save_as(path)
    with pdfplumber.open(path) as document:
        text = " ".join((sheet.extract_text() or "").replace("\u00a0", " ") for sheet in document.pages)
    assert "500 000 kr" in text
    assert "625 000,50 kr" in text
    assert "Diarienummer" in text
    assert "Redovisa medlen varje år." in text

    # Another county's officer guesses the address.
    enter_as(page, site, "Handläggare, Länsstyrelsen Södermanland")
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404
    axe(page)


def test_lagesbild_is_handed_in_and_seen(site: str, page: Page, javascript: bool, axe) -> None:  # type: ignore[no-untyped-def]
    county = {True: "Skåne", False: "Gävleborg"}[javascript]
    enter_as(page, site, f"Behörig företrädare, Länsstyrelsen {county}")
    page.get_by_role("link", name=f"Lämna lägesbild: Länsstyrelsen {county}").click()
    axe(page)
    press(page, "Påbörja lägesbilden")
    axe(page)
    press(page, "Lämna in lägesbilden")
    expect(page.get_by_role("alert")).to_contain_text("I vilken fas är resurscentrumet?")
    page.get_by_role("link", name="Läge och organisation").click()
    axe(page)
    # What was said last time stands beside the question.
    expect(page.get_by_text("Barnahus i länet").first).to_be_attached()
    page.get_by_role("radio", name="Drift").check()
    page.get_by_role("radio", name="Inom Barnahus").check()
    fill(page, "Vem är huvudman?", "Barnahus")
    page.get_by_role("radio", name="Ja").check()
    press(page, "Spara och fortsätt")
    for label in (
        "Vad har gjorts under perioden?",
        "Vilka framgångsfaktorer ser ni?",
        "Vilka utmaningar ser ni?",
    ):
        fill(page, label, "Text.")
    press(page, "Spara och fortsätt")
    for label in (
        "Hur följer ni upp och utvärderar arbetet?",
        "Vad planerar ni framåt?",
        "Hur ligger arbetet till mot målen i projektplanen?",
    ):
        fill(page, label, "Text.")
    press(page, "Spara och fortsätt")
    press(page, "Lämna in lägesbilden")
    expect(page.get_by_text("Lägesbilden är inlämnad.")).to_be_visible()
    axe(page)

    enter_as(page, site, "Handläggare 1, NCH")
    page.goto(f"{site}/resurscentra/lagesbilder/")
    axe(page)
    period = page.get_by_role("region", name="Lägesbilder Januari–december 2026")
    expect(period.get_by_role("row").filter(has_text=county)).to_contain_text("Inlämnad")
    expect(period.get_by_role("row").filter(has_text="Uppsala")).to_contain_text("Inte påbörjad")


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["javascript"])
def test_button_pressed_while_autosave_is_on_its_way_does_not_collide_with_itself(site: str, page: Page) -> None:
    enter_as(page, site, "Handläggare, Länsstyrelsen Skåne")
    page.goto(f"{site}/bidrag/ansokningar/")
    page.get_by_role("row").filter(has_text="Utkast").get_by_role("link").first.click()
    page.get_by_role("link", name="Långsiktig finansiering").click()
    # Autosaves are answered late, as on a slow line.
    page.route("**/avsnitt/**", lambda route: (page.wait_for_timeout(800), route.continue_()))
    for text in ("Första", "Andra"):
        fill(page, "Hur ska verksamheten finansieras långsiktigt?", text)
        press(page, "Spara och gå till översikten")
        expect(page.get_by_text("Det du skrivit är sparat.")).to_be_visible()
        page.get_by_role("link", name="Långsiktig finansiering").click()
        expect(page.get_by_label("Hur ska verksamheten finansieras långsiktigt?")).to_have_value(text)
