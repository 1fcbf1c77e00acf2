"""Before somebody who handles cases has said whether there is a conflict of interest (jäv), no door shows what lies in
a case or lets one find it by what it holds; whoever is recused finds nothing of it at all."""

from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.models import Decision
from grants.services.assessments import add_note
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.conversations import MessageInput, open_conversation
from nch.cases.enums import DocumentDirection
from nch.cases.mail import write_mail
from nch.cases.models import Case, Conversation, OutgoingMail
from nch.cases.services import add_document, declare_interest, note
from nch.demo.build import declare_impartial
from nch.search import search
from tests.factories.accounts import make_user
from tests.factories.grants import make_grant
from tests.http import body_of
from tests.security.test_access import ACCESS
from tests.security.world import World

pytestmark = pytest.mark.django_db
SECRET = "Rödbetsförsäljning"
PART = "rödbetsförs"
"""What one would look for; a page that repeats the question does not hold the whole word."""


@pytest.fixture
def world(world: World) -> World:
    """The world of the access table, with a word in everything that somebody can write in a case."""
    now = timezone.now()
    writer = make_user(Role.NCH_OFFICER)
    for application in (world.own.submitted, world.own.decided):
        case = application.case
        assert case is not None
        declare_impartial(application, writer, at=now)
        for internal in (False, True):
            open_conversation(
                case=case,
                subject=f"{SECRET} (ämne)",
                content=MessageInput(f"{SECRET} (meddelande)"),
                about_key="syfte",
                about_label=f"{SECRET} (fråga)",
                internal=internal,
                by=writer,
                at=now,
            )
        add_document(
            case=case,
            direction=DocumentDirection.INCOMING,
            title=f"{SECRET} (handling)",
            file_name="x.txt",
            content=SECRET.encode(),
            by=writer,
            at=now,
            content_type="text/plain",
        )
        note(case, f"{SECRET} (händelse)", by=writer, at=now, internal=True)
        write_mail(key=f"secret:{case.pk}", user=writer, subject=f"{SECRET} (brev)", body="x", at=now, case=case)
        add_note(application=application, text=f"{SECRET} (anteckning)", by=writer, at=now)
    return world


def secrets_of(world: World) -> list[str]:
    """Words that only somebody who has declared may meet: those planted above, and the reasons of the decision."""
    kinds = ("ämne", "fråga", "handling", "händelse", "brev", "anteckning")
    decision = Decision.objects.get(application=world.own.decided)
    return [*(f"{SECRET} ({kind})" for kind in kinds), decision.reasons]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def content(answer: HttpResponseBase) -> str:
    """What an answer holds, files too."""
    return body_of(answer).decode(errors="replace")


def walk(world: World, user: User) -> dict[str, str]:
    """Every page and file of the own county that opens at once for a user, with what it holds; lists as files and
    filtered too."""
    client = signed_in(user)
    opened: dict[str, str] = {}
    for name, door in ACCESS.items():
        # The API's description has examples of its own, written with the words of the decision.
        if user.memberships.get().role not in door.opens or name == "api_schema":
            continue
        url = reverse(name, args=door.args(world, world.own))
        queries = ["", urlencode({"q": PART, "visa": "alla"}), urlencode({"format": "csv", "q": "", "visa": "alla"})]
        for query in queries:
            with transaction.atomic():
                answer = client.get(f"{url}?{query}" if query else url)
                if answer.status_code == 200:
                    opened[f"{name}?{query}"] = content(answer)
                transaction.set_rollback(True)
    return opened


def declare_everywhere(world: World, user: User, *, recused: bool = False) -> None:
    for case in Case.objects.filter(kind="grant"):
        declare_interest(case=case, recused=recused, by=user, at=timezone.now())


@pytest.mark.parametrize("role", [Role.NCH_OFFICER, Role.NCH_DECISION_MAKER])
def test_no_door_shows_what_lies_in_a_case_before_the_declaration(world: World, role: Role) -> None:
    opened = walk(world, make_user(role))
    assert {"case_list?", "conversation_list?", "search?", "calendar?", "start?"} <= set(opened)
    leaks = [f"{where}: {words}" for where, text in opened.items() for words in secrets_of(world) if words in text]
    assert not leaks, "\n".join(leaks)


def test_the_same_walk_meets_everything_after_the_declaration(world: World) -> None:
    """Else the test above would prove nothing."""
    officer = make_user(Role.NCH_OFFICER)
    declare_everywhere(world, officer)
    everything = "".join(walk(world, officer).values())
    assert [words for words in secrets_of(world) if words not in everything] == []


def test_no_door_shows_anything_of_a_case_to_whoever_is_recused(world: World) -> None:
    officer = make_user(Role.NCH_OFFICER)
    declare_everywhere(world, officer, recused=True)
    case = world.own.submitted.case
    assert case is not None
    opened = walk(world, officer)
    page = reverse("case_detail", args=[case.pk])
    assert not [where for where, text in opened.items() if SECRET in text or page in text]


def test_conversation_is_not_found_by_its_subject_or_question_before_the_declaration(world: World) -> None:
    officer, case = make_user(Role.NCH_OFFICER), world.own.submitted.case
    assert case is not None
    client, address = signed_in(officer), reverse("conversation_list")

    def found(**query: str) -> set[Conversation]:
        return set(client.get(address, {"visa": "alla", **query}).context["conversations"])

    assert found(q=PART) == set()
    assert found(fraga="syfte") == set()
    assert len(found(q=case.organisation.name)) == len(found(q=case.registration_number)) + 2 > 2
    assert [group.label for group in search(officer, PART)] == []
    declare_interest(case=case, recused=False, by=officer, at=timezone.now())
    assert len(found(q=PART)) == len(found(fraga="syfte")) == 2
    assert {group.label: group.total for group in search(officer, PART)}["Frågor"] == 2
    assert len(found(q=f"{PART} {case.organisation.name}")) == 2


def test_recused_and_other_counties_find_no_conversation(world: World) -> None:
    recused = make_user(Role.NCH_OFFICER)
    declare_everywhere(world, recused, recused=True)
    for user in (recused, world.other.officer, world.nobody):
        assert search(user, PART) == []
    party = {group.label: group.total for group in search(world.own.officer, PART)}
    assert party["Frågor"] == 2, "the party finds its own, not the internal ones"


@pytest.mark.parametrize(
    ("name", "thing"),
    [("conversation_give", "conversation"), ("conversation_close", "conversation"), ("mail_resend", "mail")],
)
def test_nothing_is_done_in_a_case_before_the_declaration(world: World, name: str, thing: str) -> None:
    officer = make_user(Role.NCH_OFFICER)
    answer = signed_in(officer).post(reverse(name, args=[getattr(world.own, thing).pk]), {"owner": officer.pk})
    assert answer["Location"].startswith(reverse("case_declare", args=[world.own.conversation.case_id]))
    world.own.conversation.refresh_from_db()
    assert world.own.conversation.owner is None
    assert world.own.conversation.closed_at is None


def test_no_mail_says_what_is_written_in_a_conversation(world: World) -> None:
    mails = OutgoingMail.objects.filter(case=world.own.submitted.case)
    assert mails.filter(key__startswith="message:").exists()
    assert not mails.filter(body__contains=SECRET).exists()
    assert not mails.filter(subject__contains="(ämne)").exists()


def test_economist_is_asked_by_no_door_but_can_declare_and_then_no_longer_sees_the_case() -> None:
    grant = make_grant()
    client, economist = Client(), make_user(Role.NCH_FINANCE)
    client.force_login(economist)
    case_page = reverse("case_detail", args=[grant.case.pk])
    declare = reverse("case_declare", args=[grant.case.pk])
    assert declare in client.get(case_page).content.decode()
    assert client.post(declare, {"recused": "yes", "reason": "Närstående"}).status_code == 302
    assert client.get(case_page).status_code == 404
    assert client.get(reverse("grants:grant_detail", args=[grant.pk])).status_code == 404
