"""A worker killed in the middle of mailing: nothing is lost, and nothing is sent twice."""

from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from nch.accounts.enums import Role
from nch.cases.enums import MailState
from nch.cases.mail import letter, write_mails
from nch.cases.models import OutgoingMail
from nch.cases.outbox import send_waiting_mail
from nch.celery import app as celery_app
from tests.factories.accounts import make_user
from tests.worker.mail_server import MailServer
from tests.worker.steps import kill, start_worker, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
MAILS = 20


def waiting() -> int:
    return OutgoingMail.objects.exclude(state=MailState.SENT).count()


@pytest.mark.parametrize("server_keeps_what_it_held", [False, True])
def test_worker_killed_while_mailing_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path, server_keeps_what_it_held: bool
) -> None:
    celery_app.control.purge()
    server = MailServer(hold_at=6, keeps_held=server_keeps_what_it_held)
    address = f"smtp://127.0.0.1:{server.port}"
    users = [make_user(Role.COUNTY_OFFICER) for _ in range(MAILS)]
    first = start_worker(tmp_path, EMAIL_URL=address)
    try:
        with transaction.atomic():
            write_mails(key="k", users=users, subject="Ämne", body=letter("Något.", "/"), at=timezone.now())
        assert server.holding.wait(60)
    finally:
        kill(first)
    server.release.set()
    assert waiting() == MAILS - 5
    second = start_worker(tmp_path, EMAIL_URL=address)
    try:
        # What the dead worker had fetched and not begun is found by the clock; what it was sending stays claimed.
        send_waiting_mail.delay()
        wait_until(lambda: waiting() == 1)
        # Five minutes later the claim of the dead has passed.
        OutgoingMail.objects.filter(state=MailState.WAITING).update(next_attempt_at=timezone.now())
        for _ in range(2):
            send_waiting_mail.delay()
        wait_until(lambda: waiting() == 0)
    finally:
        kill(second)
    assert len(set(server.arrived)) == MAILS
    # Where the server had taken the mail and nobody heard its answer, it knows the second one as a double by its
    # Message-ID; otherwise there is no second one at all.
    assert len(server.arrived) - MAILS == (1 if server_keeps_what_it_held else 0)
