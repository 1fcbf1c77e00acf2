"""The list of calls."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.utils import timezone

from nch.accounts.doors import RightRequiredMixin, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.audit.lists import WorkingListView
from nch.audit.services import record
from nch.common.exports import Column, Kind
from stodtelefon.forms.lists import CallFilterForm
from stodtelefon.models import SupportCall
from stodtelefon.selectors import found_calls_for, origin_of, summary_for, with_parts


def _exposures(call: SupportCall) -> str:
    """The individuals' exposures, one individual after another."""
    individuals = (
        ", ".join(each.description for each in one.exposures.all()) or "ingen angiven" for one in call.individuals.all()
    )
    return "; ".join(individuals)


def _began(call: SupportCall) -> datetime.datetime | datetime.date:
    """When the call began; the day alone where no more is known."""
    return call.started_at if call.time_known else timezone.localtime(call.started_at).date()


def _outside(call: SupportCall) -> str:
    """Whether the line was closed; nothing where the time of the call is not known."""
    if call.outside_hours:
        return "Ja"
    return "Nej" if call.time_known else ""


class CallListView(RightRequiredMixin, WorkingListView):
    """The calls that the user may see, at first the last twelve months'; reading a page leaves a row in the log."""

    right = Right.SEE_CALLS
    template_name = "stodtelefon/call_list.html"
    context_object_name = "calls"
    sort_fields = {
        "started_at": "started_at",
        "line": "line__name",
        "county": "county__sort_key",
        "category": "caller_category__position",
        "topic": "topic__position",
        "channel": "channel",
        "duration": "duration_minutes",
    }
    default_sort = "-started_at"
    export_title = "Samtal"
    export_columns = (
        Column("Nummer", lambda call: str(call.pk)),
        Column("Stödtelefon", "line.name"),
        Column("Började", _began, Kind.DATETIME),
        Column("Minuter", "duration_minutes", Kind.NUMBER),
        Column("Kanal", "get_channel_display"),
        Column("Den som ringde", "caller_category.label"),
        Column("Län", "county_label"),
        Column("Kommun", "municipality.name"),
        Column("Frågan gällde", "topic.label"),
        Column("Råd", lambda call: ", ".join(code.label for code in call.advice.all())),
        Column("Hänvisning", "referral.label"),
        Column("Resurscentrum", "referred_to.name"),
        Column("Vad hänvisningen ledde till", "referral_outcome.label"),
        Column("Utsatta individer", lambda call: len(call.individuals.all()), Kind.NUMBER),
        Column("Utsatthet", _exposures),
        Column("Utanför öppettiden", _outside),
        # Without the number in the old register, which nobody needs who has the file and nothing else.
        Column("Källa", lambda call: origin.register.name if (origin := origin_of(call)) else ""),
        Column("Konstruerat", lambda call: "Ja" if call.constructed else "Nej"),
    )

    def filtered(self) -> QuerySet[SupportCall]:
        user = signed_in(self.request)
        self.form = CallFilterForm(self.request.GET, user=user, at=timezone.now())
        self.criteria = self.form.criteria()
        return found_calls_for(user, self.criteria)

    def get_queryset(self) -> QuerySet[SupportCall]:
        calls = self.filtered().order_by(*self.sort_order())
        match self.request.GET.get("sort", ""):
            # The unknown county comes last both ways.
            case "county":
                return calls.order_by(F("county__sort_key").asc(nulls_last=True), "-started_at", "-pk")
            case "-county":
                return calls.order_by(F("county__sort_key").desc(nulls_last=True), "-started_at", "-pk")
        return calls

    def export_rows(self, queryset: QuerySet[SupportCall]) -> Iterable[SupportCall]:
        return super().export_rows(with_parts(queryset))

    def get_paginator(self, *args: Any, **kwargs: Any) -> Any:
        paginator: Paginator[Any] = super().get_paginator(*args, **kwargs)
        self.summary = summary_for(signed_in(self.request), self.criteria)
        paginator.count = self.summary.calls  # the rows themselves are not counted
        return paginator

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(filter_form=self.form, **kwargs)
        user = signed_in(self.request)
        summary = self.summary
        unknown = summary.unknown_county
        context["summary"] = summary
        context["several_lines"] = "line" in self.form.fields
        context["unknown_percent"] = round(100 * unknown / summary.calls) if unknown and summary.calls else unknown
        context["any_marked"] = any(call.constructed or call.outside_hours for call in context["calls"])
        context["is_narrowed"] = any(bound.data for bound in self.form)
        context["may_log"] = access_of(user).may(Right.LOG_CALLS)
        record("calls_listed", by=user, details={"page": context["page_obj"].number, "rows": len(context["calls"])})
        return context
