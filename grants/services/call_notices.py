"""What changes after a call is published: a dated and numbered notice to everybody who may apply."""

import datetime

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from grants.enums import DecisionState
from grants.models import CallNotice, Decision, FundingCall
from grants.selectors.calls import possible_applicants
from grants.services.errors import GrantError
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.mail import letter, write_mails
from nch.cases.models import Task
from nch.cases.notices import people_at
from nch.common.formats import format_datetime


@transaction.atomic
def give_notice(
    *,
    call: FundingCall,
    title: str,
    text: str,
    by: User,
    at: datetime.datetime,
    closes_at: datetime.datetime | None = None,
) -> CallNotice:
    """Tell all who may apply that something has changed; with `closes_at` the last moment to apply is put off.

    Everybody with the right to fill in at those organisations gets a mail, and the notice stays on the call's page.
    The application tasks that are not done follow the new last day. Raises GrantError for a call that is not
    published, for a last day that would come sooner, and for one that would come after the first decision.
    """
    require(by, Right.MANAGE_CALLS, call.grantor_id)
    locked = FundingCall.objects.select_for_update().get(pk=call.pk)
    if locked.published_at is None:
        raise GrantError("Utlysningen är inte publicerad. Ändra i den i stället.")
    if closes_at is not None:
        if closes_at <= max(locked.closes_at, at):
            raise GrantError("Den nya sista dagen måste vara senare än den som gäller, och inte ha passerat.")
        if Decision.objects.filter(application__call=call, state=DecisionState.SIGNED).exists():
            raise GrantError("Utlysningen har fått beslut, så tiden att söka kan inte förlängas. Gör en ny utlysning.")
        FundingCall.objects.filter(pk=call.pk).update(closes_at=closes_at)
        call.closes_at = closes_at
        _move_tasks(call)
    last = locked.notices.aggregate(last=Max("number"))["last"] or 0
    notice = CallNotice.objects.create(
        call=call, number=last + 1, at=at, by=by, title=title, text=text, closes_at=closes_at
    )
    record(
        "call_notice_given",
        by=by,
        subject=notice,
        organisation_id=call.grantor_id,
        details={"number": notice.number, "moved": closes_at is not None},
        at=at,
    )
    _mail(notice, at=at)
    return notice


def _move_tasks(call: FundingCall) -> None:
    """Let the tasks to apply that are not done wait until the new last day."""
    Task.objects.filter(key__startswith=f"apply:{call.pk}:", done_at__isnull=True).update(
        due_on=timezone.localdate(call.closes_at), expires_at=call.closes_at
    )


def _mail(notice: CallNotice, *, at: datetime.datetime) -> None:
    """Write a mail to everybody who fills in at the organisations that may apply, each once."""
    call = notice.call
    moved = f"\n\nNy sista dag att söka: {format_datetime(notice.closes_at)}." if notice.closes_at else ""
    text = f"{call.grantor} har lämnat ett meddelande om utlysningen {call.title}.\n\n{notice.title}{moved}"
    body = letter(text, reverse("grants:call_detail", args=[call.pk]))
    write_mails(
        key=f"call-notice:{notice.pk}",
        users=people_at(possible_applicants(call), Right.FILL_IN),
        subject=f"Meddelande om utlysningen {call.title}",
        body=body,
        at=at,
    )
