"""Who else is in the draft, what each version changed, answers from an earlier response, and the draft as PDF."""

import datetime
import io
import itertools
import random
import time
from typing import Any

import pdfplumber
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grants.models import Application
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.demo.build import budget
from nch.questionnaires.carry_over import carry_over
from nch.questionnaires.differences import ADDED, REMOVED, Effort, difference, word_parts
from nch.questionnaires.models import Answer, Presence
from nch.questionnaires.presence import SHOWN_FOR, note_presence, others_present
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError, save_answers
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.grants import make_call, make_draft, make_submitted
from tests.http import body_of

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def signatory() -> User:
    return make_user(Role.COUNTY_SIGNATORY)


@pytest.fixture
def application(signatory: User) -> Application:
    return make_draft(make_call(), signatory, complete=False)


def write(application: Application, by: User, key: str, value: Any) -> None:
    reader = ResponseReader(application.response, draft=True)
    asked = next(question for question in reader.questions if question.key == key)
    seen = {asked: reader.answers[asked.pk].revision if asked.pk in reader.answers else 0}
    save_answers(response=application.response, values={asked: value}, seen=seen, by=by, at=timezone.now())


# --- Presence
def test_colleague_is_seen_in_the_section_until_the_page_is_silent(application: Application, signatory: User) -> None:
    colleague = make_user(Role.COUNTY_OFFICER, application.organisation)
    now, sections = timezone.now(), ResponseReader(application.response).sections
    note_presence(application.response, section="behov", by=colleague, at=now)
    note_presence(application.response, section="", by=signatory, at=now)
    text = others_present(application.response, sections, besides=signatory, at=now)
    assert text == f"Har också utkastet öppet just nu: {colleague.display_name} (Behov och förankring)."
    assert others_present(application.response, sections, besides=signatory, at=now + SHOWN_FOR) == ""


def test_presence_is_written_at_most_every_twenty_seconds(application: Application, signatory: User) -> None:
    now = timezone.now()
    for seconds in (0, 5, 19):
        note_presence(application.response, section="behov", by=signatory, at=now + seconds * SECOND)
    assert Presence.objects.get().seen_at == now
    note_presence(application.response, section="budget", by=signatory, at=now + 19 * SECOND)
    assert Presence.objects.get().section_key == "budget"
    note_presence(application.response, section="budget", by=signatory, at=now + 60 * SECOND)
    assert Presence.objects.get().seen_at == now + 60 * SECOND


def test_pages_tell_who_else_is_there(client: Client, application: Application, signatory: User) -> None:
    colleague = make_user(Role.COUNTY_OFFICER, application.organisation)
    section = reverse("grants:application_section", args=[application.pk, "behov"])
    client.force_login(colleague)
    client.get(section)
    client.force_login(signatory)
    assert colleague.display_name in client.get(section).content.decode()
    assert colleague.display_name in client.get(f"{section}?narvaro=1").json()["others"]
    overview = reverse("grants:application_detail", args=[application.pk])
    assert colleague.display_name in client.get(overview).content.decode()
    client.force_login(make_user(Role.APPLICANT_SIGNATORY))
    assert client.get(f"{section}?narvaro=1").status_code == 404


# --- Differences
def test_words_that_differ_are_parts_and_both_texts_can_be_put_together_again() -> None:
    before, after = (
        "Styrgruppen möts varje månad.\nAlla deltar.",
        "Styrgruppen möts varje kvartal.\nAlla deltar alltid.",
    )
    parts = word_parts(before, after)
    assert "".join(part.text for part in parts if part.kind != ADDED) == before
    assert "".join(part.text for part in parts if part.kind != REMOVED) == after
    assert [part.text.strip() for part in parts if part.kind == REMOVED] == ["månad.", "deltar."]


def _words(count: int, *, seed: int) -> str:
    """Words of which all come often, but none so often that the search leaves it out: what takes the longest."""
    chance = random.Random(seed)
    return " ".join(f"ord{chance.randrange(110)}" for _ in range(count))


def test_texts_that_would_take_a_minute_to_compare_are_shown_whole() -> None:
    before, after = _words(20_000, seed=1), _words(20_000, seed=2)
    started = time.perf_counter()
    assert [(part.kind, part.text) for part in word_parts(before, after)] == [(REMOVED, before), (ADDED, after)]
    assert time.perf_counter() - started < 3
    # Texts as people write them are compared, also when nearly all is new.
    assert len(word_parts(_words(1_000, seed=1), _words(1_000, seed=2))) > 50


def test_a_page_of_many_long_versions_shares_one_effort() -> None:
    effort = Effort(steps=100_000)
    texts = [_words(600, seed=seed) for seed in range(40)]
    compared = [len(word_parts(*pair, effort=effort)) > 2 for pair in itertools.pairwise(texts)]
    assert compared[0]
    assert not any(compared[-20:])


def test_budget_differs_cell_by_cell(application: Application) -> None:
    reader = ResponseReader(application.response)
    question = next(question for question in reader.questions if question.key == "budget")
    changed = difference(reader, question, budget([2026, 2027], 100_000), budget([2026, 2027], 110_000))
    travel = next(row for row in changed.rows if row[0].after == "Resor")
    salaries = next(row for row in changed.rows if row[0].after.startswith("Löne"))
    assert not any(cell.has_changed for cell in travel)
    assert (salaries[1].before, salaries[1].after) == ("100\u00a0000\u00a0kr", "110\u00a0000\u00a0kr")
    from_nothing = difference(reader, question, None, budget([2026, 2027], 1))
    assert from_nothing.rows[0][1].before == ""


def test_history_shows_changes_by_section_and_question(
    client: Client, application: Application, signatory: User
) -> None:
    write(application, signatory, "forankring", "Chefer är med")
    write(application, signatory, "forankring", "Alla chefer är med")
    write(application, signatory, "huvudman", "Barnahus")
    client.force_login(signatory)
    address = reverse("grants:application_history", args=[application.pk])
    text = client.get(address).content.decode()
    assert '<ins><span class="nch-visually-hidden">Tillagt: </span>Alla ' in text
    assert "Barnahus" in text
    filtered = client.get(address, {"avsnitt": "behov"}).content.decode()
    assert "Chefer är med" in filtered
    assert ">Barnahus<" not in filtered
    assert ">Barnahus<" in client.get(address, {"fraga": "huvudman"}).content.decode()


# --- Carried over
def test_only_empty_answers_are_filled_and_marked_until_they_change(signatory: User) -> None:
    earlier = make_submitted(make_call(), signatory)
    draft = make_draft(make_call(), signatory, complete=False)
    write(draft, signatory, "forankring", "Vår nya text")
    carried = carry_over(response=draft.response, earlier=earlier.response, by=signatory, at=timezone.now())
    now, then = ResponseReader(draft.response), ResponseReader(earlier.response)
    assert now.value_of("forankring") == "Vår nya text"
    for key in ("behovsinventering", "parter", "malgrupper", "budget"):
        assert now.value_of(key) == then.value_of(key)
    assert carried.notices == []
    marked = Answer.objects.filter(response=draft.response, carried_from=earlier.response)
    assert marked.count() == len(carried.questions) > 5
    write(draft, signatory, "behovsinventering", "Nytt")
    assert not marked.filter(question__key="behovsinventering").exists()
    again = carry_over(response=draft.response, earlier=earlier.response, by=signatory, at=timezone.now())
    assert again.questions == []


def test_budget_of_other_years_is_taken_by_place_and_told(signatory: User) -> None:
    earlier = make_submitted(make_call(budgets={2024: 900_000, 2025: 900_000}), signatory)
    draft = make_draft(make_call(), signatory, complete=False)
    carried = carry_over(response=draft.response, earlier=earlier.response, by=signatory, at=timezone.now())
    assert len(carried.notices) == 1
    assert "2024 till 2026, 2025 till 2027" in carried.notices[0]
    reader = ResponseReader(draft.response)
    value = reader.value_of("budget")
    assert (value["salaries"]["2026"], value["overhead"]["2027"]) == ("100000", "20000")
    question = next(question for question in reader.questions if question.key == "budget")
    assert reader.problem(question) is None


def test_budget_of_a_year_that_both_have_is_taken_for_that_year_alone(signatory: User) -> None:
    earlier = make_submitted(make_call(budgets={2025: 900_000, 2026: 900_000}), signatory)
    draft = make_draft(make_call(), signatory, complete=False)
    carry_over(response=draft.response, earlier=earlier.response, by=signatory, at=timezone.now())
    value = ResponseReader(draft.response).value_of("budget")
    assert (value["salaries"]["2026"], value["salaries"]["2027"]) == ("100000", "")


def test_nobody_takes_answers_of_another_organisation_or_into_what_is_handed_in(signatory: User) -> None:
    call = make_call()
    stranger = make_user(
        Role.COUNTY_SIGNATORY, make_organisation("county_board", county=make_county("21", "Gävleborg"))
    )
    theirs, ours = make_submitted(call, stranger), make_draft(call, signatory, complete=False)
    with pytest.raises(PermissionDenied):
        carry_over(response=ours.response, earlier=theirs.response, by=signatory, at=timezone.now())
    with pytest.raises(PermissionDenied):
        carry_over(response=theirs.response, earlier=theirs.response, by=signatory, at=timezone.now())
    with pytest.raises(NotOpenForAnswersError):
        carry_over(response=theirs.response, earlier=theirs.response, by=stranger, at=timezone.now())
    assert not ours.response.answers.exists()


def test_page_takes_over_and_shows_what_was_said_last_time(client: Client, signatory: User) -> None:
    earlier = make_submitted(make_call(), signatory)
    draft = make_draft(make_call(), signatory, complete=False)
    client.force_login(signatory)
    section = reverse("grants:application_section", args=[draft.pk, "behov"])
    assert "Svaret förra gången" in client.get(section).content.decode()
    assert earlier.submitted_at is not None
    overview = client.get(reverse("grants:application_detail", args=[draft.pk])).content.decode()
    assert f"Hämta svaren från er ansökan {earlier.submitted_at.year}" in overview
    page = client.post(reverse("grants:application_carry_over", args=[draft.pk]), follow=True)
    assert "svar hämtades" in page.content.decode()
    assert "Hämtat från det ni svarade förra gången" in client.get(section).content.decode()


# --- PDF of the draft
def test_draft_as_pdf_says_on_every_page_that_it_is_none_and_is_not_registered(client: Client, signatory: User) -> None:
    draft = make_draft(make_call(), signatory)
    client.force_login(signatory)
    answer = client.get(reverse("grants:application_preview", args=[draft.pk]))
    with pdfplumber.open(io.BytesIO(body_of(answer))) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
    assert len(texts) > 1
    assert all("UTKAST" in text for text in texts)
    draft.refresh_from_db()
    assert draft.case is None


def test_draft_longer_than_can_be_drawn_while_one_waits_is_refused(client: Client, signatory: User) -> None:
    draft = make_draft(make_call(), signatory)
    for key in ("forankring", "behovsinventering"):
        write(draft, signatory, key, "ord " * 20_000)
    client.force_login(signatory)
    answer = client.get(reverse("grants:application_preview", args=[draft.pk]), follow=True)
    assert answer.redirect_chain
    assert "kan inte visas som PDF" in answer.content.decode()
