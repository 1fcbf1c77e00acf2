"""Pages of statistics returns: who has handed in, one return filled in or read, and centres compared."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from nch.accounts.doors import RightRequiredMixin, signed_in
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.lists import WorkingListView
from nch.audit.services import record_read
from nch.cases.views import case_files, case_timeline
from nch.common.exports import Column, Kind
from nch.common.formats import format_date, format_datetime
from nch.common.sorting import all_words
from nch.counties.selectors import counties
from nch.questionnaires.handing_in import IncompleteResponseError
from nch.questionnaires.models import Response, Section
from nch.questionnaires.selectors import Problem, ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError
from nch.questionnaires.views import HistoryView, ResponseView, SectionView, draft_context
from resurscentra.enums import ReturnState
from resurscentra.forms import LATE, ReturnFilterForm
from resurscentra.models import StatisticsReturn
from resurscentra.return_checks import days_of, problems_in
from resurscentra.selectors.returns import (
    earlier_figures,
    editable_returns_for,
    may_at_return,
    previous_return,
    readable_returns_for,
    returns_for,
    rounds_for,
)
from resurscentra.selectors.rounds import without_hand_ins
from resurscentra.services import returns as services
from resurscentra.services.asking import ReportingError
from resurscentra.services.corrections import is_correction_unread

STATE_TONES = {
    ReturnState.EXPECTED: "neutral",
    ReturnState.DRAFT: "info",
    ReturnState.SUBMITTED: "success",
    ReturnState.RETURNED: "warning",
    ReturnState.WITHDRAWN: "neutral",
}


class ReturnListView(RightRequiredMixin, WorkingListView):
    """All that is asked for, round by round: handed in, under way or missing."""

    right = Right.SEE_RETURNS
    template_name = "resurscentra/return_list.html"
    context_object_name = "returns"
    sort_fields = {
        "round": ("-round__ends_on", "organisation__sort_key", "centre__organisation__sort_key"),
        "county": ("organisation__sort_key", "-round__ends_on"),
        "centre": "centre__organisation__sort_key",
        "submitted": "submitted_at",
    }
    default_sort = "round"
    export_title = "Statistikinlämningar"
    export_columns = (
        Column("Omgång", "round.title"),
        Column("Län", "organisation.county.name"),
        Column("Resurscentrum", "centre.organisation.name"),
        Column("Läge", lambda statistics: _label(statistics)[0]),
        Column("Lämnas senast", "round.due_on", Kind.DATE),
        Column("Inlämnad", "submitted_at", Kind.DATETIME),
    )

    def filtered(self) -> QuerySet[StatisticsReturn]:
        self.rounds = list(rounds_for(self.request.user))
        self.form = ReturnFilterForm(self.request.GET, rounds=self.rounds, counties=counties())
        returns = returns_for(self.request.user)
        if self.form.is_valid():
            wanted = self.form.cleaned_data
            if wanted["q"]:
                returns = returns.filter(all_words(wanted["q"], "centre__organisation__search_text"))
            if wanted["round"]:
                returns = returns.filter(round=wanted["round"])
            if wanted["county"]:
                returns = returns.filter(organisation__county=wanted["county"])
            if wanted["state"] == LATE:
                missing = returns.filter(state__in=(ReturnState.EXPECTED, ReturnState.DRAFT))
                returns = missing.filter(round__due_on__lt=timezone.localdate())
            elif wanted["state"]:
                return returns.filter(state=wanted["state"])
        return returns.exclude(state=ReturnState.WITHDRAWN)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(filter_form=self.form, **kwargs)
        national = access_of(self.request.user).everywhere(Right.SEE_RETURNS)
        context["rows"] = [
            (
                statistics,
                *_label(statistics),
                services.detail_url(statistics) if _is_open_to(statistics, national) else "",
            )
            for statistics in context["returns"]
        ]
        context["may_manage"] = access_of(self.request.user).may(Right.MANAGE_REPORTING)
        if context["may_manage"]:
            context["withdrawable"] = without_hand_ins(rounds_for(self.request.user))
        return context


def _is_open_to(statistics: StatisticsReturn, national: bool) -> bool:
    """Whether the reader may open the return: NCH reads what has been handed in."""
    return not national or statistics.submitted_at is not None


def _label(statistics: StatisticsReturn) -> tuple[str, str]:
    """The state in words, and its tone; whether it is late follows from the day."""
    is_awaited = statistics.state in (ReturnState.EXPECTED, ReturnState.DRAFT)
    if is_awaited and statistics.round.due_on < timezone.localdate():
        return "Försenad", "danger"
    return statistics.get_state_display(), STATE_TONES[ReturnState(statistics.state)]


class ReturnResponseMixin(ResponseView):
    """Whose response, and where its pages are."""

    statistics: StatisticsReturn

    def get_response_for(self, user: User, pk: int) -> Response:
        self.statistics = get_object_or_404(editable_returns_for(user).filter(response__isnull=False), pk=pk)
        return self.statistics.response  # type: ignore[return-value]

    def response_title(self) -> str:
        return f"Statistik {self.statistics}"

    def url_to(self, page: str, *, section: str = "") -> str:
        pk = self.statistics.pk
        if page == "section":
            return reverse("resurscentra:return_section", args=[pk, section])
        return reverse({"history": "resurscentra:return_history"}.get(page, "resurscentra:return_detail"), args=[pk])

    def note_on(self, section: Section) -> str:
        correction = self.statistics.corrections.filter(answered_at__isnull=True).first()
        return correction.reason if correction and section.key in correction.sections else ""

    def further_problems(self, reader: ResponseReader) -> list[Problem]:
        return problems_in(reader, days=days_of(self.statistics.round), earlier=earlier_figures(self.statistics))

    def previous_response(self) -> Response | None:
        earlier = previous_return(self.statistics)
        return earlier.response if earlier else None


class ReturnSectionView(ReturnResponseMixin, SectionView):
    """One table of a return, with what was handed in last beside."""


class ReturnHistoryView(ReturnResponseMixin, HistoryView):
    """All that was written in a return."""


@login_required
def return_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A return: begun, filled in table by table, or read."""
    user = signed_in(request)
    statistics = get_object_or_404(readable_returns_for(user), pk=pk)
    may_fill_in = may_at_return(user, Right.FILL_IN, statistics)
    if statistics.state == ReturnState.EXPECTED:
        if request.method == "POST" and may_fill_in:
            try:
                services.start_return(statistics=statistics, by=user, at=timezone.now())
            except ReportingError as error:
                messages.error(request, str(error))
            return redirect("resurscentra:return_detail", pk=pk)
        context = {"statistics": statistics, "may_fill_in": may_fill_in}
        return render(request, "resurscentra/return_start.html", context)
    if may_fill_in and statistics.state in (ReturnState.DRAFT, ReturnState.RETURNED):
        return _draft_page(request, statistics)
    if statistics.submitted_at is None:
        return render(request, "resurscentra/return_start.html", {"statistics": statistics, "may_fill_in": False})
    record_read(statistics, by=user, organisation_id=statistics.organisation_id)
    return render(request, "resurscentra/return_detail.html", _read_context(request, statistics))


def _read_context(request: HttpRequest, statistics: StatisticsReturn) -> dict[str, Any]:
    response, case, round_ = statistics.response, statistics.case, statistics.round
    submissions = list(response.submissions.select_related("by")) if response else []
    # A number in the address chooses an earlier hand-in; the last one is what counts.
    wanted = request.GET.get("inlamning", "")
    chosen = next((one for one in submissions if str(one.number) == wanted), submissions[-1])
    reader = ResponseReader(response, submission=chosen) if response else None
    may_manage = access_of(request.user).may(Right.MANAGE_REPORTING)
    return {
        "statistics": statistics,
        "facts": [
            ("Diarienummer", case.registration_number if case else "–"),
            ("Gäller", str(statistics.centre)),
            ("Period", f"{format_date(round_.starts_on)} till {format_date(round_.ends_on)}"),
            ("Läge", statistics.get_state_display()),
            ("Inlämnad", f"{format_datetime(chosen.at)} av {chosen.by.display_name}"),
        ],
        "answers": reader.in_words() if reader else [],
        "submissions": submissions,
        "chosen": chosen,
        "corrections": list(statistics.corrections.select_related("asked_by")),
        "is_last": chosen == submissions[-1],
        "may_send_back": may_manage and statistics.state == ReturnState.SUBMITTED,
        "is_unread": may_manage and is_correction_unread(statistics),
        "files": case_files(request, case) if case else [],
        "timeline": case_timeline(request, case) if case else [],
    }


def _draft_page(
    request: HttpRequest, statistics: StatisticsReturn, *, check: bool = False, status: int = 200
) -> HttpResponse:
    view = ReturnSectionView()
    view.statistics = statistics
    reader = ResponseReader(statistics.response, draft=True)  # type: ignore[arg-type]
    context = {
        "statistics": statistics,
        "correction": statistics.corrections.filter(answered_at__isnull=True).first(),
        "may_submit": may_at_return(request.user, Right.SUBMIT, statistics),
        **draft_context(reader, view, check=check),
    }
    return render(request, "resurscentra/return_draft.html", context, status=status)


@login_required
def return_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in (POST); an incomplete draft comes back with every problem as a link to its question."""
    user = signed_in(request)
    statistics = get_object_or_404(editable_returns_for(user), pk=pk)
    if request.method != "POST" or statistics.state not in (ReturnState.DRAFT, ReturnState.RETURNED):
        return redirect("resurscentra:return_detail", pk=pk)
    if not may_at_return(user, Right.SUBMIT, statistics):
        raise Http404
    try:
        services.submit_return(statistics=statistics, by=user, at=timezone.now())
    except IncompleteResponseError:
        return _draft_page(request, statistics, check=True, status=422)
    except (ReportingError, NotOpenForAnswersError) as error:
        messages.error(request, str(error))
    else:
        number = statistics.case.registration_number if statistics.case else ""
        messages.success(request, f"Statistiken är inlämnad. Diarienummer {number}.")
    return redirect("resurscentra:return_detail", pk=pk)
