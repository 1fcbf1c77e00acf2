"""Writing mails: a row in the transaction that causes it, sent afterwards by the outbox (nch/cases/outbox.py).

A mail says where something is to be read, and not what it says: mail is not a safe way for what lies in a case.
"""

import datetime
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from nch.accounts.models import User
from nch.cases.models import Case, InterestDeclaration, OutgoingMail
from nch.cases.outbox import send_mail
from nch.common.formats import one_line


def letter(text: str, path: str) -> str:
    """The body of a mail: a greeting, what has happened, the address of the page where one reads more, and an end.

    `text` is plain text in Swedish without sensitive details; `path` begins with a slash.
    """
    return render_to_string("cases/mail/letter.txt", {"text": text, "link": settings.SITE_URL + path})


@transaction.atomic
def write_mail(
    *, key: str, user: User, subject: str, body: str, at: datetime.datetime, case: Case | None = None
) -> OutgoingMail:
    """Write a mail to one user; it is sent when the transaction is committed.

    `key` says what it is about and for whom (at most 200 characters): with the same key nothing is written, and so
    nothing sent, a second time.
    """
    mail, is_new = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "case": case,
            "user": user,
            "subject": one_line(subject),
            "body": body,
            "created_at": at,
            "next_attempt_at": at,
        },
    )
    if is_new:
        transaction.on_commit(lambda: send_mail.delay(mail.pk), robust=True)
    return mail


@transaction.atomic
def write_mails(
    *, key: str, users: Iterable[User], subject: str, body: str, at: datetime.datetime, case: Case | None = None
) -> list[OutgoingMail]:
    """Write the same mail to several (see notices.people_with), each under the key with the user's number.

    Those who have declared a conflict of interest in the case are left out.
    """
    declared = InterestDeclaration.objects.filter(recused=True, case__in=[case] if case else [])
    recused = set(declared.values_list("user_id", flat=True))
    wanted = {f"{key}:{user.pk}": user for user in users if user.pk not in recused}
    # All in one statement each way: a notice about a call goes to some hundred people.
    before = set(OutgoingMail.objects.filter(key__in=wanted).values_list("key", flat=True))
    OutgoingMail.objects.bulk_create(
        (
            OutgoingMail(
                key=own_key,
                case=case,
                user=user,
                subject=one_line(subject),
                body=body,
                created_at=at,
                next_attempt_at=at,
            )
            for own_key, user in wanted.items()
            if own_key not in before
        ),
        ignore_conflicts=True,
    )
    mails = list(OutgoingMail.objects.filter(key__in=wanted).order_by("pk"))
    for mail in mails:
        if mail.key not in before:
            transaction.on_commit(partial(send_mail.delay, mail.pk), robust=True)
    return mails
