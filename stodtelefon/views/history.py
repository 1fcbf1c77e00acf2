"""Pages for what is older than this system: the file is checked and shown first, and read in when that is confirmed."""

import datetime
import io
from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.common.exports import CONTENT_TYPES, About, Column, Kind, file_name, write_csv, write_xlsx
from nch.common.files import XLSX, CheckedFile
from nch.common.waiting import NoLongerWaitingError, Waiting, put_aside, waiting_file
from nch.common.work import Standing
from nch.common.workbooks import MOST_FAULTS, Fault
from nch.counties.models import Organisation
from stodtelefon.enums import HISTORY_QUEUED, HISTORY_UNDER_WAY, HistoryKind, HistoryState
from stodtelefon.forms.history import HistoryUploadForm
from stodtelefon.imports import (
    FiguresFile,
    RegisterFile,
    figures_template,
    read_figures,
    read_register,
    register_template,
)
from stodtelefon.models import HistoryImport
from stodtelefon.selectors.history import history_imports_for
from stodtelefon.services import history as services
from stodtelefon.services.history import orders
from stodtelefon.services.history.rows import FIGURE_COLUMNS, FiguresPlan
from stodtelefon.services.history.summaries import summarise

PAGE_SIZE: Final = 25
KINDS: Final = {"gamla-register": HistoryKind.REGISTER, "arstal": HistoryKind.FIGURES}
"""What can be read in, by its name in addresses."""

TONES: Final = {
    HistoryState.ORDERED: "neutral",
    HistoryState.RUNNING: "info",
    HistoryState.DONE: "success",
    HistoryState.FAILED: "danger",
    HistoryState.WITHDRAWAL_ORDERED: "neutral",
    HistoryState.WITHDRAWING: "info",
    HistoryState.WITHDRAWN: "warning",
}
_FOLDER = "history-uploads"
_FAULT_COLUMNS = (
    Column("Rad", "row", Kind.NUMBER),
    Column("Kolumn", "column"),
    Column("Vad som är fel", "reason"),
)
_LABELS = {
    "label": "Benämning",
    "calls": "Samtal",
    "individuals": "Utsatta individer",
    "from_date": "Räknat från",
    "source": "Källa",
    "note": "Anmärkning",
}


def _home_of_figures(user: User) -> Organisation | None:
    """NCH, where the user keeps the code lists and the published totals."""
    return next(iter(access_of(user).organisations(Right.KEEP_CODES)), None)


def _kind(user: User, name: str) -> HistoryKind:
    """What is to be read in; 404 for what does not exist and for what the user may not read in."""
    kind = KINDS.get(name)
    if kind is None or (kind == HistoryKind.FIGURES and _home_of_figures(user) is None):
        raise Http404
    return kind


def _read(kind: HistoryKind, file: CheckedFile, *, by: User, at: datetime.datetime) -> RegisterFile | FiguresFile:
    if kind == HistoryKind.REGISTER:
        return read_register(file.content, by=by, at=at)
    return read_figures(file.content, this_year=timezone.localtime(at).year)


@right_required(Right.LEAD_LINE)
@require_safe
def history_list(request: HttpRequest) -> HttpResponse:
    """What can be read in, and what has been."""
    user = signed_in(request)
    page = Paginator(history_imports_for(user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "may_read_figures": _home_of_figures(user) is not None,
        "page_obj": page,
        "imports": [(one, TONES[HistoryState(one.state)]) for one in page],
    }
    return render(request, "stodtelefon/history_list.html", context)


@right_required(Right.LEAD_LINE)
@require_http_methods(["GET", "HEAD", "POST"])
def history_upload(request: HttpRequest, name: str) -> HttpResponse:
    """The form for a file; one that is sent is checked and shown, not read in."""
    user, now = signed_in(request), timezone.now()
    kind = _kind(user, name)
    form = HistoryUploadForm(request.POST or None, request.FILES or None)
    faults: Sequence[Fault] = ()
    ticket = ""
    if request.method == "POST" and form.is_valid():
        file: CheckedFile = form.cleaned_data["file"]
        try:
            found = _read(kind, file, by=user, at=now)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            ticket = put_aside(_FOLDER, file, user_id=user.pk, about={"name": name, **_told_of(found)})
            if not found.faults:
                answer = _preview(request, name, file, found, ticket)
                if answer is not None:
                    return answer
            faults = found.faults
    context = {
        "name": name,
        "kind": kind,
        "form": form,
        "faults": faults[:MOST_FAULTS],
        "fault_count": len(faults),
        "ticket": ticket,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "stodtelefon/history_upload.html", context, status=status)


def _preview(
    request: HttpRequest, name: str, file: CheckedFile, found: RegisterFile | FiguresFile, ticket: str
) -> HttpResponse | None:
    """What reading in the file would do; None where comparing it with what is there found faults, added to its own."""
    context: dict[str, Any] = {"name": name, "file": file, "ticket": ticket, "row_count": len(found.rows)}
    context["hidden"] = found.hidden
    if isinstance(found, FiguresFile):
        figures = services.plan_figures(found.rows)
        context |= {
            "plan": figures,
            "doubtful": found.doubtful.items(),
            "changes": [(row, figure_changes(figures, row)) for row in figures.changed],
        }
        return render(request, "stodtelefon/history_figures.html", context)
    plan = services.plan_register(rows=found.rows, organisation=found.organisation)
    if plan.faults:
        found.faults = plan.faults
        return None
    summary = summarise(found.rows, plan, found.doubtful)
    sources = sorted({row.source for row in found.rows})
    context |= {"plan": plan, "summary": summary, "sources": sources}
    return render(request, "stodtelefon/history_register.html", context)


def figure_changes(plan: FiguresPlan, row: services.FigureRow) -> list[tuple[str, Any, Any]]:
    """What a published figure says before and after, where it differs: label, before, after."""
    before = plan.before[row.cell]
    return [
        (_LABELS[name], was, is_now)
        for name in FIGURE_COLUMNS
        if (was := getattr(before, name)) != (is_now := getattr(row, name))
    ]


def _waiting(request: HttpRequest, user: User, name: str) -> Waiting:
    """The file that the sent ticket is for. Raises NoLongerWaitingError; 404 where it is somebody else's."""
    waiting = waiting_file(_FOLDER, request.POST.get("ticket", ""))
    if waiting.user_id != user.pk or waiting.about["name"] != name:
        raise Http404
    return waiting


@right_required(Right.LEAD_LINE)
@require_POST
def history_confirm(request: HttpRequest, name: str) -> HttpResponse:
    """Read in the file that was shown: totals at once, a register by a task."""
    user, now = signed_in(request), timezone.now()
    kind = _kind(user, name)
    try:
        waiting = _waiting(request, user, name)
        imported = (_order_register if kind == HistoryKind.REGISTER else _import_figures)(waiting, by=user, at=now)
    except (NoLongerWaitingError, ValidationError):
        messages.error(request, "Filen väntar inte längre på att läsas in. Ladda upp den igen.")
    except services.HistoryFaultsError as error:
        messages.error(request, f"{error} Ladda upp den igen för att se vad som är fel.")
    except services.HistoryError as error:
        messages.error(request, str(error))
    else:
        waiting.clear()
        return redirect("stodtelefon:history_detail", pk=imported.pk)
    return redirect("stodtelefon:history_upload", name=name)


def _told_of(found: RegisterFile | FiguresFile) -> dict[str, Any]:
    """What the ticket of a register says of its file, so that the worker alone reads it again."""
    if isinstance(found, FiguresFile) or found.faults:
        return {}
    sources = sorted({row.source for row in found.rows})
    return {"rows": len(found.rows), "sources": sources, "organisation": found.organisation.pk}


def _order_register(waiting: Waiting, *, by: User, at: datetime.datetime) -> HistoryImport:
    told = waiting.about
    if "organisation" not in told:
        raise services.HistoryError("Filen har fel och kan inte läsas in.")
    organisation = get_object_or_404(Organisation, pk=told["organisation"])
    return orders.order_register(
        file=waiting.file, sources=told["sources"], rows=told["rows"], organisation=organisation, by=by, at=at
    )


def _import_figures(waiting: Waiting, *, by: User, at: datetime.datetime) -> HistoryImport:
    home = _home_of_figures(by)
    if home is None:
        raise Http404
    found = read_figures(waiting.file.content, this_year=timezone.localtime(at).year)
    if found.faults:
        raise services.HistoryFaultsError(found.faults)
    return services.import_figures(file=waiting.file, rows=found.rows, organisation=home, by=by, at=at)


@right_required(Right.LEAD_LINE)
@require_POST
def history_faults(request: HttpRequest, name: str) -> HttpResponse:
    """Everything that is wrong with a file that was refused, as a file."""
    user, now = signed_in(request), timezone.now()
    kind = _kind(user, name)
    suffix = "csv" if request.POST.get("format") == "csv" else "xlsx"
    try:
        waiting = _waiting(request, user, name)
        found = _read(kind, waiting.file, by=user, at=now)
    except (NoLongerWaitingError, ValidationError):
        messages.error(request, "Filen finns inte kvar. Ladda upp den igen.")
        return redirect("stodtelefon:history_upload", name=name)
    if isinstance(found, RegisterFile) and not found.faults:
        found.faults = services.plan_register(rows=found.rows, organisation=found.organisation).faults
    title = f"Fel i {waiting.file.name}"
    written = io.BytesIO()
    if suffix == "csv":
        write_csv(written, _FAULT_COLUMNS, found.faults)
    else:
        write_xlsx(written, _FAULT_COLUMNS, found.faults, About(title, "NCH", now))
    headers = {"Content-Disposition": f'attachment; filename="{file_name(title, now.date(), suffix)}"'}
    return HttpResponse(written.getvalue(), content_type=CONTENT_TYPES[suffix], headers=headers)


@right_required(Right.LEAD_LINE)
@require_safe
def history_template(request: HttpRequest, name: str) -> HttpResponse:
    """The workbook to fill in."""
    user = signed_in(request)
    content = register_template(user) if _kind(user, name) == HistoryKind.REGISTER else figures_template()
    headers = {"Content-Disposition": f'attachment; filename="mall-{name}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


# --- One import ---------------------------------------------------------------------------------------------------


def _import(user: User, pk: int) -> HistoryImport:
    imported: HistoryImport = get_object_or_404(history_imports_for(user), pk=pk)
    return imported


def _standing(imported: HistoryImport, *, at: datetime.datetime) -> Standing:
    """How the import stands. One that failed is not ordered again: its file is gone, and is uploaded anew."""
    stuck, queued = orders.may_be_ordered_again(imported, at=at), imported.state in HISTORY_QUEUED
    return Standing(
        state=imported.state,
        label=imported.get_state_display(),
        tone=TONES[HistoryState(imported.state)],
        progress=imported.progress,
        stage=imported.stage,
        failure=imported.failure,
        under_way=imported.state in HISTORY_UNDER_WAY,
        queued_since=imported.touched_at if queued else None,
        silent=stuck and not queued,
        may_be_asked_again=stuck,
    )


@right_required(Right.LEAD_LINE)
@require_safe
@never_cache
def history_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: how far it has come, what came of it, and taking it back."""
    user, now = signed_in(request), timezone.now()
    imported = _import(user, pk)
    is_register = imported.kind == HistoryKind.REGISTER
    context = {
        "imported": imported,
        "standing": _standing(imported, at=now),
        "is_register": is_register,
        "may_withdraw": imported.state == HistoryState.DONE and (not is_register or imported.added > 0),
    }
    return render(request, "stodtelefon/history_detail.html", context)


@right_required(Right.LEAD_LINE)
@require_safe
@never_cache
def history_status(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the import has come, for the page's script: state, per cent, and in words."""
    return _standing(_import(signed_in(request), pk), at=timezone.now()).answer()


@right_required(Right.LEAD_LINE)
@require_POST
def history_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an import: totals at once, a register by a task."""
    user, now = signed_in(request), timezone.now()
    imported = _import(user, pk)
    try:
        if imported.kind == HistoryKind.REGISTER:
            orders.order_withdrawal(imported=imported, by=user, at=now)
        else:
            services.withdraw_figures(imported=imported, by=user, at=now)
            messages.success(request, "Importen är återkallad. Det som gällde före den gäller igen.")
    except services.HistoryError as error:
        messages.error(request, str(error))
    return redirect("stodtelefon:history_detail", pk=pk)


@right_required(Right.LEAD_LINE)
@require_POST
def history_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Order again what has fallen silent."""
    user = signed_in(request)
    try:
        orders.order_again(imported=_import(user, pk), by=user, at=timezone.now())
    except services.HistoryError as error:
        messages.error(request, str(error))
    return redirect("stodtelefon:history_detail", pk=pk)
