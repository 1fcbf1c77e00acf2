"""Pages for reading in earlier rounds: the file is checked and shown first, and read in when that is confirmed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from grants.forms.earlier import OutcomeUploadForm
from grants.imports import OutcomeFile, OutcomeRow, template
from grants.models import OutcomeImport
from grants.outcomes import Difference, closing_of, cost_of, differences
from grants.selectors.earlier import outcome_imports_for
from grants.services import earlier as services
from grants.services.errors import GrantError
from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.common.files import XLSX, CheckedFile
from nch.common.waiting import WAITS, NoLongerWaitingError, put_aside, waiting_file
from nch.common.workbooks import MOST_FAULTS
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation
from nch.counties.selectors import county_boards

MOST_DIFFERENCES = 200
_FOLDER = "outcome-imports"
_WAITS = WAITS


def _grantor(user: User) -> Organisation:
    """NCH, where the user keeps its accounts: earlier rounds were NCH's. 404 for anybody else."""
    for organisation in access_of(user).organisations(Right.KEEP_ACCOUNTS):
        if organisation.kind == OrganisationKind.NCH:
            return organisation
    raise Http404


@right_required(Right.KEEP_ACCOUNTS)
def earlier_imports(request: HttpRequest) -> HttpResponse:
    """What has been read in, and the form for one more file; a file that is sent is checked and shown, not read in."""
    user = signed_in(request)
    grantor = _grantor(user)
    form = OutcomeUploadForm(request.POST or None, request.FILES or None)
    faults: Sequence[Any] = ()
    if request.method == "POST" and form.is_valid():
        file: CheckedFile = form.cleaned_data["file"]
        before = services.earlier_import_of(file, grantor)
        try:
            found = services.check_outcomes(file) if before is None else OutcomeFile()
        except (ValidationError, GrantError) as error:
            form.add_error("file", error if isinstance(error, ValidationError) else str(error))
        else:
            if before is not None:
                form.add_error("file", "Samma fil är redan inläst.")
            elif not found.faults:
                return _preview(request, file, form.cleaned_data["source"], found, by=user)
            faults = found.faults
    context = {
        "form": form,
        "imports": outcome_imports_for(user),
        "faults": faults[:MOST_FAULTS],
        "fault_count": len(faults),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "grants/earlier_imports.html", context, status=status)


@dataclass(frozen=True)
class YearSums:
    """What a file says of one year, added up by us, in kronor."""

    year: int
    rows: int
    allotted: Decimal
    cost: Decimal
    closing: Decimal


def sums_by_year(rows: Sequence[OutcomeRow]) -> list[YearSums]:
    """The sums of each year's rows, the oldest year first."""
    years: dict[int, list[OutcomeRow]] = defaultdict(list)
    for row in rows:
        years[row.year].append(row)
    return [
        YearSums(
            year,
            len(group),
            sum((row.allotted for row in group), Decimal(0)),
            sum((cost_of(row) for row in group), Decimal(0)),
            sum((closing_of(row) for row in group), Decimal(0)),
        )
        for year, group in sorted(years.items())
    ]


def _preview(request: HttpRequest, file: CheckedFile, source: str, found: OutcomeFile, *, by: User) -> HttpResponse:
    names = {board.pk: board.name for board in county_boards()}
    differing: list[tuple[OutcomeRow, str, Difference]] = [
        (row, names[row.organisation_id], difference) for row in found.rows for difference in differences(row)
    ]
    context = {
        "file": file,
        "hidden": found.hidden,
        "source": source,
        "row_count": len(found.rows),
        "sums": sums_by_year(found.rows),
        "differing": differing[:MOST_DIFFERENCES],
        "differing_count": len(differing),
        "ticket": put_aside(_FOLDER, file, user_id=by.pk, about={"source": source}, waits=_WAITS),
    }
    return render(request, "grants/earlier_preview.html", context)


@right_required(Right.KEEP_ACCOUNTS)
def earlier_confirm(request: HttpRequest) -> HttpResponse:
    """Read in the file that was shown (POST)."""
    user = signed_in(request)
    grantor = _grantor(user)
    if request.method != "POST":
        return redirect("grants:earlier_imports")
    try:
        kept = waiting_file(_FOLDER, request.POST.get("ticket", ""), waits=_WAITS)
    except NoLongerWaitingError:
        messages.error(request, "Filen väntar inte längre på att läsas in. Ladda upp den igen.")
        return redirect("grants:earlier_imports")
    if kept.user_id != user.pk:
        raise Http404
    try:
        imported = services.import_outcomes(
            file=kept.file, grantor=grantor, source=kept.about["source"], by=user, at=timezone.now()
        )
    except GrantError as error:
        messages.error(request, f"{error} Ladda upp den igen för att se vad som är fel.")
    else:
        kept.clear()
        messages.success(request, f"”{imported.file_name}” är inläst med {imported.rows.count()} rader.")
    return redirect("grants:earlier_imports")


@right_required(Right.KEEP_ACCOUNTS)
def earlier_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out an import with all its rows (POST)."""
    user = signed_in(request)
    _grantor(user)
    imported: OutcomeImport = get_object_or_404(outcome_imports_for(user), pk=pk)
    if request.method == "POST":
        services.delete_import(imported=imported, by=user, at=timezone.now())
        messages.success(request, f"”{imported.file_name}” och dess rader är borttagna.")
    return redirect("grants:earlier_imports")


@right_required(Right.KEEP_ACCOUNTS)
def earlier_template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in."""
    _grantor(signed_in(request))
    boards = [(board.county_id or "", board.name) for board in county_boards()]
    headers = {"Content-Disposition": 'attachment; filename="mall-tidigare-omgangar.xlsx"'}
    return HttpResponse(template(boards), content_type=XLSX, headers=headers)
