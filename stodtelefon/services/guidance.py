"""Writing guidance: each saving is a new version, and a task asks for the next review."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of, require
from nch.audit.services import record
from nch.cases.services import open_task
from nch.common.errors import FieldError
from nch.counties.selectors import national_centre
from stodtelefon.guidance_text import Link, has_markup
from stodtelefon.models import Code, Guidance
from stodtelefon.selectors.guidance import GUIDED, current_guidance

REMIND_BEFORE = datetime.timedelta(days=14)
LONGEST_INTERVAL = datetime.timedelta(days=731)
"""Guidance is reviewed at least every second year; laws on this matter have changed oftener than that."""


class GuidanceError(FieldError):
    """The guidance cannot be saved."""


@transaction.atomic
def write_guidance(
    *,
    code: Code,
    text: str,
    links: Sequence[Link],
    review_on: datetime.date,
    responsible: User,
    seen: int,
    by: User,
    at: datetime.datetime,
) -> Guidance:
    """Save the guidance for a topic or a kind of exposure as its next version, to be reviewed by a day.

    `seen` is the number of the version that was changed (0: there was none). Raises GuidanceError where somebody has
    saved another one since, and where something in it cannot be so.
    """
    require(by, Right.KEEP_CODES)
    # Locked, so that two who save at once do not both become the next version.
    Code.objects.select_for_update().get(pk=code.pk)
    now = current_guidance(code)
    number = now.number if now else 0
    if seen != number:
        raise GuidanceError("", "Någon annan har sparat vägledningen medan du skrev. Läs den texten och spara igen.")
    if code.kind not in GUIDED:
        raise GuidanceError("", "Bara ämnen och utsatthet har vägledning.")
    if has_markup(text):
        raise GuidanceError("text", "Skriv vanlig text utan HTML. En lista får bindestreck först på raderna.")
    today = timezone.localdate(at)
    if not today < review_on <= today + LONGEST_INTERVAL:
        raise GuidanceError("review_on", "Ange en dag efter i dag, högst två år fram.")
    if not access_of(responsible).may(Right.KEEP_CODES):
        raise GuidanceError("responsible", f"{responsible} har inte behörighet att ändra vägledning.")
    guidance = Guidance.objects.create(
        code=code,
        number=number + 1,
        text=text,
        links=[{"label": link.label, "url": link.url} for link in links],
        review_on=review_on,
        responsible=responsible,
        by=by,
        at=at,
    )
    open_task(
        f"guidance-review:{code.pk}",
        organisation=national_centre(),
        right=Right.KEEP_CODES,
        title=f"Se över vägledningen för ”{code.label}”",
        url=reverse("stodtelefon:guidance_edit", args=[code.pk]),
        due_on=review_on,
        opens_on=review_on - REMIND_BEFORE,
        at=at,
    )
    details = {"code": code.code, "version": guidance.number, "review_on": review_on.isoformat()}
    record("guidance_written", by=by, subject=guidance, details=details, at=at)
    return guidance
