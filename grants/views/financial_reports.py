"""Pages of economic reports: the list, filling in, certifying, reading, reviewing, returning."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from grants.enums import FinancialReportState, ReviewPart
from grants.forms.financial_reports import CertifyForm, ReportFilterForm, ReturnReportForm, ReviewForm
from grants.models import FinancialReport
from grants.selectors.financial_reports import (
    HANDED_IN,
    Figures,
    accounted_in_year,
    draft_figures,
    editable_financial_reports_for,
    figures_differ,
    financial_reports_for,
    frozen_figures,
    open_return,
    previous_report,
    report_problems,
    wish_of,
)
from grants.selectors.matching import report_fits
from grants.services import financial_reports as services
from grants.services.errors import GrantError
from grants.views.settlement import ways_to_settle
from nch.accounts.doors import RightRequiredMixin, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.lists import WorkingListView
from nch.audit.services import record_read
from nch.cases.doors import declare_first
from nch.cases.selectors import handles, has_declared
from nch.cases.talk import talk_about
from nch.common.answers import status_of
from nch.common.exports import Column, Kind
from nch.common.formats import format_datetime, format_kronor, format_number
from nch.questionnaires.handing_in import IncompleteResponseError
from nch.questionnaires.models import Question, Response, Section
from nch.questionnaires.selectors import Problem, ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError
from nch.questionnaires.views import AnswerFileView, HistoryView, ResponseView, SectionView, draft_context

State = FinancialReportState
STATE_TONES = {
    State.EXPECTED: "neutral",
    State.DRAFT: "info",
    State.SUBMITTED: "warning",
    State.RETURNED: "danger",
    State.APPROVED: "success",
}


class ReportListView(RightRequiredMixin, WorkingListView):
    """Economic reports that the user may see, with what is late."""

    right = Right.SEE_CASES
    template_name = "grants/report_list.html"
    context_object_name = "reports"
    sort_fields = {
        "due": "due_on",
        "organisation": "grant__organisation__sort_key",
        "year": "year",
        "state": "state",
    }
    default_sort = "due"
    export_title = "Ekonomiska redovisningar"
    export_columns = (
        Column("Diarienummer", "grant.case.registration_number"),
        Column("Organisation", "grant.organisation.name"),
        Column("Utlysning", "grant.call.title"),
        Column("År", "year"),
        Column("Lämnas senast", "due_on", Kind.DATE),
        Column("Läge", lambda report: state_words(report)[0]),
    )

    def filtered(self) -> QuerySet[FinancialReport]:
        self.form = ReportFilterForm(self.request.GET)
        reports = financial_reports_for(self.request.user)
        if self.form.is_valid():
            wanted = self.form.cleaned_data
            if wanted["q"]:
                reports = reports.filter(report_fits(wanted["q"]))
            if wanted["year"]:
                reports = reports.filter(year=wanted["year"])
            if wanted["state"]:
                reports = reports.filter(state=wanted["state"])
        return reports

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(filter_form=self.form, **kwargs)
        context["handles_grants"] = access_of(self.request.user).may(Right.HANDLE_CASES)
        context["rows"] = [(report, *state_words(report)) for report in context["reports"]]
        return context


def state_words(report: FinancialReport) -> tuple[str, str]:
    """The state as it is shown: late where the county owes it and the day has passed."""
    if report.state in (State.EXPECTED, State.DRAFT) and report.due_on < timezone.localdate():
        return "Försenad", "danger"
    return report.get_state_display(), STATE_TONES[FinancialReportState(report.state)]


class ReportResponseMixin(ResponseView):
    """Whose response, and where its pages are."""

    report: FinancialReport

    def get_response_for(self, user: User, pk: int) -> Response:
        reports = editable_financial_reports_for(user).filter(response__isnull=False)
        self.report = get_object_or_404(reports, pk=pk)
        return self.report.response  # type: ignore[return-value]

    def response_title(self) -> str:
        return f"Ekonomisk redovisning {self.report.year}"

    def url_to(self, page: str, *, section: str = "") -> str:
        pk = self.report.pk
        if page == "section":
            return reverse("grants:report_section", args=[pk, section])
        if page == "file":
            return reverse("grants:report_file", args=[pk, 0]).removesuffix("0/")
        name = {"overview": "report_detail", "history": "report_history"}[page]
        return reverse(f"grants:{name}", args=[pk])

    @cached_property
    def earlier(self) -> FinancialReport | None:
        """The report of the year before, read once for the page."""
        return previous_report(self.report)

    def previous_response(self) -> Response | None:
        return self.earlier.response if self.earlier else None


class ReportSectionView(ReportResponseMixin, SectionView):
    """One section of a report, with budget and balance beside the questions about them."""

    template_name = "grants/report_section.html"
    _figures: tuple[ResponseReader, Figures] | None = None

    def comment_on(self, question: Question) -> str:
        if self.report.state != State.RETURNED:
            return ""
        if not hasattr(self, "_comments"):
            self._comments = services.comments_now(self.report)
        return self._comments.get(question.key, "")

    def further_problems(self, reader: ResponseReader) -> list[Problem]:
        return report_problems(self.figures(reader), reader)

    def figures(self, reader: ResponseReader) -> Figures:
        """The draft's figures, worked out once for the answers that were read."""
        if self._figures is None or self._figures[0] is not reader:
            self._figures = reader, draft_figures(self.report, reader)
        return self._figures[1]

    def beside(self, reader: ResponseReader, section: Section) -> Mapping[str, Any]:
        return {
            "report": self.report,
            "figures": self.figures(reader),
            "earlier": self.earlier,
            "earlier_figures": frozen_figures(self.earlier) if self.earlier else None,
            "shows_figures": section.key in services.SECTIONS_OF_FIGURES,
        }


class ReportHistoryView(ReportResponseMixin, HistoryView):
    """All that was written in a report."""


class ReportFileView(ReportResponseMixin, AnswerFileView):
    """A file of a report: for those who fill it in, and once it is handed in and jäv declared for those who read it."""

    def get(self, request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
        report = get_object_or_404(financial_reports_for(request.user), pk=pk)
        if detour := declare_first(request, report.grant.case):
            return detour
        return super().get(request, pk, file)

    def get_response_for(self, user: User, pk: int) -> Response:
        reports = financial_reports_for(user).filter(response__isnull=False)
        self.report = get_object_or_404(reports, pk=pk)
        writes = access_of(user).may_at(Right.FILL_IN, self.report.grant.organisation_id)
        if self.report.response is None or not (writes or self.report.state in HANDED_IN):
            raise Http404
        return self.report.response


@login_required
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The report: for those who write it a task list, for those who read it what was handed in and what came of it."""
    reports = financial_reports_for(request.user).annotate(declared=has_declared(request.user, "grant__case"))
    report = get_object_or_404(reports, pk=pk)
    if detour := declare_first(request, report.grant.case, has_declared=getattr(report, "declared", False)):
        return detour
    writes = access_of(request.user).may_at(Right.FILL_IN, report.grant.organisation_id)
    if writes and report.state in (State.DRAFT, State.RETURNED):
        return _draft_page(request, report)
    if report.state not in HANDED_IN:
        return _expected_page(request, report, writes=writes)
    return _reading_page(request, report)


def _expected_page(request: HttpRequest, report: FinancialReport, *, writes: bool) -> HttpResponse:
    earlier = previous_report(report)
    label, tone = state_words(report)
    context = {
        "report": report,
        "label": label,
        "tone": tone,
        "may_start": writes and report.state == State.EXPECTED,
        "figures": draft_figures(report, None) if writes else None,
        "earlier": earlier,
        "earlier_figures": frozen_figures(earlier) if earlier else None,
    }
    return render(request, "grants/report_expected.html", context)


def _draft_page(
    request: HttpRequest,
    report: FinancialReport,
    *,
    check: bool = False,
    form: CertifyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    if report.response is None:
        raise Http404
    view = ReportSectionView()
    view.report = report
    reader = ResponseReader(report.response, draft=True)
    earlier = previous_report(report)
    context = {
        "report": report,
        "figures": view.figures(reader),
        "earlier": earlier,
        "earlier_figures": frozen_figures(earlier) if earlier else None,
        "returned": open_return(report) if report.state == State.RETURNED else None,
        "may_submit": access_of(request.user).may_at(Right.SUBMIT, report.grant.organisation_id),
        "opens_later": report.opens_on > timezone.localdate(),
        "form": form or CertifyForm(),
        **draft_context(reader, view, check=check),
    }
    return render(request, "grants/report_draft.html", context, status=status)


def _reading_page(request: HttpRequest, report: FinancialReport) -> HttpResponse:
    user = signed_in(request)
    record_read(report, by=user, organisation_id=report.grant.organisation_id)
    if report.response is None:
        raise Http404
    reader = ResponseReader(report.response)
    figures = frozen_figures(report)
    is_handler = handles(user, report.grant.case)
    wish, amount = wish_of(reader)
    grantor = report.grant.call.grantor_id
    access = access_of(user)
    context = {
        "report": report,
        "label": report.get_state_display(),
        "tone": STATE_TONES[FinancialReportState(report.state)],
        "figures": figures,
        "is_handler": is_handler,
        "facts": [
            ("Diarienummer", report.grant.case.registration_number),
            ("Mottagare", report.grant.organisation.name),
            ("Projekt", report.grant.project_code),
            ("Arbetade timmar", format_number(report.worked_hours) if report.worked_hours is not None else "–"),
            ("Intygad", format_datetime(report.certified_at) if report.certified_at else "–"),
        ],
        "wish": wish,
        "wish_amount": amount,
        "answers": reader.in_words(),
        "talk": talk_about(user, report.grant.case),
        "file_url": reverse("grants:report_file", args=[report.pk, 0]).removesuffix("0/"),
        "parts": [part for part in ReviewPart if may_review(user, report, part)],
        "may_return": report.state == State.SUBMITTED
        and any(access.may_at(right, grantor) for right in services.RIGHT_FOR.values()),
        "approved": report.state == State.APPROVED,
        "may_settle": report.state == State.APPROVED and bool(ways_to_settle(user, report)),
        "returned": open_return(report) if report.state == State.RETURNED else None,
    }
    return render(request, "grants/report_detail.html", context)


def may_review(user: User, report: FinancialReport, part: ReviewPart) -> bool:
    """Whether the user can review that part now: the right, a report handed in, and not the other part's reviewer."""
    other = services.OTHER_PART[part]
    return (
        report.state == State.SUBMITTED
        and access_of(user).may_at(services.RIGHT_FOR[part], report.grant.call.grantor_id)
        and getattr(report, f"{other}_reviewed_by_id") != user.pk
        and getattr(report, f"{part}_reviewed_by_id") is None
    )


@login_required
def report_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the draft (POST)."""
    report = get_object_or_404(editable_financial_reports_for(request.user), pk=pk)
    if request.method == "POST":
        try:
            services.start_report(report=report, by=signed_in(request), at=timezone.now())
        except GrantError as error:
            messages.error(request, str(error))
    return redirect("grants:report_detail", pk=pk)


@login_required
def report_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Certify and hand in (POST); an incomplete one comes back with every problem as a link to its question."""
    report = get_object_or_404(editable_financial_reports_for(request.user), pk=pk)
    user = signed_in(request)
    if request.method != "POST" or report.state not in (State.DRAFT, State.RETURNED):
        return redirect("grants:report_detail", pk=pk)
    if not access_of(user).may_at(Right.SUBMIT, report.grant.organisation_id):
        raise Http404
    form = CertifyForm(request.POST)
    if not form.is_valid():
        return _draft_page(request, report, form=form, status=422)
    try:
        services.submit_report(report=report, by=user, at=timezone.now())
    except IncompleteResponseError:
        report.refresh_from_db()
        return _draft_page(request, report, check=True, status=422)
    except (GrantError, NotOpenForAnswersError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Redovisningen är intygad och inlämnad. Den granskas nu av bidragsgivaren.")
    return redirect("grants:report_detail", pk=pk)


def _handled_report(request: HttpRequest, pk: int) -> tuple[FinancialReport, HttpResponse | None]:
    """A report that is handed in, for those who handle its case; with the way to the declaration where it is due."""
    reports = financial_reports_for(request.user).annotate(declared=has_declared(request.user, "grant__case"))
    report = get_object_or_404(reports.filter(state__in=HANDED_IN), pk=pk)
    if not handles(request.user, report.grant.case):
        raise Http404
    detour = declare_first(request, report.grant.case, has_declared=getattr(report, "declared", False))
    return report, detour


@login_required
def report_review(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Review in substance or in sums, with budget, cost, deviation, explanation and earlier year in view."""
    if part not in ReviewPart.values:
        raise Http404
    user = signed_in(request)
    if not access_of(user).may(services.RIGHT_FOR[ReviewPart(part)]):
        raise Http404
    report, detour = _handled_report(request, pk)
    if detour:
        return detour
    if not may_review(user, report, ReviewPart(part)):
        messages.info(request, "Den delen av redovisningen väntar inte på din granskning.")
        return redirect("grants:report_detail", pk=pk)
    figures = frozen_figures(report)
    seen = report.certified_at.isoformat() if report.certified_at else ""
    form = ReviewForm(request.POST or None, lines=figures.lines, initial={"seen": seen})
    if request.method == "POST" and form.is_valid():
        try:
            reviewed = services.review_report(
                report=report,
                part=ReviewPart(part),
                lines=form.reviews(),
                note_text=form.cleaned_data["note"],
                by=user,
                at=timezone.now(),
                seen=form.seen_at(),
            )
        except (GrantError, PermissionDenied) as error:
            form.add_error(None, str(error))
        else:
            done = reviewed.state == State.APPROVED
            messages.success(request, "Redovisningen är godkänd." if done else "Din granskning är sparad.")
            return redirect("grants:report_detail", pk=pk)
    earlier = previous_report(report)
    accounted = accounted_in_year(report)
    context = {
        "report": report,
        "form": form,
        "part": ReviewPart(part),
        "figures": figures,
        "earlier": earlier,
        "earlier_figures": frozen_figures(earlier) if earlier else None,
        "accounted": format_kronor(accounted) if accounted is not None else "",
        "differ": figures_differ(report),
    }
    return render(request, "grants/report_review.html", context, status=status_of(form))


@login_required
def report_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a report back with comments on its questions."""
    user = signed_in(request)
    if not any(access_of(user).may(right) for right in services.RIGHT_FOR.values()):
        raise Http404
    report, detour = _handled_report(request, pk)
    if detour:
        return detour
    if report.state != State.SUBMITTED or report.response is None:
        return redirect("grants:report_detail", pk=pk)
    reader = ResponseReader(report.response)
    asked = [question for question in reader.questions if reader.is_asked(question)]
    form = ReturnReportForm(request.POST or None, questions=asked)
    if request.method == "POST" and form.is_valid():
        try:
            services.return_report(
                report=report,
                comments=form.comments(),
                due_on=form.cleaned_data["due_on"],
                by=user,
                at=timezone.now(),
            )
        except (GrantError, NotOpenForAnswersError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Redovisningen är tillbaka hos mottagaren, som har fått besked.")
            return redirect("grants:report_detail", pk=pk)
    rows = [(reader.answer_in_words(question), form[question.key]) for question in asked]
    context = {"report": report, "form": form, "rows": rows, "due_field": form["due_on"]}
    return render(request, "grants/report_return.html", context, status=status_of(form))
