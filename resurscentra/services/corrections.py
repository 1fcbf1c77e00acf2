"""NCH's side of a return that is handed in: sending it back to be corrected, and having read what was corrected."""

import datetime
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.mail import letter, write_mails
from nch.cases.models import Task
from nch.cases.notices import people_at
from nch.cases.services import close_tasks, note
from nch.common.personal_data import holds_refused
from nch.questionnaires.handing_in import reopen_sections
from nch.questionnaires.models import Response
from resurscentra.enums import ReturnState
from resurscentra.models import ReturnCorrection, StatisticsReturn
from resurscentra.services.asking import ReportingError
from resurscentra.services.returns import (
    ask_for_return,
    detail_url,
    hold_return,
    move_return,
    owners_of,
    read_task_key,
)
from resurscentra.statistics_form import EXPOSED_GRIDS


class UnreadHandInError(ReportingError):
    """What is done concerns an earlier hand-in than the last one."""


@transaction.atomic
def send_back(
    *,
    statistics: StatisticsReturn,
    submission: int,
    sections: Collection[str],
    reason: str,
    due_on: datetime.date,
    by: User,
    at: datetime.datetime,
) -> ReturnCorrection:
    """Send a return back to be corrected in some sections by a day, and say why. Until then it is not counted.

    `submission` is the number of the hand-in that was read. Raises ReportingError where the return is not handed in, or
    for a day that has passed; UnreadHandInError where it has been handed in again since.
    """
    require(by, Right.MANAGE_REPORTING)
    if due_on < timezone.localdate(at):
        raise ReportingError("Sista dagen för rättelsen har redan passerat.")
    if holds_refused(reason):
        raise ReportingError("Skälet får inte innehålla personnummer.")
    response = _held_hand_in(statistics, submission)
    move_return(statistics, ReturnState.RETURNED, by=by, at=at)
    # The tables of individuals are checked against each other, so that one is not mended without the others.
    together = set(EXPOSED_GRIDS) if set(sections) & set(EXPOSED_GRIDS) else set()
    try:
        response = reopen_sections(response=response, sections={*sections, *together}, by=by, at=at)
    except ValidationError as error:
        raise ReportingError(error.message) from error
    last = statistics.corrections.aggregate(last=Max("number"))["last"] or 0
    correction = ReturnCorrection.objects.create(
        subject=statistics,
        number=last + 1,
        sections=response.open_sections,
        reason=reason.strip(),
        due_on=due_on,
        asked_at=at,
        asked_by=by,
    )
    url = detail_url(statistics)
    if statistics.case is not None:
        note(statistics.case, "Statistiken återsändes för rättelse", by=by, at=at, url=url)
    _log("statistics_sent_back", statistics, submission, by=by, at=at)
    close_tasks(read_task_key(statistics), at=at)
    ask_for_return(statistics, title=f"Rätta statistik: {statistics}", due_on=due_on, at=at)
    write_mails(
        key=f"statistics-return:{statistics.pk}:{correction.number}",
        users=people_at(owners_of(statistics), Right.FILL_IN),
        subject=f"Rätta statistiken för {statistics.round}",
        body=letter(f"Statistiken från {statistics.centre} behöver rättas senast {due_on}. Vad står på sidan.", url),
        at=at,
        case=statistics.case,
    )
    return correction


@transaction.atomic
def mark_correction_read(*, statistics: StatisticsReturn, submission: int, by: User, at: datetime.datetime) -> None:
    """End NCH's task to read what was corrected; `submission` is the number of the hand-in that was read.

    Changes nothing where there is no such task, or a colleague has ended it. Raises ReportingError as `send_back` does.
    """
    require(by, Right.MANAGE_REPORTING)
    _held_hand_in(statistics, submission)
    if not is_correction_unread(statistics):
        return
    _log("statistics_correction_read", statistics, submission, by=by, at=at)
    close_tasks(read_task_key(statistics), at=at)


def is_correction_unread(statistics: StatisticsReturn) -> bool:
    """Whether NCH has not yet marked what was corrected as read."""
    return Task.objects.filter(key=read_task_key(statistics), done_at__isnull=True).exists()


def _held_hand_in(statistics: StatisticsReturn, submission: int) -> Response:
    """Hold the return and give its response. Raises ReportingError unless that hand-in is the one that counts."""
    response = statistics.response
    if hold_return(statistics) != ReturnState.SUBMITTED or response is None:
        raise ReportingError("Statistiken är redan återsänd eller inte inlämnad.")
    last = response.submissions.latest("number")
    if submission != last.number:
        raise UnreadHandInError(f"Statistiken har lämnats in på nytt: inlämning {last.number} är inte den du läste.")
    return response


def _log(action: str, statistics: StatisticsReturn, submission: int, *, by: User, at: datetime.datetime) -> None:
    record(
        action,
        by=by,
        subject=statistics,
        organisation_id=statistics.organisation_id,
        details={"submission": submission},
        at=at,
    )
