"""Pages of assessing: one's own assessment, the common one, side by side with notes, and who is to assess what."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from grants.enums import ApplicationState, AssessmentKind
from grants.forms.assessments import (
    AssessmentForm,
    AssignmentTableForm,
    BulkAssignmentForm,
    NoteForm,
    initial_from,
    initial_of,
)
from grants.models import Application, Assessment
from grants.selectors.applications import handled_applications_for
from grants.selectors.assessments import (
    NEEDED_ASSESSMENTS,
    assignable_applications,
    assignments_of,
    common_assessment,
    comparison_for,
    is_given_to_others,
    notes_for,
    own_assessment,
)
from grants.selectors.calls import criteria, managed_calls_for
from grants.services import assessments as services
from grants.services import assignments
from grants.services.errors import GrantError
from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.services import record_read
from nch.cases.doors import declare_first
from nch.cases.notices import people_with
from nch.common.answers import status_of, wants_data
from nch.questionnaires.selectors import ResponseReader


def _application(request: HttpRequest, pk: int) -> Application:
    """Return an application that the user's authority handles, or 404."""
    return get_object_or_404(handled_applications_for(request.user).select_related("response__version"), pk=pk)


@right_required(Right.HANDLE_CASES)
def assessment_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The assessments that the user may see side by side, who is to assess, and the handlers' notes."""
    application = _application(request, pk)
    if application.case is not None and (detour := declare_first(request, application.case)):
        return detour
    user = signed_in(request)
    access, grantor = access_of(user), application.call.grantor_id
    form = NoteForm(request.POST or None)
    may_write = access.may_at(Right.DECLARE_FIRST, grantor)
    if request.method == "POST":
        if not may_write:
            raise Http404
        if form.is_valid():
            try:
                services.add_note(application=application, text=form.cleaned_data["text"], by=user, at=timezone.now())
            except GrantError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "Anteckningen är sparad.")
                return redirect("grants:assessment_list", pk=pk)
    record_read(application, by=user, organisation_id=application.organisation_id)
    comparison = comparison_for(user, application)
    may_assess = access.may_at(Right.ASSESS, grantor) and application.state == ApplicationState.SUBMITTED
    is_mine = may_assess and not is_given_to_others(user, application)
    common = comparison.common
    context = {
        "application": application,
        "assessments": comparison,
        "assignments": list(assignments_of(application)),
        "notes": list(notes_for(user, application)),
        "form": form,
        "may_write": may_write,
        "may_assess": is_mine and not comparison.individual,
        "may_write_common": may_assess
        and len(comparison.individual) >= NEEDED_ASSESSMENTS
        and (common is None or common.score is None),
        "writes_common": common is None or common.assessment.officer_id == user.pk,
    }
    return render(request, "grants/assessment_list.html", context, status=status_of(form))


@right_required(Right.ASSESS)
def assess(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own assessment: saved as it grows, handed in when it is whole."""
    application = _application(request, pk)
    if application.case is not None and (detour := declare_first(request, application.case)):
        return detour
    user = signed_in(request)
    own = own_assessment(user, application)
    if own is not None and own.submitted_at is not None:
        return redirect("grants:assessment_list", pk=pk)
    if is_given_to_others(user, application):
        messages.info(request, "Ansökan är fördelad på andra bedömare.")
        return redirect("grants:assessment_list", pk=pk)
    if own is None and comparison_for(user, application).individual:
        messages.info(request, "Du kan läsa de andras bedömningar. Därför kan du inte lämna en oberoende bedömning.")
        return redirect("grants:assessment_list", pk=pk)
    return _write(request, application, AssessmentKind.INDIVIDUAL, own)


@right_required(Right.ASSESS)
def assess_together(request: HttpRequest, pk: int) -> HttpResponse:
    """The common assessment: it starts from the independent ones, one writes it and the others read it."""
    application = _application(request, pk)
    if application.case is not None and (detour := declare_first(request, application.case)):
        return detour
    user = signed_in(request)
    common = common_assessment(application)
    if len(comparison_for(user, application).individual) < NEEDED_ASSESSMENTS:
        messages.error(request, "Den gemensamma bedömningen börjar när två egna bedömningar är lämnade, också din.")
        return redirect("grants:assessment_list", pk=pk)
    if common is not None and common.submitted_at is not None:
        return redirect("grants:assessment_list", pk=pk)
    if common is not None and common.officer_id != user.pk:
        if request.POST.get("action") != "take_over":
            messages.info(request, f"Den gemensamma bedömningen skrivs av {common.officer}. Du kan läsa den här.")
            return redirect("grants:assessment_list", pk=pk)
        try:
            services.take_over_common(assessment=common, by=user, at=timezone.now())
        except GrantError as error:
            messages.error(request, str(error))
            return redirect("grants:assessment_list", pk=pk)
        return redirect("grants:assess_together", pk=pk)
    return _write(request, application, AssessmentKind.COMMON, common)


def _write(
    request: HttpRequest, application: Application, kind: AssessmentKind, saved: Assessment | None
) -> HttpResponse:
    """Fill in an assessment: saved by itself (JSON), by the button, or handed in."""
    user, now = signed_in(request), timezone.now()
    wanted = criteria(application.call)
    is_final = request.POST.get("action") == "submit"
    is_script = wants_data(request)
    if saved is not None:
        initial = initial_from(saved, wanted)
    else:
        initial = initial_of(services.common_start(application, user)) if kind == AssessmentKind.COMMON else {}
    form = AssessmentForm(request.POST or None, criteria=wanted, is_final=is_final, initial=initial)
    others: dict[str, Any] = {}
    revision = services.revision_of(saved)
    if request.method == "POST" and form.is_valid():
        write = services.submit_assessment if is_final else services.save_assessment
        try:
            written = write(
                application=application,
                scores=form.scores(),
                comment=form.cleaned_data["comment"],
                kind=kind,
                by=user,
                at=now,
                seen=request.POST.get("rev_saved", ""),
            )
        except GrantError as error:
            is_stale = isinstance(error, services.StaleAssessmentError)
            if is_script:
                return JsonResponse({"message": str(error)}, status=409 if is_stale else 422)
            form.add_error(None, str(error))
            others = initial if is_stale else {}
        else:
            if is_script:
                return JsonResponse(
                    {"saved_at": now.isoformat(), "revisions": {"saved": services.revision_of(written)}}
                )
            if is_final and kind == AssessmentKind.COMMON:
                messages.success(request, "Den gemensamma bedömningen är lämnad.")
                return redirect("grants:assessment_list", pk=application.pk)
            if is_final:
                messages.success(request, "Din bedömning är lämnad.")
                return redirect("grants:application_detail", pk=application.pk)
            messages.success(request, "Bedömningen är sparad. Den är inte lämnad än.")
            return redirect(request.path)
    elif request.method == "POST":
        revision = request.POST.get("rev_saved", "")
        if is_script:
            return JsonResponse({"message": "Kontrollera poängen."}, status=422)
    context = {
        "application": application,
        "form": form,
        "rows": [
            {
                "score": form[f"score_{c.pk}"],
                "reason": form[f"reason_{c.pk}"],
                "other_score": others.get(f"score_{c.pk}"),
                "other_reason": others.get(f"reason_{c.pk}"),
            }
            for c in wanted
        ],
        "other_comment": others.get("comment"),
        "is_stale": bool(others),
        "revision": revision,
        "answers": ResponseReader(application.response).in_words(),
        "is_common": kind == AssessmentKind.COMMON,
        "assessments": comparison_for(user, application) if kind == AssessmentKind.COMMON else None,
    }
    return render(request, "grants/assess.html", context, status=409 if others else status_of(form))


@right_required(Right.MANAGE_CALLS)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is to assess which application: all at once, evenly spread, or one by one in a table."""
    user = signed_in(request)
    call = get_object_or_404(managed_calls_for(user), pk=pk)
    applications = list(assignable_applications(user, call.pk))
    officers = list(people_with(call.grantor, Right.ASSESS).order_by("sort_key", "pk"))
    is_bulk = request.POST.get("action") == "spread"
    due_on = next((a.due_on for application in applications for a in application.assignments.all() if a.due_on), None)
    bulk = BulkAssignmentForm(request.POST if is_bulk else None, officers=officers, initial={"due_on": due_on})
    table = AssignmentTableForm(
        request.POST if request.method == "POST" and not is_bulk else None,
        applications=applications,
        officers=officers,
        initial={"due_on": due_on},
    )
    form = bulk if is_bulk else table
    if request.method == "POST" and form.is_valid():
        try:
            wanted = (
                assignments.spread_evenly(
                    applications, bulk.chosen(), per_application=bulk.cleaned_data["per_application"]
                )
                if is_bulk
                else table.wanted()
            )
            new = assignments.assign(
                call=call, wanted=wanted, due_on=form.cleaned_data["due_on"], by=user, at=timezone.now()
            )
        except GrantError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Fördelningen är sparad. {new} nya uppdrag att bedöma.")
            return redirect("grants:assignments", pk=pk)
    context = {
        "call": call,
        "bulk": bulk,
        "table": table,
        "officers": officers,
        "rows": _assignment_rows(applications, officers, table),
    }
    return render(request, "grants/assignments.html", context, status=status_of(bulk, table))


def _assignment_rows(
    applications: list[Application], officers: list[User], table: AssignmentTableForm
) -> list[dict[str, Any]]:
    """Each application with a cell per officer: ticked or not, or why there is nothing to tick."""
    recused = assignments.recused_pairs(applications)
    ticked = (
        {(a.pk, officer.pk) for a, chosen in table.wanted().items() for officer in chosen} if table.is_bound else None
    )
    rows = []
    for application in applications:
        assigned = {assignment.officer_id for assignment in application.assignments.all()}
        done = {
            assessment.officer_id
            for assessment in application.assessments.all()
            if assessment.submitted_at and assessment.kind == AssessmentKind.INDIVIDUAL
        }
        cells = [
            {
                "officer": officer,
                "is_recused": (application.pk, officer.pk) in recused,
                "is_done": officer.pk in done,
                "is_ticked": (application.pk, officer.pk) in ticked if ticked is not None else officer.pk in assigned,
            }
            for officer in officers
        ]
        rows.append({"application": application, "cells": cells, "number": len(assigned)})
    return rows
