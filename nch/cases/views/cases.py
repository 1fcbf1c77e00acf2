"""Pages of cases: the list, the hub of one case, its documents, mails and declarations."""

from typing import Any

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
from nch.cases.conversations import may_write
from nch.cases.doors import declare_first
from nch.cases.enums import CaseKind
from nch.cases.forms import CaseFilterForm, DeclarationForm
from nch.cases.matching import case_fits
from nch.cases.models import Case, Task
from nch.cases.selectors import (
    case_choices_for,
    cases_for,
    conversations_for,
    declaration_of,
    declarations_in,
    documents_for,
    handles,
    has_declared,
    mails_of,
    number_of_cases,
    tasks_of,
    timeline_for,
)
from nch.cases.services import DeclarationError, declare_interest
from nch.cases.words import waiting_words
from nch.common.answers import status_of
from nch.common.exports import Column, Kind
from nch.common.formats import format_date, format_datetime

MAILS_ON_CASE = 10


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
        self.form = CaseFilterForm(self.request.GET, choices=case_choices_for(self.request.user))
        return self.narrowed(cases_for(self.request.user))

    def narrowed(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """Those that fit the filter."""
        if not self.form.is_valid():
            return cases
        wanted = self.form.cleaned_data
        if wanted["q"]:
            cases = cases.filter(case_fits(wanted["q"]))
        if wanted["lage"]:
            cases = cases.filter(closed_at__isnull=wanted["lage"] == "pagar")
        same = {"slag": "kind", "ar": "year", "organisation": "organisation_id", "handlagger": "handler_id"}
        return cases.filter(**{path: wanted[name] for name, path in same.items() if wanted[name]})

    def in_full(self, rows: QuerySet[Case], keys: QuerySet[Case]) -> QuerySet[Case]:
        return Case.objects.select_related("organisation").filter(pk__in=keys).order_by(*self.sort_order())

    def total(self, rows: QuerySet[Case]) -> int:
        return number_of_cases(self.request.user, rows, self.narrowed)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(filter_form=self.form, **kwargs)


@login_required
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The hub of a case: what happens next, what has happened, documents, questions, mails and declarations; opening it
    leaves a row in the log."""
    cases: QuerySet[Any] = cases_for(request.user).annotate(declared=has_declared(request.user, "pk"))
    case = get_object_or_404(cases, pk=pk)
    if detour := declare_first(request, case, has_declared=case.declared):
        return detour
    user = signed_in(request)
    record_read(case, by=user, organisation_id=case.organisation_id)
    is_handler = handles(user, case)
    conversations = conversations_for(user).filter(case=case).order_by("closed_at", "-opened_at")
    conversations = conversations.select_related(None).select_related("owner", "opened_by")
    return render(
        request,
        "cases/case_detail.html",
        {
            "case": case,
            "facts": [
                ("Diarienummer", case.registration_number),
                ("Slag", case.get_kind_display()),
                ("Organisation", case.organisation.name),
                ("Handläggs av", case.handler.name),
                ("Öppnat", format_datetime(case.opened_at)),
                ("Avslutat", format_datetime(case.closed_at) if case.closed_at else "Pågår"),
            ],
            "next_steps": [next_step(task) for task in tasks_of(user, case)],
            "conversations": [(talk, waiting_words(talk.awaits_handler_since)) for talk in conversations],
            "may_write": may_write(user, case),
            "files": case_files(request, case),
            "timeline": case_timeline(request, case),
            "is_handler": is_handler,
            "mails": mails_of(user, case).defer("body")[:MAILS_ON_CASE] if is_handler else [],
            "declarations": declarations_in(user, case) if is_handler else [],
            "may_declare": case.kind == CaseKind.GRANT
            and access_of(user).may_at(Right.DECLARE_INTEREST, case.handler_id),
        },
    )


def next_step(task: Task) -> dict[str, object]:
    """An open task of a case for the task list component: what, who and by when; without a link, since its page is
    for those who do it."""
    who = task.assignee.display_name if task.assignee else task.organisation.name
    hint = f"{who}, sedan {format_date(task.created_at)}"
    if task.opens_on and task.opens_on > timezone.localdate():
        hint = f"{who}, öppnar {format_date(task.opens_on)}"
    return {"title": task.title, "due": task.due_on, "hint": hint}


def case_files(request: HttpRequest, case: Case) -> list[dict[str, str]]:
    """The case's documents for the file list component, without the text that they are searched by."""
    documents = documents_for(request.user).filter(case=case).select_related(None)
    return [
        {
            "title": f"{document.number}. {document.title}",
            "url": reverse("document_download", args=[case.pk, document.number]),
            "meta": f"{document.get_direction_display()} {format_date(document.registered_at)}, "
            f"{max(1, document.size // 1024)} kB",
        }
        for document in documents.only("number", "title", "direction", "registered_at", "size")
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
    context = {
        "case": case,
        "form": form,
        "own": declaration_of(user, case),
        "is_asked_first": access_of(user).may_at(Right.DECLARE_FIRST, case.handler_id),
    }
    return render(request, "cases/declare.html", context, status=status_of(form))


def safe_next(request: HttpRequest, address: str) -> str:
    """The address if it leads to a page of this site, else nothing."""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""
