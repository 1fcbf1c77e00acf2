"""A response as an accessible PDF: what goes into the case when it is submitted."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from nch.accounts.models import User
from nch.cases.enums import DocumentDirection
from nch.cases.models import Case
from nch.cases.services import add_document_once
from nch.common.formats import format_number
from nch.common.pdf import html_to_accessible_pdf
from nch.questionnaires.models import Response, ResponseSubmission
from nch.questionnaires.selectors import ResponseReader

DRAFT_STYLE = """
@page { @bottom-left {
  content: "UTKAST – inte inlämnat"; font: 700 13pt/1.3 "Source Sans 3", "DejaVu Sans", sans-serif; color: #9b1c1c;
  vertical-align: top; padding-top: 4mm; white-space: nowrap;
} }
"""
# In characters; a page of PDF takes a tenth of a second, and a draft is drawn while somebody waits. Three times what
# the longest form of ours can be handed in with.
LONGEST_DRAFT = 120_000


class DraftTooLongError(Exception):
    """The draft is too long to be drawn while somebody waits; the message says so, in Swedish."""


@dataclass(frozen=True)
class SummaryTable:
    """What is worked out from the answers and stands before them; the last row is the sum where `has_total`."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    has_total: bool = False

    @property
    def body(self) -> Sequence[tuple[str, Sequence[str]]]:
        return self.rows[:-1] if self.has_total else self.rows

    @property
    def total(self) -> tuple[str, Sequence[str]] | None:
        return self.rows[-1] if self.has_total else None


def render_response(
    response: Response,
    *,
    submission: ResponseSubmission | None = None,
    title: str,
    facts: Sequence[tuple[str, str]],
    at: datetime.datetime,
    summaries: Sequence[SummaryTable] = (),
    draft: bool = False,
) -> bytes:
    """Return the response with all its answers; `facts` are label and value pairs under the heading.

    `summaries` follow upon the facts.

    A `draft` is what the writers have come to, and says on every page that it is not handed in. Raises
    DraftTooLongError for one that is longer than can be handed in.
    """
    reader = ResponseReader(response, submission=submission, draft=draft)
    if draft and sum(len(str(reader.value(question))) for question in reader.questions) > LONGEST_DRAFT:
        raise DraftTooLongError(
            f"Utkastet är längre än {format_number(LONGEST_DRAFT)} tecken och kan inte visas som PDF. Korta texterna."
        )
    answers = reader.in_words()
    context = {"title": title, "facts": facts, "summaries": summaries, "answers": answers, "draft": draft}
    return html_to_accessible_pdf(
        render_to_string("questionnaires/document.html", context),
        title=title,
        author=response.organisation.name,
        created_at=at,
        stylesheets=[DRAFT_STYLE] if draft else [],
    )


def file_response(
    response: Response,
    *,
    submission: ResponseSubmission | None = None,
    case: Case,
    title: str,
    heading: str,
    file_name: str,
    facts: Sequence[tuple[str, str]],
    by: User,
    at: datetime.datetime,
    summaries: Sequence[SummaryTable] = (),
) -> None:
    """Register a submitted response in its case: the PDF, and each attached file as a document of its own.

    With `submission` as it was handed in then, and of the files those that were not among the ones before.
    May be repeated: what is registered already stays as it is.
    """
    add_document_once(
        case=case,
        direction=DocumentDirection.INCOMING,
        title=title,
        file_name=file_name,
        content=render_response(
            response, submission=submission, title=heading, facts=facts, at=at, summaries=summaries
        ),
        by=by,
        at=at,
    )
    answers = [answer for _, rows in ResponseReader(response, submission=submission).in_words() for answer in rows]
    before = response.submissions.filter(number__lt=submission.number).last() if submission else None
    filed = ResponseReader(response, submission=before).files_handed_in() if before else set()
    attached = [file for answer in answers for file in answer.files if file.pk not in filed]
    for number, file in enumerate(attached, start=1):
        with file.file.open("rb") as content:
            add_document_once(
                case=case,
                direction=DocumentDirection.INCOMING,
                title=f"{title}, bilaga {number}: {file.name}",
                file_name=file.name,
                content=content.read(),
                content_type=file.content_type,
                by=by,
                at=at,
            )
