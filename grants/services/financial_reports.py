"""Economic reports: begun, certified and handed in, reviewed by two persons, returned or approved."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from grants.enums import CostCategory, FinancialReportState, ReviewPart
from grants.financial_report_form import SECTIONS_OF_FIGURES, form_version
from grants.models import (
    FinancialReport,
    FinancialReportComment,
    FinancialReportLine,
    FinancialReportMove,
    FinancialReportReturn,
)
from grants.selectors.financial_reports import (
    draft_figures,
    figures_differ,
    frozen_figures,
    open_return,
    report_problems,
    worked_hours,
)
from grants.services.assessments import check_impartial
from grants.services.errors import GrantError
from grants.services.left_over import settle_task_key
from grants.services.reporting import ask_for_report, report_task_key, report_url
from grants.tasks import file_financial_report
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of, require
from nch.audit.services import record
from nch.cases.mail import letter, write_mails
from nch.cases.notices import people_with
from nch.cases.selectors import is_recused
from nch.cases.services import close_tasks, note, open_task
from nch.common.formats import format_kronor
from nch.common.transitions import Transition, TransitionError, move
from nch.questionnaires.handing_in import IncompleteResponseError, reopen_sections, submit_response
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import start_response

State = FinancialReportState
TRANSITIONS = (
    Transition(State.EXPECTED, State.DRAFT),
    Transition(State.DRAFT, State.SUBMITTED),
    Transition(State.SUBMITTED, State.RETURNED),
    Transition(State.RETURNED, State.SUBMITTED),
    Transition(State.SUBMITTED, State.APPROVED),
)
RIGHT_FOR = {ReviewPart.SUBSTANCE: Right.REVIEW_SUBSTANCE, ReviewPart.SUMS: Right.REVIEW_SUMS}
OTHER_PART = {ReviewPart.SUBSTANCE: ReviewPart.SUMS, ReviewPart.SUMS: ReviewPart.SUBSTANCE}


@dataclass(frozen=True)
class LineReview:
    """How many kronor of a category's cost are admitted, and why not all of it."""

    admitted: Decimal
    reason: str = ""


@dataclass(frozen=True)
class CommentInput:
    """What is to be completed in one question."""

    question_key: str
    text: str


def move_report(
    report: FinancialReport, to: FinancialReportState, *, by: User, at: datetime.datetime, **changes: object
) -> None:
    """Move a report as the table allows; raises GrantError with the reason where it does not."""
    try:
        move(report, to=to, transitions=TRANSITIONS, moves=FinancialReportMove, by=by, at=at, **changes)
    except TransitionError as error:
        raise GrantError(str(error)) from error


@transaction.atomic
def start_report(*, report: FinancialReport, by: User, at: datetime.datetime) -> FinancialReport:
    """Begin the receiver's shared draft."""
    require(by, Right.FILL_IN, report.grant.organisation_id)
    response = start_response(version=form_version(at=at), organisation=report.grant.organisation, by=by, at=at)
    move_report(report, State.DRAFT, by=by, at=at, response=response)
    record("financial_report_started", by=by, subject=report, organisation_id=report.grant.organisation_id, at=at)
    return report


@transaction.atomic
def submit_report(*, report: FinancialReport, by: User, at: datetime.datetime) -> FinancialReport:
    """Certify and hand in: the figures are kept as they are now, and both reviewers get a task.

    Raises IncompleteResponseError with every problem; GrantError where it is too early, not begun or handed in.
    """
    grant = report.grant
    require(by, Right.SUBMIT, grant.organisation_id)
    if timezone.localdate(at) < report.opens_on:
        raise GrantError(f"Redovisningen för {report.year} kan lämnas från {report.opens_on}.")
    if report.response is None:
        raise GrantError("Redovisningen är inte påbörjad.")
    response = submit_response(response=report.response, by=by, at=at)
    # Read after the draft is closed, so that what is checked is what is handed in.
    reader = ResponseReader(response)
    figures = draft_figures(report, reader)
    if problems := report_problems(figures, reader):
        raise IncompleteResponseError(problems)
    move_report(
        report,
        State.SUBMITTED,
        by=by,
        at=at,
        opening_balance=figures.opening,
        allotted=figures.allotted,
        worked_hours=worked_hours(reader),
        certified_at=at,
        certified_by=by,
    )
    report.lines.all().delete()
    FinancialReportLine.objects.bulk_create(
        FinancialReportLine(
            report=report,
            category=line.category,
            budget=line.deviation.budget,
            cost=line.deviation.cost,
            explanation=line.explanation,
        )
        for line in figures.lines
    )
    report.returns.filter(answered_at__isnull=True).update(answered_at=at)
    note(
        grant.case,
        f"Ekonomisk redovisning för {report.year} kom in från {grant.organisation}",
        by=by,
        at=at,
        url=report_url(report),
    )
    record(
        "financial_report_submitted",
        by=by,
        subject=report,
        organisation_id=grant.organisation_id,
        details={"cost": str(figures.cost), "closing": str(figures.closing)},
        at=at,
    )
    close_tasks(report_task_key(report), at=at)
    for part in ReviewPart:
        _ask_for_review(report, part, at=at)
    transaction.on_commit(lambda: file_financial_report.delay(report.pk), robust=True)
    return report


def review_task_key(report: FinancialReport, part: ReviewPart) -> str:
    """The key of a reviewer's task."""
    return f"review-{part}:{report.pk}"


def _ask_for_review(report: FinancialReport, part: ReviewPart, *, at: datetime.datetime) -> None:
    what = "i sak" if part == ReviewPart.SUBSTANCE else "i siffror"
    open_task(
        review_task_key(report, part),
        organisation=report.grant.call.grantor,
        right=RIGHT_FOR[part],
        title=f"Granska redovisningen för {report.year} från {report.grant.organisation} {what}",
        url=report_url(report),
        at=at,
        case=report.grant.case,
    )


@transaction.atomic
def review_report(
    *,
    report: FinancialReport,
    part: ReviewPart,
    lines: Mapping[str, LineReview],
    note_text: str,
    by: User,
    at: datetime.datetime,
    seen: datetime.datetime | None = None,
) -> FinancialReport:
    """Review in substance or in sums, line by line; when two persons have done so, the report is approved.

    Categories that `lines` leaves out are admitted whole. Whoever admits other amounts than the first reviewer sends
    the question back: the first one reviews again. `seen` is when the report that the reviewer read was handed in.
    Raises GrantError with the reason where it cannot be done.
    """
    grant = report.grant
    require(by, RIGHT_FOR[part], grant.call.grantor_id)
    check_impartial(grant.application, by)
    report = (
        FinancialReport.objects.select_for_update(of=("self",))
        .select_related("grant__organisation", "grant__call__grantor", "grant__case", "grant__application")
        .get(pk=report.pk)
    )
    if report.state != State.SUBMITTED or (seen is not None and seen != report.certified_at):
        raise GrantError("Redovisningen har ändrats sedan du öppnade sidan. Läs in den på nytt.")
    other = OTHER_PART[part]
    if getattr(report, f"{other}_reviewed_by_id") == by.pk:
        raise PermissionDenied("Den som har granskat den ena delen kan inte granska den andra.")
    changed = _admit(report, lines)
    changes: dict[str, object] = {
        f"{part}_reviewed_by": by,
        f"{part}_reviewed_at": at,
        f"{part}_note": note_text.strip(),
    }
    reviewer = getattr(report, f"{other}_reviewed_by")
    first = reviewer is not None
    partial = first and is_recused(reviewer, grant.case)
    if first and (changed or partial):
        changes |= {f"{other}_reviewed_by": None, f"{other}_reviewed_at": None}
        _ask_for_review(report, other, at=at)
        note(
            grant.case,
            "Den som granskade först har anmält jäv; redovisningen granskas på nytt"
            if partial
            else f"{by} ändrade vad som godtas; redovisningen granskas på nytt",
            by=by,
            at=at,
            internal=True,
            url=report_url(report),
        )
    for name, value in changes.items():
        setattr(report, name, value)
    report.save(update_fields=list(changes))
    label = "i sak" if part == ReviewPart.SUBSTANCE else "i siffror"
    note(
        grant.case,
        f"{by} granskade redovisningen för {report.year} {label}",
        by=by,
        at=at,
        internal=True,
        url=report_url(report),
    )
    record(
        "financial_report_reviewed",
        by=by,
        subject=report,
        organisation_id=grant.organisation_id,
        details={"part": part, "admitted": {line.category: str(line.admitted) for line in report.lines.all()}},
        at=at,
    )
    close_tasks(review_task_key(report, part), at=at)
    if first and not changed and not partial:
        _approve(report, by=by, at=at)
    return report


def undo_review(report: FinancialReport, *, by: User, at: datetime.datetime) -> None:
    """Let the part of a report that `by` has reviewed be reviewed anew: they have declared a conflict of interest.

    Nobody else's review is there beside it: two would have approved the report.
    """
    for part in ReviewPart:
        if getattr(report, f"{part}_reviewed_by_id") == by.pk:
            cleared = {f"{part}_reviewed_by": None, f"{part}_reviewed_at": None, f"{part}_note": ""}
            FinancialReport.objects.filter(pk=report.pk, state=State.SUBMITTED).update(**cleared)
            report.lines.update(admitted=None, reason="")
            _ask_for_review(report, part, at=at)


def _admit(report: FinancialReport, lines: Mapping[str, LineReview]) -> bool:
    """Write down what is admitted; returns whether that is something else than the reviewer before said."""
    changed = False
    for line in report.lines.all():
        review = lines.get(line.category, LineReview(line.cost))
        label = CostCategory(line.category).label
        if not 0 <= review.admitted <= line.cost:
            raise GrantError(f"{label}: mellan noll och {format_kronor(line.cost)} kan godtas.")
        reason = review.reason.strip()
        if review.admitted != line.cost and not reason:
            raise GrantError(f"{label}: skriv varför hela kostnaden inte godtas.")
        reason = "" if review.admitted == line.cost else reason
        if line.admitted is not None:
            changed |= line.admitted != review.admitted
        if (line.admitted, line.reason) != (review.admitted, reason):
            line.admitted, line.reason = review.admitted, reason
            line.save(update_fields=["admitted", "reason"])
    return changed


def _approve(report: FinancialReport, *, by: User, at: datetime.datetime) -> None:
    if figures_differ(report):
        raise GrantError(
            "Ingående balans eller utbetalda medel har ändrats sedan redovisningen lämnades in. "
            "Lämna tillbaka den, så att siffrorna räknas om."
        )
    move_report(report, State.APPROVED, by=by, at=at, approved_at=at)
    grant = report.grant
    figures = frozen_figures(report)
    note(grant.case, f"Ekonomisk redovisning för {report.year} godkändes", by=by, at=at, url=report_url(report))
    record("financial_report_approved", by=by, subject=report, organisation_id=grant.organisation_id, at=at)
    if figures.closing:
        open_task(
            settle_task_key(report),
            organisation=grant.call.grantor,
            right=Right.PROPOSE_DECISIONS,
            title=f"Avgör vad som händer med {format_kronor(figures.closing)} som {grant.organisation} har kvar",
            url=report_url(report),
            at=at,
            case=grant.case,
        )
    _tell(
        report,
        "approved",
        f"Redovisningen för {report.year} är godkänd",
        f"Er ekonomiska redovisning för {report.year} är granskad och godkänd.",
        at=at,
    )


def _tell(report: FinancialReport, what: str, subject: str, text: str, *, at: datetime.datetime) -> None:
    """Mail those who fill in for the receiver that something has happened with the report."""
    grant = report.grant
    write_mails(
        key=f"financial-report:{report.pk}:{what}:{at.isoformat()}",
        users=people_with(grant.organisation, Right.FILL_IN),
        subject=subject,
        body=letter(text, report_url(report)),
        at=at,
        case=grant.case,
    )


@transaction.atomic
def return_report(
    *,
    report: FinancialReport,
    comments: Sequence[CommentInput],
    due_on: datetime.date,
    by: User,
    at: datetime.datetime,
) -> FinancialReportReturn:
    """Send a report back for completion: a comment on each question it concerns, and a last day.

    The sections with comments are open again, and those with figures; the rest stands. Raises GrantError with the
    reason where it cannot be done.
    """
    grant = report.grant
    access = access_of(by)
    if not any(access.may_at(right, grant.call.grantor_id) for right in RIGHT_FOR.values()):
        raise PermissionDenied("Behörigheten att granska redovisningar saknas.")
    check_impartial(grant.application, by)
    comments = [comment for comment in comments if comment.text.strip()]
    if not comments:
        raise GrantError("Skriv vad som behöver kompletteras vid minst en fråga.")
    if due_on < timezone.localdate(at):
        raise GrantError("Sista dagen för kompletteringen har redan passerat.")
    if report.response is None:
        raise GrantError("Redovisningen är inte inlämnad.")
    reader = ResponseReader(report.response)
    questions = {q.key: (section.key, q.label) for section in reader.sections for q in section.questions.all()}
    move_report(
        report,
        State.RETURNED,
        by=by,
        at=at,
        substance_reviewed_by=None,
        substance_reviewed_at=None,
        sums_reviewed_by=None,
        sums_reviewed_at=None,
    )
    number = (report.returns.aggregate(last=Max("number"))["last"] or 0) + 1
    occasion = FinancialReportReturn.objects.create(
        report=report, number=number, returned_at=at, returned_by=by, due_on=due_on
    )
    FinancialReportComment.objects.bulk_create(
        FinancialReportComment(
            occasion=occasion,
            section_key=questions[comment.question_key][0],
            question_key=comment.question_key,
            question_label=questions[comment.question_key][1],
            text=comment.text.strip(),
        )
        for comment in comments
    )
    # What is left follows from the costs, so the questions about it are open with them.
    sections = {questions[comment.question_key][0] for comment in comments} | SECTIONS_OF_FIGURES
    reopen_sections(response=report.response, sections=sections, by=by, at=at)
    note(
        grant.case,
        f"Redovisningen för {report.year} lämnades tillbaka för komplettering",
        by=by,
        at=at,
        url=report_url(report),
    )
    record("financial_report_returned", by=by, subject=report, organisation_id=grant.organisation_id, at=at)
    close_tasks(*(review_task_key(report, part) for part in ReviewPart), at=at)
    ask_for_report(report, at=at, due_on=due_on)
    _tell(
        report,
        f"returned-{number}",
        f"Komplettera redovisningen för {report.year}",
        f"Er ekonomiska redovisning för {report.year} behöver kompletteras senast {due_on}. Vid varje fråga står vad "
        "som behövs.",
        at=at,
    )
    return occasion


def comments_now(report: FinancialReport) -> dict[str, str]:
    """What is asked for in each question of a returned report, by the question's key."""
    occasion = open_return(report)
    return {comment.question_key: comment.text for comment in occasion.comments.all()} if occasion else {}
