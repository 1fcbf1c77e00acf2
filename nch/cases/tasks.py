"""What the cases do in the background by the clock; the outbox's tasks are found here by Celery."""

from celery import shared_task
from django.utils import timezone

from nch.cases.outbox import send_mail, send_waiting_mail
from nch.cases.reminders import remind

__all__ = ["send_mail", "send_reminders", "send_waiting_mail"]


@shared_task
def send_reminders() -> int:
    """Write the reminders that have come; returns how many."""
    return remind(at=timezone.now())
