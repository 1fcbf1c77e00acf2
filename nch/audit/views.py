"""The log for auditors."""

import itertools
import json
from collections.abc import Iterator

from django.db.models import QuerySet

from nch.accounts.doors import RightRequiredMixin
from nch.accounts.enums import Right
from nch.audit.forms import EventFilterForm
from nch.audit.lists import WorkingListView
from nch.audit.models import AuditEvent
from nch.audit.selectors import actions, actor_names, events_for
from nch.common.exports import Column, Kind

_EVENTS_AT_A_TIME = 2000


class EventListView(RightRequiredMixin, WorkingListView):
    """Events, the latest first, filtered by kind, object and day."""

    right = Right.READ_LOG
    template_name = "audit/event_list.html"
    context_object_name = "events"
    sort_fields = {"sequence": "sequence", "at": "at"}
    default_sort = "-sequence"
    export_title = "Händelselogg"
    export_columns = (
        Column("Nummer", lambda row: row[0].sequence, Kind.NUMBER),
        Column("Tidpunkt", lambda row: row[0].at, Kind.DATETIME),
        Column("Användare", lambda row: row[1]),
        Column("Händelse", lambda row: row[0].action),
        Column("Slag av objekt", lambda row: row[0].subject_type),
        Column("Objekt", lambda row: row[0].subject_id),
        Column("Uppgifter", lambda row: json.dumps(row[0].details, ensure_ascii=False) if row[0].details else ""),
        Column("Kontrollsumma", lambda row: row[0].hash),
    )

    def filtered(self) -> QuerySet[AuditEvent]:
        self.form = EventFilterForm(self.request.GET, actions=actions())
        events = events_for(self.request.user)
        if self.form.is_valid():
            wanted = self.form.cleaned_data
            if wanted["action"]:
                events = events.filter(action=wanted["action"])
            if wanted["subject"]:
                events = events.filter(subject_type__startswith=wanted["subject"].lower())
            if wanted["since"]:
                events = events.filter(at__date__gte=wanted["since"])
            if wanted["until"]:
                events = events.filter(at__date__lte=wanted["until"])
        return events

    def export_rows(self, queryset: QuerySet[AuditEvent]) -> Iterator[tuple[AuditEvent, str]]:
        """Each event with who is behind it, read for some thousand events at a time."""
        events = queryset.iterator(chunk_size=_EVENTS_AT_A_TIME)
        while some := list(itertools.islice(events, _EVENTS_AT_A_TIME)):
            yield from _with_actors(some)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(filter_form=self.form, **kwargs)
        context["rows"] = _with_actors(list(context["events"]))
        return context


def _with_actors(events: list[AuditEvent]) -> list[tuple[AuditEvent, str]]:
    """Events with the names of those behind them (one query)."""
    names = actor_names(events)
    return [(event, names.get(event.actor_id or 0, "Systemet")) for event in events]
