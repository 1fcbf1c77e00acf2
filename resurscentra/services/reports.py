"""Asking for lägesbilder, beginning and submitting them."""

import datetime
from collections import Counter

from django.db import transaction
from django.urls import reverse

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.enums import CaseKind
from nch.cases.services import close_tasks, fulfil, note, open_task, register_case
from nch.common.transitions import Transition, TransitionError, move
from nch.counties.selectors import county_boards, national_centre
from nch.questionnaires.handing_in import submit_response
from nch.questionnaires.services import start_response
from nch.questionnaires.versions import create_version, freeze_version
from resurscentra.enums import Phase, ReportState
from resurscentra.models import PhasePeriod, ReportingPeriod, ResourceCentre, SituationReport, SituationReportMove
from resurscentra.services.asking import ReportingError, check_days
from resurscentra.standard_form import FORM_KEY, FORM_TITLE, situation_report_form
from resurscentra.tasks import file_report_copy

# The topic of a task that asks for a lägesbild, whoever asks (nch.cases.models.Task).
SITUATION_REPORT = "situation_report"
TRANSITIONS = (
    Transition(ReportState.EXPECTED, ReportState.DRAFT),
    Transition(ReportState.DRAFT, ReportState.SUBMITTED),
)


@transaction.atomic
def open_period(
    *,
    title: str,
    starts_on: datetime.date,
    ends_on: datetime.date,
    due_on: datetime.date,
    by: User,
    at: datetime.datetime,
) -> ReportingPeriod:
    """Ask every county with a living centre for a lägesbild; a county with several answers once per centre."""
    require(by, Right.MANAGE_REPORTING)
    check_days(starts_on=starts_on, ends_on=ends_on, due_on=due_on, at=at)
    if ReportingPeriod.objects.filter(title=title, starts_on=starts_on, ends_on=ends_on).exists():
        raise ReportingError("Lägesbilder för den perioden är redan begärda.")
    version = create_version(key=FORM_KEY, title=FORM_TITLE, sections=situation_report_form())
    freeze_version(version, at=at)
    period = ReportingPeriod.objects.create(
        title=title, starts_on=starts_on, ends_on=ends_on, due_on=due_on, version=version, opened_at=at, opened_by=by
    )
    boards = {board.county_id: board for board in county_boards()}
    living = ResourceCentre.objects.exclude(
        phases__in=PhasePeriod.objects.filter(valid_to__isnull=True, phase=Phase.CLOSED)
    ).select_related("organisation")
    centres_per_county = Counter(centre.organisation.county_id for centre in living)
    for centre in living:
        county_id = centre.organisation.county_id
        of_several = centres_per_county[county_id] > 1
        report = SituationReport.objects.create(
            period=period, organisation=boards[county_id], centre=centre if of_several else None
        )
        open_task(
            report_task_key(report),
            organisation=report.organisation,
            right=Right.FILL_IN,
            title=f"Lämna lägesbild: {report.subject_name}, {period}",
            url=detail_url(report),
            at=at,
            due_on=due_on,
            waiting=national_centre(),
            waiting_right=Right.MANAGE_REPORTING,
        )
    record("reporting_period_opened", by=by, subject=period, details={"reports": len(living)}, at=at)
    return period


def report_task_key(report: SituationReport) -> str:
    """The key of the county's task to hand in."""
    return f"situation-report:{report.pk}"


def detail_url(report: SituationReport) -> str:
    """The address of the lägesbild's page."""
    return reverse("resurscentra:report_detail", args=[report.pk])


def _move(report: SituationReport, to: ReportState, *, by: User, at: datetime.datetime, **changes: object) -> None:
    try:
        move(report, to=to, transitions=TRANSITIONS, moves=SituationReportMove, by=by, at=at, **changes)
    except TransitionError as error:
        raise ReportingError(str(error)) from error


@transaction.atomic
def start_report(*, report: SituationReport, by: User, at: datetime.datetime) -> SituationReport:
    """Begin the county's shared draft of a lägesbild that is asked for."""
    require(by, Right.FILL_IN, report.organisation_id)
    response = start_response(version=report.period.version, organisation=report.organisation, by=by, at=at)
    _move(report, ReportState.DRAFT, by=by, at=at, response=response)
    return report


@transaction.atomic
def submit_report(*, report: SituationReport, by: User, at: datetime.datetime) -> SituationReport:
    """Hand in: the draft is closed and registered in a case of its own. A late one is taken in as well.

    Raises IncompleteResponseError with every problem, ReportingError where it has been handed in already.
    """
    require(by, Right.SUBMIT, report.organisation_id)
    if report.response is None:
        raise ReportingError("Lägesbilden är inte påbörjad.")
    submit_response(response=report.response, by=by, at=at)
    case = register_case(
        kind=CaseKind.SITUATION_REPORT,
        title=f"Lägesbild: {report}",
        organisation=report.organisation,
        handler=national_centre(),
        by=by,
        at=at,
    )
    _move(report, ReportState.SUBMITTED, by=by, at=at, case=case, submitted_at=at)
    note(case, f"Lägesbilden kom in från {report.organisation}", by=by, at=at, url=detail_url(report))
    record("situation_report_submitted", by=by, subject=report, organisation_id=report.organisation_id, at=at)
    close_tasks(report_task_key(report), at=at)
    # What a grant's reporting plan asked for is handed in with it.
    fulfil(SITUATION_REPORT, organisation=report.organisation, period_ends_on=report.period.ends_on, at=at)
    transaction.on_commit(lambda: file_report_copy.delay(report.pk), robust=True)
    return report
