"""Registering cases and documents, writing the timeline, opening and closing tasks."""

import datetime
import hashlib
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.enums import CaseKind, DocumentDirection
from nch.cases.models import Case, Conversation, DiarySeries, Document, InterestDeclaration, Task, TimelineEntry
from nch.common.files import PDF
from nch.common.formats import one_line
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation


class PartyError(Exception):
    """The organisation cannot be the party of a case; the message says why, in Swedish."""


@transaction.atomic
def register_case(
    *, kind: CaseKind, title: str, organisation: Organisation, handler: Organisation, by: User, at: datetime.datetime
) -> Case:
    """Open a case under the handler's next diary number of the year of `at`: each authority has a series of its own,
    which has no gaps and no doubles. Raises PartyError where NCH would be the party (see Access.party_ids)."""
    if organisation.kind == OrganisationKind.NCH:
        raise PartyError("NCH handlägger ärenden och kan inte vara part i ett.")
    year = timezone.localtime(at).year
    series, _ = DiarySeries.objects.select_for_update().get_or_create(handler=handler, year=year)
    series.last_number += 1
    series.save(update_fields=["last_number"])
    case = Case.objects.create(
        kind=kind,
        number=series.last_number,
        year=year,
        title=one_line(title),
        organisation=organisation,
        handler=handler,
        opened_at=at,
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
        title=one_line(title),
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
    existing = case.documents.filter(title=one_line(title)).first()
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


class DeclarationError(Exception):
    """The declaration cannot be made; the message says why, in Swedish."""


AfterRecusal = Callable[[InterestDeclaration, datetime.datetime], None]
_after_recusal: list[AfterRecusal] = []


def when_recused(step: AfterRecusal) -> None:
    """Register what an app above does when somebody has declared a conflict of interest, in the same transaction.

    Called from the app's `ready`; cases know nothing of who listens.
    """
    if step not in _after_recusal:
        _after_recusal.append(step)


@transaction.atomic
def declare_interest(
    *, case: Case, recused: bool, reason: str = "", by: User, at: datetime.datetime
) -> InterestDeclaration:
    """Declare whether one has a conflict of interest (jäv) in a case, before anything of it is shown.

    Whoever has said "none" can declare a conflict later; the other way round is refused: a declared conflict stands
    (förvaltningslagen 16–18 §§). Raises DeclarationError for that.
    """
    require(by, Right.DECLARE_INTEREST, case.handler_id)
    declaration, created = InterestDeclaration.objects.get_or_create(
        case=case, user=by, defaults={"recused": recused, "reason": reason, "declared_at": at}
    )
    if not created and declaration.recused and not recused:
        raise DeclarationError("Du har anmält jäv i ärendet. Anmälan kan inte tas tillbaka.")
    if not created and recused and not declaration.recused:
        declaration.recused, declaration.reason, declaration.declared_at = True, reason, at
        declaration.save(update_fields=["recused", "reason", "declared_at"])
    action = "conflict_of_interest_declared" if recused else "no_conflict_of_interest_declared"
    record(action, by=by, subject=declaration, organisation_id=case.organisation_id, at=at)
    if recused:
        note(case, f"{by} anmälde jäv", by=by, at=at, internal=True)
        for step in _after_recusal:
            step(declaration, at)
        # A question that the recused was to answer waits for all officers again.
        Conversation.objects.filter(case=case, owner=by).update(owner=None)
        questions = Task.objects.filter(key__startswith="question:", case=case, assignee=by, done_at__isnull=True)
        questions.update(assignee=None, right=Right.ASSESS)
    return declaration


@transaction.atomic
def close_case(case: Case, *, by: User, at: datetime.datetime) -> None:
    """Close a case in which nothing more is to be done; closing it again changes nothing."""
    if Case.objects.filter(pk=case.pk, closed_at__isnull=True).update(closed_at=at):
        case.closed_at = at
        record("case_closed", by=by, subject=case, organisation_id=case.organisation_id, at=at)


def note(
    case: Case, title: str, *, by: User, at: datetime.datetime, internal: bool = False, url: str = ""
) -> TimelineEntry:
    """Write a line on the case's timeline; `url` is the page of what happened, where there is one."""
    return TimelineEntry.objects.create(case=case, at=at, by=by, title=one_line(title), internal=internal, url=url)


def open_task(
    key: str,
    *,
    organisation: Organisation,
    right: Right,
    title: str,
    url: str,
    at: datetime.datetime,
    due_on: datetime.date | None = None,
    opens_on: datetime.date | None = None,
    expires_at: datetime.datetime | None = None,
    assignee: User | None = None,
    case: Case | None = None,
    waiting: Organisation | None = None,
    waiting_right: Right | None = None,
    topic: str = "",
    period_ends_on: datetime.date | None = None,
) -> Task:
    """Let something wait for those who can do it. The same key opens the same task once, or again if it was done.

    `waiting` (with `waiting_right`) is who is told when the task becomes late; see Task.
    """
    task, _ = Task.objects.update_or_create(
        key=key,
        defaults={
            "organisation": organisation,
            "right": right,
            "title": one_line(title),
            "url": url,
            "due_on": due_on,
            "opens_on": opens_on,
            "expires_at": expires_at,
            "case": case,
            "waiting": waiting,
            "waiting_right": waiting_right or "",
            "topic": topic,
            "period_ends_on": period_ends_on,
            "created_at": at,
            "assignee": assignee,
            "done_at": None,
        },
    )
    return task


def close_tasks(*keys: str, at: datetime.datetime) -> None:
    """Mark tasks as done; those that are done or were never opened stay as they are."""
    Task.objects.filter(key__in=keys, done_at__isnull=True).update(done_at=at)


def fulfil(topic: str, *, organisation: Organisation, period_ends_on: datetime.date, at: datetime.datetime) -> None:
    """Close what asked the organisation for this kind of report for a period that ends that day or earlier."""
    Task.objects.filter(
        topic=topic, organisation=organisation, period_ends_on__lte=period_ends_on, done_at__isnull=True
    ).update(done_at=at)
