"""Logging calls, loading what they are coded with, and the constructed calls of 2023."""

import datetime
import uuid
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from nch.accounts.enums import Role
from nch.audit.models import AuditEvent
from nch.counties.models import Municipality
from nch.counties.selectors import population_by_county, populations
from stodtelefon.enums import AgeGroup, CodeKind, Gender, LineKind, Stage
from stodtelefon.models import Code, ExposedIndividual, Exposure, PublishedFigure, SupportCall
from stodtelefon.selectors import codes
from stodtelefon.services import (
    AlreadyLoggedError,
    CallError,
    IndividualInput,
    LineError,
    construct_calls_2023,
    construct_calls_of,
    correct_call,
    load_code_lists,
    load_published_figures,
    log_call,
    note_referral_outcome,
    open_line,
)
from stodtelefon.services.constructed import allot, working_days
from stodtelefon.services.matters import give_code
from stodtelefon.services.notes import write_note
from stodtelefon.services.reference import STAGES
from stodtelefon.services.tallies import tally_differences
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.stodtelefon import (
    EVENING,
    MORNING,
    call_values,
    code,
    exposure,
    make_answerer,
    make_call,
    make_centre_line,
    make_line,
    siblings,
)

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 12
"""With two individuals, their exposures, the tally and the log, and the savepoint around it."""


def test_log_call_keeps_two_individuals_with_their_exposures() -> None:
    line = make_centre_line()
    call = make_call(line, make_answerer(line), individuals=siblings())
    first, second = call.individuals.order_by("position")
    assert {(one.kind.code, one.stage) for one in first.exposures.all()} == {
        ("marriage", "planned"),
        ("abduction", "worry"),
    }
    assert (second.position, second.age_group, second.gender) == (2, "unknown", "boy_man")
    assert second.exposures.count() == 0


def test_log_call_keeps_advice_and_where_the_caller_was_referred() -> None:
    line = make_centre_line()
    advice = [code(CodeKind.ADVICE, "orosanmalan"), code(CodeKind.ADVICE, "utbildning")]
    referral = code(CodeKind.REFERRAL, "resurscentrum")
    call = make_call(line, make_answerer(line), advice=advice, referral=referral, referred_to=line.organisation)
    kept = SupportCall.objects.get(pk=call.pk)
    assert set(kept.advice.all()) == set(advice)
    assert (kept.referral, kept.referred_to) == (referral, line.organisation)


def test_log_call_leaves_a_row_in_the_log_without_content() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    call = make_call(line, by, individuals=siblings())
    event = AuditEvent.objects.get(action="call_logged")
    assert (event.actor_id, event.subject_id, event.organisation_id) == (by.pk, str(call.pk), line.organisation_id)
    assert event.details == {"individuals": 2, "constructed": False}
    assert event.at == EVENING


def test_log_call_is_refused_for_another_line() -> None:
    line, other = make_centre_line(), make_centre_line("05", "Östergötlands län")
    with pytest.raises(PermissionDenied):
        make_call(other, make_answerer(line))
    assert not SupportCall.objects.exists()


def test_log_call_is_refused_for_roles_that_do_not_answer() -> None:
    line = make_line()
    for role in (Role.COUNTY_OFFICER, Role.NCH_ANALYST, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            make_call(line, make_user(role))


def test_unknown_county_has_to_be_chosen() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    with pytest.raises(CallError) as caught:
        make_call(line, by, county=None, county_known=True)
    assert caught.value.field == "county"
    assert make_call(line, by, county=None, county_known=False).county_label == "Okänt län"


def test_county_cannot_be_both_given_and_unknown() -> None:
    line = make_centre_line()
    with pytest.raises(CallError):
        make_call(line, make_answerer(line), county_known=False)


@pytest.mark.parametrize("county_known", [True, False])
def test_database_refuses_a_county_that_contradicts_itself(county_known: bool) -> None:
    line = make_centre_line()
    call = make_call(line, make_answerer(line))
    county = None if county_known else call.county
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportCall.objects.filter(pk=call.pk).update(county_known=county_known, county=county)


def test_municipality_has_to_lie_in_the_county() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    skane, ostergotland = make_county("12", "Skåne län"), make_county("05", "Östergötlands län")
    malmo = Municipality.objects.create(code="1280", name="Malmö", county=skane)
    linkoping = Municipality.objects.create(code="0580", name="Linköping", county=ostergotland)
    with pytest.raises(CallError) as caught:
        make_call(line, by, municipality=linkoping)
    assert caught.value.field == "municipality"
    assert make_call(line, by, municipality=malmo).municipality == malmo


@pytest.mark.parametrize(
    ("kind", "stage"),
    [(kind, stage) for kind in (*STAGES, "other") for stage in Stage if stage not in STAGES.get(kind, (Stage.NONE,))],
)
def test_stage_has_to_fit_the_kind_of_exposure(kind: str, stage: Stage) -> None:
    line = make_centre_line()
    wrong = IndividualInput(AgeGroup.FROM_7, Gender.UNKNOWN, (exposure(kind, stage),))
    with pytest.raises(CallError) as caught:
        make_call(line, make_answerer(line), individuals=(wrong,))
    assert caught.value.field == "individuals"
    assert not SupportCall.objects.exists()


@pytest.mark.parametrize("kind", [*STAGES, "other"])
def test_every_permitted_stage_can_be_logged(kind: str) -> None:
    line = make_centre_line()
    by = make_answerer(line)
    for stage in STAGES.get(kind, (Stage.NONE,)):
        one = IndividualInput(AgeGroup.FROM_7, Gender.UNKNOWN, (exposure(kind, stage),))
        kept = make_call(line, by, individuals=(one,)).individuals.get().exposures.get()
        assert (kept.kind.code, kept.stage) == (kind, stage)


def test_individual_has_each_kind_of_exposure_once() -> None:
    line = make_centre_line()
    twice = (exposure("fgm", Stage.WORRY), exposure("fgm", Stage.SUSPICION))
    with pytest.raises(CallError):
        make_call(line, make_answerer(line), individuals=(IndividualInput(AgeGroup.FROM_7, Gender.UNKNOWN, twice),))


def test_exposure_is_chosen_from_its_own_list() -> None:
    line = make_centre_line()
    wrong = IndividualInput(AgeGroup.FROM_7, Gender.UNKNOWN, ((code(CodeKind.TOPIC, "rutiner"), Stage.NONE),))
    with pytest.raises(CallError):
        make_call(line, make_answerer(line), individuals=(wrong,))


def test_same_key_gives_the_same_call() -> None:
    line = make_centre_line()
    values = call_values(line, make_answerer(line), individuals=siblings())
    first = log_call(**values)
    again = log_call(**values | {"at": EVENING + datetime.timedelta(minutes=1)})
    assert first.pk == again.pk
    assert (SupportCall.objects.count(), ExposedIndividual.objects.count()) == (1, 2)
    assert AuditEvent.objects.filter(action="call_logged").count() == 1


def test_call_sent_again_is_found_though_it_could_not_be_logged_any_more() -> None:
    """By another server's clock the call has not begun: refused as a new one, it is there all the same."""
    line = make_centre_line()
    values = call_values(line, make_answerer(line))
    first = log_call(**values)
    before = {"at": MORNING - datetime.timedelta(minutes=1)}
    assert log_call(**values | before).pk == first.pk
    with pytest.raises(CallError) as refused:
        log_call(**values | before | {"idempotency_key": uuid.uuid4()})
    assert refused.value.field == "started_on"
    assert SupportCall.objects.count() == 1


@pytest.mark.parametrize("change", [{"duration_minutes": 21}, {"individuals": ()}])
def test_same_key_with_other_content_is_refused(change: dict[str, Any]) -> None:
    line = make_centre_line()
    values = call_values(line, make_answerer(line), individuals=siblings())
    first = log_call(**values)
    with pytest.raises(AlreadyLoggedError) as caught:
        log_call(**values | {"content": replace(values["content"], **change)})
    assert caught.value.call == first
    assert SupportCall.objects.get().duration_minutes == 20


def test_saving_a_call_asks_the_database_as_few_times_as_before(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    line = make_centre_line()
    values = call_values(line, make_answerer(line), individuals=siblings())
    make_call(line, values["by"])
    with django_assert_max_num_queries(MOST_STATEMENTS):
        log_call(**values)


def test_save_tried_again_is_known_by_what_was_first_sent_whatever_has_been_done_to_the_call() -> None:
    line = make_centre_line()
    by = make_answerer(line)
    values = call_values(line, by, referral=code(CodeKind.REFERRAL, "polis"), note="Skolan undrar över rutinen.")
    call = log_call(**values)
    later = values["at"] + datetime.timedelta(minutes=1)
    note_referral_outcome(call=call, outcome=code(CodeKind.REFERRAL_OUTCOME, "vidare"), by=by, at=later)
    give_code(call=call, by=by, at=later)
    write_note(call=call, text="Skolan undrar över lagen.", by=by, at=later)
    corrected = replace(values["content"], duration_minutes=50, individuals=siblings())
    correct_call(call=call, version=1, content=corrected, reason=None, by=by, at=later)
    correct_call(
        call=call,
        version=2,
        content=replace(corrected, topic=code(CodeKind.TOPIC, "pagaende_arende")),
        reason=None,
        by=by,
        at=later,
    )
    assert log_call(**values).pk == call.pk
    for other in ({"content": corrected}, {"note": ""}):
        with pytest.raises(AlreadyLoggedError):
            log_call(**values | other)
    assert SupportCall.objects.get().duration_minutes == 50


def test_key_of_somebody_else_reveals_nothing() -> None:
    line, other = make_centre_line(), make_centre_line("05", "Östergötlands län")
    call = make_call(line, make_answerer(line))
    with pytest.raises(AlreadyLoggedError) as caught:
        make_call(other, make_answerer(other), idempotency_key=call.idempotency_key)
    assert caught.value.call is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"started_at": EVENING + datetime.timedelta(minutes=1)}, "started_on"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"duration_minutes": 601}, "duration_minutes"),
        ({"started_at": MORNING.replace(year=2013)}, "caller_category"),
    ],
)
def test_values_that_cannot_be_are_refused_beside_their_field(change: dict[str, object], field: str) -> None:
    line = make_centre_line()
    with pytest.raises(CallError) as caught:
        make_call(line, make_answerer(line), **change)
    assert caught.value.field == field


def test_code_of_another_list_is_refused() -> None:
    line = make_centre_line()
    with pytest.raises(CallError) as caught:
        make_call(line, make_answerer(line), topic=code(CodeKind.ADVICE, "utbildning"))
    assert caught.value.field == "topic"


def test_centre_is_named_only_with_a_referral_to_a_centre() -> None:
    line = make_centre_line()
    for referral in (None, code(CodeKind.REFERRAL, "polis")):
        with pytest.raises(CallError) as caught:
            make_call(line, make_answerer(line), referral=referral, referred_to=line.organisation)
        assert caught.value.field == "referred_to"


def test_line_is_opened_once_and_only_where_it_belongs() -> None:
    centre = make_organisation("resource_centre", county=make_county("12", "Skåne län"))
    assert make_line(centre) == make_line(centre)
    assert AuditEvent.objects.filter(action="line_opened").count() == 1
    with pytest.raises(LineError):
        open_line(name="Fel", organisation=centre, kind=LineKind.NATIONAL_PROFESSIONALS, by=None, at=MORNING)


def test_line_is_opened_by_an_administrator_only() -> None:
    centre = make_organisation("resource_centre", county=make_county("12", "Skåne län"))
    values = {"organisation": centre, "kind": LineKind.REGIONAL, "at": MORNING}
    with pytest.raises(PermissionDenied):
        open_line(name="A", by=make_user(Role.RC_COORDINATOR, centre), **values)
    assert open_line(name="A", by=make_user(Role.NCH_ADMIN), **values).name == "A"


def test_code_lists_load_again_without_doubles() -> None:
    load_code_lists()
    number = Code.objects.count()
    Code.objects.filter(code="polis").update(label="Gammal benämning", valid_to=datetime.date(2030, 1, 1))
    load_code_lists()
    assert Code.objects.count() == number
    police = code(CodeKind.CALLER_CATEGORY, "polis")
    assert (police.label, police.valid_to) == ("Gammal benämning", datetime.date(2030, 1, 1))


def test_code_that_has_ended_is_no_choice_any_more() -> None:
    line = make_centre_line()
    Code.objects.filter(kind=CodeKind.TOPIC, code="rutiner").update(
        valid_to=MORNING.date() - datetime.timedelta(days=1)
    )
    assert "rutiner" not in codes(CodeKind.TOPIC, on=MORNING.date()).values_list("code", flat=True)
    with pytest.raises(CallError) as caught:
        make_call(line, make_answerer(line))
    assert caught.value.field == "topic"


@pytest.mark.parametrize("change", [{"code": "annan"}, {"kind": CodeKind.ADVICE}])
def test_database_refuses_to_change_a_code(change: dict[str, str]) -> None:
    load_code_lists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Code.objects.filter(kind=CodeKind.TOPIC, code="rutiner").update(**change)
    Code.objects.filter(kind=CodeKind.TOPIC, code="rutiner").update(label="Rutiner och handlingsplaner")


def test_published_figures_load_again_without_doubles_and_put_right_what_differs() -> None:
    assert load_published_figures() == PublishedFigure.objects.count() == 21
    assert load_published_figures() == 0
    PublishedFigure.objects.filter(year=2018, dimension="total").update(calls=1)
    assert load_published_figures() == 1
    assert PublishedFigure.objects.get(year=2018, dimension="total").calls == 959
    details = AuditEvent.objects.filter(action="published_figures_loaded").order_by("sequence")
    assert [event.details for event in details] == [{"figures": 21}, {"figures": 1}]


def test_published_figures_tell_their_source_and_are_in_swedish() -> None:
    load_published_figures()
    assert "2024:2" in PublishedFigure.objects.get(year=2023, dimension="total").source
    first = PublishedFigure.objects.get(year=2014, dimension="total")
    assert first.from_date == datetime.date(2014, 3, 13)
    assert first.note == "Stödtelefonen öppnade den 13 mars."
    assert PublishedFigure.objects.get(dimension="county", code="unknown").label == "Okänt län"


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (10, {"a": 1, "b": 1, "c": 1}, {"a": 4, "b": 3, "c": 3}),
        (7, {"a": 5, "b": 3, "c": 2}, {"a": 4, "b": 2, "c": 1}),
        (0, {"a": 2, "b": 1}, {"a": 0, "b": 0}),
    ],
)
def test_allot_adds_up_and_gives_the_rest_to_the_largest_remainders(
    total: int, weights: dict[str, int], shares: dict[str, int]
) -> None:
    assert allot(total, weights) == shares


def test_working_days_leave_out_weekends_holidays_and_eves() -> None:
    days = set(working_days(2023))
    assert datetime.date(2023, 3, 13) in days
    for free in ("2023-06-06", "2023-06-23", "2023-04-07", "2023-12-25", "2023-03-11"):
        assert datetime.date.fromisoformat(free) not in days
    assert len(days) == 251


def _constructed() -> tuple[int, SupportCall]:
    line = make_line()
    load_published_figures()
    number = construct_calls_2023(by=make_answerer(line), at=EVENING)
    return number, SupportCall.objects.all()


def test_constructed_calls_have_the_published_margins(country: None) -> None:
    number, calls = _constructed()
    assert number == calls.count() == 395
    per_county = dict(calls.values_list("county_id").annotate(Count("pk")).order_by())
    assert (per_county["14"], per_county["12"], per_county["05"], per_county[None]) == (51, 27, 27, 77)
    others = {county: amount for county, amount in per_county.items() if county not in ("14", "12", "05", None)}
    assert sum(others.values()) == 213
    people = {county: size for county, size in population_by_county(2023).items() if county in others}
    assert len(others) == 18
    for county, amount in others.items():
        assert abs(amount - 213 * people[county] / sum(people.values())) < 1


def test_constructed_calls_are_marked_and_fall_in_opening_hours(country: None) -> None:
    calls = _constructed()[1].select_related("municipality")
    days = set(working_days(2023))
    for call in calls:
        began = timezone.localtime(call.started_at)
        ended = began + datetime.timedelta(minutes=call.duration_minutes)
        assert call.constructed
        assert began.date() in days
        assert began.hour >= 9
        assert ended.time() <= datetime.time(16)
        assert call.municipality is None or call.municipality.county_id == call.county_id


def test_constructed_exposures_keep_the_published_order(country: None) -> None:
    _constructed()
    kinds = Counter(Exposure.objects.values_list("kind__code", flat=True))
    assert kinds["abduction"] > kinds["marriage"] > kinds["fgm"] > 0


def test_constructed_calls_come_once_with_one_row_in_the_log(country: None) -> None:
    _constructed()
    line = make_line()
    assert construct_calls_2023(by=make_answerer(line), at=EVENING) == 0
    assert SupportCall.objects.count() == 395
    event = AuditEvent.objects.get(action="calls_constructed")
    assert event.details == {"year": 2023, "calls": 395, "individuals": ExposedIndividual.objects.count()}


def test_constructed_calls_are_the_same_every_time(country: None) -> None:
    columns = ("idempotency_key", "started_at", "county_id", "caller_category__code", "municipality_id")
    first = list(_constructed()[1].order_by("idempotency_key").values_list(*columns))
    SupportCall.objects.all().delete()
    assert list(_constructed()[1].order_by("idempotency_key").values_list(*columns)) == first


def test_later_calls_follow_the_population_and_end_with_the_day_given(country: None) -> None:
    by, until = make_answerer(make_line()), datetime.date(2025, 6, 30)
    load_published_figures()
    assert construct_calls_of(2025, calls=200, until=until, by=by, at=EVENING) == 200
    assert construct_calls_of(2025, calls=200, until=until, by=by, at=EVENING) == 0
    calls = SupportCall.objects.all()
    assert all(call.constructed and call.logged_by_id == by.pk for call in calls)
    days = [timezone.localdate(call.started_at) for call in calls]
    assert datetime.date(2025, 1, 1) < min(days) < max(days) <= until
    per_county = dict(calls.values_list("county_id").annotate(Count("pk")).order_by())
    assert per_county[None] == 30
    people = populations()[max(populations())]
    for county, amount in per_county.items():
        assert county is None or abs(amount - 170 * people[county] / sum(people.values())) < 1
    assert tally_differences() == {}


def test_constructing_needs_the_published_figures(country: None) -> None:
    line = make_line()
    with pytest.raises(CallError):
        construct_calls_2023(by=make_answerer(line), at=EVENING)


def test_key_is_unique_in_the_database() -> None:
    line = make_centre_line()
    call = make_call(line, make_answerer(line))
    call.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        call.save(force_insert=True)
    call.idempotency_key = uuid.uuid4()
    call.save(force_insert=True)
