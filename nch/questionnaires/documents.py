"""A response as an accessible PDF: what goes into the case when it is submitted."""

import datetime
from collections.abc import Sequence

from django.template.loader import render_to_string

from nch.common.pdf import html_to_accessible_pdf
from nch.questionnaires.models import Response
from nch.questionnaires.selectors import ResponseReader


def render_response(
    response: Response, *, title: str, facts: Sequence[tuple[str, str]], at: datetime.datetime
) -> bytes:
    """Return the response with all its answers; `facts` are label and value pairs under the heading."""
    context = {"title": title, "facts": facts, "answers": ResponseReader(response).in_words()}
    return html_to_accessible_pdf(
        render_to_string("questionnaires/document.html", context),
        title=title,
        author=response.organisation.name,
        created_at=at,
    )
