"""Several people in one draft: nothing that anybody wrote is lost, and nothing is merged in silence."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.models import Application
from grants.services.applications import submit_application, withdraw_application
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.demo.means import declare_impartial
from nch.questionnaires.handing_in import IncompleteResponseError, submit_response
from nch.questionnaires.models import Answer, AnswerVersion, Question
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError, StaleSaveError, save_answers
from tests.common.test_files import pdf_bytes
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.grants import make_call, make_draft
from tests.http import body_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return make_user(Role.COUNTY_OFFICER)


@pytest.fixture
def application(officer: User) -> Application:
    return make_draft(make_call(), officer, complete=False)


def question(application: Application, key: str) -> Question:
    return next(q for q in ResponseReader(application.response).questions if q.key == key)


def save(application: Application, by: User, key: str, text: Any, seen: int = 0) -> int:
    asked = question(application, key)
    saved = save_answers(
        response=application.response, values={asked: text}, seen={asked: seen}, by=by, at=timezone.now()
    )
    return saved.get(asked, 0)


def test_every_text_is_kept_as_a_version(application: Application, officer: User) -> None:
    revision = save(application, officer, "forankring", "Första")
    assert save(application, officer, "forankring", "Andra", seen=revision) == 2
    versions = AnswerVersion.objects.filter(answer__question__key="forankring")
    assert [(v.revision, v.value) for v in versions] == [(2, "Andra"), (1, "Första")]


def test_stale_save_is_refused_with_both_texts_and_writes_nothing(application: Application, officer: User) -> None:
    colleague = make_user(Role.COUNTY_SIGNATORY, application.organisation)
    save(application, colleague, "forankring", "Kollegans text")
    with pytest.raises(StaleSaveError) as refused:
        save(application, officer, "forankring", "Min text", seen=0)
    conflict = refused.value.conflicts[0]
    assert (conflict.mine, conflict.theirs, conflict.by) == ("Min text", "Kollegans text", colleague)
    assert Answer.objects.get().value == "Kollegans text"


def test_stale_page_saves_other_questions_and_leaves_what_the_writer_did_not_touch(
    application: Application, officer: User
) -> None:
    first = save(application, officer, "forankring", "Text ett")
    save(application, officer, "forankring", "Text två", seen=first)
    untouched, mine = question(application, "forankring"), question(application, "behovsinventering")
    save_answers(
        response=application.response,
        values={untouched: "Text ett", mine: "Behovet"},
        seen={untouched: 1, mine: 0},
        by=officer,
        at=timezone.now(),
    )
    answers = {answer.question.key: answer.value for answer in Answer.objects.select_related("question")}
    assert answers == {"forankring": "Text två", "behovsinventering": "Behovet"}


def test_emptying_an_answer_is_a_change_of_its_own(application: Application, officer: User) -> None:
    revision = save(application, officer, "forankring", "Text")
    save(application, officer, "forankring", "", seen=revision)
    assert Answer.objects.get().value == ""
    assert AnswerVersion.objects.count() == 2


def test_what_is_typed_wrong_is_kept_and_told(application: Application, officer: User) -> None:
    save(application, officer, "budget", {"salaries": {"2026": "-5", "2027": "abc"}})
    reader = ResponseReader(application.response)
    problem = reader.problem(question(application, "budget"))
    assert problem is not None
    assert "”-5” är negativt" in problem.message
    assert "”abc” är inte ett tal" in problem.message
    assert Answer.objects.get().value["salaries"] == {"2026": "-5", "2027": "abc"}


def test_follow_up_question_is_asked_only_after_its_answer(application: Application, officer: User) -> None:
    follow_up = question(application, "nulage")
    assert not ResponseReader(application.response).is_asked(follow_up)
    save(application, officer, "har_resurscentrum", "yes")
    assert ResponseReader(application.response).is_asked(follow_up)


def test_incomplete_response_is_refused_with_every_problem(application: Application, officer: User) -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY, application.organisation)
    with pytest.raises(IncompleteResponseError) as refused:
        submit_response(response=application.response, by=signatory, at=timezone.now())
    keys = {problem.question.key for problem in refused.value.problems}
    assert {"budget", "behovsinventering", "finansieringsplan"} <= keys
    assert "budgetkommentar" not in keys
    assert "nulage" not in keys


def test_nothing_is_written_after_submission(officer: User) -> None:
    application = make_draft(make_call(), officer)
    signatory = make_user(Role.COUNTY_SIGNATORY, application.organisation)
    submit_response(response=application.response, by=signatory, at=timezone.now())
    with pytest.raises(NotOpenForAnswersError):
        save(application, officer, "forankring", "För sent", seen=1)


def section_url(application: Application, section: str = "behov") -> str:
    return reverse("grants:application_section", args=[application.pk, section])


def test_section_page_saves_and_goes_on(client: Client, application: Application, officer: User) -> None:
    client.force_login(officer)
    answer = client.post(
        section_url(application),
        {
            "behovsinventering": "Rad ett\r\nRad två",
            "har_resurscentrum": "no",
            "forankring": "Hög",
            "rev_forankring": "0",
        },
    )
    assert answer["Location"] == section_url(application, "organisation")
    assert ResponseReader(application.response).value_of("behovsinventering") == "Rad ett\nRad två"


def test_section_page_shows_both_texts_when_somebody_was_first(
    client: Client, application: Application, officer: User
) -> None:
    colleague = make_user(Role.COUNTY_SIGNATORY, application.organisation)
    save(application, colleague, "forankring", "Kollegans text")
    client.force_login(officer)
    page = client.post(section_url(application), {"forankring": "Min text", "rev_forankring": "0"})
    text = page.content.decode()
    assert page.status_code == 409
    assert "Min text" in text
    assert "Kollegans text" in text
    assert 'name="rev_forankring" value="1"' in text
    again = client.post(section_url(application), {"forankring": "Min text", "rev_forankring": "1", "overview": "1"})
    assert again.status_code == 302
    assert ResponseReader(application.response).value_of("forankring") == "Min text"


def test_autosave_answers_with_revisions_and_tells_of_a_conflict(
    client: Client, application: Application, officer: User
) -> None:
    client.force_login(officer)
    accept = {"HTTP_ACCEPT": "application/json"}
    saved = client.post(section_url(application), {"forankring": "Ett", "rev_forankring": "0"}, **accept)
    assert saved.json()["revisions"] == {"rev_forankring": 1}
    refused = client.post(section_url(application), {"forankring": "Två", "rev_forankring": "0"}, **accept)
    assert refused.status_code == 409
    assert "Någon annan" in refused.json()["message"]


def test_wrong_file_keeps_the_rest_of_the_form(client: Client, application: Application, officer: User) -> None:
    client.force_login(officer)
    page = client.post(
        section_url(application, "organisation"),
        {"huvudman": "Barnahus", "avsiktsforklaringar": SimpleUploadedFile("avsikt.pdf", b"inte en pdf")},
    )
    text = page.content.decode()
    assert "inte att öppna som PDF" in text
    assert "Barnahus" in text
    assert ResponseReader(application.response).value_of("huvudman") == "Barnahus"


def test_right_file_is_kept_and_can_be_fetched(client: Client, application: Application, officer: User) -> None:
    client.force_login(officer)
    content = pdf_bytes()
    client.post(
        section_url(application, "organisation"),
        {"avsiktsforklaringar": SimpleUploadedFile("avsikt.pdf", content), "overview": "1"},
    )
    kept = application.response.files.get()
    answer = client.get(reverse("grants:application_file", args=[application.pk, kept.pk]))
    assert body_of(answer) == content


def test_too_large_file_is_let_go_and_the_text_is_kept(
    client: Client, application: Application, officer: User, settings: Any
) -> None:
    settings.MAX_FILE_BYTES = 1000
    client.force_login(officer)
    page = client.post(
        section_url(application, "organisation"),
        {"huvudman": "Barnahus", "avsiktsforklaringar": SimpleUploadedFile("stor.pdf", b"x" * 200_000)},
    )
    assert "för stor" in page.content.decode()
    assert ResponseReader(application.response).value_of("huvudman") == "Barnahus"


def test_request_of_three_gigabytes_is_answered_without_being_read(client: Client, officer: User) -> None:
    client.force_login(officer)
    page = client.post("/", b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(3 * 1024**3))
    assert page.status_code == 413
    assert "20" in page.content.decode()


def test_history_shows_every_version(client: Client, application: Application, officer: User) -> None:
    revision = save(application, officer, "forankring", "Första texten")
    save(application, officer, "forankring", "Andra texten", seen=revision)
    client.force_login(officer)
    text = client.get(reverse("grants:application_history", args=[application.pk])).content.decode()
    assert text.index("Andra texten") < text.index("Första texten")


def upload(client: Client, application: Application, name: str) -> None:
    client.post(
        section_url(application, "organisation"),
        {
            "avsiktsforklaringar": SimpleUploadedFile(name, pdf_bytes()),
            "overview": "1",
            "rev_avsiktsforklaringar": revision(),
        },
    )


def revision() -> int:
    answer = Answer.objects.filter(question__key="avsiktsforklaringar").first()
    return answer.revision if answer else 0


def test_nch_reads_the_submitted_file_and_not_the_one_that_was_taken_away(client: Client) -> None:
    signatory, officer = make_user(Role.COUNTY_SIGNATORY), make_user(Role.NCH_OFFICER)
    application = make_draft(make_call(), signatory)
    client.force_login(signatory)
    upload(client, application, "första.pdf")
    upload(client, application, "andra.pdf")
    first, second = application.response.files.order_by("pk")
    client.post(section_url(application, "organisation"), {"remove": str(first.pk)})
    assert Answer.objects.get(question__key="avsiktsforklaringar").value == [second.pk]
    submit_application(application=application, by=signatory, at=timezone.now())
    declare_impartial(application, officer, at=timezone.now())
    client.force_login(officer)
    statuses = []
    for kept in (first, second):
        answer = client.get(reverse("grants:application_file", args=[application.pk, kept.pk]))
        statuses.append(answer.status_code)
        answer.close()
    assert statuses == [404, 200]
    assert AuditEvent.objects.filter(action="read", actor_id=officer.pk, subject_id=str(second.pk)).exists()


def test_file_of_another_application_cannot_be_taken_away(client: Client, application: Application) -> None:
    stranger = make_user(Role.COUNTY_OFFICER, make_organisation("county_board", county=make_county("21", "Gävleborg")))
    others = make_draft(application.call, stranger, complete=False)
    client.force_login(stranger)
    upload(client, others, "deras.pdf")
    client.force_login(make_user(Role.COUNTY_OFFICER, application.organisation))
    theirs = others.response.files.get()
    answer = client.post(section_url(application, "organisation"), {"remove": str(theirs.pk)})
    assert answer.status_code == 404
    assert others.response.answers.get(question__key="avsiktsforklaringar").value == [theirs.pk]


def test_two_files_in_one_upload_are_both_kept_and_the_faulty_third_is_told(
    client: Client, application: Application, officer: User
) -> None:
    client.force_login(officer)
    files = [SimpleUploadedFile("a.pdf", pdf_bytes()), SimpleUploadedFile("b.pdf", pdf_bytes())]
    faulty = SimpleUploadedFile("c.pdf", b"ingen pdf")
    page = client.post(section_url(application, "organisation"), {"avsiktsforklaringar": [*files, faulty]})
    assert "c.pdf: Filen går inte att öppna som PDF" in page.content.decode()
    assert [file.name for file in application.response.files.order_by("pk")] == ["a.pdf", "b.pdf"]
    assert len(Answer.objects.get(question__key="avsiktsforklaringar").value) == 2


def test_table_grows_without_javascript_and_keeps_its_rows(
    client: Client, application: Application, officer: User
) -> None:
    client.force_login(officer)
    cells = {
        "parter__0__part": "Regionen",
        "parter__0__atagande": "Lokaler",
        "parter__0__daterad": "",
        "more": "parter",
    }
    answer = client.post(section_url(application, "organisation"), cells)
    assert answer["Location"] == f"{section_url(application, 'organisation')}#id_parter"
    cells = {"parter__0__part": "Regionen", "parter__2__part": "", "parter__7__part": "Polisen", "rev_parter": "1"}
    client.post(section_url(application, "organisation"), {**cells, "overview": "1"})
    value = ResponseReader(application.response).value_of("parter")
    assert [row["part"] for row in value] == ["Regionen", "Polisen"]
    assert 'name="parter__2__part"' in client.get(section_url(application, "organisation")).content.decode()


def test_two_people_in_one_table_meet_both_texts(client: Client, application: Application, officer: User) -> None:
    colleague = make_user(Role.COUNTY_SIGNATORY, application.organisation)
    save(application, colleague, "parter", [{"part": "Kollegans part", "atagande": "", "daterad": ""}])
    client.force_login(officer)
    fields = {"parter__0__part": "Min part", "rev_parter": "0"}
    page = client.post(section_url(application, "organisation"), fields)
    assert page.status_code == 409
    assert "Min part" in page.content.decode()
    assert "Kollegans part" in page.content.decode()


def test_attachment_becomes_a_document_of_the_case(client: Client, background: Any) -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    application = make_draft(make_call(), signatory)
    client.force_login(signatory)
    upload(client, application, "avsikt.pdf")
    with background():
        submit_application(application=application, by=signatory, at=timezone.now())
    assert application.case is not None
    assert [d.title for d in application.case.documents.all()] == ["Ansökan", "Ansökan, bilaga 1: avsikt.pdf"]


def test_file_for_a_submitted_response_is_not_kept(client: Client) -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    application = make_draft(make_call(), signatory)
    submit_application(application=application, by=signatory, at=timezone.now())
    client.force_login(signatory)
    upload(client, application, "för sent.pdf")
    assert not application.response.files.exists()


def test_withdrawn_draft_takes_no_more_text(application: Application, officer: User) -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY, application.organisation)
    withdraw_application(application=application, by=signatory, at=timezone.now())
    with pytest.raises(NotOpenForAnswersError):
        save(application, officer, "forankring", "Mer text")


def test_nul_is_dropped_and_what_no_form_needs_is_told_and_not_saved(
    client: Client, application: Application, officer: User
) -> None:
    client.force_login(officer)
    # The question asks for at most 6 000 characters.
    fields = {"forankring": "a\x00b", "behovsinventering": "x" * 18_001}
    page = client.post(section_url(application), fields)
    assert "orimligt lång" in page.content.decode()
    reader = ResponseReader(application.response)
    assert (reader.value_of("forankring"), reader.value_of("behovsinventering")) == ("ab", None)


def test_submitted_response_is_final_in_the_database() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    application = make_draft(make_call(), signatory)
    submit_response(response=application.response, by=signatory, at=timezone.now())
    with pytest.raises(DatabaseError, match="row is final"), transaction.atomic():
        type(application.response).objects.filter(pk=application.response.pk).update(changed_at=timezone.now())
