"""The free text that may hold no personal data, as one types in it (in the gallery, where it stands in every state)."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import enter_as, no_axe_findings


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["javascript"])
def test_what_is_found_is_listed_while_one_types_and_a_word_on_it_holds_for_that_text(site: str, page: Page) -> None:
    enter_as(page, site, "Handläggare 1, NCH")
    page.goto(f"{site}/galleri/")
    field = page.locator("[data-personal-data-field]").first
    text, said, box = field.locator("textarea"), field.get_by_role("status"), field.get_by_role("checkbox")
    expect(box).to_be_hidden()

    text.fill("Flickan Sara nås på 070-174 06 05.")
    expect(said).to_contain_text("”Sara” ser ut som ett namn.")
    expect(said).to_contain_text("”070-174 06 05” ser ut som ett telefonnummer.")
    box.check()
    no_axe_findings(page)

    text.press("End")
    text.press_sequentially(" Och Ali.")
    expect(said).to_contain_text("”Ali”")
    expect(box).to_be_enabled()
    expect(box).not_to_be_checked()

    text.fill("Gäller 20090314-9805.")
    expect(said).to_contain_text("ett personnummer eller liknande nummer. Det går inte att spara.")
    expect(box).to_be_hidden()

    text.fill("Råd om LVU.")
    expect(said).to_be_empty()
