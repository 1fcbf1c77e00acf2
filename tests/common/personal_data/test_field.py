"""The form field: what it refuses, what it lets be confirmed, and that its messages never hold the text."""

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from nch.accounts.enums import Role
from nch.common.personal_data import RULES_VERSION
from nch.common.personal_data.fields import NoPersonalDataField, fingerprint
from tests.factories.accounts import make_user

NUMBER = "20090314-9805"
NAMED = "Flickan Sara vill ha stöd."


class NoteForm(forms.Form):
    note = NoPersonalDataField(label="Anteckning", required=False)


def form(text: str, confirmed: str = "") -> NoteForm:
    return NoteForm({"note": text, "note_confirmed": confirmed})


def test_an_ordinary_note_is_cleaned_with_one_kind_of_line_break() -> None:
    filled = form("  Råd om LVU.\r\nNytt samtal i maj. ")
    assert filled.is_valid()
    assert filled.cleaned_data["note"] == "Råd om LVU.\nNytt samtal i maj."


def test_an_empty_note_is_allowed_where_it_may_be_empty() -> None:
    assert form("").is_valid()
    assert NoteForm({}).is_valid()


def test_an_identity_number_is_refused_also_when_confirmed_and_named_by_its_place() -> None:
    text = f"Samtal om skydd.\r\nGäller {NUMBER} och bror."
    filled = form(text, fingerprint(text))
    assert filled.errors["note"] == [
        "Texten får inte innehålla ett personnummer eller liknande nummer (rad 2, ord 2). Ta bort det."
    ]


def test_a_name_has_to_be_confirmed_and_the_message_does_not_hold_it() -> None:
    (message,) = form(NAMED).errors["note"]
    assert "ett namn (ord 2)" in message
    assert "Sara" not in message
    assert form(NAMED, fingerprint(NAMED)).is_valid()


def test_a_confirmation_holds_for_the_very_text_and_no_other() -> None:
    confirmed = fingerprint(NAMED)
    assert form(f"  {NAMED}\r\n", confirmed).is_valid()
    assert not form(f"{NAMED} Och Ali.", confirmed).is_valid()
    assert not form(NAMED, "on").is_valid()


def test_every_kind_is_named_once_with_all_its_places() -> None:
    (message,) = form("Sara och Ali, tel 070-174 06 05.").errors["note"]
    assert "ett namn (ord 1 och ord 3) och ett telefonnummer (ord 5)" in message


def test_the_limit_counts_a_line_break_as_one_character() -> None:
    assert form("å\r\n" * 249 + "ö").is_valid()
    assert not form("å" * 501).is_valid()


def test_the_box_is_drawn_only_where_it_helps() -> None:
    asking = str(form(NAMED)["note"])
    assert f'value="{fingerprint(NAMED)}"' in asking
    assert "<div hidden" not in asking
    assert " checked" not in asking
    for filled in (NoteForm(), form("Råd om LVU."), form(f"Sara, {NUMBER}")):
        assert "<div hidden" in str(filled["note"])
        assert "disabled" in str(filled["note"])


def test_what_was_typed_and_ticked_is_still_there_after_an_error_elsewhere() -> None:
    class LongerForm(NoteForm):
        other = forms.CharField()

    filled = LongerForm({"note": f"{NAMED} <b>", "note_confirmed": fingerprint(f"{NAMED} <b>")})
    assert list(filled.errors) == ["other"]
    drawn = str(filled["note"])
    assert " checked" in drawn
    assert f"{NAMED} &lt;b&gt;</textarea>" in drawn


def test_the_form_knows_whether_the_note_was_changed() -> None:
    assert not NoteForm({"note": "Råd.\r\n"}, initial={"note": "Råd."}).has_changed()
    assert NoteForm({"note": "Råd igen."}, initial={"note": "Råd."}).has_changed()


@pytest.mark.django_db
def test_the_page_gets_its_rules_and_keeps_them_until_they_change(client: Client) -> None:
    client.force_login(make_user(Role.NCH_LINE))
    address = reverse("personal_data_rules")
    answer = client.get(address, {"v": RULES_VERSION})
    assert answer.json()["version"] == RULES_VERSION
    assert "immutable" in answer["Cache-Control"]
    assert "no-cache" in client.get(address, {"v": "older"})["Cache-Control"]
