"""Pages of lägesbilder, with the themes of one that is handed in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.services import record_read
from nch.cases.talk import talk_about
from nch.cases.views import case_files, case_timeline
from nch.common.formats import format_date, format_datetime
from nch.questionnaires.handing_in import IncompleteResponseError
from nch.questionnaires.models import Response
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError
from nch.questionnaires.views import AnswerFileView, HistoryView, ResponseView, SectionView, draft_context
from resurscentra.enums import ReportState, ThemeKind
from resurscentra.forms import CodingForm, PeriodForm
from resurscentra.models import ReportCoding, SituationReport
from resurscentra.selectors import (
    coding_of,
    editable_reports_for,
    periods_for,
    previous_report,
    readable_reports_for,
    reports_for,
    reports_to_code_for,
    themes,
)
from resurscentra.services import reports as services
from resurscentra.services.themes import CodedMeanwhileError, CodingError, code_report

STATE_TONES = {ReportState.EXPECTED: "neutral", ReportState.DRAFT: "info", ReportState.SUBMITTED: "success"}


@right_required(Right.SEE_CENTRES)
def report_overview(request: HttpRequest) -> HttpResponse:
    """Who has handed in and who has not, period by period."""
    access = access_of(request.user)
    periods = list(periods_for(request.user))
    today = timezone.localdate()
    reports: dict[int, list[dict[str, object]]] = {}
    national, may_code = access.everywhere(Right.SEE_CENTRES), access.may(Right.CODE_REPORTS)
    coded = set(ReportCoding.objects.values_list("pk", flat=True)) if may_code else set()
    for report in reports_for(request.user):
        late = report.state != ReportState.SUBMITTED and report.period.due_on < today
        readable = not national or report.state == ReportState.SUBMITTED
        reports.setdefault(report.period_id, []).append(
            {
                "report": report,
                "label": "Försenad" if late else report.get_state_display(),
                "tone": "danger" if late else STATE_TONES[ReportState(report.state)],
                "url": services.detail_url(report) if readable else "",
                "is_coded": report.pk in coded,
            }
        )
    groups = []
    for period in periods:
        rows = reports.get(period.pk, [])
        done = sum(1 for row in rows if row["tone"] == "success")
        left = sum(1 for row in rows if row["tone"] == "success" and not row["is_coded"])
        groups.append({"period": period, "rows": rows, "done": done, "total": len(rows), "to_code": left})
    context = {"groups": groups, "may_manage": access.may(Right.MANAGE_REPORTING), "may_code": may_code}
    return render(request, "resurscentra/report_overview.html", context)


@right_required(Right.MANAGE_REPORTING)
def period_open(request: HttpRequest) -> HttpResponse:
    """Ask the counties for a lägesbild."""
    by = signed_in(request)
    form = PeriodForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.open_period(**form.cleaned_data, by=by, at=timezone.now())
        except services.ReportingError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Lägesbilderna är begärda. Länen har fått uppgifter på sina startsidor.")
            return redirect("resurscentra:report_overview")
    return render(request, "resurscentra/period_form.html", {"form": form})


class ReportResponseMixin(ResponseView):
    """Whose response, and where its pages are."""

    report: SituationReport

    def get_response_for(self, user: User, pk: int) -> Response:
        self.report = get_object_or_404(editable_reports_for(user).filter(response__isnull=False), pk=pk)
        return self.report.response  # type: ignore[return-value]

    def response_title(self) -> str:
        return f"Lägesbild {self.report}"

    def url_to(self, page: str, *, section: str = "") -> str:
        pk = self.report.pk
        if page == "section":
            return reverse("resurscentra:report_section", args=[pk, section])
        if page == "file":
            return reverse("resurscentra:report_file", args=[pk, 0]).removesuffix("0/")
        name = {"overview": "report_detail", "history": "report_history"}[page]
        return reverse(f"resurscentra:{name}", args=[pk])

    def previous_response(self) -> Response | None:
        earlier = previous_report(self.report)
        return earlier.response if earlier else None


class ReportSectionView(ReportResponseMixin, SectionView):
    """One section of a lägesbild."""


class ReportHistoryView(ReportResponseMixin, HistoryView):
    """All that was written in a lägesbild."""


class ReportFileView(ReportResponseMixin, AnswerFileView):
    """A file of a lägesbild: for those who may read it."""

    def get_response_for(self, user: User, pk: int) -> Response:
        self.report = get_object_or_404(readable_reports_for(user).filter(response__isnull=False), pk=pk)
        return self.report.response  # type: ignore[return-value]


@login_required
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A lägesbild: begun, filled in section by section, or read."""
    report = get_object_or_404(readable_reports_for(request.user), pk=pk)
    user = signed_in(request)
    may_fill_in = access_of(user).may_at(Right.FILL_IN, report.organisation_id)
    if report.state == ReportState.EXPECTED:
        if request.method == "POST" and may_fill_in:
            try:
                services.start_report(report=report, by=user, at=timezone.now())
            except services.ReportingError as error:
                messages.error(request, str(error))
            return redirect("resurscentra:report_detail", pk=pk)
        return render(request, "resurscentra/report_start.html", {"report": report, "may_fill_in": may_fill_in})
    if report.state == ReportState.DRAFT:
        return _draft_page(request, report)
    record_read(report, by=user, organisation_id=report.organisation_id)
    coding = coding_of(report)
    return _submitted_page(request, report, coding, _coding_form(request, coding))


def _coding_form(request: HttpRequest, coding: ReportCoding | None, data: Any = None) -> CodingForm | None:
    """The form by which NCH codes the lägesbild; None for those who only read it."""
    if not access_of(request.user).may(Right.CODE_REPORTS):
        return None
    ticked = list(coding.themes.all()) if coding else []
    version = coding.version if coding else 0
    return CodingForm(data, entries=themes(), ticked=ticked, version=version, today=timezone.localdate())


def _submitted_page(
    request: HttpRequest,
    report: SituationReport,
    coding: ReportCoding | None,
    coding_form: CodingForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    user, pk = signed_in(request), report.pk
    response, case = report.response, report.case
    ticked = list(coding.themes.all()) if coding else []
    context = {
        "coding": coding,
        "coding_form": coding_form,
        "coded": [
            (label, ", ".join(one.label for one in ticked if one.kind == kind))
            for kind, label in ((ThemeKind.SUCCESS_FACTOR, "Framgångsfaktorer"), (ThemeKind.CHALLENGE, "Utmaningar"))
        ],
        "report": report,
        "facts": [
            ("Diarienummer", case.registration_number if case else "–"),
            ("Gäller", report.subject_name),
            ("Period", f"{format_date(report.period.starts_on)} till {format_date(report.period.ends_on)}"),
            ("Inlämnad", format_datetime(report.submitted_at) if report.submitted_at else "–"),
        ],
        "answers": ResponseReader(response).in_words() if response else [],
        "file_url": reverse("resurscentra:report_file", args=[pk, 0]).removesuffix("0/"),
        "files": case_files(request, case) if case else [],
        "timeline": case_timeline(request, case) if case else [],
        "talk": talk_about(user, case),
    }
    return render(request, "resurscentra/report_detail.html", context, status=status)


@right_required(Right.CODE_REPORTS)
@require_POST
def report_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which themes a lägesbild has (POST). Where somebody else has done so meanwhile, both are shown."""
    user = signed_in(request)
    report = get_object_or_404(readable_reports_for(user), pk=pk)
    coding, data = coding_of(report), request.POST.copy()
    form = _coding_form(request, coding, data)
    if form is None:
        raise Http404
    if form.is_valid():
        try:
            code_report(
                report=report, themes=form.themes, version=form.cleaned_data["version"], by=user, at=timezone.now()
            )
        except CodedMeanwhileError as error:
            form.add_error(None, f"{error} Det som gäller nu står ovanför formuläret. Spara igen om ditt ska gälla.")
            coding, data["version"] = coding_of(report), str(error.coding.version)
        except CodingError as error:
            form.add_error(None, str(error))
        else:
            left = reports_to_code_for(user).filter(period=report.period, coding__isnull=True).count()
            words = f"{left} i samma period återstår." if left else "Periodens inlämnade lägesbilder är alla kodade."
            messages.success(request, f"Lägesbilden är kodad. {words}")
            return redirect("resurscentra:report_detail", pk=pk)
    return _submitted_page(request, report, coding, form, status=422)


def _draft_page(
    request: HttpRequest, report: SituationReport, *, check: bool = False, status: int = 200
) -> HttpResponse:
    view = ReportSectionView()
    view.report = report
    reader = ResponseReader(report.response)  # type: ignore[arg-type]
    context = {
        "report": report,
        "may_submit": access_of(request.user).may_at(Right.SUBMIT, report.organisation_id),
        **draft_context(reader, view, check=check),
    }
    return render(request, "resurscentra/report_draft.html", context, status=status)


@login_required
def report_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in (POST); an incomplete draft comes back with every problem as a link to its question."""
    report = get_object_or_404(editable_reports_for(request.user), pk=pk)
    user = signed_in(request)
    if request.method != "POST" or report.state != ReportState.DRAFT:
        return redirect("resurscentra:report_detail", pk=pk)
    if not access_of(user).may_at(Right.SUBMIT, report.organisation_id):
        raise Http404
    try:
        services.submit_report(report=report, by=user, at=timezone.now())
    except IncompleteResponseError:
        return _draft_page(request, report, check=True, status=422)
    except (services.ReportingError, NotOpenForAnswersError) as error:
        messages.error(request, str(error))
    else:
        number = report.case.registration_number if report.case else ""
        messages.success(request, f"Lägesbilden är inlämnad. Diarienummer {number}.")
    return redirect("resurscentra:report_detail", pk=pk)
