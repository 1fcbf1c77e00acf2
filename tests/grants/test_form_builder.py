"""The pages on which a call's form is built, previewed and rehearsed, walked as an officer walks them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.enums import CallPart
from grants.models import Application, FundingCall
from grants.selectors.calls import missing_in
from grants.services.call_copies import copy_call
from grants.services.calls import content_of, publish_call, save_call
from grants.services.errors import GrantError
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.questionnaires.models import Answer, AnswerFile, Question, Response, Section
from tests.factories.accounts import make_user
from tests.factories.grants import call_input, make_call, make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return make_user(Role.NCH_OFFICER)


@pytest.fixture
def client(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def call(officer: User) -> FundingCall:
    return save_call(content=call_input(), by=officer, at=timezone.now())


def address(call: FundingCall, page: str = "", *args: Any) -> str:
    return reverse(f"grants:call_form{page}", args=[call.pk, *args])


def questions(call: FundingCall) -> dict[str, Question]:
    return {question.key: question for question in Question.objects.filter(section__version=call.version)}


def test_new_call_has_a_draft_form_that_follows_its_budget_years(call: FundingCall, officer: User) -> None:
    assert call.version is not None
    assert call.version.frozen_at is None
    assert questions(call)["budget"].options["columns"] == [["2026", "2026"], ["2027", "2027"]]
    save_call(content=call_input(budgets={2029: 5}), call=call, by=officer, at=timezone.now())
    assert questions(call)["budget"].options["columns"] == [["2029", "2029"]]
    assert missing_in(call, at=timezone.now()) == []


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("text", {"max_length": "80"}, {}),
        ("long_text", {"max_length": "", "kind": "long_text"}, {}),
        (
            "choice",
            {"choices": "Ja\nNej\nVet inte"},
            {"choices": [["ja", "Ja"], ["nej", "Nej"], ["vet_inte", "Vet inte"]]},
        ),
        ("multiple", {"choices": "A\nB"}, {"choices": [["a", "A"], ["b", "B"]]}),
        ("yes_no", {}, {}),
        ("number", {}, {}),
        ("money", {}, {}),
        ("date", {}, {}),
        ("file", {"many": "on"}, {"many": True}),
        ("money_grid", {"rows": "Lön", "columns": "2026"}, {"rows": [["lon", "Lön"]], "columns": [["2026", "2026"]]}),
        (
            "table",
            {"column_1": "Part", "type_1": "text", "column_2": "Daterad", "type_2": "date"},
            {"columns": [["part", "Part", "text"], ["daterad", "Daterad", "date"]]},
        ),
    ],
)
def test_question_of_every_kind_is_added_shown_and_edited(
    client: Client, call: FundingCall, kind: str, values: dict[str, str], expected: dict[str, Any]
) -> None:
    section = Section.objects.get(version=call.version, key="behov")
    new = f"{address(call, '_question_new', section.pk)}?slag={kind}"
    assert client.get(new).status_code == 200
    posted = {"label": "En ny fråga", "hint": "Hjälp", "required": "on", "kind": kind, **values}
    answer = client.post(new, posted)
    assert answer.status_code == 302, answer.context["form"].errors
    made = questions(call)["en_ny_fraga"]
    assert (made.kind, made.options, made.hint, made.required) == (kind, expected, "Hjälp", True)
    page = client.get(address(call, "_question", made.pk))
    assert page.context["form"].fields
    kept = {bound.name: bound.value() for bound in page.context["form"] if bound.value() not in (None, False)}
    again = client.post(
        address(call, "_question", made.pk), {**kept, "seen": page.context["seen"], "label": "Omformulerad"}
    )
    assert again.status_code == 302, again.context["form"].errors
    made.refresh_from_db()
    assert (made.label, made.options, made.key) == ("Omformulerad", expected, "en_ny_fraga")
    assert missing_in(call, at=timezone.now()) == []
    assert "Omformulerad" in client.get(address(call, "_preview")).content.decode()
    assert client.get(address(call, "_rehearsal_section", "behov")).status_code == 200


def test_question_with_too_few_or_double_choices_comes_back_with_what_was_typed(
    client: Client, call: FundingCall
) -> None:
    section = Section.objects.get(version=call.version, key="behov")
    for choices, reason in (("Bara en", "minst 2"), ("Lika\nLika", "flera gånger")):
        page = client.post(
            f"{address(call, '_question_new', section.pk)}?slag=choice", {"label": "Min fråga", "choices": choices}
        ).content.decode()
        assert reason in page
        assert "Min fråga" in page
    assert "min_fraga" not in questions(call)


def test_follow_up_question_is_offered_the_answers_before_it(client: Client, call: FundingCall) -> None:
    section = Section.objects.get(version=call.version, key="behov")
    posted = {"label": "Vilket?", "shown_when": "har_resurscentrum=no", "kind": "text"}
    assert client.post(f"{address(call, '_question_new', section.pk)}?slag=text", posted).status_code == 302
    made = questions(call)["vilket"]
    assert (made.shown_when_key, made.shown_when_value, made.required) == ("har_resurscentrum", "no", False)
    later = {**posted, "shown_when": "finansieringslage=secured"}
    assert client.post(f"{address(call, '_question_new', section.pk)}?slag=text", later).status_code == 200
    assert "Visas när svaret på" in client.get(address(call)).content.decode()


def test_steps_move_copy_and_remove_and_say_why_not(client: Client, call: FundingCall) -> None:
    rows = questions(call)
    url = address(call, "_step")
    client.post(url, {"step": f"down:question:{rows['behovsinventering'].pk}"})
    keys = list(Question.objects.filter(section=rows["forankring"].section).values_list("key", flat=True))
    assert keys[:2] == ["har_resurscentrum", "behovsinventering"]
    answer = client.post(url, {"step": f"remove:question:{rows['budget'].pk}"}, follow=True)
    assert "kan inte tas bort" in answer.content.decode()
    client.post(url, {"step": f"remove:question:{rows['forankring'].pk}"})
    client.post(url, {"step": f"copy:question:{rows['behovsinventering'].pk}"})
    left = questions(call)
    assert "budget" in left
    assert "forankring" not in left
    assert len(left) == len(rows)
    for nonsense in ("", "up:question:x", "up:answer:1", "up:question:999999"):
        assert client.post(url, {"step": nonsense}).status_code in (302, 404)


def test_question_of_another_call_is_not_reached_through_this_one(
    client: Client, call: FundingCall, officer: User
) -> None:
    other = save_call(content=call_input(), by=officer, at=timezone.now())
    theirs = questions(other)["forankring"]
    assert client.get(address(call, "_question", theirs.pk)).status_code == 404
    assert client.post(address(call, "_step"), {"step": f"remove:question:{theirs.pk}"}).status_code == 404
    assert "forankring" in questions(other)


def test_form_with_faults_is_not_published_and_each_is_listed_with_a_link(
    client: Client, call: FundingCall, officer: User
) -> None:
    client.post(address(call, "_section_new"), {"title": "Tomt avsnitt"})
    with pytest.raises(GrantError, match="Tomt avsnitt"):
        publish_call(call=call, by=officer, at=timezone.now())
    made = Section.objects.get(version=call.version, title="Tomt avsnitt")
    overview = client.get(address(call)).content.decode()
    assert f'href="{address(call, "_section", made.pk)}"' in overview
    assert [fault.part for fault in missing_in(call, at=timezone.now())] == [CallPart.FORM]
    answer = client.post(reverse("grants:call_publish", args=[call.pk]), follow=True)
    assert "Utlysningen är inte publicerad." in answer.content.decode()
    call.refresh_from_db()
    assert call.published_at is None


def test_published_form_is_locked_on_every_page(client: Client) -> None:
    call = make_call()
    section = Section.objects.filter(version=call.version)[0]
    before = [q.label for q in Question.objects.filter(section__version=call.version)]
    assert "Formuläret är låst" in client.get(address(call)).content.decode()
    for page, args, posted in (
        ("_section_new", [], {"title": "x"}),
        ("_section", [section.pk], {"title": "x"}),
        ("_question", [section.questions.all()[0].pk], {"label": "x", "kind": "text", "section": section.pk}),
    ):
        assert client.post(address(call, page, *args), posted).status_code == 409
    client.post(address(call, "_step"), {"step": f"remove:section:{section.pk}"})
    assert [q.label for q in Question.objects.filter(section__version=call.version)] == before


def test_rehearsal_shows_errors_and_follow_ups_and_writes_nothing(client: Client, call: FundingCall) -> None:
    rows = questions(call)
    url = address(call, "_rehearsal_section", "behov")
    assert rows["nulage"].label not in client.get(url).content.decode()
    answer = client.post(url, {"har_resurscentrum": "no", "behovsinventering": "Ja", "forankring": ""})
    assert answer.status_code == 200
    assert [*answer.context["form"].errors] == ["forankring"]
    assert "data-error-summary" in answer.content.decode()
    answer = client.post(url, {"har_resurscentrum": "yes", "behovsinventering": "Ja", "forankring": "Ja"})
    assert answer["Location"] == url
    page = client.get(url).content.decode()
    assert rows["nulage"].label in page
    answer = client.post(url, {"har_resurscentrum": "yes", "behovsinventering": "Ja", "forankring": "J", "nulage": "N"})
    assert answer["Location"] == address(call, "_rehearsal_section", "organisation")
    pdf = SimpleUploadedFile("fel.pdf", b"ingen pdf", content_type="application/pdf")
    refused = client.post(address(call, "_rehearsal_section", "organisation"), {"bilagor": pdf, "huvudman": "Barnahus"})
    assert "inte att öppna som PDF" in refused.content.decode()
    budget = {"budget__salaries__2026": "100 000", "budget__travel__2027": "2,50"}
    client.post(address(call, "_rehearsal_section", "budget"), budget)
    assert "100 000" in client.get(address(call, "_rehearsal_section", "budget")).content.decode()
    checked = client.get(f"{address(call, '_rehearsal')}?kontrollera=1").content.decode()
    assert "Det går inte att lämna in ännu" in checked
    assert "ingen ansökan" in checked
    for model in (Response, Answer, AnswerFile, Application):
        assert not model._default_manager.exists()
    colleague = Client()
    colleague.force_login(make_user(Role.NCH_OFFICER))
    assert "100 000" not in colleague.get(address(call, "_rehearsal_section", "budget")).content.decode()
    client.post(address(call, "_rehearsal_end"))
    assert "100 000" not in client.get(address(call, "_rehearsal_section", "budget")).content.decode()


def test_call_with_a_form_of_its_own_is_applied_to_with_that_form(
    client: Client, call: FundingCall, officer: User
) -> None:
    section = Section.objects.get(version=call.version, key="behov")
    client.post(f"{address(call, '_question_new', section.pk)}?slag=yes_no", {"label": "Helt ny?", "required": "on"})
    publish_call(call=call, by=officer, at=timezone.now())
    call.refresh_from_db()
    signatory = make_user(Role.COUNTY_SIGNATORY)
    application = make_draft(call, signatory)
    county = Client()
    county.force_login(signatory)
    page = county.get(reverse("grants:application_section", args=[application.pk, "behov"]))
    assert "Helt ny?" in page.content.decode()
    copied = copy_call(call=call, by=officer, at=timezone.now())
    assert "helt_ny" in questions(copied)
    assert content_of(copied).budgets.keys() == {2027, 2028}
    assert questions(copied)["budget"].options["columns"] == [["2027", "2027"], ["2028", "2028"]]


def test_budget_with_overhead_is_not_among_the_kinds_to_add(client: Client, call: FundingCall) -> None:
    section = Section.objects.get(version=call.version, key="behov")
    new = f"{address(call, '_question_new', section.pk)}?slag=budget_grid"
    assert "?slag=budget_grid" not in client.get(new).content.decode()
    client.post(new, {"label": "Min budget", "required": "on"})
    assert "min_budget" not in questions(call)
