"""Pages of an officer's own assessment."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from grants.forms import AssessmentForm
from grants.models import Application, AssessmentScore
from grants.selectors import (
    NEEDED_ASSESSMENTS,
    AssessmentInBrief,
    applications_for,
    assessments_visible_to,
    criteria,
    declaration_of,
    scores_of,
    submitted_assessments,
)
from grants.services import assessments as services
from grants.services.errors import GrantError
from nch.accounts.doors import right_required
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.questionnaires.selectors import ResponseReader


def _application(request: HttpRequest, pk: int) -> Application:
    """Return the application, or 404."""
    return get_object_or_404(applications_for(request.user).select_related("response__version"), pk=pk)


def assessments_in_full(user: User, application: Application) -> list[tuple[AssessmentInBrief, list[AssessmentScore]]]:
    """The assessments that the user may see, each with its scores and reasons."""
    briefs = assessments_visible_to(user, application)
    scores = scores_of(briefs)
    return [(brief, scores[brief.assessment.pk]) for brief in briefs]


@right_required(Right.SEE_CASES)
def assessment_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All assessments that the user may see, with scores and reasons."""
    user: User = request.user  # type: ignore[assignment]
    application = _application(request, pk)
    if not access_of(user).everywhere(Right.SEE_CASES):
        raise Http404
    context = {"application": application, "assessments": assessments_in_full(user, application)}
    return render(request, "grants/assessment_list.html", context)


@right_required(Right.DECLARE_INTEREST)
def declare_interest(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare whether one has a conflict of interest (POST)."""
    application = _application(request, pk)
    user: User = request.user  # type: ignore[assignment]
    if request.method != "POST" or request.POST.get("jav") not in ("yes", "no"):
        return redirect("grants:assess", pk=pk)
    recused = request.POST["jav"] == "yes"
    try:
        services.declare(application=application, recused=recused, by=user, at=timezone.now())
    except GrantError as error:
        messages.error(request, str(error))
        return redirect("grants:application_detail", pk=pk)
    if recused:
        messages.info(request, "Du har anmält jäv. Någon annan får bedöma ansökan.")
        return redirect("grants:application_detail", pk=pk)
    assesses = access_of(user).may(Right.ASSESS) and submitted_assessments(application) < NEEDED_ASSESSMENTS
    return redirect("grants:assess" if assesses else "grants:application_detail", pk=pk)


@right_required(Right.DECLARE_INTEREST)
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare first, then score every criterion with the application beside."""
    application = _application(request, pk)
    user: User = request.user  # type: ignore[assignment]
    own = declaration_of(user, application)
    if own is None:
        return render(request, "grants/declare_interest.html", {"application": application})
    if own.recused or own.submitted_at is not None or not access_of(user).may(Right.ASSESS):
        return redirect("grants:application_detail", pk=pk)
    form = AssessmentForm(request.POST or None, criteria=criteria(application.call))
    if request.method == "POST" and form.is_valid():
        try:
            services.submit_assessment(
                assessment=own,
                scores=form.scores(),
                comment=form.cleaned_data["comment"],
                by=user,
                at=timezone.now(),
            )
        except GrantError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Din bedömning är lämnad.")
            return redirect("grants:application_detail", pk=pk)
    pairs = [(form[f"score_{c.pk}"], form[f"reason_{c.pk}"]) for c in form.criteria]
    context = {
        "application": application,
        "form": form,
        "pairs": pairs,
        "answers": ResponseReader(application.response).in_words(),
    }
    return render(request, "grants/assess.html", context)
