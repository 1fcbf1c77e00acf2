"""Calls logged from the keyboard, with scripts and without; drafts, lost answers, and corrections in the browser."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from tests.e2e.steps import confirm, enter_as, no_axe_findings, press

LOG = "/stodtelefon/logga/"
MOST_KEYS = 15
CALLS = 20
WITH_SCRIPTS = pytest.mark.parametrize("javascript", [True], indirect=True, ids=["javascript"])

# County and municipality as different people type them: name, without dots, code, unknown.
PLACES = [
    (("s", "k", "Enter"), ("l", "u", "Enter"), "Skåne län"),
    (("o", "r", "e", "b", "Enter"), ("0", "Enter"), "Örebro län"),
    (("1", "8", "Enter"), ("0", "Enter"), "Örebro län"),
    (("0", "Enter"), (), "Okänt län"),
    (("ö", "s", "Enter"), ("l", "i", "n", "Enter"), "Östergötlands län"),
]


class Keys:
    """The keyboard, counting."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            if len(key) == 1:
                self.page.keyboard.type(key)
            else:
                self.page.keyboard.press(key)
            self.pressed += 1


def begin(page: Page, site: str, who: str) -> None:
    """Come in as one of the cast, and open the page for a call without what another journey may have left there."""
    enter_as(page, site, who)
    page.goto(f"{site}{LOG}")
    left = page.get_by_role("button", name="Släng det och börja på ett nytt")
    if left.count():
        left.click()
        expect(left).to_be_hidden()


def holds_on_a_narrow_screen(page: Page) -> None:
    """Nothing is wider than 320 px, and axe finds nothing there."""
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url
    no_axe_findings(page)
    page.set_viewport_size({"width": 1280, "height": 800})


@WITH_SCRIPTS
def test_pages_about_a_line_hold_on_a_narrow_screen(site: str, page: Page) -> None:
    enter_as(page, site, "Ansvarig för stödtelefonen, NCH")
    page.goto(f"{site}/stodtelefon/telefoner/")
    line = page.get_by_role("row").get_by_role("link").first.get_attribute("href") or ""
    parts = ("", "schema/", "schema/pass/", "oppettider/", "avvikelser/", "installningar/")
    for address in ("telefoner/", "anteckningar/", "schema/kalender/", "vagledning/", *(line + part for part in parts)):
        page.goto(f"{site}{address}" if address.startswith("/") else f"{site}/stodtelefon/{address}")
        holds_on_a_narrow_screen(page)
    enter_as(page, site, "Administratör, NCH")
    page.goto(f"{site}/stodtelefon/resurscentrum/")
    holds_on_a_narrow_screen(page)
    page.get_by_role("row").get_by_role("link").first.click()
    holds_on_a_narrow_screen(page)


@WITH_SCRIPTS
def test_shifts_are_swapped_and_handed_over(site: str, page: Page) -> None:
    enter_as(page, site, "Ansvarig för stödtelefonen, NCH")
    page.goto(f"{site}/stodtelefon/telefoner/")
    page.get_by_role("row").get_by_role("link").first.click()
    page.get_by_role("link", name="Schema", exact=True).click()
    for _ in range(2):
        page.get_by_role("link", name="Veckan efter").click()
    # Only somebody else's shift has such a link; what can be done with a shift stands behind "Ändra".
    change = page.locator("details").filter(has=page.get_by_text(re.compile("Föreslå ett byte"))).last
    change.locator("summary").click()
    change.get_by_role("link", name=re.compile("Föreslå ett byte")).click()
    holds_on_a_narrow_screen(page)
    page.get_by_label("Vilket av dina pass vill du byta bort?").select_option(index=1)
    press(page, "Föreslå bytet")
    expect(page.get_by_text("Du har frågat")).to_be_visible()
    holds_on_a_narrow_screen(page)
    page.goto(f"{site}{LOG}")
    page.get_by_label("Längd i minuter").fill("12")
    page.get_by_role("button", name=re.compile("Markera som läst")).click()
    expect(page.get_by_text("Överlämningen är markerad som läst.")).to_be_visible()
    expect(page.get_by_label("Längd i minuter")).to_have_value("12")
    enter_as(page, site, "Stödtelefonen, NCH")
    page.goto(f"{site}/stodtelefon/schema/kalender/")
    confirm(page, "Godta bytet")
    expect(page.get_by_text("Ni har bytt pass.")).to_be_visible()


@WITH_SCRIPTS
def test_twenty_plain_calls_are_logged_with_the_keyboard_alone(site: str, page: Page) -> None:
    begin(page, site, "Stödtelefonen, NCH")
    no_axe_findings(page)
    counts = []
    for number in range(CALLS):
        county, municipality, name = PLACES[number % len(PLACES)]
        keys = Keys(page)
        keys.press(str(1 + number % 8), *county, *municipality, str(1 + number % 3))
        expect(page.get_by_label("Län", exact=True)).to_have_value(name)
        keys.press("Enter")
        expect(page.get_by_text("Samtalet är sparat.")).to_be_visible()
        expect(page.get_by_label("Län", exact=True)).to_have_value("")
        expect(page.get_by_role("radio", name=re.compile("Socialtjänst")).first).to_be_focused()
        counts.append(keys.pressed)
    print(f"Keys per plain call: {min(counts)}–{max(counts)}, on average {sum(counts) / len(counts):.1f}")
    assert max(counts) <= MOST_KEYS
    page.goto(f"{site}/stodtelefon/?mine=on&period=7")
    # The demo has calls of its own on the days before, from any county.
    todays = page.get_by_role("row").filter(has_text=timezone.localdate().isoformat())
    expect(todays.filter(has_text="Örebro län")).to_have_count(2 * CALLS // len(PLACES))
    no_axe_findings(page)


@WITH_SCRIPTS
def test_call_with_two_individuals_and_one_that_comes_back_are_logged_from_the_keyboard(site: str, page: Page) -> None:
    begin(page, site, "Stödtelefonen, NCH")
    keyboard = page.keyboard
    keyboard.type("po")
    expect(page.get_by_role("radio", name=re.compile("Polis")).first).to_be_checked()
    keyboard.press("Tab")
    keyboard.type("Gavle")
    expect(page.get_by_role("option", name="Gävleborgs län")).to_be_visible()
    no_axe_findings(page)
    for key in ("Enter", "0", "Enter", "1"):
        keyboard.press(key)
    for number in (1, 2):
        page.get_by_role("button", name="Lägg till individ").focus()
        keyboard.press("Enter")
        individual = page.get_by_role("group", name=f"Individ {number}")
        expect(individual.get_by_role("radio", name="0–6 år")).to_be_focused()
        keyboard.type("31")
        expect(individual.get_by_role("radio", name="13–15 år")).to_be_checked()
        expect(individual.get_by_role("radio", name="Flicka eller kvinna")).to_be_checked()
        expect(individual.get_by_role("radio", name="Inte aktuellt").first).to_be_focused()
    no_axe_findings(page)
    referral = page.get_by_role("group", name="Hänvisade du vidare?")
    referral.get_by_role("radio", name="Ingen hänvisning").focus()
    keyboard.type("an")
    expect(referral.get_by_role("radio", name="Annan")).to_be_checked()
    keyboard.type("4")
    expect(page.get_by_label("Vilket resurscentrum?")).to_have_value(re.compile(r"\d+"))
    page.get_by_label("Längd i minuter").fill("12")
    page.get_by_role("button", name="Spara och visa samtalet").focus()
    keyboard.press("Enter")
    expect(page.get_by_text("Resurscentrum Gävleborg").first).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(3)
    no_axe_findings(page)
    page.get_by_role("button", name="Ge en uppföljningskod").focus()
    keyboard.press("Enter")
    code = page.get_by_text(re.compile(r"^\s*[0-9A-Z]{3}-[0-9A-Z]{4}\s*$")).inner_text().strip()
    page.goto(f"{site}{LOG}")
    Keys(page).press("4", "0", "Enter", "1")
    page.get_by_label("Uppföljningskod").focus()
    keyboard.type(code.lower())
    page.get_by_label("Anteckning").focus()
    keyboard.type("Barnet är 20090413-2388.")
    expect(page.get_by_text("Det går inte att spara.")).to_be_visible()
    no_axe_findings(page)
    keyboard.press("Control+A")
    keyboard.type("Skolan undrar vad som har hänt sedan sist.")
    expect(page.get_by_text("Det går inte att spara.")).to_be_hidden()
    page.get_by_role("button", name="Spara och visa samtalet").focus()
    keyboard.press("Enter")
    expect(page.get_by_text("Samtalet gäller samma fråga som tidigare samtal.")).to_be_visible()
    expect(page.get_by_text("Skolan undrar vad som har hänt sedan sist.")).to_be_visible()
    page.get_by_text("Ge en ny kod i stället för den gamla", exact=True).click()
    expect(page.get_by_text("Den gamla koden slutar gälla genast.")).to_be_visible()
    no_axe_findings(page)
    page.goto(f"{site}{LOG}")
    Keys(page).press("4", "0", "Enter", "1")
    page.get_by_label("Uppföljningskod").fill(code)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Samma kod gäller nästa gång.")).to_be_visible()
    expect(page.get_by_role("button", name="Ge den som ringde en uppföljningskod")).to_be_hidden()


@WITH_SCRIPTS
def test_draft_is_there_again_in_another_browser_and_goes_with_the_call(site: str, page: Page) -> None:
    begin(page, site, "Samordnare, Resurscentrum Gävleborg")
    Keys(page).press("2", "1", "2", "Enter")
    page.get_by_role("button", name="Lägg till individ").click()
    page.get_by_role("radio", name="7–12 år").check()
    expect(page.get_by_text(re.compile("Utkastet är sparat"))).to_be_visible()
    page.context.clear_cookies()
    page.evaluate("sessionStorage.clear()")
    enter_as(page, site, "Samordnare, Resurscentrum Gävleborg")
    page.goto(f"{site}{LOG}")
    expect(page.get_by_text("är inte sparat")).to_be_visible()
    expect(page.get_by_label("Län", exact=True)).to_have_value("Skåne län")
    expect(page.get_by_role("radio", name="7–12 år")).to_be_checked()
    expect(page.get_by_label("Kommun", exact=True)).to_be_focused()
    no_axe_findings(page)
    press(page, "Släng det och börja på ett nytt")
    expect(page.get_by_label("Län", exact=True)).to_have_value("")
    expect(page.get_by_text("är inte sparat")).to_be_hidden()


@WITH_SCRIPTS
def test_call_whose_answer_is_lost_is_sent_again_and_saved_once(site: str, page: Page) -> None:
    begin(page, site, "Samordnare, Resurscentrum Gävleborg")
    tries = []

    def lose_the_first_two(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        tries.append(route.request.post_data)
        if len(tries) == 1:
            return route.abort()
        if len(tries) == 2:
            route.fetch()  # It arrives and is saved; the answer never comes back.
            return route.fulfill(status=502, body="")
        return route.continue_()

    page.route(f"**{LOG}", lose_the_first_two)
    Keys(page).press("3", "0", "Enter", "1", "Enter", "Enter")
    expect(page.get_by_text("Sparar igen …")).to_be_visible()
    expect(page.get_by_text("Samtalet är sparat.")).to_be_visible()
    assert len(tries) == 3
    page.unroute(f"**{LOG}")
    page.goto(f"{site}/stodtelefon/?mine=on&period=7")
    expect(page.get_by_role("row").filter(has_text="Hälso- och sjukvård")).to_have_count(1)


@WITH_SCRIPTS
def test_length_goes_on_after_a_save_that_was_refused(site: str, page: Page) -> None:
    page.clock.install()
    begin(page, site, "Samordnare, Resurscentrum Heder Skåne")
    Keys(page).press("4", "Enter")
    length = page.get_by_label("Längd i minuter")
    for minutes, topic in (("6", ""), ("11", "1")):
        expect(page.get_by_role("alert")).to_contain_text("ange att länet är okänt")
        page.clock.fast_forward("05:00")
        expect(length).to_have_value(minutes)
        Keys(page).press(*filter(None, (topic,)), "Enter")
    length.fill("3")
    page.clock.fast_forward("05:00")
    page.get_by_role("button", name="Spara och visa samtalet").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.clock.fast_forward("05:00")
    expect(length).to_have_value("3")
    page.get_by_role("button", name="Samtalet börjar nu").click()
    expect(length).to_have_value("1")


@WITH_SCRIPTS
def test_place_that_does_not_exist_stays_to_be_mended(site: str, page: Page) -> None:
    begin(page, site, "Samordnare, Resurscentrum Heder Skåne")
    county = page.get_by_label("Län", exact=True)
    county.focus()
    Keys(page).press(*"atlantis")
    expect(page.get_by_text("Inget län i listan heter ”atlantis”.")).to_be_visible()
    page.keyboard.press("Tab")
    expect(county).to_have_attribute("aria-invalid", "true")
    no_axe_findings(page)
    press(page, "Spara och visa samtalet")
    expect(county).to_be_focused()
    expect(county).to_have_value("atlantis")
    county.fill("skåne")
    page.keyboard.press("Enter")
    expect(page.get_by_text("i listan heter")).to_be_hidden()
    expect(county).to_have_value("Skåne län")


@WITH_SCRIPTS
def test_note_is_said_not_to_be_in_the_draft_and_is_not_left_without_a_question(site: str, page: Page) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    begin(page, site, "Samordnare, Resurscentrum Heder Skåne")
    Keys(page).press("4", "0", "Enter", "1")
    page.get_by_label("Anteckning").press_sequentially("Skolan undrar.")
    expect(page.get_by_text("Anteckningen och uppföljningskoden sparas först med samtalet.")).to_be_visible()
    page.get_by_role("link", name="Stödtelefon", exact=True).first.click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page.get_by_label("Anteckning")).to_have_value("Skolan undrar.")
    press(page, "Spara och visa samtalet")
    expect(page.get_by_text("Skolan undrar.")).to_be_visible()
    assert asked == ["beforeunload"], "a call that is saved is left without a question"


@WITH_SCRIPTS
def test_note_that_is_mended_is_saved_with_the_first_press(site: str, page: Page) -> None:
    begin(page, site, "Samordnare, Resurscentrum Heder Skåne")
    Keys(page).press("4", "0", "Enter", "1")
    note = page.get_by_label("Anteckning")
    note.fill("Barnet är 20090413-2388.")
    press(page, "Spara och visa samtalet")
    expect(page.locator("#id_note_error")).to_be_visible()
    note.fill("Skolan undrar.")
    button = page.get_by_role("button", name="Spara och visa samtalet").bounding_box()
    assert button is not None
    page.mouse.move(button["x"] + 5, button["y"] + 5)
    page.mouse.down()
    page.wait_for_timeout(600)
    expect(page.locator("#id_note_error")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_text("Skolan undrar.")).to_be_visible()


@WITH_SCRIPTS
def test_call_is_corrected_and_struck_by_hand(site: str, page: Page) -> None:
    begin(page, site, "Samordnare, Resurscentrum Heder Skåne")
    Keys(page).press("4", "0", "Enter", "1", "Enter")
    page.get_by_role("link", name="Visa eller rätta det").click()
    page.get_by_role("link", name="Rätta samtalet").click()
    no_axe_findings(page)
    page.get_by_label("Län", exact=True).fill("stock")
    # Whoever presses Enter once too often sends it once all the same.
    Keys(page).press("Enter", "0", "Enter", "Enter", "Enter")
    expect(page.get_by_text("Samtalet är rättat")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Okänt län")).to_contain_text("Stockholms län")
    holds_on_a_narrow_screen(page)
    page.get_by_text("Stryk samtalet").first.click()
    page.get_by_label("Varför stryks samtalet?").select_option(label="Prov eller övning")
    press(page, "Stryk samtalet")
    expect(page.get_by_text("Samtalet är struket")).to_be_visible()
    no_axe_findings(page)


def test_call_can_be_logged_without_scripts_too(site: str, page: Page, javascript: bool) -> None:
    begin(page, site, "Stödtelefonen, NCH")
    page.get_by_role("radio", name=re.compile("Socialtjänst")).first.check()
    page.get_by_role("radio", name=re.compile("Rutiner")).check()
    page.get_by_label("Längd i minuter").fill("7")
    if not javascript:
        page.get_by_text("Lägg till utsatta individer").click()
        page.get_by_label("Ålder").last.select_option(label="7–12 år")
        page.get_by_label("Kön", exact=True).last.select_option(label="Okänt kön")
        press(page, "Lägg till en individ")
        expect(page.get_by_label("Ålder")).to_have_count(3)
        expect(page.get_by_label("Ålder").nth(1)).to_have_value("7_12")
        expect(page.get_by_label("Längd i minuter")).to_have_value("7")
    press(page, "Spara och visa samtalet")
    expect(page.get_by_role("alert")).to_contain_text("ange att länet är okänt")
    if javascript:
        page.get_by_label("Län", exact=True).fill("okänt")
        page.keyboard.press("Enter")
    else:
        page.get_by_label("Län", exact=True).select_option(label="Okänt län")
    press(page, "Spara och visa samtalet")
    expect(page.get_by_text("Okänd kommun").first).to_be_visible()
    if javascript:
        no_axe_findings(page)
