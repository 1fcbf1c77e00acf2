"""Tables of whole numbers: empty is not 0, not applicable is a coded reason, and only what adds up is added up."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from nch.accounts.enums import Role
from nch.questionnaires.counts import NOT_APPLICABLE, ZEROS, CountGridField, CountSums
from nch.questionnaires.definitions import QuestionDefinition, SectionDefinition
from nch.questionnaires.enums import QuestionKind
from nch.questionnaires.forms import SectionForm
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import start_response
from nch.questionnaires.versions import create_version, freeze_version
from tests.factories.accounts import make_user

DEFINITION = QuestionDefinition(
    "t",
    "Tabell",
    QuestionKind.COUNT_GRID,
    rows=(("a", "Rad A"), ("b", "Rad B")),
    columns=(("x", "X"), ("y", "Y")),
    sums=("rows",),
    reasons=(("none", "Finns inte"),),
)
FULL = {"a": {"x": "1 200", "y": "0"}, "b": {"x": "3", "y": "4"}}


@pytest.fixture
def field() -> CountGridField:
    return CountGridField(DEFINITION.options, required=True)


def test_every_cell_is_read_as_swedes_write_numbers(field: CountGridField) -> None:
    assert field.clean(FULL) == {"a": {"x": 1200, "y": 0}, "b": {"x": 3, "y": 4}}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({}, "Fyll i tabellen, eller välj varför"),
        ({**FULL, "a": {"x": "1", "y": ""}}, "Rad A, y.* en tom ruta är ingen nolla"),
        ({**FULL, "a": {"x": "1,5", "y": "0"}}, "Rad A, x: Skriv ett helt tal"),
        ({**FULL, "a": {"x": "-1", "y": "0"}}, "negativt"),
        ({**FULL, "a": {"x": "8112189876", "y": "0"}}, "Rad A, x: Antalet är orimligt stort"),
        ({**FULL, NOT_APPLICABLE: {"reason": "none"}}, "Töm den, eller ta bort markeringen"),
        ({NOT_APPLICABLE: {"reason": "whim"}}, "Välj ett av skälen"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(field: CountGridField, value: Any, told: str) -> None:
    with pytest.raises(ValidationError) as error:
        field.clean(value)
    assert re.search(told, " ".join(error.value.messages))


@pytest.mark.parametrize("text", ["8112189876", "19811218-9876", "Anna", "070-123 45 67"])
def test_draft_keeps_what_is_typed_but_nothing_about_a_person(field: CountGridField, text: str) -> None:
    field.check_draft({**FULL, "a": {"x": "ungefär tolv", "y": "1 200 300"}})
    with pytest.raises(ValidationError, match="Rad A, x: Skriv ett antal"):
        field.check_draft({**FULL, "a": {"x": text, "y": ""}})
    with pytest.raises(ValidationError, match="Välj ett av skälen"):
        field.check_draft({NOT_APPLICABLE: {"reason": text}})


@pytest.mark.django_db
def test_what_may_not_be_kept_is_refused_at_its_table_and_the_rest_is_saved() -> None:
    comment = QuestionDefinition("c", "Kommentar", QuestionKind.COMMENT)
    version = create_version(key="f", title="F", sections=[SectionDefinition("s", "S", "", [DEFINITION, comment])])
    freeze_version(version, at=timezone.now())
    officer = make_user(Role.COUNTY_OFFICER)
    organisation = officer.memberships.get().organisation
    response = start_response(version=version, organisation=organisation, by=officer, at=timezone.now())
    reader = ResponseReader(response, draft=True)
    form = SectionForm(reader, reader.sections[0], data={"t__a__x": "19811218-9876", "c": "Fler."})
    assert [question.key for question in form.typed()] == ["c"]
    assert form.has_refused
    assert "Rad A, x" in form.errors["t"][0]


def test_not_applicable_is_an_answer_without_numbers(field: CountGridField) -> None:
    assert field.clean({NOT_APPLICABLE: {"reason": "none"}}) == {NOT_APPLICABLE: {"reason": "none"}}


def test_empty_cells_are_no_zeros_in_a_sum() -> None:
    sums = CountSums({"a": {"x": "", "y": "2"}, "b": {"x": "", "y": "oj"}})
    assert (sums.row("a"), sums.row("b"), sums.column("x"), sums.column("y"), sums.total) == (2, None, None, 2, 2)
    assert CountSums(None).total is None
    assert CountSums({"a": {"x": 0}}).total == 0


def test_button_writes_zeros_in_empty_cells_of_its_own_table_only(field: CountGridField) -> None:
    posted = {"t__a__x": "5", "t__a__y": "", "t__b__x": "", "t__b__y": ""}
    read = field.widget.value_from_datadict
    assert read({**posted, ZEROS: "t"}, {}, "t") == {"a": {"x": "5", "y": "0"}, "b": {"x": "0", "y": "0"}}
    assert read({**posted, ZEROS: "other"}, {}, "t")["a"]["y"] == ""


def test_table_shows_last_time_beside_and_only_the_sums_that_mean_something(field: CountGridField) -> None:
    field.widget.previous = {"a": {"x": "7", "y": ""}}
    page = field.widget.render("t", FULL, {"id": "id_t"})
    assert "förra: 7" in page
    assert page.count("förra:") == 1
    assert 'data-row-total="a"' in page
    assert "data-col-total" not in page
    assert "data-grand-total" not in page
