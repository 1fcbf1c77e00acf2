"""What is the same whatever NCH asks the counties for."""

import datetime

from django.utils import timezone


class ReportingError(Exception):
    """The step cannot be taken; the message says why and is fit to show."""


def check_days(
    *, starts_on: datetime.date, ends_on: datetime.date, due_on: datetime.date, at: datetime.datetime
) -> None:
    """Raise ReportingError for a period that cannot be, or a last day that has passed."""
    if ends_on < starts_on:
        raise ReportingError("Perioden måste sluta efter att den har börjat.")
    if due_on < starts_on:
        raise ReportingError("Sista dagen att lämna in kan inte ligga före periodens början.")
    if due_on < timezone.localdate(at):
        raise ReportingError("Sista dagen att lämna in har redan passerat.")
