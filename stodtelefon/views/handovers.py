"""Handing over to the next shift: written on the line's page, read there and where calls are logged."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from stodtelefon.forms.notes import HandoverForm
from stodtelefon.selectors import lines_to_log_for
from stodtelefon.selectors.handovers import handovers_for
from stodtelefon.services import NoteError
from stodtelefon.services import handovers as services
from stodtelefon.views.lines import show_line


@right_required(Right.LOG_CALLS)
@require_POST
@sensitive_post_parameters("handover")
def handover_write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to those who answer the line next."""
    user = signed_in(request)
    line = get_object_or_404(lines_to_log_for(user), pk=pk)
    form = HandoverForm(request.POST)
    if form.is_valid():
        try:
            services.write_handover(line=line, text=form.cleaned_data["handover"], by=user, at=timezone.now())
        except NoteError as error:
            form.add_error("handover", str(error))
    if form.errors:
        return show_line(request, line, handover_form=form, status=422)
    messages.success(request, "Överlämningen är sparad.")
    return redirect("stodtelefon:line_detail", pk=line.pk)


@right_required(Right.LOG_CALLS)
@require_POST
def handover_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one has read it. A script gets a line in its place, so that a call being logged stays as it is."""
    user, now = signed_in(request), timezone.now()
    handover = get_object_or_404(handovers_for(user, at=now), pk=pk)
    services.read_handover(handover=handover, by=user, at=now)
    if request.headers.get("HX-Request"):
        return render(request, "stodtelefon/handover_read.html")
    messages.success(request, "Överlämningen är markerad som läst.")
    return redirect("stodtelefon:line_detail", pk=handover.line_id)


@right_required(Right.LOG_CALLS)
@require_POST
def handover_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a handover that one has written, or that stands at the line one leads."""
    user, now = signed_in(request), timezone.now()
    handover = get_object_or_404(handovers_for(user, at=now), pk=pk)
    if handover.written_by_id != user.pk and not access_of(user).may_at(Right.LEAD_LINE, handover.line.organisation_id):
        raise Http404
    services.remove_handover(handover=handover, by=user, at=now)
    messages.success(request, "Överlämningen är borttagen.")
    return redirect("stodtelefon:line_detail", pk=handover.line_id)
