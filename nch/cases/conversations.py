"""Talking about a case: between the party and the authority that handles it, or within the authority.

Whose turn it is follows from the last message: what the party has written waits for an answer from the authority; what
the authority has written waits for the party only where an answer is asked for.
"""

import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.audit.services import record
from nch.cases.mail import letter, write_mails
from nch.cases.models import Case, Conversation, Message
from nch.cases.notices import one_of_them, people_with
from nch.cases.selectors import is_recused
from nch.cases.services import close_tasks, open_task


class ConversationError(Exception):
    """What was asked for cannot be done; the message says why, in Swedish."""


@dataclass(frozen=True)
class MessageInput:
    """What is written; `answer_by` is the last day on which the authority wants the party's answer."""

    text: str
    wants_answer: bool = False
    answer_by: datetime.date | None = None


def answers_for_handler(user: User, case: Case) -> bool:
    """Whether the user writes in the case for the authority that handles it."""
    return access_of(user).may_at(Right.ANSWER, case.handler_id)


def writes_for_party(user: User, case: Case) -> bool:
    """Whether the user writes in the case for its party."""
    return access_of(user).may_at(Right.FILL_IN, case.organisation_id)


def may_write(user: User, case: Case) -> bool:
    """Whether the user may begin conversations in the case and write in them."""
    return answers_for_handler(user, case) or writes_for_party(user, case)


def _check_may_write(user: User, case: Case, *, internal: bool) -> None:
    """Raise PermissionDenied for everybody else; the party writes nothing internal, and whoever is recused nothing."""
    allowed = answers_for_handler(user, case) or (writes_for_party(user, case) and not internal)
    if not allowed or is_recused(user, case):
        raise PermissionDenied("Du får inte skriva i ärendet.")


@transaction.atomic
def open_conversation(
    *,
    case: Case,
    subject: str,
    content: MessageInput,
    about_key: str = "",
    about_label: str = "",
    internal: bool = False,
    by: User,
    at: datetime.datetime,
) -> Conversation:
    """Begin a conversation with its first message. Begun by the authority it is owned by whoever began it."""
    _check_may_write(by, case, internal=internal)
    conversation = Conversation.objects.create(
        case=case,
        subject=subject,
        about_key=about_key,
        about_label=about_label,
        internal=internal,
        opened_at=at,
        opened_by=by,
        owner=by if answers_for_handler(by, case) else None,
    )
    record("conversation_opened", by=by, subject=conversation, organisation_id=case.organisation_id, at=at)
    _append(conversation, content, by=by, at=at)
    return conversation


@transaction.atomic
def write_message(*, conversation: Conversation, content: MessageInput, by: User, at: datetime.datetime) -> Message:
    """Write in a conversation; one that was closed is open again. The same text sent twice in a row is one message."""
    conversation = _locked(conversation)
    _check_may_write(by, conversation.case, internal=conversation.internal)
    last = conversation.messages.order_by("-at", "-pk").first()
    if last is not None and last.by_id == by.pk and last.text == content.text and conversation.closed_at is None:
        return last
    if conversation.closed_at is not None:
        conversation.closed_at = None
        conversation.save(update_fields=["closed_at"])
    return _append(conversation, content, by=by, at=at)


def _append(conversation: Conversation, content: MessageInput, *, by: User, at: datetime.datetime) -> Message:
    """Add a message, let it wait for the other side, and tell them that there is one."""
    case = conversation.case
    message = Message.objects.create(conversation=conversation, by=by, at=at, text=content.text)
    record("message_written", by=by, subject=message, organisation_id=case.organisation_id, at=at)
    if conversation.internal:
        others = [user for user in people_with(case.handler, Right.ANSWER) if user == conversation.owner and user != by]
        _tell(conversation, message, others, text="En kollega har skrivit i ett ärende.")
    elif answers_for_handler(by, case):
        _wait_for_party(conversation, content, by=by, at=at)
        readers = list(people_with(case.organisation, Right.FILL_IN))
        _tell(conversation, message, readers, text=f"{case.handler} har skrivit till er i ett ärende.")
    else:
        conversation.awaits_handler_since = conversation.awaits_handler_since or at
        conversation.save(update_fields=["awaits_handler_since"])
        close_tasks(party_task_key(conversation), at=at)
        _open_handler_task(conversation)
        readers = one_of_them(conversation.owner, organisation=case.handler, right=Right.ANSWER, otherwise=Right.ASSESS)
        _tell(conversation, message, readers, text=f"{case.organisation} har skrivit i ett ärende.")
    return message


def _wait_for_party(conversation: Conversation, content: MessageInput, *, by: User, at: datetime.datetime) -> None:
    """The authority has answered, and whoever did so owns what nobody owned; the party's answer becomes a task where
    one is asked for."""
    case = conversation.case
    conversation.awaits_handler_since = None
    conversation.owner = conversation.owner or by
    conversation.save(update_fields=["awaits_handler_since", "owner"])
    close_tasks(handler_task_key(conversation), at=at)
    if content.wants_answer:
        open_task(
            party_task_key(conversation),
            organisation=case.organisation,
            right=Right.FILL_IN,
            title=f"Svara på en fråga i ärende {case.registration_number}",
            url=conversation_url(conversation),
            due_on=content.answer_by,
            case=case,
            waiting=case.handler,
            waiting_right=Right.ASSESS,
            at=at,
        )


def _open_handler_task(conversation: Conversation) -> None:
    """Let an unanswered question wait for its owner, or for the authority's officers where it has none."""
    case, since = conversation.case, conversation.awaits_handler_since
    if since is None:
        return
    open_task(
        handler_task_key(conversation),
        organisation=case.handler,
        right=Right.ANSWER if conversation.owner_id else Right.ASSESS,
        title=f"Svara {case.organisation} på en fråga i ärende {case.registration_number}",
        url=conversation_url(conversation),
        assignee=conversation.owner,
        case=case,
        at=since,
    )


def _tell(conversation: Conversation, message: Message, users: list[User], *, text: str) -> None:
    """Mail that there is a message, and where; not what it says."""
    case = conversation.case
    write_mails(
        key=f"message:{message.pk}",
        users=users,
        subject=f"Nytt meddelande i ärende {case.registration_number}",
        body=letter(text, conversation_url(conversation)),
        at=message.at,
        case=case,
    )


@transaction.atomic
def give_to(*, conversation: Conversation, owner: User, by: User, at: datetime.datetime) -> Conversation:
    """Let somebody at the authority answer: oneself (take it) or a colleague, who is told by mail.

    Raises ConversationError where the colleague may not answer in the case or has declared a conflict of interest.
    """
    conversation = _locked(conversation)
    case = conversation.case
    if not answers_for_handler(by, case) or is_recused(by, case):
        raise PermissionDenied("Du får inte fördela frågor i ärendet.")
    if not answers_for_handler(owner, case) or is_recused(owner, case):
        raise ConversationError(f"{owner} kan inte svara i ärendet. Välj någon annan.")
    if conversation.owner_id == owner.pk:
        return conversation
    conversation.owner = owner
    conversation.save(update_fields=["owner"])
    record(
        "conversation_given",
        by=by,
        subject=conversation,
        organisation_id=case.organisation_id,
        details={"owner": owner.pk},
        at=at,
    )
    _open_handler_task(conversation)
    if owner.pk != by.pk:
        write_mails(
            key=f"conversation:{conversation.pk}:given:{at.isoformat()}",
            users=[owner],
            subject=f"Du har fått en fråga att svara på i ärende {case.registration_number}",
            body=letter("En kollega har lämnat över en fråga i ett ärende till dig.", conversation_url(conversation)),
            at=at,
            case=case,
        )
    return conversation


@transaction.atomic
def close_conversation(*, conversation: Conversation, by: User, at: datetime.datetime) -> Conversation:
    """Close a conversation in which nothing more is to be said; closing it again changes nothing.

    Either side may close it. A new message opens it again.
    """
    conversation = _locked(conversation)
    _check_may_write(by, conversation.case, internal=conversation.internal)
    if conversation.closed_at is None:
        conversation.closed_at, conversation.awaits_handler_since = at, None
        conversation.save(update_fields=["closed_at", "awaits_handler_since"])
        record(
            "conversation_closed",
            by=by,
            subject=conversation,
            organisation_id=conversation.case.organisation_id,
            at=at,
        )
        close_tasks(handler_task_key(conversation), party_task_key(conversation), at=at)
    return conversation


def _locked(conversation: Conversation) -> Conversation:
    """The conversation as it is now, held until the transaction ends, with what belongs to it."""
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    return Conversation.objects.select_related("case__organisation", "case__handler", "owner").get(pk=conversation.pk)


def conversation_url(conversation: Conversation) -> str:
    """The page of a conversation."""
    return reverse("conversation_detail", args=[conversation.pk])


def handler_task_key(conversation: Conversation) -> str:
    """The authority's task to answer."""
    return f"question:{conversation.pk}:handler"


def party_task_key(conversation: Conversation) -> str:
    """The party's task to answer."""
    return f"question:{conversation.pk}:party"
