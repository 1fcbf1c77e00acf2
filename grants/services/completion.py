"""Request for completion (begäran om komplettering): asked for by section, answered by the applicant, or ended."""

import datetime
from collections.abc import Mapping
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from grants.documents import render_completion_request
from grants.enums import ApplicationState
from grants.models import Application, ApplicationSubmission, CompletionRequest, CompletionSection
from grants.selectors.completion import open_request, read_task_key
from grants.services.applications import (
    completion_task_key,
    detail_url,
    keep_applied_amounts,
    move_application,
)
from grants.services.assessments import check_impartial
from grants.services.errors import GrantError
from grants.tasks import file_application_copy
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of, require
from nch.audit.services import record
from nch.cases.enums import DocumentDirection
from nch.cases.mail import letter, write_mails
from nch.cases.models import Case
from nch.cases.notices import one_of_them, people_with
from nch.cases.services import add_document, close_tasks, note, open_task
from nch.common.formats import format_date
from nch.questionnaires.handing_in import close_reopened, reopen_sections, submit_response


def may_ask(by: User, application: Application) -> bool:
    """Whether the user may ask for completions: those who assess or present at the authority that handles it."""
    access, grantor = access_of(by), application.call.grantor_id
    return access.may_at(Right.ASSESS, grantor) or access.may_at(Right.PROPOSE_DECISIONS, grantor)


def _require_may_ask(by: User, application: Application) -> None:
    if not may_ask(by, application):
        raise PermissionDenied("Behörighet att begära komplettering saknas.")
    check_impartial(application, by)


@transaction.atomic
def request_completion(
    *,
    application: Application,
    comments: Mapping[str, str],
    due_on: datetime.date,
    by: User,
    at: datetime.datetime,
) -> CompletionRequest:
    """Open the sections that `comments` names by key for the applicant until `due_on`, saying what is missing in each.

    The request is registered in the case as an outgoing document.
    Raises GrantError where nothing is asked for, the day has passed, or the application is not submitted.
    """
    _require_may_ask(by, application)
    asked = {key: comment.strip() for key, comment in comments.items() if comment.strip()}
    if not asked:
        raise GrantError("Skriv vad som saknas i minst ett avsnitt.")
    if due_on <= timezone.localdate(at):
        raise GrantError("Sista dagen att komplettera måste ligga efter i dag.")
    move_application(application, ApplicationState.COMPLETION, by=by, at=at)
    reopen_sections(response=application.response, sections=list(asked), by=by, at=at)
    request = CompletionRequest.objects.create(
        application=application,
        number=application.completion_requests.count() + 1,
        requested_at=at,
        requested_by=by,
        due_on=due_on,
    )
    CompletionSection.objects.bulk_create(
        CompletionSection(request=request, section_key=key, comment=comment) for key, comment in asked.items()
    )
    record("completion_requested", by=by, subject=request, organisation_id=application.organisation_id, at=at)
    day = format_date(due_on, long=True)
    if application.case is not None:
        _register(request, application.case, by=by, at=at)
        note(
            application.case,
            f"Komplettering {request.number} begärdes, senast {day}",
            by=by,
            at=at,
            url=detail_url(application),
        )
    close_tasks(read_task_key(application), at=at)
    open_task(
        completion_task_key(application),
        organisation=application.organisation,
        right=Right.FILL_IN,
        title=f"Komplettera ansökan: {application.call.title}",
        url=detail_url(application),
        at=at,
        due_on=due_on,
        case=application.case,
        waiting=application.call.grantor,
        waiting_right=Right.ASSESS,
    )
    write_mails(
        key=f"completion-request:{request.pk}",
        users=people_with(application.organisation, Right.FILL_IN),
        subject="Er ansökan behöver kompletteras",
        body=letter(
            f"{application.call.grantor} ber er komplettera er ansökan senast {day}. Vad som saknas står i ansökan. "
            "En behörig företrädare lämnar sedan in kompletteringen.",
            detail_url(application),
        ),
        at=at,
        case=application.case,
    )
    return request


def _register(request: CompletionRequest, case: Case, *, by: User, at: datetime.datetime) -> None:
    add_document(
        case=case,
        direction=DocumentDirection.OUTGOING,
        title=f"Begäran om komplettering {request.number}",
        file_name=f"begaran-om-komplettering-{case.year}-{case.number}-{request.number}.pdf",
        content=render_completion_request(request, case=case),
        by=by,
        at=at,
    )


def _waiting_request(application: Application) -> CompletionRequest:
    request = open_request(application)
    if request is None:
        raise GrantError("Ingen komplettering är begärd.")
    return request


@transaction.atomic
def submit_completion(*, application: Application, by: User, at: datetime.datetime) -> ApplicationSubmission:
    """Hand in the completion: the sections close, sums are kept anew, a copy is registered, the grantor is told.

    Raises IncompleteResponseError with every problem in the sections that were open.
    """
    require(by, Right.SUBMIT, application.organisation_id)
    request = _waiting_request(application)
    submit_response(response=application.response, by=by, at=at)
    move_application(application, ApplicationState.SUBMITTED, by=by, at=at)
    keep_applied_amounts(application)
    CompletionRequest.objects.filter(pk=request.pk).update(answered_at=at, answered_by=by)
    submission = ApplicationSubmission.objects.create(
        application=application, number=application.submissions.count() + 1, at=at, by=by
    )
    record("completion_submitted", by=by, subject=request, organisation_id=application.organisation_id, at=at)
    if application.case is not None:
        note(application.case, f"Komplettering {request.number} kom in", by=by, at=at, url=detail_url(application))
    close_tasks(completion_task_key(application), at=at)
    open_task(
        read_task_key(application),
        organisation=application.call.grantor,
        right=Right.ASSESS,
        title=f"Läs kompletteringen från {application.organisation}",
        url=detail_url(application),
        at=at,
        case=application.case,
    )
    write_mails(
        key=f"completion-submitted:{request.pk}",
        users=one_of_them(
            request.requested_by,
            organisation=application.call.grantor,
            right=Right.ASSESS,
            otherwise=Right.ASSESS,
        ),
        subject="En komplettering har kommit in",
        body=letter(f"{application.organisation} har kompletterat sin ansökan.", detail_url(application)),
        at=at,
        case=application.case,
    )
    transaction.on_commit(partial(file_application_copy.delay, application.pk, submission.number), robust=True)
    return submission


@transaction.atomic
def end_completion(*, application: Application, by: User, at: datetime.datetime) -> None:
    """End a request that was not answered in time: the application goes on as it was handed in."""
    _require_may_ask(by, application)
    request = _waiting_request(application)
    if request.due_on >= timezone.localdate(at):
        raise GrantError(f"Sökanden har till och med {format_date(request.due_on, long=True)} på sig.")
    close_reopened(response=application.response, by=by, at=at)
    move_application(application, ApplicationState.SUBMITTED, by=by, at=at)
    CompletionRequest.objects.filter(pk=request.pk).update(ended_at=at)
    record("completion_ended", by=by, subject=request, organisation_id=application.organisation_id, at=at)
    if application.case is not None:
        note(
            application.case,
            f"Komplettering {request.number} kom inte in. Ansökan prövas som den är",
            by=by,
            at=at,
            url=detail_url(application),
        )
    close_tasks(completion_task_key(application), at=at)
    write_mails(
        key=f"completion-ended:{request.pk}",
        users=people_with(application.organisation, Right.FILL_IN),
        subject="Er ansökan prövas utan komplettering",
        body=letter(
            "Kompletteringen som begärdes har inte kommit in. Er ansökan prövas som ni lämnade den.",
            detail_url(application),
        ),
        at=at,
        case=application.case,
    )


@transaction.atomic
def note_completion_read(*, application: Application, by: User, at: datetime.datetime) -> None:
    """Say that a completion that came in has been read, so that it no longer waits for anybody."""
    _require_may_ask(by, application)
    close_tasks(read_task_key(application), at=at)
    record("completion_read", by=by, subject=application, organisation_id=application.organisation_id, at=at)
