"""The free text of a call, and the code that ties calls together. Reading suspected notes is logged."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.services import record
from nch.common.lists import PAGE_SIZE
from stodtelefon.forms.notes import NoteForm
from stodtelefon.models import SupportCall
from stodtelefon.selectors import whole_calls_for
from stodtelefon.selectors.notes import suspected_notes_for
from stodtelefon.services import matters
from stodtelefon.services import notes as services
from stodtelefon.views.calls import show_call


def _own_call(user: User, pk: int) -> SupportCall:
    """A call at a line that the user answers; 404 for any other."""
    call = get_object_or_404(whole_calls_for(user), pk=pk)
    if not access_of(user).may_at(Right.LOG_CALLS, call.line.organisation_id):
        raise Http404
    return call


@right_required(Right.LOG_CALLS)
@require_POST
@never_cache
def call_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the caller a code, shown only in this answer."""
    user = signed_in(request)
    call = _own_call(user, pk)
    code = matters.give_code(call=call, by=user, at=timezone.now())
    return render(request, "stodtelefon/matter_code.html", {"call": call, "code": code})


@right_required(Right.LOG_CALLS)
@require_POST
@sensitive_post_parameters("note")
def note_write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a note, or word it anew."""
    user = signed_in(request)
    call = _own_call(user, pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            services.write_note(call=call, text=form.cleaned_data["note"], by=user, at=timezone.now())
        except services.NoteError as error:
            form.add_error("note", str(error))
    if form.errors:
        return show_call(request, user, call, note_form=form, status=422)
    messages.success(request, "Anteckningen är sparad.")
    return redirect("stodtelefon:call_detail", pk=pk)


@right_required(Right.LOG_CALLS)
@require_POST
def note_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete what is written about a call."""
    user = signed_in(request)
    services.delete_notes(call=_own_call(user, pk), by=user, at=timezone.now())
    messages.success(request, "Anteckningen är raderad.")
    return redirect("stodtelefon:call_detail", pk=pk)


@right_required(Right.LEAD_LINE)
@require_safe
@never_cache
def suspected_notes(request: HttpRequest) -> HttpResponse:
    """Notes in which newer rules have found something, for the lead to delete or keep."""
    user = signed_in(request)
    page = Paginator(suspected_notes_for(user), PAGE_SIZE).get_page(request.GET.get("page"))
    notes = list(page.object_list)
    record("suspected_notes_read", by=user, details={"notes": len(notes)})
    return render(request, "stodtelefon/suspected_notes.html", {"notes": notes, "page_obj": page})


@right_required(Right.LEAD_LINE)
@require_POST
def note_clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a suspected note holds no personal data."""
    user = signed_in(request)
    note = get_object_or_404(suspected_notes_for(user), pk=pk)
    try:
        services.clear_note(note=note, by=user, at=timezone.now())
    except services.NoteError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Anteckningen är kvar.")
    return redirect("stodtelefon:suspected_notes")
