"""The log for auditors."""

from django.db.models import QuerySet

from nch.accounts.doors import RightRequiredMixin
from nch.accounts.enums import Right
from nch.audit.forms import EventFilterForm
from nch.audit.models import AuditEvent
from nch.audit.selectors import actions, actor_names, events_for
from nch.common.lists import SortedListView


class EventListView(RightRequiredMixin, SortedListView):
    """Events, the latest first, filtered by kind, object and day."""

    right = Right.READ_LOG
    template_name = "audit/event_list.html"
    context_object_name = "events"
    sort_fields = {"sequence": "sequence", "at": "at"}
    default_sort = "-sequence"

    def filtered(self) -> QuerySet[AuditEvent]:
        self.form = EventFilterForm(self.request.GET or None, actions=actions())
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

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(filter_form=self.form, **kwargs)
        names = actor_names(list(context["events"]))
        context["rows"] = [(event, names.get(event.actor_id or 0, "Systemet")) for event in context["events"]]
        return context
