"""Registering cases and documents, writing the timeline, opening and closing tasks."""

import datetime
import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.audit.services import record
from nch.cases.enums import DocumentDirection
from nch.cases.models import Case, Document, RegistrationSeries, Task, TimelineEntry
from nch.common.files import PDF
from nch.counties.models import Organisation


@transaction.atomic
def register_case(*, title: str, organisation: Organisation, by: User, at: datetime.datetime) -> Case:
    """Open a case under the next diary number of the year of `at`; the series has no gaps and no doubles."""
    year = timezone.localtime(at).year
    series, _ = RegistrationSeries.objects.select_for_update().get_or_create(year=year)
    series.last_number += 1
    series.save(update_fields=["last_number"])
    case = Case.objects.create(
        number=series.last_number, year=year, title=title, organisation=organisation, opened_at=at
    )
    record(
        "case_registered",
        by=by,
        subject=case,
        organisation_id=organisation.pk,
        details={"dnr": case.registration_number},
        at=at,
    )
    return case


@transaction.atomic
def add_document(
    *,
    case: Case,
    direction: DocumentDirection,
    title: str,
    file_name: str,
    content: bytes,
    by: User,
    at: datetime.datetime,
    content_type: str = PDF,
) -> Document:
    """Register a document in the case under its next number."""
    Case.objects.select_for_update().get(pk=case.pk)
    last = case.documents.aggregate(last=Max("number"))["last"] or 0
    document = Document(
        case=case,
        number=last + 1,
        direction=direction,
        title=title,
        file_name=file_name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        registered_at=at,
        registered_by=by,
    )
    document.file.save(file_name, ContentFile(content), save=False)
    document.save(force_insert=True)
    record(
        "document_registered",
        by=by,
        subject=document,
        organisation_id=case.organisation_id,
        details={"direction": direction, "sha256": document.sha256},
        at=at,
    )
    return document


@transaction.atomic
def add_document_once(
    *,
    case: Case,
    direction: DocumentDirection,
    title: str,
    file_name: str,
    content: bytes,
    by: User,
    at: datetime.datetime,
    content_type: str = PDF,
) -> Document:
    """Register a file in the case unless one with that title is there: for tasks that may be delivered twice."""
    Case.objects.select_for_update().get(pk=case.pk)
    existing = case.documents.filter(title=title).first()
    return existing or add_document(
        case=case,
        direction=direction,
        title=title,
        file_name=file_name,
        content=content,
        by=by,
        at=at,
        content_type=content_type,
    )


@transaction.atomic
def close_case(case: Case, *, by: User, at: datetime.datetime) -> None:
    """Close a case in which nothing more is to be done; closing it again changes nothing."""
    if Case.objects.filter(pk=case.pk, closed_at__isnull=True).update(closed_at=at):
        case.closed_at = at
        record("case_closed", by=by, subject=case, organisation_id=case.organisation_id, at=at)


def note(case: Case, title: str, *, by: User, at: datetime.datetime, internal: bool = False) -> TimelineEntry:
    """Write a line on the case's timeline."""
    return TimelineEntry.objects.create(case=case, at=at, by=by, title=title, internal=internal)


def open_task(
    key: str,
    *,
    organisation: Organisation,
    right: Right,
    title: str,
    url: str,
    at: datetime.datetime,
    due_on: datetime.date | None = None,
    expires_at: datetime.datetime | None = None,
    assignee: User | None = None,
) -> Task:
    """Let something wait for those who can do it. The same key opens the same task once, or again if it was done."""
    task, _ = Task.objects.update_or_create(
        key=key,
        defaults={
            "organisation": organisation,
            "right": right,
            "title": title,
            "url": url,
            "due_on": due_on,
            "expires_at": expires_at,
            "created_at": at,
            "assignee": assignee,
            "done_at": None,
        },
    )
    return task


def close_tasks(*keys: str, at: datetime.datetime) -> None:
    """Mark tasks as done; those that are done or were never opened stay as they are."""
    Task.objects.filter(key__in=keys, done_at__isnull=True).update(done_at=at)
