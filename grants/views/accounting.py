"""Pages of the accounts: files to the accounting system, outcomes from it, and what a grant or a call cost there."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from grants.forms.accounting import CodesForm, OutcomeForm
from grants.models import AccountingExport, AccountingImport
from grants.selectors.accounting import (
    account_sums,
    counterpart_codes,
    entries_of,
    exports_for,
    imports_for,
    outcome_of_call,
    payments_to_export,
    reads_accounts,
    rows_to_reverse,
)
from grants.selectors.calls import handled_calls_for
from grants.selectors.grants import grants_for
from grants.selectors.payments import years_of
from grants.services import accounting as services
from grants.services.errors import GrantError
from grants.sie import SieError
from grants.views.grants import grant_for_page
from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.audit.services import record, record_read
from nch.cases.selectors import handles
from nch.common.answers import status_of
from nch.common.files import clean_name
from nch.common.formats import format_datetime
from nch.counties.models import Organisation

_SHOWN_ENTRIES = 500
_SHOWN_FILES = 50


GRANTOR = "bidragsgivare"


def _grantor(request: HttpRequest) -> Organisation:
    """The authority whose accounts the user keeps: the one that the address names, else the first; 404 for others."""
    kept = access_of(request.user).organisations(Right.KEEP_ACCOUNTS)
    asked = request.GET.get(GRANTOR)
    found = next((organisation for organisation in kept if asked in (None, str(organisation.pk))), None)
    if found is None:
        raise Http404
    return found


def _address(name: str, grantor: Organisation) -> str:
    return f"{reverse(name)}?{urlencode({GRANTOR: grantor.pk})}"


@right_required(Right.HANDLE_CASES)
def accounting(request: HttpRequest) -> HttpResponse:
    """What waits to be handed to the accounting system, the files that have been, and the outcomes read in."""
    user = signed_in(request)
    kept = access_of(user).organisations(Right.KEEP_ACCOUNTS)
    keeper = _grantor(request) if kept else None
    waiting = list(payments_to_export(user, keeper.pk)) if keeper else []
    counterparts = counterpart_codes(keeper.pk) if waiting and keeper else {}
    context = {
        "keeper": keeper,
        "others": [(other, _address("grants:accounting", other)) for other in kept if other != keeper],
        "export_url": _address("grants:accounting_export", keeper) if keeper else "",
        "upload_url": _address("grants:outcome_upload", keeper) if keeper else "",
        "may_read": reads_accounts(user),
        "waiting": [(payment, counterparts.get(payment.grant.organisation_id, "")) for payment in waiting],
        "to_reverse": list(rows_to_reverse(user, keeper.pk)) if keeper else [],
        "exports": exports_for(user)[:_SHOWN_FILES],
        "imports": imports_for(user)[:_SHOWN_FILES],
    }
    return render(request, "grants/accounting.html", context)


@right_required(Right.KEEP_ACCOUNTS)
def accounting_export(request: HttpRequest) -> HttpResponse:
    """Write what is approved, and what reverses the cancelled, to a new file (POST)."""
    user = signed_in(request)
    grantor = _grantor(request)
    if request.method == "POST":
        try:
            export = services.export_payments(grantor=grantor, by=user, at=timezone.now())
        except GrantError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"Underlag {export.number} är framställt. Hämta filen i listan.")
    return redirect(_address("grants:accounting", grantor))


@right_required(Right.HANDLE_CASES)
def accounting_export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it was written, as often as one likes."""
    export: AccountingExport = get_object_or_404(exports_for(request.user), pk=pk)
    record("payments_export_fetched", by=signed_in(request), subject=export, organisation_id=export.grantor_id)
    return FileResponse(
        export.file.open("rb"), as_attachment=True, filename=export.file_name, content_type="text/csv; charset=utf-8"
    )


@right_required(Right.KEEP_ACCOUNTS)
def outcome_upload(request: HttpRequest) -> HttpResponse:
    """Check a SIE file: every faulty line is told, or the way leads on to what the file would bring."""
    user = signed_in(request)
    grantor = _grantor(request)
    form = OutcomeForm(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            row = services.check_outcome(
                grantor=grantor,
                file_name=clean_name(upload.name),
                content=upload.read(),
                dimension=form.cleaned_data["dimension"],
                skips_other_projects=form.cleaned_data["skips_other_projects"],
                by=user,
                at=timezone.now(),
            )
        except SieError as error:
            faults = [str(fault) for fault in error.faults]
            form.add_error("file", f"Filen kan inte läsas in. {len(faults)} fel hittades och inget har sparats.")
        except GrantError as error:
            form.add_error("file", str(error))
        else:
            return redirect("grants:outcome_detail", pk=row.pk)
    context = {"form": form, "faults": faults, "grantor": grantor}
    return render(request, "grants/outcome_upload.html", context, status=status_of(form))


@right_required(Right.HANDLE_CASES)
def outcome_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a checked file would bring, or has brought; POST reads it in."""
    row: AccountingImport = get_object_or_404(imports_for(request.user), pk=pk)
    user = signed_in(request)
    may_keep = access_of(user).may_at(Right.KEEP_ACCOUNTS, row.grantor_id)
    if request.method == "POST":
        if not may_keep:
            raise Http404
        try:
            services.import_outcome(row=row, by=user, at=timezone.now())
        except SieError as error:
            messages.error(request, f"Filen kan inte längre läsas in: {error}")
        else:
            messages.success(request, "Utfallet är inläst.")
        return redirect("grants:outcome_detail", pk=pk)
    outcome, faults = None, []
    try:
        outcome = services.read_outcome(row, services.kept_content(row))
    except SieError as error:
        faults = [str(fault) for fault in error.faults]
    entries = outcome.entries if outcome else []
    context: dict[str, Any] = {
        "row": row,
        "outcome": outcome,
        "entries": entries[:_SHOWN_ENTRIES],
        "total": sum(entry.amount for entry in entries),
        "faults": faults,
        "may_import": may_keep and row.imported_at is None and outcome is not None,
        "facts": [
            ("Fil", row.file_name),
            ("Företag i filen", outcome.company if outcome else ""),
            ("Dimension för projekt", row.dimension),
            ("Granskad", f"{format_datetime(row.checked_at)}, {row.checked_by}"),
            ("Inläst", f"{format_datetime(row.imported_at)}, {row.imported_by}" if row.imported_at else "Nej"),
            ("SHA-256", row.sha256),
        ],
    }
    return render(request, "grants/outcome_detail.html", context)


@right_required(Right.HANDLE_CASES)
def grant_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """What the accounts say of a grant's project, against what is granted and paid here."""
    grant, detour = grant_for_page(request, pk)
    user = signed_in(request)
    if not handles(user, grant.case):
        raise Http404
    if detour:
        return detour
    record_read(grant, by=user, organisation_id=grant.organisation_id)
    entries = list(entries_of(grant))
    paid = sum(row.paid for row in years_of(grant))
    booked = sum(entry.amount for entry in entries if entry.account == grant.call.account)
    context = {
        "grant": grant,
        "tab": "payments",
        "sums": account_sums(entries),
        "entries": entries[:_SHOWN_ENTRIES],
        "all_entries": len(entries),
        "paid": paid,
        "booked": booked,
        "difference": booked - paid,
    }
    return render(request, "grants/grant/outcome.html", context)


@right_required(Right.HANDLE_CASES)
def call_outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Granted, paid and booked for every grant of a call."""
    call = get_object_or_404(handled_calls_for(request.user), pk=pk)
    rows = outcome_of_call(call, grants_for(request.user))
    sums = {
        "granted": sum(row.granted for row in rows),
        "paid": sum(row.paid for row in rows),
        "booked": sum(row.booked for row in rows),
        "difference": sum(row.difference for row in rows),
    }
    return render(request, "grants/call_outcome.html", {"call": call, "rows": rows, "sums": sums})


@right_required(Right.KEEP_ACCOUNTS)
def grant_codes(request: HttpRequest, pk: int) -> HttpResponse:
    """What the accounts call the grant's project, recipient, account and appropriation item."""
    grant, detour = grant_for_page(request, pk)
    user = signed_in(request)
    if not access_of(user).may_at(Right.KEEP_ACCOUNTS, grant.call.grantor_id):
        raise Http404
    if detour:
        return detour
    form = CodesForm.of(grant, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_codes(grant=grant, by=user, at=timezone.now(), **form.cleaned_data)
        except GrantError as error:
            form.add_error("project_code", str(error))
        else:
            messages.success(request, "Konteringen är sparad.")
            return redirect("grants:grant_payments", pk=pk)
    context = {"grant": grant, "tab": "payments", "form": form}
    return render(request, "grants/grant/codes.html", context, status=status_of(form))
