"""Public facts about the national line, the same for everybody: what has been printed, and nothing else.

What has not been published is not there (None), however many calls are registered: no record counts here.
"""

import datetime
from dataclasses import dataclass
from typing import Final, Literal

from stodtelefon.enums import FigureDimension
from stodtelefon.models import PublishedFigure
from stodtelefon.selectors.calls import UNKNOWN_COUNTY

FIRST_DAY: Final = datetime.date(2014, 3, 13)
"""The national line opened; no call is older."""

FIRST_YEAR: Final = FIRST_DAY.year

REMIT_BREAK_YEAR: Final = 2023
"""From this year the line gives general advice only and has shorter opening hours: a break in every series of calls.

Source: NCH:s årsrapport 2023 (rapport 2024:2). Figures before and from this year are not comparable without a mark.
"""

OTHER_COUNTIES: Final = "other"
"""Code of the counties that a published table gives as one sum."""

Basis = Literal["published", "not_published"]


@dataclass(frozen=True)
class YearFact:
    """Calls to the national line in a year, and the exposed individuals in them; None where nobody has said.

    `source` is told of a figure that somebody has read in; those that the product ships share the table's source.
    `from_date` is the first day counted where the year is not whole.
    """

    year: int
    calls: int | None
    individuals: int | None
    basis: Basis
    note: str
    source: str = ""
    from_date: datetime.date | None = None


@dataclass(frozen=True)
class CategoryFact:
    """Calls from one category of callers; `source` as in `YearFact`."""

    code: str
    label: str
    calls: int
    source: str = ""


@dataclass(frozen=True)
class CountyFact:
    """Calls from one county; `county_code` is None for the unknown county and for a sum of several counties."""

    county_code: str | None
    label: str
    calls: int
    note: str
    source: str = ""


def _source(figure: PublishedFigure) -> str:
    return figure.source if figure.imported_id is not None else ""


def published_per_year(first: int, last: int) -> list[YearFact]:
    """Published calls to the national line for each year from `first` to `last`."""
    totals = PublishedFigure.objects.filter(dimension=FigureDimension.TOTAL, year__gte=first, year__lte=last)
    published = {figure.year: figure for figure in totals}
    return [
        YearFact(year, figure.calls, figure.individuals, "published", figure.note, _source(figure), figure.from_date)
        if (figure := published.get(year)) is not None
        else YearFact(year, None, None, "not_published", "Ingen uppgift har publicerats.")
        for year in range(first, last + 1)
    ]


def latest_category_year() -> int | None:
    """The latest year for which calls per caller category have been published."""
    return (
        PublishedFigure.objects.filter(dimension=FigureDimension.CALLER_CATEGORY, calls__gt=0)
        .order_by("-year")
        .values_list("year", flat=True)
        .first()
    )


def latest_county_year() -> int | None:
    """The latest year for which calls per county have been published."""
    return (
        PublishedFigure.objects.filter(dimension=FigureDimension.COUNTY, calls__gt=0)
        .order_by("-year")
        .values_list("year", flat=True)
        .first()
    )


def published_per_category(year: int) -> list[CategoryFact]:
    """Published calls per caller category, the largest first; empty where the year has not been published."""
    figures = PublishedFigure.objects.filter(
        dimension=FigureDimension.CALLER_CATEGORY, year=year, calls__isnull=False
    ).order_by("-calls", "code")
    return [CategoryFact(figure.code, figure.label, figure.calls or 0, _source(figure)) for figure in figures]


def published_per_county(year: int) -> list[CountyFact]:
    """Published calls per county: the largest number first, then the unknown county, then the sum of the others."""
    figures = PublishedFigure.objects.filter(dimension=FigureDimension.COUNTY, year=year, calls__isnull=False)
    last = {UNKNOWN_COUNTY: 1, OTHER_COUNTIES: 2}
    return [
        CountyFact(
            None if figure.code in last else figure.code,
            figure.label,
            figure.calls or 0,
            figure.note,
            _source(figure),
        )
        for figure in sorted(figures, key=lambda figure: (last.get(figure.code, 0), -(figure.calls or 0), figure.code))
    ]
