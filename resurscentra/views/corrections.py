"""Pages on which NCH sends a return back to be corrected, and says that it has read what was corrected."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.common.answers import status_of
from nch.common.formats import as_key
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError
from resurscentra.enums import ReturnState
from resurscentra.forms import SendBackForm
from resurscentra.selectors.returns import readable_returns_for
from resurscentra.services import corrections as services
from resurscentra.services.asking import ReportingError


@right_required(Right.MANAGE_REPORTING)
def return_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a return back to be corrected. A hand-in that one does not come from reading is shown below the form."""
    statistics = get_object_or_404(readable_returns_for(request.user), pk=pk)
    response = statistics.response
    if response is None or (request.method != "POST" and statistics.state != ReturnState.SUBMITTED):
        return redirect("resurscentra:return_detail", pk=pk)
    last = response.submissions.latest("number")
    read = _hand_in_read(request)
    data, more = None, dict[str, Any]()
    if request.method == "POST":
        data = request.POST.copy()
        data["submission"] = str(read)
    elif read != last.number:
        more["answers"] = ResponseReader(response, submission=last).in_words()
    form = SendBackForm(data, sections=ResponseReader(response).sections, submission=last.number)
    if data is not None and form.is_valid():
        try:
            services.send_back(statistics=statistics, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        except services.UnreadHandInError as error:
            form.add_error(None, f"{error} Den står nedanför formuläret. Sänd tillbaka igen om den också ska rättas.")
            data["submission"] = str(last.number)
            more["answers"] = ResponseReader(response, submission=last).in_words()
        except (ReportingError, NotOpenForAnswersError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Statistiken är återsänd. Länsstyrelsen och resurscentrumet har fått besked.")
            return redirect("resurscentra:return_detail", pk=pk)
    context = {"statistics": statistics, "form": form, "last": last, **more}
    return render(request, "resurscentra/return_send_back.html", context, status=status_of(form))


@right_required(Right.MANAGE_REPORTING)
@require_POST
def return_mark_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that what was corrected is read (POST), so that it waits for nobody any more."""
    statistics = get_object_or_404(readable_returns_for(request.user), pk=pk)
    read = _hand_in_read(request)
    try:
        services.mark_correction_read(statistics=statistics, submission=read, by=signed_in(request), at=timezone.now())
    except ReportingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Rättelsen är markerad som läst.")
    return redirect("resurscentra:return_detail", pk=pk)


def _hand_in_read(request: HttpRequest) -> int:
    """The number of the hand-in that one comes from reading; 0, which none has, where the page does not say."""
    given = request.POST if request.method == "POST" else request.GET
    return as_key(given.get("submission", "")) or 0
