"""What a grant's receiver reports: economic reports, lägesbilder and statistics, and marking what has come in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from grants.enums import GrantState, ReportingKind
from grants.forms.reporting import ReceivedForm
from grants.models import Grant
from grants.selectors.financial_reports import financial_reports_for
from grants.selectors.reporting import planned_of, received_by_hand
from grants.services.errors import GrantError
from grants.services.reporting import receive_planned
from grants.views.financial_reports import state_words
from grants.views.grants import grant_for_page
from nch.accounts.doors import signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.audit.services import record_read
from nch.cases.models import Task


@login_required
def grant_reporting(request: HttpRequest, pk: int) -> HttpResponse:
    """All that the grant's receiver hands in; POST marks what has come in outside the system as received."""
    grant, detour = grant_for_page(request, pk)
    user = signed_in(request)
    may_receive = access_of(user).may_at(Right.REVIEW_SUBSTANCE, grant.call.grantor_id)
    if request.method == "POST" and not may_receive:
        raise Http404
    if detour:
        return detour
    by_hand = list(received_by_hand(grant))
    waiting = by_hand if may_receive and grant.state == GrantState.ACTIVE else []
    form = ReceivedForm(request.POST if request.method == "POST" else None, waiting=waiting)
    if form.is_bound and form.is_valid():
        try:
            receive_planned(
                grant=grant,
                task=form.chosen(),
                received_on=form.cleaned_data["received_on"],
                comment=form.cleaned_data["comment"],
                by=user,
                at=timezone.now(),
            )
        except GrantError as error:
            form.add_error("received_on", str(error))
        else:
            messages.success(request, "Det är markerat som mottaget och står i ärendets tidslinje.")
            return redirect("grants:grant_reporting", pk=pk)
    record_read(grant, by=user, organisation_id=grant.organisation_id)
    context = {
        "grant": grant,
        "tab": "reporting",
        "reports": [(report, *state_words(report)) for report in financial_reports_for(user).filter(grant=grant)],
        "planned": [(ReportingKind(task.topic).label, task, *_words(task, grant)) for task in planned_of(grant)],
        "by_hand": by_hand,
        "form": form if waiting or form.is_bound else None,
    }
    return render(request, "grants/grant/reporting.html", context, status=422 if form.is_bound else 200)


def _words(task: Task, grant: Grant) -> tuple[str, str]:
    """How the state of what is planned is shown; what had not come when the grant was closed is asked for no more."""
    if task.done_at is not None and task.done_at == grant.closed_at:
        return "Utgår", "neutral"
    if task.done_at is not None:
        return "Mottagen", "success"
    if task.due_on is not None and task.due_on < timezone.localdate():
        return "Försenad", "danger"
    return "Väntas", "neutral"
