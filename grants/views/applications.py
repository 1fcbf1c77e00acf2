"""Pages of applications: the list, filling in, submitting, reading."""

import io

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from grants.enums import ApplicationState
from grants.forms.applications import ApplicationFilterForm
from grants.models import Application
from grants.selectors.applications import (
    applications_for,
    editable_applications_for,
    number_of_applications,
    previous_application,
    times_submitted,
)
from grants.selectors.assessments import assessments_visible_to, is_given_to_others
from grants.selectors.calls import call_choices_for
from grants.selectors.completion import asked_in, completion_waits_to_be_read, is_overdue, open_request
from grants.selectors.decisions import decisions_visible_to
from grants.selectors.matching import application_fits
from grants.services import applications as services
from grants.services.completion import may_ask
from grants.services.errors import GrantError
from nch.accounts.doors import RightRequiredMixin, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.lists import WorkingListView
from nch.audit.services import record_read
from nch.cases.doors import declare_first
from nch.cases.selectors import handles, has_declared
from nch.cases.talk import talk_about
from nch.cases.views import case_files
from nch.common.exports import Column, Kind
from nch.common.formats import format_datetime, format_kronor
from nch.questionnaires.carry_over import carry_over
from nch.questionnaires.documents import DraftTooLongError, render_response
from nch.questionnaires.handing_in import IncompleteResponseError
from nch.questionnaires.models import Response, Section
from nch.questionnaires.presence import note_presence, others_present
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError
from nch.questionnaires.views import AnswerFileView, HistoryView, ResponseView, SectionView, draft_context

STATE_TONES = {
    ApplicationState.DRAFT: "neutral",
    ApplicationState.SUBMITTED: "info",
    ApplicationState.COMPLETION: "warning",
    ApplicationState.PROPOSED: "warning",
    ApplicationState.DECIDED: "success",
    ApplicationState.WITHDRAWN: "neutral",
}


class ApplicationListView(RightRequiredMixin, WorkingListView):
    """Applications the user may see."""

    right = Right.SEE_CASES
    template_name = "grants/application_list.html"
    context_object_name = "applications"
    sort_fields = {
        "submitted": "submitted_at",
        "organisation": "organisation__sort_key",
        "state": ("state", "-submitted_at"),
        "amount": "applied_total",
    }
    default_sort = "-submitted"
    export_title = "Ansökningar"
    export_columns = (
        Column("Diarienummer", "case.registration_number"),
        Column("Sökande", "organisation.name"),
        Column("Län", "organisation.county.name"),
        Column("Utlysning", "call.title"),
        Column("Sökt belopp (kr)", "applied_total", Kind.KRONOR),
        Column("Inlämnad", "submitted_at", Kind.DATETIME),
        Column("Läge", "get_state_display"),
    )

    def filtered(self) -> QuerySet[Application]:
        self.form = ApplicationFilterForm(self.request.GET, calls=call_choices_for(self.request.user))
        return self.narrowed(applications_for(self.request.user))

    def narrowed(self, applications: QuerySet[Application]) -> QuerySet[Application]:
        """Those that fit the filter."""
        if self.form.is_valid():
            wanted = self.form.cleaned_data
            if wanted["q"]:
                applications = applications.filter(application_fits(wanted["q"]))
            if wanted["call"]:
                applications = applications.filter(call_id=wanted["call"])
            if wanted["state"]:
                applications = applications.filter(state=wanted["state"])
        return applications

    def in_full(self, rows: QuerySet[Application], keys: QuerySet[Application]) -> QuerySet[Application]:
        shown = Application.objects.select_related("organisation", "call", "case").only(
            "state", "submitted_at", "applied_total", "organisation__name", "call__title", "case__number", "case__year"
        )
        return shown.filter(pk__in=keys).order_by(*self.sort_order())

    def total(self, rows: QuerySet[Application]) -> int:
        return number_of_applications(self.request.user, rows, self.narrowed)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(filter_form=self.form, **kwargs)
        context["rows"] = [(a, STATE_TONES[ApplicationState(a.state)]) for a in context["applications"]]
        return context


class ApplicationResponseMixin(ResponseView):
    """Whose response, and where its pages are."""

    application: Application

    def get_response_for(self, user: User, pk: int) -> Response:
        self.application = get_object_or_404(editable_applications_for(user), pk=pk)
        return self.application.response

    def note_on(self, section: Section) -> str:
        if self.application.state != ApplicationState.COMPLETION:
            return ""
        request = open_request(self.application)
        asked = asked_in(self.application, request) if request else []
        return next((comment for asked_section, comment in asked if asked_section.key == section.key), "")

    def previous_response(self) -> Response | None:
        earlier = previous_application(self.application)
        return earlier.response if earlier else None

    def response_title(self) -> str:
        return f"Ansökan till {self.application.call.title}"

    def url_to(self, page: str, *, section: str = "") -> str:
        pk = self.application.pk
        if page == "section":
            return reverse("grants:application_section", args=[pk, section])
        if page == "file":
            return reverse("grants:application_file", args=[pk, 0]).removesuffix("0/")
        name = {"overview": "application_detail", "history": "application_history"}[page]
        return reverse(f"grants:{name}", args=[pk])


class ApplicationSectionView(ApplicationResponseMixin, SectionView):
    """One section of an application."""


class ApplicationHistoryView(ApplicationResponseMixin, HistoryView):
    """All that was written in an application."""


class ApplicationFileView(ApplicationResponseMixin, AnswerFileView):
    """A file of an application: for those who fill it in, and for those who may read it once jäv is declared."""

    def get(self, request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
        application = get_object_or_404(applications_for(request.user), pk=pk)
        if application.case is not None and (detour := declare_first(request, application.case)):
            return detour
        return super().get(request, pk, file)

    def get_response_for(self, user: User, pk: int) -> Response:
        self.application = get_object_or_404(applications_for(user).select_related("response"), pk=pk)
        return self.application.response


@login_required
def application_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The application: for its writers a task list while it is a draft, for all others the text and what came of it."""
    applications = applications_for(request.user).annotate(
        declared=has_declared(request.user, "case"),
        times_submitted=times_submitted(),
    )
    # What the page shows and no more: planning a wide join costs more than all else that the database does for it.
    shown = applications.select_related(None).select_related("call", "organisation", "case", "response__version")
    application = get_object_or_404(shown, pk=pk)
    access = access_of(request.user)
    is_open = application.state in (ApplicationState.DRAFT, ApplicationState.COMPLETION)
    if is_open and access.may_at(Right.FILL_IN, application.organisation_id):
        return draft_page(request, application)
    return _reading_page(request, application, has_declared=getattr(application, "declared", False))


def draft_page(
    request: HttpRequest, application: Application, *, check: bool = False, status: int = 200
) -> HttpResponse:
    """What those who fill in see: the draft, or what is open for completion, as a list of sections with their state."""
    view = ApplicationSectionView()
    view.application = application
    reader = ResponseReader(application.response, draft=True)
    completion = open_request(application) if application.state == ApplicationState.COMPLETION else None
    user, now = signed_in(request), timezone.now()
    note_presence(application.response, section="", by=user, at=now)
    context = {
        "application": application,
        "earlier": previous_application(application) if completion is None else None,
        "others": others_present(application.response, reader.sections, besides=user, at=now),
        "completion": completion,
        "asked": asked_in(application, completion) if completion else [],
        "may_submit": access_of(request.user).may_at(Right.SUBMIT, application.organisation_id),
        **draft_context(reader, view, check=check),
    }
    return render(request, "grants/application_draft.html", context, status=status)


def _reading_page(request: HttpRequest, application: Application, *, has_declared: bool) -> HttpResponse:
    user = signed_in(request)
    access, case = access_of(user), application.case
    if case is not None:
        if detour := declare_first(request, case, has_declared=has_declared):
            return detour
        record_read(application, by=user, organisation_id=application.organisation_id)
    decisions = list(decisions_visible_to(user, application))
    is_handler = case is not None and handles(user, case)
    assessments = assessments_visible_to(user, application) if is_handler else []
    own = next((b.assessment for b in assessments if b.assessment.officer_id == user.pk and not b.is_common), None)
    grantor = application.call.grantor_id
    submitted, proposed = (
        application.state == state for state in (ApplicationState.SUBMITTED, ApplicationState.PROPOSED)
    )
    waiting = open_request(application) if application.state == ApplicationState.COMPLETION else None
    context = {
        "application": application,
        "tone": STATE_TONES[ApplicationState(application.state)],
        "facts": [
            ("Diarienummer", case.registration_number if case else "–"),
            ("Sökande", application.organisation.name),
            ("Utlysning", application.call.title),
            ("Inlämnad", format_datetime(application.submitted_at) if application.submitted_at else "–"),
            ("Sökt belopp", format_kronor(application.applied_total)),
        ],
        "completion": waiting,
        "asked": asked_in(application, waiting) if waiting else [],
        "may_request_completion": submitted and is_handler and may_ask(user, application),
        "may_end_completion": waiting is not None and is_overdue(waiting) and is_handler and may_ask(user, application),
        "may_note_completion": submitted
        and getattr(application, "times_submitted", 1) > 1
        and completion_waits_to_be_read(application)
        and is_handler
        and may_ask(user, application),
        "answers": ResponseReader(application.response).in_words(),
        "talk": talk_about(user, application.case),
        "file_url": reverse("grants:application_file", args=[application.pk, 0]).removesuffix("0/"),
        "files": case_files(request, case) if case else [],
        "assessments": assessments,
        "decisions": decisions,
        "show_assessments": is_handler,
        "may_assess": access.may_at(Right.ASSESS, grantor)
        and submitted
        and (own is None or own.submitted_at is None)
        and not is_given_to_others(user, application),
        "may_propose": access.may_at(Right.PROPOSE_DECISIONS, grantor) and submitted,
        "may_decide": proposed
        and access.may_at(Right.DECIDE, grantor)
        and not any(d.state == "proposed" and d.presenter_id == user.pk for d in decisions),
        "may_withdraw": access.may_at(Right.SUBMIT, application.organisation_id) and (submitted or proposed),
    }
    return render(request, "grants/application_detail.html", context)


@login_required
def application_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit (POST); an incomplete draft comes back with every problem as a link to its question."""
    application = get_object_or_404(editable_applications_for(request.user), pk=pk)
    user = signed_in(request)
    if request.method != "POST" or application.state != ApplicationState.DRAFT:
        return redirect("grants:application_detail", pk=pk)
    if not access_of(user).may_at(Right.SUBMIT, application.organisation_id):
        raise Http404
    try:
        services.submit_application(application=application, by=user, at=timezone.now())
    except IncompleteResponseError:
        return draft_page(request, application, check=True, status=422)
    except (GrantError, NotOpenForAnswersError) as error:
        messages.error(request, str(error))
    else:
        application.refresh_from_db()
        number = application.case.registration_number if application.case else ""
        messages.success(request, f"Ansökan är inlämnad. Diarienummer {number}.")
    return redirect("grants:application_detail", pk=pk)


@login_required
def application_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw (POST)."""
    application = get_object_or_404(editable_applications_for(request.user), pk=pk)
    user = signed_in(request)
    if request.method == "POST":
        if not access_of(user).may_at(Right.SUBMIT, application.organisation_id):
            raise Http404
        try:
            services.withdraw_application(application=application, by=user, at=timezone.now())
        except GrantError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Ansökan är återkallad. Det ni har skrivit finns kvar.")
    return redirect("grants:application_detail", pk=pk)


@login_required
def application_carry_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill the empty answers of the draft from the organisation's last application (POST)."""
    application = get_object_or_404(editable_applications_for(request.user), pk=pk)
    earlier = previous_application(application)
    if request.method != "POST" or application.state != ApplicationState.DRAFT:
        return redirect("grants:application_detail", pk=pk)
    if earlier is None:
        messages.error(request, "Ni har ingen tidigare ansökan att hämta svar från.")
        return redirect("grants:application_detail", pk=pk)
    try:
        carried = carry_over(
            response=application.response, earlier=earlier.response, by=signed_in(request), at=timezone.now()
        )
    except NotOpenForAnswersError as error:
        messages.error(request, str(error))
        return redirect("grants:application_detail", pk=pk)
    count = len(carried.questions)
    if count:
        messages.success(request, f"{count} svar hämtades och är märkta tills ni ändrar dem.")
    else:
        messages.info(request, "Det fanns inget att hämta till de frågor som är tomma.")
    for notice in carried.notices:
        messages.warning(request, notice)
    return redirect("grants:application_detail", pk=pk)


@login_required
def application_preview(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The draft, or the completion as far as it has come, as PDF for those who fill it in; nothing is registered."""
    application = get_object_or_404(editable_applications_for(request.user), pk=pk)
    if application.state not in (ApplicationState.DRAFT, ApplicationState.COMPLETION):
        raise Http404
    now = timezone.now()
    try:
        content = render_response(
            application.response,
            title="Ansökan om bidrag",
            facts=[
                ("Sökande", application.organisation.name),
                ("Utlysning", application.call.title),
                ("Utskrivet", format_datetime(now)),
            ],
            at=now,
            draft=True,
        )
    except DraftTooLongError as error:
        messages.error(request, str(error))
        return redirect("grants:application_detail", pk=pk)
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename="utkast-ansokan.pdf", content_type="application/pdf"
    )
