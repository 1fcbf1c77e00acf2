"""Reading lägesbilder: a county's own until it has handed them in."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.questionnaires.models import Answer
from resurscentra.enums import ReportState
from resurscentra.models import ReportCoding, ReportingPeriod, SituationReport
from resurscentra.selectors.centres import Anyone
from resurscentra.standard_form import CODED_QUESTIONS


def periods_for(user: Anyone) -> QuerySet[ReportingPeriod]:
    """Reporting periods, for whoever may see centres."""
    periods = ReportingPeriod.objects.select_related("version")
    return access_of(user).limit(periods, Right.SEE_CENTRES)


def reports_for(user: Anyone) -> QuerySet[SituationReport]:
    """Lägesbilder the user may see: one's own county's in every state, for NCH all that are asked for."""
    reports = SituationReport.objects.select_related(
        "period", "organisation", "centre__organisation", "response__version", "case"
    )
    return access_of(user).limit(reports, Right.SEE_CENTRES)


def readable_reports_for(user: Anyone) -> QuerySet[SituationReport]:
    """Lägesbilder whose text the user may read: NCH reads what is submitted, not a county's draft."""
    reports = reports_for(user)
    if not access_of(user).everywhere(Right.SEE_CENTRES):
        return reports
    return reports.filter(state=ReportState.SUBMITTED)


def editable_reports_for(user: Anyone) -> QuerySet[SituationReport]:
    """Lägesbilder the user may fill in."""
    reports = SituationReport.objects.select_related(
        "period__version", "organisation", "centre__organisation", "response__version"
    )
    return access_of(user).limit(reports, Right.FILL_IN)


def previous_report(report: SituationReport) -> SituationReport | None:
    """The same county's (and centre's) last submitted lägesbild before this one."""
    return (
        SituationReport.objects.filter(
            organisation=report.organisation,
            centre=report.centre,
            state=ReportState.SUBMITTED,
            period__ends_on__lt=report.period.ends_on,
        )
        .select_related("response__version")
        .order_by("-period__ends_on")
        .first()
    )


# --- What is counted ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AskedReport:
    """A lägesbild that is asked for: by which period and county, when it came in, and its coded answers by question.

    What a county has not handed in is not answered, whatever stands in its draft. `themes` are the keys of those that
    NCH has coded it with, None where it has not been coded.
    """

    period: int
    title: str
    starts_on: datetime.date
    ends_on: datetime.date
    due_on: datetime.date
    county: str
    handed_in_on: datetime.date | None
    answers: Mapping[str, str]
    themes: frozenset[str] | None = None


def asked_reports(reports: QuerySet[SituationReport]) -> list[AskedReport]:
    """What has been asked for, the earliest period first, with the answers of `CODED_QUESTIONS` (three queries)."""
    of_period = ("period", "period__title", "period__starts_on", "period__ends_on", "period__due_on")
    columns = ("pk", *of_period, "organisation__county", "submitted_at")
    rows = reports.order_by("period__ends_on", "period", "organisation__sort_key", "pk")
    answers: defaultdict[int, dict[str, str]] = defaultdict(dict)
    coded = Answer.objects.filter(
        response__situation_report__in=reports.order_by().filter(state=ReportState.SUBMITTED).values("pk"),
        question__key__in=CODED_QUESTIONS,
    )
    for pk, key, value in coded.values_list("response__situation_report", "question__key", "value"):
        answers[pk][key] = str(value or "")
    themes: dict[int, set[str]] = {}
    codings = ReportCoding.objects.filter(report__in=reports.order_by().values("pk"))
    for pk, kind, code in codings.values_list("pk", "themes__kind", "themes__code"):
        themes.setdefault(pk, set()).update([f"{kind}_{code}"] if code else [])
    return [
        AskedReport(
            period=period,
            title=title,
            starts_on=starts_on,
            ends_on=ends_on,
            due_on=due_on,
            county=county or "",
            handed_in_on=timezone.localdate(submitted_at) if submitted_at else None,
            answers=answers.get(pk, {}),
            themes=frozenset(themes[pk]) if pk in themes else None,
        )
        for pk, period, title, starts_on, ends_on, due_on, county, submitted_at in rows.values_list(*columns)
    ]
