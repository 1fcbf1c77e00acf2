"""The page on which a decision-maker takes many decisions in one sitting: choose, review, sign."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from grants.models import Decision
from grants.selectors.sittings import added_by, money_of, proposals_for
from grants.services.sittings import sign_decisions
from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.cases.services import DeclarationError, declare_interest


@right_required(Right.DECIDE)
def sitting(request: HttpRequest) -> HttpResponse:
    """All proposals that wait for the authority's decision; POST declares, shows the chosen ones again, or signs."""
    user = signed_in(request)
    proposals = list(proposals_for(user))
    chosen = [proposal for proposal in proposals if str(proposal.pk) in request.POST.getlist("decision")]
    match request.POST.get("action") if request.method == "POST" else None:
        case "declare":
            return _declare(request, user, [p for p in chosen if not getattr(p, "declared", False)])
        case "review":
            ready = [p for p in chosen if _is_ready(p, user)]
            if ready:
                return _review(request, ready)
            messages.error(request, "Välj minst ett förslag.")
            return redirect("grants:sitting")
        case "sign":
            return _sign(request, user, [p for p in chosen if _is_ready(p, user)])
    seen = [proposal for proposal in proposals if getattr(proposal, "declared", False)]
    context = {
        "rows": [_row(p, presented=p.presenter_id == user.pk) for p in seen],
        "ready": sum(_is_ready(proposal, user) for proposal in seen),
        "undeclared": [proposal for proposal in proposals if not getattr(proposal, "declared", False)],
        "money": money_of(seen),
    }
    return render(request, "grants/sitting.html", context)


def _is_ready(proposal: Decision, user: User) -> bool:
    return bool(getattr(proposal, "declared", False)) and proposal.presenter_id != user.pk


def _row(proposal: Decision, *, presented: bool = False) -> dict[str, object]:
    return {
        "decision": proposal,
        "application": proposal.application,
        "name": proposal.name,
        "total": sum(row.amount for row in proposal.amounts.all()),
        "added": sorted(added_by(proposal).items()),
        "presented": presented,
    }


def _declare(request: HttpRequest, user: User, proposals: Sequence[Decision]) -> HttpResponse:
    """Declare that there is no conflict of interest in the chosen cases; where there is one, the case has its page."""
    done = 0
    for proposal in proposals:
        case = proposal.application.case
        if case is None:
            continue
        try:
            declare_interest(case=case, recused=False, by=user, at=timezone.now())
        except DeclarationError as error:
            messages.error(request, str(error))
        else:
            done += 1
    if done:
        messages.success(request, f"Du har angett att du inte är jävig i {done} ärenden.")
    else:
        messages.error(request, "Välj minst ett ärende.")
    return redirect("grants:sitting")


def _review(request: HttpRequest, proposals: Sequence[Decision]) -> HttpResponse:
    money = money_of(proposals)
    context = {
        "rows": [_row(proposal) for proposal in proposals],
        "money": money,
        "does_not_fit": any(line.left < 0 for line in money),
    }
    return render(request, "grants/sitting_review.html", context)


def _sign(request: HttpRequest, user: User, proposals: Sequence[Decision]) -> HttpResponse:
    came_of_it = sign_decisions(decisions=proposals, by=user, at=timezone.now())
    expected = len(request.POST.getlist("decision"))
    if len(proposals) < expected:
        gone = expected - len(proposals)
        messages.error(request, f"{gone} av förslagen är inte längre aktuella och har inte beslutats.")
    for decision, reason in came_of_it.failed:
        messages.error(request, f"{decision.application.organisation}: inget beslut. {reason}")
    if came_of_it.signed:
        messages.success(request, f"{len(came_of_it.signed)} beslut är fattade och mottagarna har fått besked.")
    return redirect("grants:sitting")
