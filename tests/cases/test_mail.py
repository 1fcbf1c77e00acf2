"""The outbox: written with what causes it, sent once, tried again, and given up in the open."""

import contextlib
import datetime
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Right, Role
from nch.accounts.models import User
from nch.cases.enums import CaseKind, MailState
from nch.cases.mail import letter, write_mail, write_mails
from nch.cases.models import Case, OutgoingMail, Task
from nch.cases.notices import people_with
from nch.cases.outbox import RETRY_AFTER, send_mail, send_waiting_mail
from nch.cases.selectors import open_tasks_for
from nch.cases.services import declare_interest, register_case
from tests.factories.accounts import make_organisation, make_user

pytestmark = pytest.mark.django_db


def a_case(by: User) -> Case:
    return register_case(
        kind=CaseKind.GRANT,
        title="Ansökan",
        organisation=by.memberships.get().organisation,
        handler=make_organisation("nch"),
        by=by,
        at=timezone.now(),
    )


def written(user: User, *, key: str = "k", case: Case | None = None) -> OutgoingMail:
    return write_mail(key=key, user=user, subject="Ämne", body=letter("Något.", "/"), at=timezone.now(), case=case)


def time_passes(outgoing: OutgoingMail) -> None:
    """The claim and the pause after a failed attempt are over."""
    OutgoingMail.objects.filter(pk=outgoing.pk).update(next_attempt_at=timezone.now())


class ServerThatIsDown(EmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError


class ServerThatKnowsNobody(EmailBackend):
    """A mail server that refuses every addressee for good."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"unknown") for message in messages})


def test_mail_of_a_key_is_written_and_sent_once(background: Any) -> None:
    user = make_user(Role.COUNTY_OFFICER)
    with background():
        first, second = written(user), written(user)
    assert first == second
    send_waiting_mail()
    send_mail(first.pk)
    assert [message.to for message in mail.outbox] == [[user.email]]
    first.refresh_from_db()
    assert (first.state, first.attempts) == (MailState.SENT, 1)


def test_mail_of_a_transaction_that_fails_is_never_sent(background: Any) -> None:
    with background(), contextlib.suppress(ZeroDivisionError), transaction.atomic():
        written(make_user(Role.COUNTY_OFFICER))
        raise ZeroDivisionError
    assert not mail.outbox
    assert not OutgoingMail.objects.exists()


def test_mail_that_a_dead_worker_had_claimed_is_sent_by_another_when_the_claim_has_passed() -> None:
    outgoing = written(make_user(Role.COUNTY_OFFICER))
    soon = timezone.now() + datetime.timedelta(minutes=1)
    OutgoingMail.objects.update(attempts=1, next_attempt_at=soon)
    send_waiting_mail()
    send_mail(outgoing.pk)
    assert not mail.outbox
    time_passes(outgoing)
    send_waiting_mail()
    assert len(mail.outbox) == 1


def test_second_sending_has_the_same_message_id_and_another_mail_another(background: Any) -> None:
    user = make_user(Role.COUNTY_OFFICER)
    with background():
        first = written(user)
        written(user, key="other")
    OutgoingMail.objects.filter(pk=first.pk).update(state=MailState.WAITING, next_attempt_at=timezone.now())
    send_waiting_mail()
    identities = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert len(identities) == 3
    assert len(set(identities)) == 2


def test_failed_mail_is_tried_again_with_growing_pauses_and_then_waits_for_the_handlers(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.ServerThatIsDown"
    case, officer = a_case(make_user(Role.COUNTY_SIGNATORY)), make_user(Role.NCH_OFFICER)
    outgoing = written(make_user(Role.COUNTY_OFFICER), case=case)
    for pause in RETRY_AFTER:
        send_waiting_mail()
        outgoing.refresh_from_db()
        assert outgoing.state == MailState.WAITING
        assert pause - (outgoing.next_attempt_at - timezone.now()) < datetime.timedelta(minutes=1)
        time_passes(outgoing)
    assert not open_tasks_for(officer).exists()
    send_waiting_mail()
    outgoing.refresh_from_db()
    assert outgoing.state == MailState.FAILED
    assert [task.case for task in open_tasks_for(officer)] == [case]


def test_address_that_the_server_refuses_for_good_is_given_up_at_once(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.ServerThatKnowsNobody"
    make_organisation("nch")
    outgoing = written(make_user(Role.COUNTY_OFFICER))
    send_waiting_mail()
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.attempts) == (MailState.FAILED, 1)


def test_mail_about_no_case_that_is_given_up_waits_for_the_administrators_until_it_is_sent_again(
    settings: Any, client: Client
) -> None:
    administrator, officer = make_user(Role.NCH_ADMIN), make_user(Role.NCH_OFFICER)
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.ServerThatKnowsNobody"
    outgoing = written(make_user(Role.COUNTY_OFFICER))
    send_waiting_mail()
    (task,) = open_tasks_for(administrator)
    assert not open_tasks_for(officer).exists()
    client.force_login(administrator)
    page = client.get(task.url)
    assert outgoing.user.email in page.content.decode()
    settings.EMAIL_BACKEND = backend
    resend_url = reverse("mail_resend", args=[outgoing.pk])
    client.force_login(officer)
    assert client.post(resend_url).status_code == 404
    client.force_login(administrator)
    assert client.post(resend_url)["Location"] == task.url
    assert not open_tasks_for(administrator).exists()
    send_waiting_mail()
    assert [message.to for message in mail.outbox] == [[outgoing.user.email]]


def test_person_whose_account_is_closed_gets_no_mail() -> None:
    user = make_user(Role.COUNTY_OFFICER)
    outgoing = written(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    send_waiting_mail()
    outgoing.refresh_from_db()
    assert outgoing.state == MailState.FAILED
    assert not mail.outbox
    assert not Task.objects.exists(), "nobody can mend that"


def test_mails_go_to_those_with_the_right_there_today_and_not_to_the_recused() -> None:
    case = a_case(make_user(Role.COUNTY_SIGNATORY))
    fair, recused, finance = (make_user(role) for role in (Role.NCH_OFFICER, Role.NCH_OFFICER, Role.NCH_FINANCE))
    former = make_user(Role.NCH_OFFICER)
    former.memberships.update(valid_to=timezone.localdate() - datetime.timedelta(days=1))
    declare_interest(case=case, recused=True, reason="x", by=recused, at=timezone.now())
    users = people_with(case.handler, Right.ASSESS)
    assert finance not in users
    mails = write_mails(key="k", users=users, subject="Ämne", body="Text", at=timezone.now(), case=case)
    assert [outgoing.user for outgoing in mails] == [fair]


def test_letter_is_plain_text_with_the_whole_address(settings: Any) -> None:
    text = letter("Å & Ö.", "/arenden/1/")
    assert f"{settings.SITE_URL}/arenden/1/" in text
    assert "Å & Ö." in text
