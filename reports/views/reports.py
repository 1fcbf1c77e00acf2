"""Pages of reports: ordering them, following them, fetching them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.services import record_read
from nch.common.lists import PAGE_SIZE
from nch.common.transitions import TransitionError
from nch.common.work import WorkState, standing_of
from reports.enums import ReportKind
from reports.forms import ReportForm
from reports.models import Report
from reports.selectors import reports_for
from reports.services.reports import ReportError, request_report, retry_report


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports that have been ordered, and the form that orders one."""
    user, now = _report_maker(request), timezone.now()
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            report = request_report(kind=ReportKind(wanted["kind"]), year=wanted["year"], by=user, at=now)
        except ReportError as error:
            form.add_error(None, str(error))
        else:
            return redirect("reports:report_detail", pk=report.pk)
    page = Paginator(reports_for(user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "reports/report_list.html",
        {"form": form, "page_obj": page, "reports": [(report, standing_of(report, at=now)) for report in page]},
        status=422 if form.errors else 200,
    )


@login_required
@require_GET
@never_cache
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: how far it has come, its file, and what to do if it failed."""
    report = _report(request, pk)
    context = {"report": report, "standing": standing_of(report, at=timezone.now())}
    return render(request, "reports/report_detail.html", context)


@login_required
@require_GET
@never_cache
def report_status(request: HttpRequest, pk: int) -> JsonResponse:
    """How far the report has come, for the page's script."""
    return standing_of(_report(request, pk), at=timezone.now()).answer()


@login_required
@require_POST
def report_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Order a report again that failed."""
    report = _report(request, pk)
    try:
        retry_report(report=report, by=_report_maker(request), at=timezone.now())
    except (ReportError, TransitionError) as error:
        messages.error(request, str(error))
    return redirect("reports:report_detail", pk=pk)


@login_required
@require_GET
def report_download(request: HttpRequest, pk: int) -> FileResponse:
    """The finished file; who fetched it is logged."""
    report = _report(request, pk)
    if report.state != WorkState.DONE:
        raise Http404
    record_read(report, by=_report_maker(request), organisation_id=None)
    return FileResponse(
        report.file.open("rb"), as_attachment=True, filename=report.file_name, content_type="application/pdf"
    )


def _report_maker(request: HttpRequest) -> User:
    """The signed-in user, if reports are the user's business; 404 to all others."""
    if not isinstance(request.user, User) or not access_of(request.user).may(Right.MAKE_REPORTS):
        raise Http404
    return request.user


def _report(request: HttpRequest, pk: int) -> Report:
    return get_object_or_404(reports_for(request.user), pk=pk)
