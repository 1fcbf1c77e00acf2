"""Closing a grant when the sums meet, and saying what still stands in the way."""

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from grants.enums import (
    OPEN_CHANGE_REQUESTS,
    DecisionState,
    FinancialReportState,
    GrantState,
    RepaymentState,
)
from grants.ledger import Ledger
from grants.models import ChangeRequest, Decision, Grant, GrantMove, Payment, Repayment
from grants.selectors.ledger import ledger_of
from grants.selectors.payments import WAITING
from grants.services.assessments import check_impartial
from grants.services.errors import GrantError
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.mail import letter, write_mails
from nch.cases.models import Task
from nch.cases.notices import people_with
from nch.cases.services import close_case, note
from nch.common.formats import format_kronor
from nch.common.transitions import Transition, TransitionError, move


def obstacles(grant: Grant, ledger: Ledger) -> list[str]:
    """What stands in the way of closing the grant, in words for those who handle it; none where the sums meet."""
    unapproved = grant.financial_reports.exclude(state=FinancialReportState.APPROVED)
    found = [
        f"Redovisningen för {report.year} är inte godkänd ({report.get_state_display().lower()})."
        for report in unapproved
    ]
    for row in ledger.rows:
        if row.outstanding and row.admitted is not None:
            waits = f", varav {format_kronor(row.expected)} ska betalas tillbaka" if row.expected else ""
            found.append(f"Av {row.year} är {format_kronor(row.outstanding)} inte avgjort{waits}.")
    payments = Payment.objects.filter(grant=OuterRef("pk"), state__in=WAITING)
    requests = ChangeRequest.objects.filter(grant=OuterRef("pk"), state__in=OPEN_CHANGE_REQUESTS)
    proposals = Decision.objects.filter(application=OuterRef("application"), state=DecisionState.PROPOSED)
    expected = Repayment.objects.filter(grant=OuterRef("pk"), state=RepaymentState.EXPECTED)
    waiting = Grant.objects.filter(pk=grant.pk).values_list(
        Exists(payments), Exists(requests), Exists(proposals), Exists(expected)
    )[0]
    words = (
        "En utbetalning är planerad eller på väg.",
        "En ansökan om ändring är inte avgjord.",
        "Ett förslag till beslut väntar på beslutsfattaren.",
        "En återbetalning väntas.",
    )
    return found + [text for text, is_open in zip(words, waiting, strict=True) if is_open]


def _guard(grant: Grant) -> str | None:
    return " ".join(obstacles(grant, ledger_of(grant))) or None


TRANSITIONS = (Transition(GrantState.ACTIVE, GrantState.CLOSED, _guard),)


@transaction.atomic
def close_grant(*, grant: Grant, by: User, at: datetime.datetime) -> Grant:
    """Close a grant in which every krona is accounted for, and its case.

    Raises GrantError with all that stands in the way.
    """
    require(by, Right.PROPOSE_DECISIONS, grant.call.grantor_id)
    check_impartial(grant.application, by)
    Grant.objects.select_for_update().get(pk=grant.pk)
    try:
        move(grant, to=GrantState.CLOSED, transitions=TRANSITIONS, moves=GrantMove, by=by, at=at, closed_at=at)
    except TransitionError as error:
        raise GrantError(str(error)) from error
    url = reverse("grants:grant_ledger", args=[grant.pk])
    note(grant.case, "Bidraget avslutades: summorna går ihop", by=by, at=at, url=url)
    record("grant_closed", by=by, subject=grant, organisation_id=grant.organisation_id, at=at)
    close_case(grant.case, by=by, at=at)
    # Nothing of a closed case is waited for, whoever asked for it.
    Task.objects.filter(case=grant.case, done_at__isnull=True).update(done_at=at)
    ledger = ledger_of(grant)
    write_mails(
        key=f"grant-closed:{grant.pk}",
        users=people_with(grant.organisation, Right.FILL_IN),
        subject="Bidraget är avslutat",
        body=letter(
            f"Bidraget är avslutat. Utbetalat {format_kronor(ledger.paid)}, godtagen kostnad "
            f"{format_kronor(ledger.cost)}, återbetalat {format_kronor(ledger.repaid)}.",
            url,
        ),
        at=at,
        case=grant.case,
    )
    return grant
