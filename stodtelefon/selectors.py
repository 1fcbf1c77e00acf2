"""Reading lines and calls within the user's reach, and the public facts about the national line.

Published facts (`calls_per_year`, `published_per_…`) are the same for everybody. They never count constructed calls.
"""

import datetime
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final, Literal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.counties.enums import OrganisationKind
from nch.counties.models import Municipality, Organisation
from nch.counties.selectors import counties
from stodtelefon.enums import CodeKind, ExposureKind, FigureDimension, LineKind
from stodtelefon.models import Code, ExposedIndividual, Exposure, PublishedFigure, SupportCall, SupportLine

FIRST_YEAR: Final = 2014
"""The national line opened on 13 March this year; no call is older."""

REMIT_BREAK_YEAR: Final = 2023
"""From this year the line gives general advice only and has shorter opening hours: a break in every series of calls.

Source: NCH:s årsrapport 2023 (rapport 2024:2). Figures before and from this year are not comparable without a mark.
"""

UNKNOWN_COUNTY: Final = "unknown"
"""Code of the calls whose county the caller did not state, in published figures and in the list's filter."""

OTHER_COUNTIES: Final = "other"
"""Code of the counties that a published table gives as one sum."""

Basis = Literal["published", "records", "not_published"]


@dataclass(frozen=True)
class YearFact:
    """Calls to the national line in a year, and the exposed individuals in them; None where nobody has said."""

    year: int
    calls: int | None
    individuals: int | None
    basis: Basis
    note: str


@dataclass(frozen=True)
class CategoryFact:
    """Calls from one category of callers."""

    code: str
    label: str
    calls: int


@dataclass(frozen=True)
class CountyFact:
    """Calls from one county; `county_code` is None for the unknown county and for a sum of several counties."""

    county_code: str | None
    label: str
    calls: int
    note: str


@dataclass(frozen=True)
class ExposureFact:
    """Individuals with one kind of exposure; one individual may count under several kinds, once under each."""

    kind: ExposureKind
    individuals: int


@dataclass(frozen=True)
class MonthFact:
    """Calls that began in a month (1–12), Swedish time."""

    month: int
    calls: int


@dataclass(frozen=True)
class LiveCounts:
    """What the records of a year hold within somebody's reach, every county, category, month and kind included.

    `constructed` of the calls are made up for demonstration: whoever shows the counts says so.
    """

    year: int
    calls: int
    constructed: int
    individuals: int
    unknown_county: int
    per_county: list[CountyFact]
    per_category: list[CategoryFact]
    per_month: list[MonthFact]
    exposures: list[ExposureFact]

    @property
    def share_unknown_county(self) -> float | None:
        """The part of the calls (0–1) whose county is unknown; None where there are no calls."""
        return self.unknown_county / self.calls if self.calls else None


@dataclass(frozen=True)
class CallSummary:
    """Sums over a list of calls."""

    calls: int
    unknown_county: int
    constructed: int


# --- Lines, calls and codes ---------------------------------------------------------------------------------------


def lines_for(user: User | AnonymousUser) -> QuerySet[SupportLine]:
    """The lines whose calls the user may see."""
    return access_of(user).limit(SupportLine.objects.select_related("organisation"), Right.SEE_CALLS)


def lines_to_log_for(user: User | AnonymousUser) -> QuerySet[SupportLine]:
    """The lines whose calls the user may log."""
    return access_of(user).limit(SupportLine.objects.select_related("organisation"), Right.LOG_CALLS)


def national_line() -> SupportLine:
    """The national line for professionals. Raises SupportLine.DoesNotExist before it has been opened."""
    return SupportLine.objects.get(kind=LineKind.NATIONAL_PROFESSIONALS)


def calls_for(user: User | AnonymousUser) -> QuerySet[SupportCall]:
    """The calls that the user may see, with what a list of them shows."""
    calls = SupportCall.objects.select_related("line", "caller_category", "county", "topic")
    return access_of(user).limit(calls, Right.SEE_CALLS)


def whole_calls_for(user: User | AnonymousUser) -> QuerySet[SupportCall]:
    """The calls that the user may see, with everything the page of one call shows."""
    individuals = Prefetch("individuals", ExposedIndividual.objects.prefetch_related("exposures"))
    related = ("municipality", "referral", "referred_to", "logged_by")
    return calls_for(user).select_related(*related).prefetch_related("advice", individuals)


# What a list may be sorted by: its name in the address, and the column. Latest first among equals.
SORTS: dict[str, str] = {
    "started_at": "started_at",
    "county": "county__sort_key",
    "category": "caller_category__position",
    "topic": "topic__position",
    "duration": "duration_minutes",
}


def _order(sort: str) -> OrderBy:
    name = sort.removeprefix("-")
    # Said only where there are nulls: PostgreSQL cannot read such an order from an index.
    nulls_last = True if name == "county" else None
    column = F(SORTS[name])
    return column.desc(nulls_last=nulls_last) if sort.startswith("-") else column.asc(nulls_last=nulls_last)


def found_calls_for(
    user: User | AnonymousUser, *, year: int | None = None, county: str = "", category: str = "", sort: str = ""
) -> QuerySet[SupportCall]:
    """The calls that the user may see, narrowed to a year, a county (or the unknown one) and a caller category."""
    calls = calls_for(user)
    if year is not None:
        calls = calls.filter(started_at__year=year)
    if county == UNKNOWN_COUNTY:
        calls = calls.filter(county_known=False)
    elif county:
        calls = calls.filter(county_id=county)
    if category:
        calls = calls.filter(caller_category__code=category)
    if sort.removeprefix("-") not in SORTS:
        return calls.order_by("-started_at", "-pk")
    return calls.order_by(_order(sort), "-started_at", "-pk")


def latest_year_for(user: User | AnonymousUser) -> int | None:
    """The latest year with a call that the user may see; None where there is no call."""
    began = calls_for(user).order_by("-started_at").values_list("started_at", flat=True).first()
    return timezone.localtime(began).year if began else None


def summary_of(calls: QuerySet[SupportCall]) -> CallSummary:
    """Add up some calls in one query."""
    return CallSummary(
        **calls.order_by().aggregate(
            calls=Count("*"),
            unknown_county=Count("county_known", filter=Q(county_known=False)),
            constructed=Count("constructed", filter=Q(constructed=True)),
        )
    )


def codes(kind: CodeKind, *, on: datetime.date | None = None) -> QuerySet[Code]:
    """The entries of a code list in their order; with `on` only those valid that day."""
    entries = Code.objects.filter(kind=kind).order_by("position", "code")
    if on is not None:
        entries = entries.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)
    return entries


def centres_to_refer_to() -> QuerySet[Organisation]:
    """The resource centres, to one of which a caller may be referred. Public facts."""
    return Organisation.objects.filter(kind=OrganisationKind.RESOURCE_CENTRE).select_related("county")


def municipalities() -> QuerySet[Municipality]:
    """All municipalities with their county, county by county in Swedish order. Public facts."""
    return Municipality.objects.select_related("county").order_by("county__sort_key", "sort_key")


# --- Public facts about the national line -------------------------------------------------------------------------


def published_per_year(first: int, last: int) -> list[YearFact]:
    """Published calls to the national line for each year from `first` to `last`; records are not counted."""
    totals = PublishedFigure.objects.filter(dimension=FigureDimension.TOTAL, year__gte=first, year__lte=last)
    published = {figure.year: figure for figure in totals}
    return [
        YearFact(year, figure.calls, figure.individuals, "published", figure.note)
        if (figure := published.get(year)) is not None
        else YearFact(year, None, None, "not_published", "Ingen uppgift har publicerats.")
        for year in range(first, last + 1)
    ]


def calls_per_year(first: int, last: int) -> list[YearFact]:
    """Calls to the national line for each year from `first` to `last`, as public facts.

    A published figure goes first. Where none has been published the records of the line count, but never constructed
    ones; a year with neither is `not_published`. Only the records of years without a published figure are read.
    """
    facts = published_per_year(first, last)
    wanted = [Q(started_at__year=fact.year) for fact in facts if fact.basis == "not_published"]
    if not wanted:
        return facts
    real = SupportCall.objects.filter(
        reduce(or_, wanted), line__kind=LineKind.NATIONAL_PROFESSIONALS, constructed=False
    ).order_by()
    per_year = real.values_list(ExtractYear("started_at")).annotate(Count("pk", distinct=True), Count("individuals"))
    records: dict[int, tuple[int, int]] = {year: (calls, individuals) for year, calls, individuals in per_year}
    return [
        YearFact(fact.year, *records[fact.year], "records", "Räknat ur registrerade samtal.")
        if fact.basis == "not_published" and fact.year in records
        else fact
        for fact in facts
    ]


def latest_category_year() -> int | None:
    """The latest year for which calls per caller category have been published."""
    return (
        PublishedFigure.objects.filter(dimension=FigureDimension.CALLER_CATEGORY)
        .order_by("-year")
        .values_list("year", flat=True)
        .first()
    )


def latest_county_year() -> int | None:
    """The latest year for which calls per county have been published."""
    return (
        PublishedFigure.objects.filter(dimension=FigureDimension.COUNTY)
        .order_by("-year")
        .values_list("year", flat=True)
        .first()
    )


def published_per_category(year: int) -> list[CategoryFact]:
    """Published calls per caller category, the largest first; empty where the year has not been published."""
    figures = PublishedFigure.objects.filter(
        dimension=FigureDimension.CALLER_CATEGORY, year=year, calls__isnull=False
    ).order_by("-calls", "code")
    return [CategoryFact(figure.code, figure.label, figure.calls or 0) for figure in figures]


def published_per_county(year: int) -> list[CountyFact]:
    """Published calls per county: the largest number first, then the unknown county, then the sum of the others."""
    figures = PublishedFigure.objects.filter(dimension=FigureDimension.COUNTY, year=year, calls__isnull=False)
    last = {UNKNOWN_COUNTY: 1, OTHER_COUNTIES: 2}
    return [
        CountyFact(None if figure.code in last else figure.code, figure.label, figure.calls or 0, figure.note)
        for figure in sorted(figures, key=lambda figure: (last.get(figure.code, 0), -(figure.calls or 0), figure.code))
    ]


# --- Live counts for staff ----------------------------------------------------------------------------------------


def _counted_calls_for(user: User | AnonymousUser) -> QuerySet[SupportCall]:
    """Calls that the user may count: all lines' for whoever sees the country's statistics, else those one may see."""
    access = access_of(user)
    right = Right.SEE_STATISTICS if access.everywhere(Right.SEE_STATISTICS) else Right.SEE_CALLS
    return access.limit(SupportCall.objects.all(), right)


def _was_valid_in(code: Code, year: int) -> bool:
    return code.valid_from.year <= year and (code.valid_to is None or code.valid_to.year >= year)


def live_counts_for(user: User | AnonymousUser, year: int) -> LiveCounts:
    """Count the year's records within the user's reach, by the Swedish date on which a call began."""
    calls = _counted_calls_for(user).filter(started_at__year=year).order_by()
    by_county: dict[str | None, int] = dict(calls.values_list("county_id").annotate(Count("pk")))
    by_category: dict[int, int] = dict(calls.values_list("caller_category_id").annotate(Count("pk")))
    by_month: dict[int, int] = dict(
        calls.annotate(month=ExtractMonth("started_at")).values_list("month").annotate(Count("pk"))
    )
    exposures = Exposure.objects.filter(individual__call__in=calls).order_by()
    by_kind: dict[str, int] = dict(exposures.values_list("kind").annotate(Count("pk")))
    return LiveCounts(
        year=year,
        calls=sum(by_county.values()),
        constructed=calls.filter(constructed=True).count(),
        individuals=ExposedIndividual.objects.filter(call__in=calls).count(),
        unknown_county=by_county.get(None, 0),
        per_county=[CountyFact(county.code, county.name, by_county.get(county.code, 0), "") for county in counties()]
        + [CountyFact(None, "Okänt län", by_county.get(None, 0), "")],
        per_category=[
            CategoryFact(code.code, code.label, by_category.get(code.pk, 0))
            for code in codes(CodeKind.CALLER_CATEGORY)
            if code.pk in by_category or _was_valid_in(code, year)
        ],
        per_month=[MonthFact(month, by_month.get(month, 0)) for month in range(1, 13)],
        exposures=[ExposureFact(kind, by_kind.get(kind, 0)) for kind in ExposureKind],
    )
