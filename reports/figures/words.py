"""The words and numbers that figures write themselves, in each language of the statistics."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from nch.common.formats import NBSP, format_number


@dataclass(frozen=True)
class Words:
    """What is written in figures and in their descriptions; `{}` stands for what is put in."""

    language: str
    number_locale: dict[str, Any]
    write: Callable[[float, int], str]
    conjunction: str
    missing: str
    missing_for: str
    protected: str
    protected_for: str
    many: str
    extremes: str
    break_from: str
    dashed_line: str
    grey_band: str
    bars: str
    stacked: str
    lines: str
    grid: str
    map: str
    intervals: str
    multiples: str
    beside_one: str
    under: str
    at_least: str
    all_alike: str
    source: str
    map_source: str

    def listed(self, words: Iterable[object]) -> str:
        """`a, b och c`."""
        *first, last = map(str, words)
        return f"{', '.join(first)} {self.conjunction} {last}" if first else last


def _write_english(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}".replace("-", "\u2212")


SWEDISH: Final = Words(
    language="sv",
    number_locale={
        "decimal": ",",
        "thousands": NBSP,
        "grouping": [3],
        "currency": ["", f"{NBSP}kr"],
        "percent": f"{NBSP}%",
        "minus": "\u2212",
    },
    write=lambda value, decimals: format_number(value, decimals=decimals),
    conjunction="och",
    missing="Uppgift saknas",
    missing_for="uppgift saknas för {}",
    protected="uppgift skyddas av sekretess",
    protected_for="uppgift skyddas av sekretess för {}",
    many="{} av {}",
    extremes="högst {} ({}), lägst {} ({})",
    break_from="Brott i serien från {}: {}.",
    dashed_line="Streckad linje: {}",
    grey_band="Grått fält: uppgift saknas",
    bars="Stapeldiagram",
    stacked="Staplat diagram",
    lines="Linjediagram",
    grid="Rutnät, mörkare för fler",
    map="Karta över Sveriges län",
    intervals="Kvoter med intervall",
    multiples="Ett litet stapeldiagram för var och en, i samma skala",
    beside_one="{}: {} ligger helt under 1 och {} helt över, av {}.",
    under="Under {}",
    at_least="{} eller mer",
    all_alike="Alla lika",
    source="Källa",
    map_source="karta: SCB",
)

ENGLISH: Final = Words(
    language="en",
    number_locale={
        "decimal": ".",
        "thousands": ",",
        "grouping": [3],
        "currency": ["SEK ", ""],
        "percent": "%",
        "minus": "\u2212",
    },
    write=_write_english,
    conjunction="and",
    missing="Not known",
    missing_for="not known for {}",
    protected="suppressed for confidentiality",
    protected_for="suppressed for confidentiality for {}",
    many="{} of {}",
    extremes="highest {} ({}), lowest {} ({})",
    break_from="Break in series from {}: {}.",
    dashed_line="Dashed line: {}",
    grey_band="Grey band: not known",
    bars="Bar chart",
    stacked="Stacked bar chart",
    lines="Line chart",
    grid="Grid, darker for more",
    map="Map of the counties of Sweden",
    intervals="Ratios with intervals",
    multiples="A small bar chart for each, on one scale",
    beside_one="{}: {} wholly below 1 and {} wholly above, of {}.",
    under="Below {}",
    at_least="{} or more",
    all_alike="All alike",
    source="Source",
    map_source="map: Statistics Sweden",
)

WORDS: Final = {words.language: words for words in (SWEDISH, ENGLISH)}
