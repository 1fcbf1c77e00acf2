"""What is too long, too many or no text at all is told at its field, and stops nothing else."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants import tasks
from grants.forms.calls import BasicsForm
from grants.models import Application
from grants.services.call_notices import give_notice
from grants.services.calls import save_call
from grants.services.completion import request_completion
from grants.services.financial_reports import start_report
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.enums import MailState
from nch.cases.mail import write_mail
from nch.cases.models import OutgoingMail, Task, TimelineEntry
from nch.cases.outbox import send_waiting_mail
from nch.questionnaires.builder.keys import new_key
from nch.questionnaires.models import Response
from tests.factories import financial_reports
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.grants import call_input, make_call, make_draft, make_grant, make_presenter, make_submitted

pytestmark = pytest.mark.django_db
LONG_TITLE = "U" * 195


def _client(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


# --- Long titles
def _lines_about(application: Application) -> Iterator[str]:
    assert application.case is not None
    yield application.case.title
    yield from Task.objects.values_list("title", flat=True)
    yield from TimelineEntry.objects.values_list("title", flat=True)
    yield from OutgoingMail.objects.values_list("subject", flat=True)
    yield from application.case.documents.values_list("title", flat=True)


def test_title_as_long_as_it_was_allowed_to_be_stops_nothing_and_is_cut_where_it_goes_on() -> None:
    application = make_submitted(make_call(title=LONG_TITLE), make_user(Role.COUNTY_SIGNATORY))
    officer = make_presenter(application)
    due_on = timezone.localdate() + datetime.timedelta(days=9)
    request_completion(application=application, comments={"behov": "mer"}, due_on=due_on, by=officer, at=timezone.now())
    give_notice(call=application.call, title="Nytt", text="Nytt", by=officer, at=timezone.now())
    lines = list(_lines_about(application))
    assert all(len(line) <= 200 for line in lines)
    assert any(line.startswith("Komplettera ansökan: UUU") and line.endswith("…") for line in lines)


def test_new_title_leaves_room_for_what_is_put_before_it() -> None:
    form = BasicsForm({"title": "U" * 151}, grantors=[make_organisation("nch")])
    assert "title" in form.errors


# --- Line breaks and control characters
def test_title_is_one_line_and_holds_nothing_that_cannot_be_seen() -> None:
    grantors = [make_organisation("nch")]
    broken = BasicsForm({"title": "Bidrag\r\nBcc: x@example.com"}, grantors=grantors)
    assert "title" not in broken.errors
    assert broken.cleaned_data["title"] == "Bidrag Bcc: x@example.com"
    assert "inte syns" in str(BasicsForm({"title": "Bidrag\x072026"}, grantors=grantors).errors["title"])


def test_subject_with_a_line_break_is_sent_as_one_line() -> None:
    officer = make_user(Role.COUNTY_OFFICER)
    written = write_mail(key="k", user=officer, subject="Ett\nBcc: x@example.com", body="", at=timezone.now())
    assert written.subject == "Ett Bcc: x@example.com"


def test_mail_that_cannot_be_written_is_given_up_and_the_others_are_sent() -> None:
    make_organisation("nch")
    officer, long_ago = make_user(Role.COUNTY_OFFICER), timezone.now() - datetime.timedelta(hours=1)
    row = {"user": officer, "body": "", "created_at": long_ago}
    broken = OutgoingMail.objects.create(key="broken", subject="a\nb", next_attempt_at=long_ago, **row)
    OutgoingMail.objects.create(key="whole", subject="Hel", next_attempt_at=timezone.now(), **row)
    send_waiting_mail()
    broken.refresh_from_db()
    assert broken.state == MailState.FAILED
    assert [message.subject for message in mail.outbox] == ["Hel"]


# --- Numbers without end
@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000])
def test_number_of_a_row_that_no_database_holds_finds_nothing(number: str) -> None:
    client = _client(make_user(Role.NCH_FINANCE))
    assert client.get(reverse("conversation_list"), {"visa": "alla", "arende": number}).status_code == 200
    assert client.post(reverse("grants:payments_approve"), {"payment": number}).status_code == 302


@pytest.mark.parametrize("digits", ["1" + "0" * 29, "9" * 60])
def test_amount_of_many_digits_is_kept_as_typed_and_told_at_the_budget(digits: str) -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    draft = make_draft(make_call(), signatory, complete=False)
    address = reverse("grants:application_section", args=[draft.pk, "budget"])
    typed = {
        "budget__salaries__2026": digits,
        "budget__travel__2026": "17",
        "budget__percent__2026": "20",
        "budget__base": "salaries",
    }
    answer = _client(signatory).post(address, typed)
    assert answer.status_code == 200
    assert "orimligt stort" in answer.content.decode()
    assert draft.response.answers.get().value["salaries"]["2026"] == digits


def test_cost_of_many_digits_does_not_lock_an_economic_report() -> None:
    world = financial_reports.make_grant()
    start_report(report=world.report(2024), by=world.signatory, at=financial_reports.NOW)
    client, report = _client(world.signatory), world.report(2024)
    section = reverse("grants:report_section", args=[report.pk, "kostnader"])
    client.post(section, {"kostnader__salaries__kostnad": "9" * 40})
    assert client.get(section).status_code == 200
    assert client.get(reverse("grants:report_detail", args=[report.pk])).status_code == 200


def test_amount_of_many_digits_is_not_shared_out_and_what_else_is_typed_stays() -> None:
    application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    client = _client(make_presenter(application))
    typed = {"action": "share", "amount_2026": "9" * 40, "reasons": "lång text"}
    answer = client.post(reverse("grants:propose", args=[application.pk]), typed)
    assert answer.status_code == 200
    assert "lång text" in answer.content.decode()


def test_day_of_the_year_one_is_told_at_the_instalment() -> None:
    grant = make_grant()
    typed = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "0",
        "form-0-year": "2026",
        "form-0-amount": "10",
        "form-0-planned_on": "0001-01-02",
    }
    client = _client(make_user(Role.NCH_FINANCE))
    answer = client.post(reverse("grants:grant_plan", args=[grant.pk]), typed)
    assert "Ange ett år mellan" in answer.content.decode()


# --- Parts of pages that are not there, fields that are many, and names that are taken
def test_one_more_row_of_a_part_without_rows_is_no_error() -> None:
    make_organisation("nch")
    officer = make_user(Role.NCH_OFFICER)
    call = save_call(content=call_input(), by=officer, at=timezone.now())
    address = reverse("grants:call_part", args=[call.pk, "villkor"])
    assert _client(officer).post(address, {"add_row": "1", "conditions": "text"}).status_code != 500


def test_plan_for_all_municipalities_has_room_in_one_form() -> None:
    call = make_call()
    typed = {f"fixed_{applicant}_{year}": "" for applicant in range(290) for year in range(2026, 2030)}
    answer = _client(make_user(Role.NCH_OFFICER)).post(reverse("grants:allocation", args=[call.pk]), typed)
    assert answer.status_code != 400


@pytest.mark.parametrize("label", ["Remove", "More", "Overview", "Rev mål", "Budget__travel__2026"])
def test_question_is_never_keyed_as_what_the_page_itself_posts(label: str) -> None:
    key = new_key(label, [], otherwise="fraga")
    assert key not in {"remove", "more", "overview"}
    assert not key.startswith("rev_")
    assert "__" not in key


# --- What the clock's tasks do
def test_copy_that_cannot_be_drawn_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    call = make_call()
    boards = [make_organisation("county_board", county=make_county(code, code)) for code in ("12", "14", "21")]
    applications = [make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board)) for board in boards]
    draw = tasks.file_response

    def draw_all_but_the_first(response: Response, **details: Any) -> None:
        if response.pk == applications[0].response_id:
            raise ValueError("cannot be drawn")
        draw(response, **details)

    monkeypatch.setattr(tasks, "file_response", draw_all_but_the_first)
    assert tasks.file_missing_copies() == 2
    assert [application.case.documents.exists() for application in applications if application.case] == [
        False,
        True,
        True,
    ]


# --- What is wrong is answered 422
def test_forms_with_something_wrong_answer_422() -> None:
    grant = make_grant()
    application = make_submitted(make_call(title="Annan"), make_user(Role.COUNTY_SIGNATORY))
    officer, economist = _client(make_presenter(application)), _client(make_user(Role.NCH_FINANCE))
    bad_plan = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-amount": "x"}
    posts: list[tuple[Client, str, list[int], dict[str, str]]] = [
        (economist, "grants:grant_codes", [grant.pk], {"project_code": ""}),
        (economist, "grants:outcome_upload", [], {"dimension": ""}),
        (economist, "grants:grant_plan", [grant.pk], bad_plan),
        (officer, "grants:assess", [application.pk], {"action": "submit"}),
        (officer, "grants:propose", [application.pk], {"action": "propose"}),
        (officer, "grants:assessment_list", [application.pk], {"text": " "}),
        (officer, "grants:call_notice", [application.call_id], {"title": ""}),
        (officer, "grants:assignments", [application.call_id], {"action": "spread"}),
        (officer, "grants:call_create", [], {"title": ""}),
    ]
    answers = {name: client.post(reverse(name, args=args), typed).status_code for client, name, args, typed in posts}
    assert answers == dict.fromkeys(answers, 422)
