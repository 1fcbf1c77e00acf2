"""Pages of an officer's own assessment."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from grants.forms.assessments import AssessmentForm
from grants.models import Application, AssessmentScore
from grants.selectors.applications import handled_applications_for
from grants.selectors.assessments import (
    AssessmentInBrief,
    assessments_visible_to,
    own_assessment,
    scores_of,
)
from grants.selectors.calls import criteria
from grants.services import assessments as services
from grants.services.errors import GrantError
from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.cases.doors import declare_first
from nch.questionnaires.selectors import ResponseReader


def _application(request: HttpRequest, pk: int) -> Application:
    """Return an application that the user's authority handles, or 404."""
    return get_object_or_404(handled_applications_for(request.user).select_related("response__version"), pk=pk)


def assessments_in_full(user: User, application: Application) -> list[tuple[AssessmentInBrief, list[AssessmentScore]]]:
    """The assessments that the user may see, each with its scores and reasons."""
    briefs = assessments_visible_to(user, application)
    scores = scores_of(briefs)
    return [(brief, scores[brief.assessment.pk]) for brief in briefs]


@right_required(Right.HANDLE_CASES)
def assessment_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All assessments that the user may see, with scores and reasons."""
    application = _application(request, pk)
    if application.case is not None and (detour := declare_first(request, application.case)):
        return detour
    context = {"application": application, "assessments": assessments_in_full(signed_in(request), application)}
    return render(request, "grants/assessment_list.html", context)


@right_required(Right.ASSESS)
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """Score every criterion with the application beside."""
    application = _application(request, pk)
    user = signed_in(request)
    if application.case is not None and (detour := declare_first(request, application.case)):
        return detour
    own = own_assessment(user, application)
    if own is not None and own.submitted_at is not None:
        return redirect("grants:application_detail", pk=pk)
    form = AssessmentForm(request.POST or None, criteria=criteria(application.call))
    if request.method == "POST" and form.is_valid():
        try:
            services.submit_assessment(
                application=application,
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
