"""What the cases do in the background; the outbox's two tasks are found here by Celery."""

from nch.cases.outbox import send_mail, send_waiting_mail

__all__ = ["send_mail", "send_waiting_mail"]
