"""Conversations: whose turn it is, who may see and write, who is told, and what the pages do."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Right, Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.cases.conversations import (
    ConversationError,
    MessageInput,
    close_conversation,
    give_to,
    open_conversation,
    write_message,
)
from nch.cases.enums import CaseKind
from nch.cases.models import Case, Conversation, Message, OutgoingMail, Task
from nch.cases.selectors import conversations_for, open_tasks_for
from nch.cases.services import declare_interest, open_task, register_case
from nch.cases.talk import talk_about
from nch.cases.words import waiting_words
from nch.members.services import end_role
from tests.factories.accounts import make_county, make_organisation, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def county() -> User:
    return make_user(Role.COUNTY_OFFICER)


@pytest.fixture
def officer() -> User:
    return make_user(Role.NCH_OFFICER)


@pytest.fixture
def case(county: User, officer: User) -> Case:
    """A case of the county in which the officer has no conflict of interest."""
    case = register_case(
        kind=CaseKind.GRANT,
        title="Ansökan",
        organisation=county.memberships.get().organisation,
        handler=make_organisation("nch"),
        by=county,
        at=NOW,
    )
    declare_interest(case=case, recused=False, by=officer, at=NOW)
    return case


def ask(case: Case, by: User, text: str = "Hur räknar vi OH?", **changes: Any) -> Conversation:
    content = changes.pop("content", MessageInput(text))
    return open_conversation(case=case, subject="Om budgeten", content=content, by=by, at=NOW, **changes)


def fresh(conversation: Conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def told(conversation: Conversation) -> set[User]:
    """Who has been written to about the last message."""
    last = conversation.messages.latest("pk")
    return {row.user for row in OutgoingMail.objects.filter(key__startswith=f"message:{last.pk}:")}


def test_partys_question_waits_for_the_officers_until_it_is_answered(case: Case, county: User, officer: User) -> None:
    decider = make_user(Role.NCH_DECISION_MAKER)
    conversation = ask(case, county)
    assert conversation.awaits_handler_since == NOW
    assert told(conversation) == {officer}
    assert [task.title for task in open_tasks_for(officer)]
    assert not open_tasks_for(decider).exists()
    later = NOW + datetime.timedelta(hours=1)
    write_message(conversation=conversation, content=MessageInput("Som i beslutet."), by=officer, at=later)
    conversation = fresh(conversation)
    assert (conversation.awaits_handler_since, conversation.owner) == (None, officer)
    assert told(conversation) == {county}
    assert not open_tasks_for(officer).exists()
    assert not open_tasks_for(county).exists()


def test_age_counts_from_the_first_unanswered_message(case: Case, county: User) -> None:
    conversation = ask(case, county)
    later = NOW + datetime.timedelta(days=2)
    write_message(conversation=conversation, content=MessageInput("Hallå?"), by=county, at=later)
    since = fresh(conversation).awaits_handler_since
    day = timezone.localtime(NOW).date() + datetime.timedelta(days=3)
    assert waiting_words(since, today=day) == "Har väntat på svar i 3 dagar"


def test_authoritys_question_is_a_task_for_the_party_with_its_last_day(case: Case, county: User, officer: User) -> None:
    by = timezone.localdate() + datetime.timedelta(days=10)
    conversation = ask(case, officer, content=MessageInput("Bifoga avtalet.", wants_answer=True, answer_by=by))
    task = open_tasks_for(county).get()
    assert (task.due_on, task.waiting) == (by, case.handler)
    write_message(conversation=conversation, content=MessageInput("Här är det."), by=county, at=NOW)
    assert not open_tasks_for(county).exists()
    assert open_tasks_for(officer).get().assignee == officer


def test_internal_conversation_is_invisible_to_the_party_and_mails_it_nothing(
    case: Case, county: User, officer: User, client: Client
) -> None:
    conversation = ask(case, officer, internal=True)
    assert not conversations_for(county).exists()
    assert conversations_for(officer).get() == conversation
    assert not OutgoingMail.objects.exists()
    assert not Task.objects.exists()
    with pytest.raises(PermissionDenied):
        write_message(conversation=conversation, content=MessageInput("x"), by=county, at=NOW)
    client.force_login(county)
    assert client.get(reverse("conversation_detail", args=[conversation.pk])).status_code == 404
    assert "Om budgeten" not in client.get(reverse("case_detail", args=[case.pk])).content.decode()


def test_other_county_and_auditor_write_nothing_and_the_recused_see_nothing(case: Case, county: User) -> None:
    conversation = ask(case, county)
    elsewhere = make_user(
        Role.COUNTY_OFFICER, make_organisation("county_board", county=make_county("21", "Gävleborgs län"))
    )
    auditor, recused = make_user(Role.AUDITOR), make_user(Role.NCH_OFFICER)
    declare_interest(case=case, recused=True, reason="x", by=recused, at=NOW)
    assert not conversations_for(elsewhere).exists()
    assert not conversations_for(recused).exists()
    assert conversations_for(auditor).exists()
    for user in (elsewhere, auditor, recused):
        with pytest.raises(PermissionDenied):
            write_message(conversation=conversation, content=MessageInput("x"), by=user, at=NOW)
    assert Message.objects.count() == 1


def test_question_is_taken_handed_over_and_freed_when_its_owner_is_recused(
    case: Case, county: User, officer: User
) -> None:
    conversation, colleague = ask(case, county), make_user(Role.NCH_OFFICER)
    give_to(conversation=conversation, owner=officer, by=officer, at=NOW)
    assert not open_tasks_for(colleague).exists()
    give_to(conversation=conversation, owner=colleague, by=officer, at=NOW)
    assert open_tasks_for(colleague).exists()
    assert OutgoingMail.objects.filter(user=colleague, key__contains=":given:").count() == 1
    declare_interest(case=case, recused=True, reason="x", by=colleague, at=NOW)
    assert fresh(conversation).owner is None
    assert open_tasks_for(officer).exists()
    with pytest.raises(ConversationError):
        give_to(conversation=conversation, owner=colleague, by=officer, at=NOW)


def test_closed_conversation_waits_for_nobody_and_a_message_opens_it_again(
    case: Case, county: User, officer: User
) -> None:
    conversation = ask(case, county)
    close_conversation(conversation=conversation, by=officer, at=NOW)
    assert not open_tasks_for(officer).exists()
    write_message(conversation=conversation, content=MessageInput("En sak till."), by=county, at=NOW)
    assert fresh(conversation).closed_at is None
    assert open_tasks_for(officer).exists()


def test_message_sent_twice_by_a_double_click_is_one(case: Case, county: User) -> None:
    conversation = ask(case, county)
    for _ in range(2):
        write_message(conversation=conversation, content=MessageInput("Samma"), by=county, at=NOW)
    assert Message.objects.count() == 2


def test_mail_says_that_there_is_a_message_and_not_what_it_says(
    case: Case, county: User, officer: User, background: Any
) -> None:
    with background():
        conversation = ask(case, county, "Hemligheten")
    message = mail.outbox[0]
    assert message.to == [officer.email]
    assert "Hemligheten" not in message.subject + message.body
    assert "budgeten" not in message.subject + message.body
    assert reverse("conversation_detail", args=[conversation.pk]) in message.body


def test_question_about_a_question_is_counted_there_for_those_who_may_see_it(
    case: Case, county: User, officer: User
) -> None:
    ask(case, county, about_key="budget", about_label="Budget")
    ask(case, officer, about_key="budget", about_label="Budget", internal=True)
    assert talk_about(county, case).counts == {"budget": 1}  # type: ignore[union-attr]
    assert talk_about(officer, case).counts == {"budget": 2}  # type: ignore[union-attr]
    assert talk_about(county, None) is None


def test_page_that_says_nothing_of_conversations_shows_no_link() -> None:
    template = Template("{% load cases %}{% talk_link talk 'budget' 'Budget' %}")
    assert template.render(Context({})).strip() == ""
    assert template.render(Context({"talk": None})).strip() == ""


def test_page_keeps_what_was_typed_when_something_is_wrong(case: Case, county: User, client: Client) -> None:
    client.force_login(county)
    address = f"{reverse('conversation_new', args=[case.pk])}?fraga=budget&rubrik=Budget"
    values = {"subject": "", "text": "Mycket text", "about_key": "budget", "about_label": "Budget"}
    answer = client.post(address, values)
    assert answer.status_code == 422
    assert "Mycket text" in answer.content.decode()
    client.post(address, values | {"subject": "Ämne"})
    assert Conversation.objects.get().about_label == "Budget"


def test_county_cannot_make_its_question_internal_or_give_itself_a_day(
    case: Case, county: User, client: Client
) -> None:
    client.force_login(county)
    values = {"subject": "Ä", "text": "T", "internal": "on", "wants_answer": "on", "answer_by": "2099-01-01"}
    client.post(reverse("conversation_new", args=[case.pk]), values)
    assert not Conversation.objects.get().internal
    assert not Task.objects.filter(organisation=case.organisation).exists()


def test_list_shows_whoever_has_not_declared_no_subject(case: Case, county: User, client: Client) -> None:
    ask(case, county)
    client.force_login(make_user(Role.NCH_OFFICER))
    text = client.get(reverse("conversation_list")).content.decode()
    assert "Om budgeten" not in text
    assert "Ange först om du är jävig" in text


def test_reading_a_conversation_leaves_a_row_in_the_log(case: Case, county: User, client: Client) -> None:
    conversation = ask(case, county)
    client.force_login(county)
    client.get(reverse("conversation_detail", args=[conversation.pk]))
    assert AuditEvent.objects.filter(action="read", subject_type="cases.conversation").count() == 1


# --- When somebody leaves
def _leaves(user: User) -> User:
    end_role(membership=user.memberships.get(), by=make_user(Role.NCH_ADMIN))
    return User.objects.get(pk=user.pk)


def test_question_to_somebody_who_has_left_is_told_to_and_waits_for_the_others(
    case: Case, county: User, officer: User
) -> None:
    conversation = open_conversation(case=case, subject="Fråga", content=MessageInput("Hej"), by=officer, at=NOW)
    colleague, gone = make_user(Role.NCH_OFFICER), _leaves(officer)
    message = write_message(conversation=conversation, content=MessageInput("Svar"), by=county, at=NOW)
    told = OutgoingMail.objects.filter(key__startswith=f"message:{message.pk}:")
    assert [mail.user for mail in told] == [colleague]
    task = Task.objects.get(key=f"question:{conversation.pk}:handler")
    assert task in open_tasks_for(colleague)
    assert task not in open_tasks_for(gone)


def test_task_given_to_somebody_waits_for_that_person_alone_until_leaving_or_declaring_a_conflict(
    case: Case, officer: User
) -> None:
    task = open_task(
        "propose:1",
        organisation=case.handler,
        right=Right.PROPOSE_DECISIONS,
        title="Arbeta om",
        url="/",
        assignee=officer,
        case=case,
        at=NOW,
    )
    colleague = make_user(Role.NCH_OFFICER)
    assert task in open_tasks_for(officer)
    assert task not in open_tasks_for(colleague)
    declare_interest(case=case, recused=True, by=officer, at=NOW)
    assert task not in open_tasks_for(officer)
    assert task in open_tasks_for(colleague)
    second = make_user(Role.NCH_OFFICER)
    Task.objects.filter(pk=task.pk).update(assignee=second)
    assert task not in open_tasks_for(colleague)
    _leaves(second)
    assert task in open_tasks_for(colleague)


def test_internal_message_is_not_mailed_to_an_owner_who_has_left(case: Case, officer: User) -> None:
    conversation = open_conversation(
        case=case, subject="Fråga", content=MessageInput("Hej"), internal=True, by=officer, at=NOW
    )
    colleague, _ = make_user(Role.NCH_OFFICER), _leaves(officer)
    message = write_message(conversation=conversation, content=MessageInput("Svar"), by=colleague, at=NOW)
    assert not OutgoingMail.objects.filter(key__startswith=f"message:{message.pk}:").exists()
