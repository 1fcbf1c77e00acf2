"""The start page, cases and their documents."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.audit.lists import WorkingListView
from nch.audit.services import record_read
from nch.cases.doors import declare_first
from nch.cases.forms import CaseFilterForm, DeclarationForm
from nch.cases.matching import case_fits
from nch.cases.models import Case
from nch.cases.selectors import cases_for, declaration_of, documents_for, open_tasks_for, timeline_for
from nch.cases.services import DeclarationError, declare_interest
from nch.common.exports import Column, Kind
from nch.common.formats import format_date, format_datetime

TASKS_ON_START = 25


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """What waits for the user, how old it is and when it is due."""
    tasks = open_tasks_for(request.user)
    today = timezone.localdate()
    first = list(tasks[:TASKS_ON_START])
    items = [
        {
            "title": task.title,
            "url": task.url,
            "due": task.due_on,
            "hint": f"Sedan {format_date(task.created_at)}",
            "status_label": "Försenad" if task.due_on and task.due_on < today else "Väntar",
            "status_tone": "danger" if task.due_on and task.due_on < today else "info",
        }
        for task in first
    ]
    total = len(first) if len(first) < TASKS_ON_START else tasks.count()
    context = {"tasks": items, "total": total, "memberships": access_of(request.user).memberships}
    return render(request, "cases/start.html", context)


class CaseListView(LoginRequiredMixin, WorkingListView):
    """The cases the user may see."""

    template_name = "cases/case_list.html"
    context_object_name = "cases"
    sort_fields = {"opened": "opened_at", "organisation": "organisation__sort_key", "title": "title"}
    default_sort = "-opened"
    export_title = "Ärenden"
    export_columns = (
        Column("Diarienummer", "registration_number"),
        Column("Ärende", "title"),
        Column("Organisation", "organisation.name"),
        Column("Handläggs av", "handler.name"),
        Column("Öppnat", "opened_at", Kind.DATE),
        Column("Avslutat", "closed_at", Kind.DATE),
    )

    def filtered(self) -> QuerySet[Case]:
        self.form = CaseFilterForm(self.request.GET)
        cases = cases_for(self.request.user)
        if self.form.is_valid() and (term := self.form.cleaned_data["q"]):
            cases = cases.filter(case_fits(term))
        return cases

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(filter_form=self.form, **kwargs)


@login_required
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A case with its documents and its timeline; opening it leaves a row in the log."""
    case = get_object_or_404(cases_for(request.user), pk=pk)
    if detour := declare_first(request, case):
        return detour
    user = signed_in(request)
    record_read(case, by=user, organisation_id=case.organisation_id)
    return render(
        request,
        "cases/case_detail.html",
        {
            "case": case,
            "facts": [
                ("Diarienummer", case.registration_number),
                ("Organisation", case.organisation.name),
                ("Öppnat", format_datetime(case.opened_at)),
                ("Avslutat", format_datetime(case.closed_at) if case.closed_at else "Pågår"),
            ],
            "files": case_files(request, case),
            "timeline": case_timeline(request, case),
        },
    )


def case_files(request: HttpRequest, case: Case) -> list[dict[str, str]]:
    """The case's documents for the file list component."""
    return [
        {
            "title": f"{document.number}. {document.title}",
            "url": reverse("document_download", args=[case.pk, document.number]),
            "meta": f"{document.get_direction_display()} {format_date(document.registered_at)}, "
            f"{max(1, document.size // 1024)} kB",
        }
        for document in documents_for(request.user).filter(case=case)
    ]


def case_timeline(request: HttpRequest, case: Case) -> list[dict[str, object]]:
    """The case's timeline for the timeline component."""
    return [
        {"at": entry.at, "title": entry.title, "actor": entry.by.display_name, "text": "", "url": entry.url}
        for entry in timeline_for(request.user, case)
    ]


@login_required
def document_download(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """A document of a case, always as a download; fetching it leaves a row in the log."""
    document = get_object_or_404(documents_for(request.user), case_id=pk, number=number)
    if detour := declare_first(request, document.case):
        return detour
    user = signed_in(request)
    record_read(document, by=user, organisation_id=document.case.organisation_id)
    return FileResponse(
        document.file.open("rb"), as_attachment=True, filename=document.file_name, content_type=document.content_type
    )


@right_required(Right.DECLARE_INTEREST)
def case_declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare whether one has a conflict of interest; before that nothing of the case is shown but its party."""
    case = get_object_or_404(cases_for(request.user), pk=pk)
    user = signed_in(request)
    if not access_of(user).may_at(Right.DECLARE_INTEREST, case.handler_id):
        raise Http404
    form = DeclarationForm(request.POST or None, initial={"next": request.GET.get("nasta", "")})
    if request.method == "POST" and form.is_valid():
        try:
            declaration = declare_interest(
                case=case, recused=form.is_recused, reason=form.cleaned_data["reason"], by=user, at=timezone.now()
            )
        except DeclarationError as error:
            form.add_error(None, str(error))
        else:
            if declaration.recused:
                messages.info(request, "Du har anmält jäv. Någon annan får handlägga ärendet.")
                return redirect("start")
            return redirect(safe_next(request, form.cleaned_data["next"]) or reverse("case_detail", args=[case.pk]))
    return render(request, "cases/declare.html", {"case": case, "form": form, "own": declaration_of(user, case)})


def safe_next(request: HttpRequest, address: str) -> str:
    """The address if it leads to a page of this site, else nothing."""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""
