"""Pages of completions: asked for, handed in, ended; and what was handed in each time."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from grants.enums import ApplicationState
from grants.forms.completion import CompletionForm
from grants.models import Application
from grants.selectors.applications import applications_for, editable_applications_for, handled_applications_for
from grants.services import completion as services
from grants.services.errors import GrantError
from grants.views.applications import draft_page
from nch.accounts.doors import signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.audit.services import record_read
from nch.cases.doors import declare_first
from nch.questionnaires.differences import differences
from nch.questionnaires.handing_in import IncompleteResponseError
from nch.questionnaires.selectors import ResponseReader, sections_of
from nch.questionnaires.services import NotOpenForAnswersError


def _handled(request: HttpRequest, pk: int) -> Application:
    """The application, for those who may ask for completions in it."""
    applications = handled_applications_for(request.user).select_related("response__version")
    application = get_object_or_404(applications, pk=pk)
    if not services.may_ask(signed_in(request), application):
        raise Http404
    return application


@login_required
def completion_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a completion."""
    application = _handled(request, pk)
    if application.case is not None and (detour := declare_first(request, application.case)):
        return detour
    if application.state != ApplicationState.SUBMITTED:
        messages.error(request, "Komplettering kan begäras medan ansökan är inlämnad och inte har något förslag.")
        return redirect("grants:application_detail", pk=pk)
    form = CompletionForm(request.POST or None, sections=sections_of(application.response.version))
    if request.method == "POST" and form.is_valid():
        try:
            services.request_completion(
                application=application,
                comments=form.comments,
                due_on=form.cleaned_data["due_on"],
                by=signed_in(request),
                at=timezone.now(),
            )
        except (GrantError, NotOpenForAnswersError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Kompletteringen är begärd. Sökanden har fått besked.")
            return redirect("grants:application_detail", pk=pk)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "grants/completion_request.html", {"application": application, "form": form}, status=status)


@login_required
def completion_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in the completion (POST); what is missing comes back as links to the questions."""
    application = get_object_or_404(editable_applications_for(request.user), pk=pk)
    if request.method != "POST" or application.state != ApplicationState.COMPLETION:
        return redirect("grants:application_detail", pk=pk)
    user = signed_in(request)
    if not access_of(user).may_at(Right.SUBMIT, application.organisation_id):
        raise Http404
    try:
        services.submit_completion(application=application, by=user, at=timezone.now())
    except IncompleteResponseError:
        return draft_page(request, application, check=True, status=422)
    except (GrantError, NotOpenForAnswersError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Kompletteringen är inlämnad.")
    return redirect("grants:application_detail", pk=pk)


@login_required
def completion_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a request that was not answered in time (POST)."""
    application = _handled(request, pk)
    if application.case is not None and (detour := declare_first(request, application.case)):
        return detour
    if request.method == "POST":
        try:
            services.end_completion(application=application, by=signed_in(request), at=timezone.now())
        except (GrantError, NotOpenForAnswersError) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Begäran är avslutad. Ansökan prövas som den lämnades in.")
    return redirect("grants:application_detail", pk=pk)


@login_required
def completion_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the completion has been read (POST)."""
    application = _handled(request, pk)
    if application.case is not None and (detour := declare_first(request, application.case)):
        return detour
    if request.method == "POST":
        try:
            services.note_completion_read(application=application, by=signed_in(request), at=timezone.now())
        except GrantError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Kompletteringen är noterad som läst.")
    return redirect("grants:application_detail", pk=pk)


@login_required
def submission_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What was handed in the first time or later, and what differs from the time before."""
    application = get_object_or_404(applications_for(request.user).select_related("response__version"), pk=pk)
    if application.case is not None and (detour := declare_first(request, application.case)):
        return detour
    submissions = list(application.response.submissions.select_related("by"))
    this = next((submission for submission in submissions if submission.number == number), None)
    if this is None:
        raise Http404
    record_read(application, by=signed_in(request), organisation_id=application.organisation_id)
    reader = ResponseReader(application.response, submission=this)
    before = next((submission for submission in submissions if submission.number == number - 1), None)
    earlier = ResponseReader(application.response, submission=before) if before else None
    context = {
        "application": application,
        "submissions": submissions,
        "this": this,
        "before": before,
        "differences": differences(earlier, reader) if earlier else [],
        "answers": reader.in_words(),
        "file_url": reverse("grants:application_file", args=[pk, 0]).removesuffix("0/"),
    }
    return render(request, "grants/submission_detail.html", context)
