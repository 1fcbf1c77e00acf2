"""A return as an Excel file: fetched with what is filled in, and read in after it has been shown what it changes."""

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from nch.accounts.doors import signed_in
from nch.audit.services import record, record_read
from nch.common.exports import CONTENT_TYPES, file_name
from nch.common.files import CheckedFile
from nch.common.waiting import NoLongerWaitingError, put_aside, waiting_file
from nch.questionnaires.models import Response
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError, StaleSaveError, save_answers
from resurscentra.enums import ReturnState
from resurscentra.forms import ReturnUploadForm
from resurscentra.models import StatisticsReturn
from resurscentra.return_checks import days_of, problems_in
from resurscentra.return_workbook import ReadReturn, changes, read_return, with_values, write_return
from resurscentra.selectors.returns import earlier_figures, editable_returns_for, readable_returns_for

_FOLDER: Final = "return-uploads"
_OPEN = (ReturnState.DRAFT, ReturnState.RETURNED)


@login_required
@require_safe
def return_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbook to fill in, or for reading once it is handed in."""
    user = signed_in(request)
    statistics = get_object_or_404(readable_returns_for(user).filter(response__isnull=False), pk=pk)
    response: Response = statistics.response  # type: ignore[assignment]
    writes = editable_returns_for(user).filter(pk=pk, state__in=_OPEN).exists()
    earlier = earlier_figures(statistics)
    content = write_return(
        statistics, ResponseReader(response, draft=writes), earlier.values if earlier is not None else None
    )
    record_read(statistics, by=user, organisation_id=statistics.organisation_id)
    name = file_name(f"statistik {statistics}", timezone.localdate(), "xlsx")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=CONTENT_TYPES["xlsx"], headers=headers)


@login_required
def return_read_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a filled-in workbook, show what it would change and what is wrong with it, and save it when told to."""
    user = signed_in(request)
    statistics = get_object_or_404(editable_returns_for(user), pk=pk)
    if statistics.state not in _OPEN or statistics.response is None:
        return redirect("resurscentra:return_detail", pk=pk)
    if "ticket" in request.POST:
        return _save(request, statistics)
    form = ReturnUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file: CheckedFile = form.cleaned_data["file"]
        reader = ResponseReader(statistics.response, draft=True)
        try:
            found = read_return(file.content, statistics, reader)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            if found.faults:
                return _page(request, statistics, form, status=422, faults=found.faults)
            ticket = put_aside(_FOLDER, file, user_id=user.pk, about={"return": statistics.pk})
            return _page(request, statistics, form, ticket=ticket, **_preview(statistics, reader, found))
    return _page(request, statistics, form, status=422 if request.method == "POST" else 200)


def _preview(statistics: StatisticsReturn, reader: ResponseReader, found: ReadReturn) -> dict[str, Any]:
    """What the file would change, and what would then be left to do before the return can be handed in."""
    candidate = with_values(reader, found.values)
    problems = [problem for state in candidate.states() for problem in state.problems]
    problems += problems_in(candidate, days=days_of(statistics.round), earlier=earlier_figures(statistics))
    return {
        "shown": True,
        "changes": changes(reader, found.values),
        "remaining": problems,
        "hidden": found.hidden,
    }


def _save(request: HttpRequest, statistics: StatisticsReturn) -> HttpResponse:
    """Save the file that was shown, whole or not at all."""
    user, now = signed_in(request), timezone.now()
    response: Response = statistics.response  # type: ignore[assignment]
    form = ReturnUploadForm()
    try:
        waiting = waiting_file(_FOLDER, request.POST["ticket"])
    except NoLongerWaitingError:
        messages.error(request, "Filen väntar inte längre på att läsas in. Ladda upp den igen.")
        return redirect("resurscentra:return_read_in", pk=statistics.pk)
    if waiting.user_id != user.pk or waiting.about["return"] != statistics.pk:
        raise Http404
    reader = ResponseReader(response, draft=True)
    found = read_return(waiting.file.content, statistics, reader)
    if found.faults:
        return _page(request, statistics, form, status=422, faults=found.faults)
    try:
        save_answers(response=response, values=found.values, seen=found.seen, by=user, at=now)
    except StaleSaveError as stale:
        conflicts = [
            {
                "question": one.question,
                "by": one.by.display_name,
                "at": one.at,
                "mine": reader.in_words_as(one.question, one.mine),
                "theirs": reader.in_words_as(one.question, one.theirs),
            }
            for one in stale.conflicts
        ]
        return _page(request, statistics, form, status=409, conflicts=conflicts)
    except NotOpenForAnswersError as closed:
        messages.error(request, str(closed))
        return redirect("resurscentra:return_detail", pk=statistics.pk)
    details = {"sha256": waiting.file.sha256}
    record("return_read_in", by=user, subject=statistics, organisation_id=statistics.organisation_id, details=details)
    waiting.clear()
    messages.success(request, f"”{waiting.file.name}” är inläst. Kontrollera tabellerna och lämna in statistiken.")
    return redirect("resurscentra:return_detail", pk=statistics.pk)


def _page(
    request: HttpRequest, statistics: StatisticsReturn, form: ReturnUploadForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"statistics": statistics, "form": form, **more}
    return render(request, "resurscentra/return_read_in.html", context, status=status)
