"""A request for completion from the first question to the copy in the case."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.enums import ApplicationState
from grants.models import Application, CompletionRequest
from grants.services.applications import withdraw_application
from grants.services.completion import (
    end_completion,
    note_completion_read,
    request_completion,
    submit_completion,
)
from grants.services.errors import GrantError
from grants.tasks import file_missing_copies
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.models import OutgoingMail, Task
from nch.demo.build import budget, declare_impartial, fill_in
from nch.questionnaires.enums import ResponseState
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError
from tests.factories.accounts import make_user
from tests.factories.grants import make_call, make_submitted
from tests.http import body_of

pytestmark = pytest.mark.django_db
WEEK = datetime.timedelta(days=7)


@pytest.fixture
def signatory() -> User:
    return make_user(Role.COUNTY_SIGNATORY)


@pytest.fixture
def officer() -> User:
    return make_user(Role.NCH_OFFICER)


@pytest.fixture
def application(signatory: User, officer: User, background: Any) -> Application:
    with background():
        application = make_submitted(make_call(), signatory)
    declare_impartial(application, officer, at=timezone.now())
    return application


def ask(application: Application, officer: User, *sections: str, **changes: Any) -> CompletionRequest:
    given: dict[str, Any] = {
        "comments": {section: f"Mer om {section}." for section in sections or ("budget",)},
        "due_on": timezone.localdate() + WEEK,
        "by": officer,
        "at": timezone.now(),
    }
    return request_completion(application=application, **{**given, **changes})


def write_again(application: Application, by: User, **answers: Any) -> None:
    """Write over what stands, as somebody whose page shows it would."""
    from nch.questionnaires.services import save_answers

    reader = ResponseReader(application.response, draft=True)
    values = {question: answers[question.key] for question in reader.questions if question.key in answers}
    seen = {question: reader.answers[question.pk].revision for question in values if question.pk in reader.answers}
    save_answers(response=application.response, values=values, seen=seen, by=by, at=timezone.now())


def test_completion_of_the_budget_changes_the_sums_and_leaves_a_copy(
    application: Application, officer: User, signatory: User, background: Any
) -> None:
    before = application.applied_total
    ask(application, officer)
    assert application.state == ApplicationState.COMPLETION
    waiting = Task.objects.get(key=f"completion:{application.pk}")
    assert (waiting.organisation, waiting.waiting) == (application.organisation, application.call.grantor)
    assert waiting.due_on == timezone.localdate() + WEEK
    write_again(application, signatory, budget=budget([2026, 2027], 50_000))
    application.refresh_from_db()
    assert application.applied_total == before
    with background():
        submit_completion(application=application, by=signatory, at=timezone.now())
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED
    assert application.applied_total < before
    assert application.applied_total == sum((row.amount for row in application.applied_amounts.all()), Decimal(0))
    assert application.case is not None
    assert [(d.title, d.direction) for d in application.case.documents.all()] == [
        ("Ansökan", "incoming"),
        ("Begäran om komplettering 1", "outgoing"),
        ("Komplettering 1", "incoming"),
    ]
    waiting.refresh_from_db()
    assert waiting.done_at is not None
    assert Task.objects.filter(key=f"completion-read:{application.pk}", done_at=None).exists()
    note_completion_read(application=application, by=officer, at=timezone.now())
    assert not Task.objects.filter(key=f"completion-read:{application.pk}", done_at=None).exists()


def test_request_is_on_the_cases_list_of_documents_for_both_sides(
    application: Application, officer: User, signatory: User, client: Client
) -> None:
    ask(application, officer)
    assert application.case is not None
    document = application.case.documents.get(title="Begäran om komplettering 1")
    for reader in (officer, signatory):
        client.force_login(reader)
        page = client.get(reverse("case_detail", args=[application.case_id])).content.decode()
        address = reverse("document_download", args=[application.case_id, document.number])
        assert "Begäran om komplettering 1" in page
        assert address in page
        answer = client.get(address)
        assert body_of(answer).startswith(b"%PDF-")


def test_each_mail_is_written_to_the_right_people(application: Application, officer: User, signatory: User) -> None:
    stranger = make_user(Role.COUNTY_OFFICER, make_user(Role.APPLICANT_OFFICER).memberships.get().organisation)
    ask(application, officer)
    submit_completion(application=application, by=signatory, at=timezone.now())
    mails = OutgoingMail.objects.filter(key__startswith="completion")
    assert {(mail.user, mail.subject) for mail in mails} == {
        (signatory, "Er ansökan behöver kompletteras"),
        (officer, "En komplettering har kommit in"),
    }
    assert stranger not in {mail.user for mail in mails}
    assert not any("Mer om budget" in mail.body for mail in mails)


def test_copy_that_was_lost_is_filed_later(application: Application, officer: User, signatory: User) -> None:
    ask(application, officer)
    submit_completion(application=application, by=signatory, at=timezone.now())
    assert application.case is not None
    assert application.case.documents.count() == 2
    assert file_missing_copies() == 1
    assert file_missing_copies() == 0
    assert application.case.documents.last().title == "Komplettering 1"


def test_second_completion_follows_on_the_first(application: Application, officer: User, signatory: User) -> None:
    for number in (1, 2):
        assert ask(application, officer, "behov").number == number
        write_again(application, signatory, forankring=f"Komplettering {number}")
        submit_completion(application=application, by=signatory, at=timezone.now())
    texts = [
        ResponseReader(application.response, submission=submission).value_of("forankring")
        for submission in application.response.submissions.all()
    ]
    assert texts[1:] == ["Komplettering 1", "Komplettering 2"]
    assert [submission.number for submission in application.submissions.all()] == [1, 2, 3]


def test_request_has_to_say_what_is_missing_and_a_day_to_come(application: Application, officer: User) -> None:
    with pytest.raises(GrantError, match="minst ett avsnitt"):
        ask(application, officer, comments={"budget": "  "})
    with pytest.raises(GrantError, match="efter i dag"):
        ask(application, officer, due_on=timezone.localdate())
    ask(application, officer)
    with pytest.raises(GrantError):
        ask(application, officer)
    assert CompletionRequest.objects.count() == 1


def test_only_impartial_officers_of_the_grantor_may_ask(application: Application, signatory: User) -> None:
    with pytest.raises(GrantError, match="jävig"):
        ask(application, make_user(Role.NCH_OFFICER))
    for other in (signatory, make_user(Role.GRANT_OFFICER), make_user(Role.NCH_FINANCE)):
        with pytest.raises(PermissionDenied):
            ask(application, other)
    assert not CompletionRequest.objects.exists()


def test_request_can_be_ended_when_its_day_has_passed_and_not_before(
    application: Application, officer: User, signatory: User
) -> None:
    ask(application, officer, "behov")
    write_again(application, signatory, forankring="Hann inte")
    with pytest.raises(GrantError, match="har till och med"):
        end_completion(application=application, by=officer, at=timezone.now())
    end_completion(application=application, by=officer, at=timezone.now() + 2 * WEEK)
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED
    assert ResponseReader(application.response).value_of("forankring") != "Hann inte"
    with pytest.raises(GrantError, match="Ingen komplettering"):
        submit_completion(application=application, by=signatory, at=timezone.now())
    assert application.case is not None
    titles = application.case.timeline.values_list("title", flat=True)
    assert "Komplettering 1 kom inte in. Ansökan prövas som den är" in titles


def test_withdrawal_during_completion_closes_everything(
    application: Application, officer: User, signatory: User
) -> None:
    ask(application, officer)
    withdraw_application(application=application, by=signatory, at=timezone.now())
    application.response.refresh_from_db()
    assert application.response.state == ResponseState.SUBMITTED
    assert not Task.objects.filter(key__startswith="completion", done_at=None).exists()
    with pytest.raises(NotOpenForAnswersError):
        fill_in(application.response, {"budgetkommentar": "x"}, by=signatory, at=timezone.now())


def url(name: str, application: Application, *more: Any) -> str:
    return reverse(f"grants:{name}", args=[application.pk, *more])


def test_pages_lead_from_request_to_comparison(
    client: Client, application: Application, officer: User, signatory: User
) -> None:
    client.force_login(officer)
    empty = client.post(url("completion_request", application), {"due_on": "2000-01-01"})
    assert empty.status_code == 422
    assert "efter i dag" in empty.content.decode()
    due_on = (timezone.localdate() + WEEK).isoformat()
    asked = {"due_on": due_on, "section_behov": "Skriv mer om förankringen."}
    assert client.post(url("completion_request", application), asked).status_code == 302
    assert "Skriv mer om förankringen." in client.get(url("application_detail", application)).content.decode()

    client.force_login(signatory)
    page = client.get(url("application_detail", application)).content.decode()
    assert "Lämna in kompletteringen" in page
    assert url("application_section", application, "behov") in page
    assert url("application_section", application, "budget") not in page
    assert client.get(url("application_section", application, "budget")).status_code == 302
    section = client.get(url("application_section", application, "behov")).content.decode()
    assert "Skriv mer om förankringen." in section
    write_again(application, signatory, forankring="Länsledningen beslutade i mars.")

    client.force_login(officer)
    assert "beslutade i mars" not in client.get(url("application_detail", application)).content.decode()

    client.force_login(signatory)
    client.post(url("completion_submit", application))
    client.force_login(officer)
    assert "beslutade i mars" in client.get(url("application_detail", application)).content.decode()
    compared = client.get(url("submission_detail", application, 2)).content.decode()
    assert "Ändrat sedan inlämning 1" in compared
    assert "<ins>" in compared
    assert "beslutade i mars" not in client.get(url("submission_detail", application, 1)).content.decode()
    assert client.get(url("submission_detail", application, 3)).status_code == 404


def test_stray_county_learns_nothing_of_a_completion(client: Client, application: Application, officer: User) -> None:
    ask(application, officer)
    client.force_login(make_user(Role.APPLICANT_SIGNATORY))
    for name, more in (("application_detail", ()), ("submission_detail", (1,)), ("application_section", ("budget",))):
        assert client.get(url(name, application, *more)).status_code == 404
    assert client.post(url("completion_submit", application)).status_code == 404
