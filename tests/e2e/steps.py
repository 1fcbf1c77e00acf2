"""What people do on the pages, in words."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"


def enter_as(page: Page, site: str, name: str) -> None:
    """Leave whoever one was and come in as one of the demo's cast."""
    page.context.clear_cookies()
    page.goto(f"{site}/behorighet/demo/")
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Att göra")


def no_axe_findings(page: Page) -> None:
    """Assert that axe finds nothing on the page as it stands, or on the one that a press just now leads to."""
    result = _run_axe(page)
    faults = [
        f"{violation['id']}: {violation['help']} – {node['html'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def _run_axe(page: Page, tries: int = 3) -> dict[str, Any]:
    """What axe says. A page that gives way to the next one while it is looked at takes axe down with it, and each
    engine says so in words of its own: then the next one is looked at. An error of axe itself comes back and is raised.
    """
    page.wait_for_load_state()
    try:
        page.evaluate(AXE.read_text())
        result: dict[str, Any] = page.evaluate("async () => await axe.run()")
    except PlaywrightError:
        if tries == 1:
            raise
        return _run_axe(page, tries - 1)
    return result


def fill(page: Page, label: str, text: str) -> None:
    """Type into the field with that label, required or not."""
    page.get_by_label(re.compile(rf"^{re.escape(label)}( \(frivilligt\))?$")).fill(text)


def press(page: Page, button: str) -> None:
    """Press the button with that name."""
    page.get_by_role("button", name=button, exact=True).click()


def confirm(page: Page, button: str) -> None:
    """Open a confirmation and say yes."""
    region = page.locator("details").filter(has=page.locator("summary", has_text=button))
    region.locator("summary").click()
    region.get_by_role("button").click()
