"""The outbox: a written mail waits in the database until a mail server has taken it, and is sent once.

Whoever sends claims the mail first, by a conditional update that lasts for `CLAIM`; nobody else takes it meanwhile. A
worker that dies leaves the claim behind, and when it has passed the mail is sent by another. Only where a worker dies
between the server's yes and our note of it, the server gets the mail again: under the same Message-ID, so that it is
known as a double. SMTP allows no more.
"""

import datetime
import hashlib
import logging
import smtplib
import time
from urllib.parse import urlsplit

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.audit.services import record
from nch.cases.enums import MailState
from nch.cases.models import OutgoingMail
from nch.cases.services import close_tasks, open_task
from nch.counties.selectors import national_centre

# Longer than a conversation with the mail server can take (nine steps of EMAIL_TIMEOUT).
CLAIM = datetime.timedelta(minutes=5)
# How long to wait after each failed attempt; after the last one the mail is given up.
RETRY_AFTER = tuple(datetime.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 720, 1440))
# One run of the clock's task ends before the next begins.
RUN_SECONDS = 50

_log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def send_mail(mail_id: int) -> None:
    """Send a mail, unless it is sent, given up, not yet due, or somebody else is sending it."""
    now = timezone.now()
    waiting = OutgoingMail.objects.filter(pk=mail_id, state=MailState.WAITING)
    claimed = waiting.filter(next_attempt_at__lte=now).update(attempts=F("attempts") + 1, next_attempt_at=now + CLAIM)
    if not claimed:
        return
    mail = OutgoingMail.objects.select_related("user", "case__handler").get(pk=mail_id)
    if not mail.user.is_active:
        _give_up(mail)
        return
    try:
        as_message(mail).send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
        _log.error("mail %s was not sent: %s", mail.pk, type(error).__name__)
        if _is_final(error) or mail.attempts > len(RETRY_AFTER):
            _give_up(mail)
        else:
            waiting.update(next_attempt_at=timezone.now() + RETRY_AFTER[mail.attempts - 1])
    else:
        waiting.update(state=MailState.SENT, sent_at=timezone.now())


@shared_task(ignore_result=True)
def send_waiting_mail() -> None:
    """Send what is due and nobody is sending: what a lost task or a dead worker left, and what failed the last time."""
    due = OutgoingMail.objects.filter(state=MailState.WAITING, next_attempt_at__lte=timezone.now())
    started = time.monotonic()
    for mail_id in list(due.order_by("next_attempt_at").values_list("pk", flat=True)[:1000]):
        if time.monotonic() - started > RUN_SECONDS:
            return
        try:
            send_mail(mail_id)
        except Exception:
            # Whatever is wrong with one mail, the others are sent; this one is tried again when its claim has passed.
            _log.exception("mail %s stopped in the middle of being sent", mail_id)


def as_message(mail: OutgoingMail) -> EmailMessage:
    """The mail as it goes out: plain text, and the same Message-ID each time."""
    digest = hashlib.sha256(mail.key.encode()).hexdigest()[:40]
    headers = {
        "Message-ID": f"<{digest}@{urlsplit(settings.SITE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(mail.subject, mail.body, to=[mail.user.email], headers=headers)


def _is_final(error: Exception) -> bool:
    """Whether trying again is of no use: the mail cannot be written as a message (a ValueError such as
    BadHeaderError), or the server has said that it will never take mail to this address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, ValueError)


@transaction.atomic
def _give_up(mail: OutgoingMail) -> None:
    """Mark the mail as not sent, and let it wait for somebody to find another way: for those who handle the case, and
    where it is about no case for those who keep the users. Nobody is asked to reach a person whose account is closed.
    """
    now = timezone.now()
    given_up = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.WAITING).update(state=MailState.FAILED)
    if not given_up:
        return
    if mail.case is not None:
        open_task(
            failed_mail_key(mail),
            organisation=mail.case.handler,
            right=Right.ASSESS,
            title=f"Nå mottagaren av ett brev som inte kom fram, ärende {mail.case.registration_number}",
            url=reverse("case_detail", args=[mail.case.pk]),
            case=mail.case,
            at=now,
        )
    elif mail.user.is_active:
        open_task(
            failed_mail_key(mail),
            organisation=national_centre(),
            right=Right.MANAGE_USERS,
            title=f"Nå {mail.user}: ett brev kom inte fram",
            url=reverse("mails_given_up"),
            at=now,
        )


@transaction.atomic
def resend(*, mail: OutgoingMail, by: User, at: datetime.datetime) -> bool:
    """Let a mail that was given up wait to be sent again; returns whether it was given up."""
    failed = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.FAILED)
    if not failed.update(state=MailState.WAITING, attempts=0, next_attempt_at=at):
        return False
    record("mail_sent_again", by=by, subject=mail, at=at)
    close_tasks(failed_mail_key(mail), at=at)
    transaction.on_commit(lambda: send_mail.delay(mail.pk), robust=True)
    return True


def failed_mail_key(mail: OutgoingMail) -> str:
    """The task to find another way to the addressee of a mail that could not be sent."""
    return f"mail:{mail.pk}"
