"""Code lists change by new codes and endings from a day on; what has been stays as it was."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.common.code_lists import LETTERS, CodeError, breaks_in, chain_of, suggest_letters, words_of
from stodtelefon.enums import CodeKind, Stage
from stodtelefon.models import Code, CodeWording
from stodtelefon.selectors.code_changes import code_breaks, code_histories, series_of
from stodtelefon.selectors.codes import codes
from stodtelefon.services import CallError, load_code_lists
from stodtelefon.services.codes import (
    add_code,
    change_code,
    end_code,
    remove_code,
    undo_ending,
)
from stodtelefon.views.codes import LISTS
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import EVENING, MORNING, code, make_answerer, make_call, make_line, swedish

TODAY = MORNING.date()
DAY = datetime.timedelta(days=1)
NEXT_YEAR = datetime.date(2027, 1, 1)


@pytest.fixture
def lead(db: None) -> User:
    """Whoever keeps the lists, which are loaded."""
    load_code_lists()
    return make_user(Role.NCH_LINE_LEAD)


def topic(name: str = "rutiner") -> Code:
    return code(CodeKind.TOPIC, name)


def add(lead: User, letters: str = "rutiner_och_planer", *, valid_from: datetime.date = NEXT_YEAR) -> Code:
    return add_code(
        kind=CodeKind.TOPIC,
        letters=letters,
        label=f"Benämning {letters}",
        label_en=f"Label {letters}",
        after=topic(),
        valid_from=valid_from,
        by=lead,
        at=MORNING,
    )


def end(lead: User, ended: Code, last_day: datetime.date, successor: Code | None = None) -> None:
    end_code(code=ended, last_day=last_day, successor=successor, by=lead, at=MORNING)
    ended.refresh_from_db()


@pytest.mark.parametrize(
    ("label", "letters"),
    [
        ("Hälso- och sjukvård", "halso_och_sjukvard"),
        ("Ett pågående ärende", "ett_pagaende_arende"),
        ("2 kap. 3 §", "kap_3"),
        ("–", ""),
    ],
)
def test_letters_are_suggested_from_the_label(label: str, letters: str) -> None:
    assert suggest_letters(label) == letters


@given(st.text(max_size=120))
def test_suggested_letters_are_always_such_as_a_code_may_have(label: str) -> None:
    letters = suggest_letters(label)
    assert letters == "" or LETTERS.fullmatch(letters)


def test_added_code_stands_after_the_other_and_begins_on_its_day(lead: User) -> None:
    added = add(lead)
    assert [one.code for one in codes(CodeKind.TOPIC)] == ["pagaende_arende", "rutiner", added.code, "arbetssatt"]
    assert added not in codes(CodeKind.TOPIC, on=NEXT_YEAR - DAY)
    assert added in codes(CodeKind.TOPIC, on=NEXT_YEAR)
    event = AuditEvent.objects.get(action="code_added")
    assert event.actor_id == lead.pk
    assert event.details["code"] == added.code


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"letters": "rutiner"}, "letters"),
        ({"letters": "Rutiner!"}, "letters"),
        ({"letters": "total"}, "letters"),
        ({"valid_from": TODAY - DAY}, "valid_from"),
        ({"stages": [Stage.WORRY]}, "stages"),
    ],
)
def test_code_that_cannot_be_added_is_pointed_out_at_its_field(lead: User, changes: dict[str, Any], field: str) -> None:
    values: dict[str, Any] = {
        "kind": CodeKind.TOPIC,
        "letters": "ny",
        "label": "x",
        "label_en": "x",
        "after": None,
        "valid_from": TODAY,
    }
    with pytest.raises(CodeError) as caught:
        add_code(**(values | changes), by=lead, at=MORNING)
    assert caught.value.field == field
    assert Code.objects.filter(kind=CodeKind.TOPIC).count() == 3


def test_ended_code_can_be_used_until_its_last_day_and_calls_keep_it(lead: User) -> None:
    line = make_line()
    answerer = make_answerer(line)
    call = make_call(line, answerer, topic=topic())
    end(lead, topic(), TODAY)
    call.refresh_from_db()
    assert call.topic == topic()
    make_call(line, answerer, topic=topic())
    tomorrow = {"started_at": MORNING + DAY, "at": EVENING + DAY}
    with pytest.raises(CallError):
        make_call(line, answerer, topic=topic(), **tomorrow)


def test_ending_before_today_would_change_what_has_been(lead: User) -> None:
    with pytest.raises(CodeError) as caught:
        end(lead, topic(), TODAY - DAY)
    assert caught.value.field == "last_day"


def test_successor_has_to_be_of_the_list_and_valid_the_day_after(lead: User) -> None:
    late = add(lead, valid_from=NEXT_YEAR + DAY)
    for successor in (code(CodeKind.ADVICE, "utbildning"), late, topic()):
        with pytest.raises(CodeError) as caught:
            end(lead, topic(), NEXT_YEAR - DAY, successor)
        assert caught.value.field == "successor"
    end(lead, topic(), NEXT_YEAR, late)
    assert topic().successor == late


def test_code_that_takes_over_cannot_end_before_it_does(lead: User) -> None:
    end(lead, topic(), NEXT_YEAR, topic("arbetssatt"))
    with pytest.raises(CodeError) as caught:
        end(lead, topic("arbetssatt"), NEXT_YEAR)
    assert caught.value.field == "last_day"


def test_codes_never_replace_one_another_in_a_ring(lead: User) -> None:
    end(lead, topic(), NEXT_YEAR, topic("arbetssatt"))
    with pytest.raises(CodeError) as caught:
        end(lead, topic("arbetssatt"), NEXT_YEAR + DAY, topic())
    assert caught.value.field == "successor"


def test_list_that_every_call_needs_never_becomes_empty(lead: User) -> None:
    end(lead, topic("pagaende_arende"), TODAY)
    end(lead, topic("arbetssatt"), TODAY)
    with pytest.raises(CodeError):
        end(lead, topic(), NEXT_YEAR)


def test_code_that_the_form_asks_for_by_name_cannot_end(lead: User) -> None:
    with pytest.raises(CodeError):
        end(lead, code(CodeKind.REFERRAL, "resurscentrum"), NEXT_YEAR)


def test_ending_is_undone_until_it_has_come_into_force(lead: User) -> None:
    end(lead, topic(), TODAY, topic("arbetssatt"))
    undo_ending(code=topic(), by=lead, at=EVENING)
    assert (topic().valid_to, topic().successor) == (None, None)
    end(lead, topic(), TODAY)
    with pytest.raises(CodeError):
        undo_ending(code=topic(), by=lead, at=EVENING + DAY)
    assert topic().valid_to == TODAY


def test_only_a_code_that_has_not_begun_is_removed(lead: User) -> None:
    future, begun = add(lead), add(lead, "nu", valid_from=TODAY)
    remove_code(code=future, by=lead, at=MORNING)
    assert not Code.objects.filter(pk=future.pk).exists()
    with pytest.raises(CodeError):
        remove_code(code=begun, by=lead, at=MORNING)
    reworded = add(lead, "omskriven")
    change_code(code=reworded, label="Ny", label_en="New", after=None, stages=[], by=lead, at=MORNING)
    remove_code(code=reworded, by=lead, at=MORNING)
    assert not CodeWording.objects.exists()
    awaited = add(lead, "vantad")
    end(lead, topic(), NEXT_YEAR, awaited)
    with pytest.raises(CodeError):
        remove_code(code=awaited, by=lead, at=MORNING)


def test_change_of_wording_place_and_stages_leaves_letters_and_days(lead: User) -> None:
    fgm = code(CodeKind.EXPOSURE, "fgm")
    stages = [Stage.WORRY, Stage.SUSPICION]
    values: dict[str, Any] = {"label": "Könsstympning", "label_en": "FGM", "after": None, "stages": stages}
    change_code(code=fgm, **values, by=lead, at=MORNING)
    after = code(CodeKind.EXPOSURE, "fgm")
    assert after.permitted_stages == (Stage.WORRY, Stage.SUSPICION)
    assert (after.position, after.valid_from) == (1, fgm.valid_from)
    assert AuditEvent.objects.get(action="code_changed").details["changed"] == ["label_en", "stages", "position"]
    change_code(code=after, **values, by=lead, at=MORNING)
    assert AuditEvent.objects.filter(action="code_changed").count() == 1


@pytest.mark.parametrize("role", [Role.NCH_LINE, Role.RC_COORDINATOR, Role.NCH_ADMIN])
def test_others_cannot_change_a_list(lead: User, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        add(make_user(role))


# --- Series over a change -------------------------------------------------------------------------------------------


def test_change_of_a_list_is_a_break_that_says_what_happened(lead: User) -> None:
    assert code_breaks(CodeKind.TOPIC, since=datetime.date(2010, 1, 1), until=NEXT_YEAR) == []
    new = add(lead)
    end(lead, topic(), NEXT_YEAR - DAY, new)
    end(lead, topic("arbetssatt"), NEXT_YEAR + DAY)
    first, second = code_breaks(CodeKind.TOPIC, since=TODAY, until=NEXT_YEAR + 9 * DAY)
    assert (first.day, first.ended, first.began) == (NEXT_YEAR, (topic(),), (new,))
    assert words_of(first)[0] == "Från 2027-01-01: ”Rutiner” ersattes av ”Benämning rutiner_och_planer”."
    assert words_of(second)[1] == "From 2027-01-03: “Mapping, methods or ways of working” ended."
    assert code_breaks(CodeKind.TOPIC, since=NEXT_YEAR + 3 * DAY, until=NEXT_YEAR + 9 * DAY) == []


def test_each_code_knows_what_it_took_over_from_and_where_its_series_breaks(lead: User) -> None:
    new = add(lead)
    end(lead, topic(), NEXT_YEAR - DAY, new)
    histories = {one.code.code: one for one in code_histories(CodeKind.TOPIC, since=TODAY, until=NEXT_YEAR)}
    assert histories["rutiner"].successor == new
    assert histories["rutiner"].breaks == (NEXT_YEAR,)
    assert histories[new.code].predecessors == (topic(),)
    assert histories[new.code].breaks == (NEXT_YEAR,)
    assert histories["pagaende_arende"].breaks == ()
    assert new.code not in {one.code.code for one in code_histories(CodeKind.TOPIC, since=TODAY, until=TODAY)}


def test_series_of_a_chain_puts_the_years_of_each_code_beside_one_another(lead: User) -> None:
    line = make_line()
    answerer = make_answerer(line)
    new = add(lead)
    end(lead, topic(), NEXT_YEAR - DAY, new)
    for moment, used in ((MORNING, topic()), (swedish(2027, 3, 1, 10), new), (swedish(2027, 3, 1, 11), new)):
        make_call(line, answerer, topic=used, started_at=moment, at=moment + datetime.timedelta(hours=1))
    entries = list(codes(CodeKind.TOPIC))
    chain = chain_of(new, entries)
    assert chain == [topic(), new] == chain_of(topic(), entries)
    rows = series_of(chain, entries, by=lead)
    assert [(row.year, row.calls, row.breaks) for row in rows] == [(2026, (1, 0), ()), (2027, (0, 2), (NEXT_YEAR,))]


def test_list_without_entries_has_no_breaks() -> None:
    assert breaks_in([], TODAY, NEXT_YEAR) == []


# --- Pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(lead: User, client: Client) -> Client:
    client.force_login(lead)
    return client


@pytest.mark.parametrize("name", LISTS)
def test_each_list_has_a_page(page: Client, name: str) -> None:
    assert page.get(reverse("stodtelefon:code_list", args=[name])).status_code == 200


def test_adding_asks_first_and_says_that_the_series_breaks(page: Client) -> None:
    address = reverse("stodtelefon:code_new", args=["fragan"])
    day = timezone.localdate() + DAY
    values = {"label": "Stöd till anhöriga", "label_en": "Support", "valid_from": day.isoformat(), "letters": ""}
    asked = page.post(address, values)
    assert f"Serien bryts {day.isoformat()}" in asked.content.decode()
    assert 'name="letters" value="stod_till_anhoriga"' in asked.content.decode()
    assert not Code.objects.filter(code="stod_till_anhoriga").exists()
    back = page.post(address, values | {"change": "1"})
    assert back.status_code == 200
    assert "Stöd till anhöriga" in back.content.decode()
    done = page.post(address, values | {"letters": "stod_till_anhoriga", "confirmed": "1"})
    added = Code.objects.get(code="stod_till_anhoriga")
    assert done["Location"] == reverse("stodtelefon:code_detail", args=[added.pk])


def test_wrong_letters_are_answered_at_the_field_with_what_was_typed(page: Client) -> None:
    values = {"label": "Ny", "label_en": "New", "letters": "rutiner", "valid_from": timezone.localdate().isoformat()}
    answer = page.post(reverse("stodtelefon:code_new", args=["fragan"]), values)
    assert answer.status_code == 422
    assert answer.context["form"].errors["letters"]
    assert 'value="rutiner"' in answer.content.decode()


def test_ending_asks_first_then_ends_and_can_be_undone(page: Client) -> None:
    pk, day = topic().pk, timezone.localdate() + DAY
    address = reverse("stodtelefon:code_end", args=[pk])
    values = {"last_day": day.isoformat(), "successor": topic("arbetssatt").pk}
    assert f"Serien bryts {(day + DAY).isoformat()}" in page.post(address, values).content.decode()
    assert topic().valid_to is None
    page.post(address, values | {"confirmed": "1"})
    assert topic().valid_to == day
    assert page.post(address, values | {"confirmed": "1"}).status_code == 422
    assert "Ångra avslutet" in page.get(reverse("stodtelefon:code_detail", args=[pk])).content.decode()
    page.post(reverse("stodtelefon:code_undo", args=[pk]))
    assert topic().valid_to is None


def test_another_wording_is_asked_about_and_the_earlier_one_stands_on_the_page(page: Client, lead: User) -> None:
    fgm = code(CodeKind.EXPOSURE, "fgm")
    address = reverse("stodtelefon:code_change", args=[fgm.pk])
    values = {"label": "Annat ord", "label_en": fgm.label_en, "after": "", "stages": fgm.stages}
    asked = page.post(address, values).content.decode()
    assert f"”{fgm.label}” blir ”Annat ord”." in asked
    assert "även äldre samtal" in asked
    assert "Serien bryts" not in asked
    assert code(CodeKind.EXPOSURE, "fgm").label == fgm.label
    page.post(address, values | {"confirmed": "1"})
    assert code(CodeKind.EXPOSURE, "fgm").label == "Annat ord"
    wording = CodeWording.objects.get()
    assert (wording.label, wording.label_en) == (fgm.label, fgm.label_en)
    shown = page.get(reverse("stodtelefon:code_detail", args=[fgm.pk])).content.decode()
    history = shown.split("Tidigare benämningar")[-1].split("</table>")[0]
    assert fgm.label in history
    assert wording.changed_by.display_name in history
    with pytest.raises(DatabaseError), transaction.atomic():
        CodeWording.objects.update(label="Aldrig")
    # Another place in the list is no other wording.
    assert page.post(address, values | {"after": ""}).status_code == 302
    assert CodeWording.objects.count() == 1


def test_other_stages_are_asked_about_but_not_another_place(page: Client) -> None:
    fgm = code(CodeKind.EXPOSURE, "fgm")
    address = reverse("stodtelefon:code_change", args=[fgm.pk])
    values = {"label": fgm.label, "label_en": fgm.label_en, "after": "", "stages": fgm.stages}
    assert page.post(address, values).status_code == 302
    asked = page.post(address, values | {"stages": ["worry"]})
    assert "Serien bryts" in asked.content.decode()
    assert code(CodeKind.EXPOSURE, "fgm").stages == fgm.stages
    page.post(address, values | {"stages": ["worry"], "confirmed": "1"})
    assert code(CodeKind.EXPOSURE, "fgm").stages == ["worry"]


def test_pages_cost_the_same_with_more_codes(page: Client, lead: User) -> None:
    def cost(address: str) -> int:
        page.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert page.get(address).status_code == 200
        return len(captured)

    addresses = [
        reverse("stodtelefon:code_list", args=["fragan"]),
        reverse("stodtelefon:code_detail", args=[topic().pk]),
        reverse("stodtelefon:guidance_edit", args=[topic().pk]),
        f"{reverse('stodtelefon:guidance')}?topic={topic().pk}&county=12",
    ]
    before = [cost(address) for address in addresses]
    for number in range(3):
        add(lead, f"ny_{number}")
    assert [cost(address) for address in addresses] == before
    assert max(before) <= 12
