"""Writing a draft of a form: keys stay, what hangs together is not torn apart, faults are found with their place."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from nch.accounts.enums import Right, Role
from nch.accounts.models import User
from nch.questionnaires.builder.checks import faults_in
from nch.questionnaires.builder.drafts import FormDraft
from nch.questionnaires.builder.keys import coded, new_key
from nch.questionnaires.builder.services import (
    BuilderError,
    QuestionInput,
    StaleQuestionError,
    copy_question,
    copy_version,
    move_question,
    move_section,
    question_state,
    remove_question,
    remove_section,
    save_question,
    save_section,
)
from nch.questionnaires.definitions import QuestionDefinition as Q
from nch.questionnaires.definitions import SectionDefinition
from nch.questionnaires.enums import QuestionKind as Kind
from nch.questionnaires.models import Question, Section
from nch.questionnaires.versions import create_version, freeze_version
from tests.factories.accounts import make_organisation, make_user

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 3, 2, 10, tzinfo=datetime.UTC)


@pytest.fixture
def officer() -> User:
    return make_user(Role.NCH_OFFICER)


@pytest.fixture
def draft(officer: User) -> FormDraft:
    """A form of two sections; `varfor` is asked when `finns` is answered yes, and `summa` is fixed."""
    follow_up = Q("varfor", "Varför?", shown_when=("finns", "yes"))
    sections = [
        SectionDefinition("ett", "Ett", "", [Q("finns", "Finns det?", Kind.YES_NO), follow_up]),
        SectionDefinition("tva", "Två", "", [Q("summa", "Summa", Kind.MONEY)]),
    ]
    version = create_version(key="prov", title="Prov", sections=sections)
    return FormDraft(version, make_organisation("nch").pk, Right.MANAGE_CALLS, frozenset({"summa"}))


def question(draft: FormDraft, key: str) -> Question:
    return Question.objects.get(section__version=draft.version, key=key)


def section(draft: FormDraft, key: str) -> Section:
    return Section.objects.get(version=draft.version, key=key)


def order(draft: FormDraft) -> list[tuple[str, list[str]]]:
    sections = Section.objects.filter(version=draft.version).order_by("position")
    return [(s.key, [q.key for q in s.questions.order_by("position")]) for s in sections]


def faults(draft: FormDraft) -> list[str]:
    return [fault.message for fault in faults_in(draft.version, fixed_keys=draft.fixed_keys)]


def test_sections_and_questions_are_added_with_keys_that_stay(draft: FormDraft, officer: User) -> None:
    new = save_section(draft=draft, title="Mål & åtgärder", introduction="", by=officer, at=NOW)
    assert new.key == "mal_atgarder"
    content = QuestionInput(new, Kind.TEXT, "Vilka är målen?", "Kort.", max_length=80)
    made = save_question(draft=draft, content=content, by=officer, at=NOW)
    again = save_question(draft=draft, content=content, by=officer, at=NOW)
    assert (made.key, again.key) == ("vilka_ar_malen", "vilka_ar_malen_2")
    reworded = QuestionInput(new, Kind.LONG_TEXT, "Vad vill ni nå?")
    saved = save_question(draft=draft, content=reworded, question=made, by=officer, at=NOW)
    assert (saved.key, saved.label, saved.kind, saved.max_length) == (
        "vilka_ar_malen",
        "Vad vill ni nå?",
        Kind.LONG_TEXT,
        None,
    )
    assert order(draft)[-1] == ("mal_atgarder", ["vilka_ar_malen", "vilka_ar_malen_2"])


def test_sections_and_questions_move_one_step_and_stop_at_the_end(draft: FormDraft, officer: User) -> None:
    shared: dict[str, Any] = {"draft": draft, "by": officer, "at": NOW}
    for _ in range(2):
        move_section(section=section(draft, "tva"), way="up", **shared)
    assert [key for key, _ in order(draft)] == ["tva", "ett"]
    move_question(question=question(draft, "finns"), way="down", **shared)
    assert order(draft)[1] == ("ett", ["varfor", "finns"])
    assert faults(draft) == ["Frågan ”Varför?” visas beroende på en fråga som inte kommer före den."]
    move_question(question=question(draft, "varfor"), way="up", **shared)
    assert order(draft)[1] == ("ett", ["varfor", "finns"])


def test_copy_comes_right_after_under_a_key_of_its_own(draft: FormDraft, officer: User) -> None:
    copy = copy_question(draft=draft, question=question(draft, "finns"), by=officer, at=NOW)
    assert (copy.kind, copy.label) == (Kind.YES_NO, "Finns det? (kopia)")
    assert order(draft)[0] == ("ett", ["finns", copy.key, "varfor"])
    copy_question(draft=draft, question=question(draft, "varfor"), by=officer, at=NOW)
    with pytest.raises(BuilderError, match="bara ställas en gång"):
        copy_question(draft=draft, question=question(draft, "summa"), by=officer, at=NOW)
    assert faults(draft) == []


def test_what_another_question_hangs_on_and_what_is_fixed_is_not_removed(draft: FormDraft, officer: User) -> None:
    shared: dict[str, Any] = {"draft": draft, "by": officer, "at": NOW}
    with pytest.raises(BuilderError, match="visas beroende på svaret"):
        remove_question(question=question(draft, "finns"), **shared)
    with pytest.raises(BuilderError, match="kan inte tas bort"):
        remove_section(section=section(draft, "tva"), **shared)
    before = order(draft)
    remove_section(section=section(draft, "ett"), **shared)
    assert before != order(draft) == [("tva", ["summa"])]


def test_fixed_question_is_only_reworded(draft: FormDraft, officer: User) -> None:
    content = QuestionInput(section(draft, "ett"), Kind.TEXT, "Belopp", required=False, shown_when=("finns", "yes"))
    saved = save_question(draft=draft, content=content, question=question(draft, "summa"), by=officer, at=NOW)
    assert (saved.label, saved.kind, saved.required, saved.shown_when_key) == ("Belopp", Kind.MONEY, True, "")


def test_frozen_form_is_not_changed_and_nobody_else_writes_it(draft: FormDraft, officer: User) -> None:
    with pytest.raises(PermissionDenied):
        save_section(draft=draft, title="x", introduction="", by=make_user(Role.COUNTY_SIGNATORY), at=NOW)
    freeze_version(draft.version, at=NOW)
    with pytest.raises(BuilderError, match="låst"):
        save_section(draft=draft, title="x", introduction="", by=officer, at=NOW)
    assert [key for key, _ in order(draft)] == ["ett", "tva"]


def test_question_that_somebody_else_has_changed_is_not_written_over(draft: FormDraft, officer: User) -> None:
    seen = question_state(question(draft, "finns"))
    shared: dict[str, Any] = {"draft": draft, "seen": seen, "by": officer, "at": NOW}
    first = QuestionInput(section(draft, "ett"), Kind.YES_NO, "Först")
    save_question(content=first, question=question(draft, "finns"), **shared)
    with pytest.raises(StaleQuestionError):
        save_question(
            content=QuestionInput(section(draft, "ett"), Kind.YES_NO, "Sedan"),
            question=question(draft, "finns"),
            **shared,
        )
    assert question(draft, "finns").label == "Först"


@pytest.mark.parametrize(
    ("kind", "options", "shown_when", "fault"),
    [
        (Kind.CHOICE, {"choices": [["a", "A"]]}, ("", ""), "minst 2 svarsalternativ"),
        (Kind.MONEY_GRID, {"rows": [["a", "A"]], "columns": []}, ("", ""), "minst en rad och en kolumn"),
        (Kind.TABLE, {}, ("", ""), "minst en kolumn"),
        (Kind.TEXT, {}, ("finns", "kanske"), "ett svar som inte längre finns"),
        (Kind.TEXT, {}, ("summa", "1"), "kommer före den"),
    ],
)
def test_fault_is_found_with_its_place(
    draft: FormDraft, officer: User, kind: Kind, options: dict[str, Any], shown_when: tuple[str, str], fault: str
) -> None:
    content = QuestionInput(section(draft, "ett"), kind, "Ny", options=options, shown_when=shown_when)
    made = save_question(draft=draft, content=content, by=officer, at=NOW)
    (found,) = faults_in(draft.version, fixed_keys=draft.fixed_keys)
    assert fault in found.message
    assert found.question == made


def test_empty_section_empty_form_and_missing_fixed_question_are_faults(draft: FormDraft, officer: User) -> None:
    save_section(draft=draft, title="Tomt", introduction="", by=officer, at=NOW)
    Question.objects.filter(key="summa").delete()
    assert faults(draft) == [
        "Avsnittet ”Två” har inga frågor.",
        "Avsnittet ”Tomt” har inga frågor.",
        "Frågan ”summa” saknas. Den behövs.",
    ]
    assert [f.message for f in faults_in(create_version(key="x", title="x", sections=[]))] == [
        "Formuläret har inga avsnitt."
    ]


def test_copied_version_says_the_same_and_is_independent(draft: FormDraft, officer: User) -> None:
    freeze_version(draft.version, at=timezone.now())
    copy = copy_version(draft.version, key="prov", title="Prov")
    assert (copy.number, copy.frozen_at) == (2, None)
    other = FormDraft(copy, draft.owner_id, draft.right)
    assert order(other) == order(draft)
    remove_section(draft=other, section=section(other, "ett"), by=officer, at=NOW)
    assert [key for key, _ in order(draft)] == ["ett", "tva"]


@given(st.lists(st.text(min_size=1, max_size=70), max_size=8))
def test_new_keys_are_slugs_and_never_taken(labels: list[str]) -> None:
    taken: set[str] = set()
    for label in labels:
        key = new_key(label, taken, otherwise="fraga")
        assert key not in taken
        assert len(key) <= 50
        assert key.replace("_", "a").isalnum()
        assert key.isascii()
        taken.add(key)


labels = st.lists(st.sampled_from(["Ja", "Nej", "Kanske", "Åtta", "Ätta", "Övrigt", "!"]), unique=True, max_size=5)


@given(labels, labels)
def test_codes_are_unique_and_kept_where_the_label_was_there(before: list[str], after: list[str]) -> None:
    first = coded(before, [])
    second = coded(after, [list(pair) for pair in first])
    assert [label for _, label in second] == after
    assert len({code for code, _ in second}) == len(second)
    known = {label: code for code, label in first}
    assert all(code == known[label] for code, label in second if label in known)


def test_reworded_choice_keeps_its_code() -> None:
    before = [["ja", "Ja"], ["nej", "Nej"]]
    assert coded(["Ja, helt", "Nej"], before) == [("ja", "Ja, helt"), ("nej", "Nej")]
    assert coded(["Ja", "Delvis", "Nej"], before) == [("ja", "Ja"), ("delvis", "Delvis"), ("nej", "Nej")]
