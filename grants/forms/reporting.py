"""The form of what has come in outside the system."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from grants.selectors.reporting import name_of
from grants.services.reporting import LONGEST_COMMENT
from nch.cases.models import Task
from nch.common.fields import DayField, set_choices


class ReceivedForm(forms.Form):
    """What has come in, when, and a note."""

    task = forms.TypedChoiceField(
        label="Vad har kommit in?",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad som har kommit in."},
    )
    received_on = DayField(label="Dag då det kom in")
    comment = forms.CharField(
        label="Anteckning",
        required=False,
        max_length=LONGEST_COMMENT,
        help_text="Till exempel hur det lämnades. Mottagaren av bidraget ser anteckningen i ärendet.",
    )

    def __init__(self, *args: Any, waiting: Sequence[Task], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = {task.pk: task for task in waiting}
        set_choices(self, "task", ((task.pk, name_of(task)) for task in waiting))
        self.fields["received_on"].initial = timezone.localdate()

    def chosen(self) -> Task:
        """What was said to have come in."""
        return self.waiting[self.cleaned_data["task"]]
