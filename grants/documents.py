"""Documents that the chain draws up, as accessible PDF."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.template.loader import render_to_string

from grants.enums import ChangeKind, CostCategory, DecisionKind, Outcome
from grants.models import ChangeRequest, CompletionRequest, Decision, Payment
from grants.repayment_days import last_day_to_repay
from grants.selectors.completion import asked_in
from nch.accounts.models import User
from nch.cases.models import Case
from nch.common.pdf import html_to_accessible_pdf


@dataclass(frozen=True)
class BudgetTable:
    """Kronor by category of cost and year, with the sums of both."""

    years: list[int]
    rows: list[tuple[str, list[Decimal], Decimal]]
    totals: list[Decimal]
    total: Decimal


def budget_table(lines: Iterable[tuple[int, str, Decimal]]) -> BudgetTable | None:
    """The table of budget lines (year, category, kronor); None where there are none."""
    amounts: dict[str, dict[int, Decimal]] = {}
    for year, category, amount in lines:
        amounts.setdefault(category, {})[year] = amount
    years = sorted({year for cells in amounts.values() for year in cells})
    if not years:
        return None
    rows = [
        (str(label), [amounts[code].get(year, Decimal(0)) for year in years], sum(amounts[code].values(), Decimal(0)))
        for code, label in CostCategory.choices
        if code in amounts
    ]
    totals = [sum((cells[index] for _, cells, _ in rows), Decimal(0)) for index in range(len(years))]
    return BudgetTable(years, rows, totals, sum(totals, Decimal(0)))


def _total(amounts: Mapping[int, Decimal]) -> Decimal:
    return sum(amounts.values(), Decimal(0))


def render_decision(decision: Decision, *, decision_maker: User, at: datetime.datetime) -> bytes:
    """Return the decision document of the authority that decides.

    It names the parties, the call, the diary number, what is decided with amounts per year and budget, conditions,
    reasons, when money can be claimed back, how to appeal, and which decision it changes. General administrative law
    asks for the date, the diary number, the reasons, who decided and who presented.
    """
    application = decision.application
    call, case = application.call, application.case
    number = case.registration_number if case else ""
    amounts = {row.year: row.amount for row in decision.amounts.all()}
    earlier = decision.changes
    before = {row.year: row.amount for row in earlier.amounts.all()} if earlier is not None else {}
    applied = {row.year: row.amount for row in application.applied_amounts.all()}
    years = sorted({*amounts, *before}) if decision.kind == DecisionKind.CHANGE else sorted(amounts)
    context = {
        "decision": decision,
        "application": application,
        "call": call,
        "case": case,
        "agency": call.grantor.name,
        "is_rejected": decision.outcome == Outcome.REJECTED,
        "earlier": earlier,
        "request": decision.change_request,
        "report": decision.financial_report,
        "rows": [
            (year, applied.get(year), before.get(year, Decimal(0)), amounts.get(year, Decimal(0))) for year in years
        ],
        "applied_total": application.applied_total,
        "before_total": _total(before),
        "total": _total(amounts),
        "year": next(iter(amounts), None),
        "budget": budget_table((line.year, line.category, line.amount) for line in decision.budget_lines.all()),
        "conditions": list(decision.conditions.all()),
        "repay_by": last_day_to_repay(at),
        "decision_maker": decision_maker,
        "at": at,
    }
    title = f"{decision.get_kind_display()}, dnr {number}"
    return html_to_accessible_pdf(
        render_to_string("grants/decision_document.html", {**context, "title": title}),
        title=title,
        author=call.grantor.name,
        subject=call.title,
        created_at=at,
    )


def render_change_request(request: ChangeRequest, *, by: User, at: datetime.datetime) -> bytes:
    """Return a county's request for a change of its grant, as it was handed in."""
    grant = request.grant
    title = f"Ansökan om ändring {request.number}, dnr {grant.case.registration_number}"
    lines = request.lines.all() if ChangeKind.BUDGET in request.kinds else []
    context = {
        "title": title,
        "request": request,
        "grant": grant,
        "kinds": [ChangeKind(kind).label for kind in request.kinds],
        "asks_for": set(request.kinds),
        "budget": budget_table((line.year, line.category, line.amount) for line in lines),
        "by": by,
        "at": at,
    }
    return html_to_accessible_pdf(
        render_to_string("grants/change_document.html", context),
        title=title,
        author=grant.organisation.name,
        subject=grant.call.title,
        created_at=at,
    )


def render_completion_request(request: CompletionRequest, *, case: Case) -> bytes:
    """Return a request for completion as it goes out: by when, and what is missing in each section."""
    application = request.application
    call = application.call
    title = f"Begäran om komplettering {request.number}, dnr {case.registration_number}"
    context = {
        "title": title,
        "request": request,
        "application": application,
        "call": call,
        "case": case,
        "asked": asked_in(application, request),
    }
    return html_to_accessible_pdf(
        render_to_string("grants/completion_document.html", context),
        title=title,
        author=call.grantor.name,
        subject=call.title,
        created_at=request.requested_at,
    )


def render_requisition(payment: Payment, *, at: datetime.datetime) -> bytes:
    """Return a requisition as it came in: who asks for how much, of which year's money, for what, and who signed."""
    grant = payment.grant
    title = f"Rekvisition {payment.number}, dnr {grant.case.registration_number}"
    return html_to_accessible_pdf(
        render_to_string("grants/requisition_document.html", {"payment": payment, "grant": grant, "title": title}),
        title=title,
        author=grant.organisation.name,
        subject=grant.call.title,
        created_at=at,
    )
