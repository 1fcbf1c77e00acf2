"""Requests for completion: what is open, what was asked, and the submissions one may read."""

from django.utils import timezone

from grants.models import Application, CompletionRequest
from nch.cases.models import Task
from nch.questionnaires.models import Section
from nch.questionnaires.selectors import sections_of


def open_request(application: Application) -> CompletionRequest | None:
    """The request that waits for an answer, with its sections."""
    waiting = application.completion_requests.filter(answered_at__isnull=True, ended_at__isnull=True)
    return waiting.select_related("requested_by").prefetch_related("sections").first()


def completion_waits_to_be_read(application: Application) -> bool:
    """Whether a completion has come in that nobody has noted as read."""
    return Task.objects.filter(key=read_task_key(application), done_at__isnull=True).exists()


def read_task_key(application: Application) -> str:
    """The key of the grantor's task to read a completion."""
    return f"completion-read:{application.pk}"


def is_overdue(request: CompletionRequest) -> bool:
    """Whether the last day has passed in Swedish time."""
    return request.due_on < timezone.localdate()


def asked_in(application: Application, request: CompletionRequest) -> list[tuple[Section, str]]:
    """The sections that a request concerns, in the form's order, each with what is missing in it."""
    comments = {row.section_key: row.comment for row in request.sections.all()}
    return [
        (section, comments[section.key])
        for section in sections_of(application.response.version)
        if section.key in comments
    ]
