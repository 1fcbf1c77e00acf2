"""Asking working centres for statistics in rounds, and taking a round back that was opened by mistake."""

import datetime
from collections.abc import Collection

from django.db import transaction
from django.urls import reverse

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.mail import letter, write_mails
from nch.cases.notices import people_at
from nch.cases.reminders import reminded_of
from nch.cases.services import close_tasks
from nch.counties.models import Organisation
from nch.counties.selectors import county_boards
from nch.questionnaires.handing_in import close_draft
from nch.questionnaires.models import Response
from nch.questionnaires.versions import create_version, freeze_version
from resurscentra.enums import ReturnState
from resurscentra.models import StatisticsReturn, StatisticsRound
from resurscentra.selectors.rounds import WhoIsAsked, begun_returns, who_is_asked
from resurscentra.services.asking import ReportingError, check_days
from resurscentra.services.returns import ask_for_return, move_return, owners_of, task_keys
from resurscentra.statistics_form import FORM_KEY, FORM_TITLE, statistics_form


class OthersAreAskedError(ReportingError):
    """Since the list of those who would be asked was shown, it has changed."""


def check_round(
    *, starts_on: datetime.date, ends_on: datetime.date, due_on: datetime.date, at: datetime.datetime
) -> WhoIsAsked:
    """Whom a round about the period would ask, and whom not.

    Raises ReportingError for a period that cannot be, that spans a new year, or that has been asked about in part.
    """
    check_days(starts_on=starts_on, ends_on=ends_on, due_on=due_on, at=at)
    if due_on < ends_on:
        # It is taken in from the period's last day on: whoever is asked would be late before they could be in time.
        raise ReportingError("Sista dagen att lämna in kan inte ligga före periodens slut, då statistiken är klar.")
    if starts_on.year != ends_on.year:
        raise ReportingError("Perioden måste ligga inom ett kalenderår, så att åren kan jämföras.")
    standing = StatisticsRound.objects.filter(withdrawn_at__isnull=True)
    if standing.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise ReportingError("Statistik för en del av perioden är redan begärd och skulle räknas två gånger.")
    who = who_is_asked(starts_on, ends_on)
    if not who.asked:
        raise ReportingError("Inget resurscentrum var i genomförande eller drift under perioden.")
    return who


@transaction.atomic
def open_round(
    *,
    title: str,
    starts_on: datetime.date,
    ends_on: datetime.date,
    due_on: datetime.date,
    by: User,
    at: datetime.datetime,
    shown: Collection[int] | None = None,
) -> StatisticsRound:
    """Ask every centre that worked in the period for its statistics; the template is frozen as it is now.

    `shown` are the centres (primary keys) that somebody has been shown and agreed to ask. Raises ReportingError as
    `check_round` does, and OthersAreAskedError where it would be others.
    """
    require(by, Right.MANAGE_REPORTING)
    # First of all, since it lets one open a round at a time: of two that overlap the second has to see the first.
    version = create_version(key=FORM_KEY, title=FORM_TITLE, sections=statistics_form())
    centres = check_round(starts_on=starts_on, ends_on=ends_on, due_on=due_on, at=at).asked
    if shown is not None and {*shown} != {centre.pk for centre in centres}:
        raise OthersAreAskedError("Vilka som får frågan har ändrats sedan listan visades. Läs den nya listan.")
    freeze_version(version, at=at)
    round_ = StatisticsRound.objects.create(
        title=title, starts_on=starts_on, ends_on=ends_on, due_on=due_on, version=version, opened_at=at, opened_by=by
    )
    boards = {board.county_id: board for board in county_boards()}
    for centre in centres:
        statistics = StatisticsReturn.objects.create(
            round=round_, centre=centre, organisation=boards[centre.organisation.county_id]
        )
        ask_for_return(statistics, title=f"Lämna statistik: {centre}, {round_}", due_on=due_on, at=at)
    record("statistics_round_opened", by=by, subject=round_, details={"returns": len(centres)}, at=at)
    return round_


@transaction.atomic
def withdraw_round(*, round_: StatisticsRound, by: User, at: datetime.datetime) -> StatisticsRound:
    """Take back a round in which nobody has written anything: tasks and reminders of it end.

    Those who were reminded of it by mail are told. Raises ReportingError where something is written or handed in.
    """
    require(by, Right.MANAGE_REPORTING)
    # Whoever begins or writes meanwhile is either seen here, or finds the round withdrawn: first the round, then its
    # returns and drafts, and the log last, in the order in which everybody takes them.
    held = StatisticsRound.objects.select_for_update().get(pk=round_.pk)
    if held.withdrawn_at is not None:
        raise ReportingError("Begäran är redan tillbakatagen.")
    returns = list(StatisticsReturn.objects.select_for_update().filter(round=held).order_by("pk"))
    drafts = Response.objects.filter(pk__in=[one.response_id for one in returns if one.response_id])
    list(drafts.select_for_update().order_by("pk"))
    if begun := [str(one.centre) for one in begun_returns(held)]:
        raise ReportingError(f"Begäran kan inte tas tillbaka, eftersom statistik är påbörjad: {', '.join(begun)}.")
    for statistics in returns:
        if statistics.response is not None:
            close_draft(statistics.response, by=by, at=at)
        move_return(statistics, ReturnState.WITHDRAWN, by=by, at=at)
    held.withdrawn_at, held.withdrawn_by = at, by
    held.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record("statistics_round_withdrawn", by=by, subject=held, details={"returns": len(returns)}, at=at)
    keys = [key for statistics in returns for key in task_keys(statistics)]
    close_tasks(*keys, at=at)
    asked: set[Organisation] = {owner for statistics in returns for owner in owners_of(statistics)}
    write_mails(
        key=f"statistics-round-withdrawn:{held.pk}",
        users=people_at(asked, Right.FILL_IN).filter(pk__in=reminded_of(keys)),
        subject=f"Begäran om statistik för {held} är tillbakatagen",
        body=letter(
            f"NCH har tagit tillbaka begäran om statistik för {held}. Ni behöver inte lämna in något för den.",
            reverse("resurscentra:return_list"),
        ),
        at=at,
    )
    return held
