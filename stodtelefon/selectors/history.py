"""What has been read in from before this system, within the user's reach."""

import datetime
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from stodtelefon.enums import FigureDimension
from stodtelefon.models import HistoryImport, PublishedFigure, Register, SupportCall, SupportLine


def history_imports_for(user: User | AnonymousUser) -> QuerySet[HistoryImport]:
    """The imports of the organisations whose lines the user leads, the latest first."""
    imports = HistoryImport.objects.select_related("organisation", "imported_by", "withdrawn_by")
    return access_of(user).limit(imports, Right.LEAD_LINE)


def known_sources(organisation_id: int, names: Iterable[str]) -> set[str]:
    """Those of the names under which registers have been read in before."""
    registers = Register.objects.filter(organisation=organisation_id, name__in=set(names))
    return set(registers.values_list("name", flat=True))


def registers_of(lines: Iterable[SupportLine]) -> list[str]:
    """The names of the registers that have been read in for the organisations of the lines."""
    owners = {line.organisation_id for line in lines}
    return list(Register.objects.filter(organisation__in=owners).values_list("name", flat=True))


def published_calls(years: Iterable[int]) -> dict[int, int]:
    """How many calls to the national line have been published for each of the years."""
    figures = PublishedFigure.objects.filter(dimension=FigureDimension.TOTAL, year__in=set(years))
    return {figure.year: figure.calls for figure in figures if figure.calls is not None}


def logged_beside(lines: Iterable[SupportLine], first: datetime.date, last: datetime.date) -> dict[str, int]:
    """How many calls that were logged here each line has from the day `first` to `last`: calls may be there twice."""
    begins = timezone.make_aware(datetime.datetime.combine(first, datetime.time()))
    ends = timezone.make_aware(datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time()))
    calls = SupportCall.objects.filter(
        line__in=list(lines),
        started_at__gte=begins,
        started_at__lt=ends,
        struck_at__isnull=True,
        constructed=False,
        origin__isnull=True,
    )
    return dict(calls.order_by().values_list("line__name").annotate(Count("pk")))
