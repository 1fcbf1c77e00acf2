"""The tally of calls equals the calls, whatever has been done to them."""

import contextlib
import datetime
import itertools
import uuid
from collections import Counter
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from stodtelefon.enums import AgeGroup, ChangeReason, Channel, CodeKind, Cut, Gender, HistoryState, Stage
from stodtelefon.models import CallTally, ExposedIndividual, Exposure, HistoryImport, Matter, SupportCall, SupportLine
from stodtelefon.selectors import codes
from stodtelefon.selectors.tallies import Need, sums_of, sums_of_needs, tallies_for
from stodtelefon.services import (
    correct_call,
    mend_tallies,
    note_referral_outcome,
    restore_call,
    strike_call,
    sum_up_tallies,
)
from stodtelefon.services.history import HistoryFaultsError, RegisterRow, import_register, withdraw_register
from stodtelefon.services.inputs import CallError, CallInput
from stodtelefon.services.matters import tie_to_matter
from stodtelefon.services.tallies import tally_differences
from stodtelefon.tallying import Amounts, UpBefore
from tests.factories.accounts import make_county, make_user
from tests.factories.history import make_history_import
from tests.factories.stodtelefon import (
    call_content,
    code,
    exposure,
    individual,
    make_answerer,
    make_call,
    make_centre_line,
    make_line,
    siblings,
    swedish,
)

pytestmark = pytest.mark.django_db

SPRING = {"since": datetime.date(2026, 1, 1), "until": datetime.date(2026, 6, 30)}


def test_call_counts_in_its_swedish_month_and_hour() -> None:
    line = make_centre_line()
    make_call(line, make_answerer(line), started_at=datetime.datetime(2026, 2, 28, 23, 30, tzinfo=datetime.UTC))
    tallies = tallies_for(make_user(Role.NCH_ANALYST))
    assert set(sums_of(tallies, Cut.DAY, "month", "first_key", **SPRING)) == {
        (datetime.date(2026, 3, 1), "2026-03-01"),
    }
    assert set(sums_of(tallies, Cut.HOUR, "first_key", "second_key", **SPRING)) == {("7", "0")}


def test_individuals_count_once_under_each_exposure_and_calls_once() -> None:
    line = make_centre_line()
    worried = individual(exposure("fgm", Stage.WORRY))
    make_call(line, make_answerer(line), individuals=(worried, worried, individual()), duration_minutes=30)
    tallies = tallies_for(make_answerer(line))
    [(key, amounts)] = sums_of(tallies, Cut.EXPOSURE, "first_key", "second_key", "third_key", **SPRING).items()
    assert (key, amounts) == (("fgm", "worry", "12"), Amounts(1, 1, 2, 30, 0))
    assert sums_of(tallies, Cut.PERSON, **SPRING)[()].individuals == 3
    assert sums_of(tallies, Cut.PLACE, **SPRING)[()] == Amounts(1, 1, 3, 30, 0)


def test_needs_read_together_come_to_the_same_as_each_alone(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    line, other = make_centre_line(), make_centre_line("05", "Östergötlands län")
    for number, day in enumerate((3, 40, 90, 400)):
        for one in (line, other):
            began = swedish(2025, 1, 1) + datetime.timedelta(days=day)
            category = code(CodeKind.CALLER_CATEGORY, ("skola", "polis")[number % 2])
            make_call(one, make_answerer(one), started_at=began, caller_category=category)
    tallies = tallies_for(make_user(Role.NCH_ANALYST))
    spring = {"since": datetime.date(2025, 1, 1), "until": datetime.date(2025, 6, 30)}
    fields = (("first_key",), ("second_key",), (), ("year", "second_key"), ("month", "first_key"), ("line",))
    needs = [Need(Cut.PLACE, by, **period) for by in fields for period in (spring, {})]
    needs += [Need(Cut.PLACE, ("second_key",), keys=(("first_key", "05"),)), Need(Cut.TOPIC, ("first_key",))]

    with django_assert_num_queries(1):
        together = sums_of_needs(tallies, needs)

    assert together == {need: sums_of_needs(tallies, [need])[need] for need in needs}
    assert together[Need(Cut.PLACE, ())][()].calls == 8
    assert together[Need(Cut.PLACE, ("second_key",))][("skola",)].calls == 4


def test_tallies_are_read_within_ones_reach() -> None:
    own, other, national = make_centre_line(), make_centre_line("05", "Östergötlands län"), make_line()
    for line in (own, other, national):
        make_call(line, make_answerer(line))

    def calls(role_or_user: Role | None) -> int:
        user = make_user(role_or_user) if role_or_user else make_answerer(own)
        return sum(amounts.calls for amounts in sums_of(tallies_for(user), Cut.PLACE, **SPRING).values())

    assert [calls(None), calls(Role.NCH_LINE), calls(Role.NCH_ANALYST)] == [1, 1, 3]
    assert [calls(Role.COUNTY_OFFICER), calls(Role.NCH_ADMIN)] == [0, 0]


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("log"), st.integers(0, 2**31)),
        st.tuples(st.sampled_from(["correct", "strike", "restore", "follow up", "tie"]), st.integers(0, 2**31)),
        st.tuples(st.just("import"), st.integers(0, 2**31)),
        st.tuples(st.just("withdraw"), st.integers(0, 2**31)),
        st.tuples(st.just("sum up"), st.just(0)),
    ),
    max_size=14,
)


NEW_YEARS_EVE = swedish(2026, 12, 31, 12)


def _content(number: int) -> dict[str, Any]:
    """What a call says, different for each number."""
    kinds = [exposure("fgm", Stage.WORRY), exposure("marriage", Stage.PLANNED), exposure("other", Stage.NONE)]
    return {
        "started_at": swedish(2026, 1 + number % 3, 1 + number % 28, number % 24, 5),
        "caller_category": code(CodeKind.CALLER_CATEGORY, ("polis", "skola")[number % 5 % 2]),
        "channel": list(Channel)[number % 4],
        "duration_minutes": 1 + number % 90,
        "advice": [code(CodeKind.ADVICE, "orosanmalan")][: number % 7 % 2],
        "county": None if number % 4 == 0 else make_county("12", "Skåne län"),
        "county_known": number % 4 != 0,
        "referral": code(CodeKind.REFERRAL, "polis") if number % 3 == 0 else None,
        "individuals": [
            individual(*kinds[: (number + place) % 4], age=list(AgeGroup)[number % 8], gender=list(Gender)[place])
            for place in range(number % 9 % 4)
        ],
    }


def _import(line: SupportLine, by: User, number: int) -> None:
    """Read in some rows of a register late: new ones, ones that say something else than before, and known ones."""
    rows = [
        RegisterRow(place, "Register", str(place), line, _old(number + place)) for place in range(1, 2 + number % 4)
    ]
    imported = make_history_import(by)
    with contextlib.suppress(HistoryFaultsError), transaction.atomic():
        import_register(imported=imported, rows=rows, by=by, at=NEW_YEARS_EVE)


def _old(number: int) -> CallInput:
    """An old call, different for each number; some have no time."""
    content = _content(number)
    content["referral"] = content["referral"] if number % 2 else None
    content["time_known"] = number % 5 != 0
    return call_content(**content)


def _withdraw(number: int, by: User) -> None:
    imports = HistoryImport.objects.filter(state=HistoryState.DONE, withdrawn_at__isnull=True).order_by("pk")
    if imports.exists():
        withdraw_register(imported=imports[number % len(imports)], by=by, at=NEW_YEARS_EVE)


def _change(what: str, number: int, by: User) -> None:
    """Do something with one of the calls that it can be done with."""
    calls = SupportCall.objects.filter(struck_at__isnull=what != "restore")
    if what == "follow up":
        calls = calls.filter(referral__isnull=False)
    if what == "tie":
        calls = calls.filter(matter__isnull=True)
    if not calls.exists():
        return
    call = calls.order_by("pk")[number % calls.count()]
    doing: dict[str, Any] = {"call": call, "by": by, "at": NEW_YEARS_EVE}
    if what == "correct":
        content = call_content(**_content(number))
        correct_call(version=call.version, content=content, reason=ChangeReason.WRONG_CHOICE, **doing)
    elif what == "strike":
        strike_call(reason=ChangeReason.TRIAL, **doing)
    elif what == "restore":
        restore_call(**doing)
    elif what == "tie":
        expires_at = NEW_YEARS_EVE + datetime.timedelta(days=1 + number % 2)  # one of two matters
        matter, _ = Matter.objects.get_or_create(expires_at=expires_at, defaults={"opened_at": NEW_YEARS_EVE})
        tie_to_matter(matter=matter, **doing)
    else:
        outcomes = [None, *codes(CodeKind.REFERRAL_OUTCOME)]
        note_referral_outcome(outcome=outcomes[number % len(outcomes)], **doing)


@settings(max_examples=15, deadline=None)
@given(CHANGES)
def test_tally_equals_the_calls_after_any_changes(changes: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        line = make_centre_line()
        lead = make_answerer(line)
        lines = {line: lead, make_line(): make_answerer(make_line())}
        for what, number in changes:
            if what == "log":
                chosen, by = list(lines.items())[number % 2 if number % 11 == 0 else 0]
                make_call(chosen, by, at=NEW_YEARS_EVE, constructed=number % 6 == 0, **_content(number))
            elif what == "import":
                _import(line, lead, number)
            elif what == "withdraw":
                _withdraw(number, lead)
            elif what == "sum up":
                sum_up_tallies()
            else:
                lead_of = make_user(Role.NCH_LINE_LEAD, make_line().organisation)
                for who in (lead, lead_of):
                    # A call of a withdrawn import is not restored by itself.
                    with contextlib.suppress(PermissionDenied, CallError), transaction.atomic():
                        _change(what, number, who)
        _compare_with_plain_sql()
        assert tally_differences() == {}
        entries = CallTally.objects.count()
        assert sum_up_tallies() == entries - CallTally.objects.count()
        _compare_with_plain_sql()
        assert sum_up_tallies() == 0
        # Versions of calls are final: the next example begins where nothing has been.
        transaction.set_rollback(True)


def _compare_with_plain_sql() -> None:
    """Group the rows themselves, in other ways than the tally is made, and compare."""
    calls = SupportCall.objects.filter(struck_at__isnull=True).order_by()
    tallies = CallTally.objects.order_by()
    whole = {"since": datetime.date(2026, 1, 1), "until": datetime.date(2026, 12, 31)}
    by_day = {
        day.isoformat(): (number, minutes)
        for day, number, minutes in calls.annotate(day=TruncDate("started_at"))
        .values_list("day")
        .annotate(Count("pk"), Sum("duration_minutes"))
    }
    counted = sums_of(tallies, Cut.DAY, "first_key", **whole)
    assert {key: (amounts.calls, amounts.minutes) for (key,), amounts in counted.items()} == by_day
    by_place = Counter(
        (county or "", category) for county, category in calls.values_list("county_id", "caller_category__code")
    )
    counted = sums_of(tallies, Cut.PLACE, "first_key", "second_key", **whole)
    assert {key: amounts.calls for key, amounts in counted.items()} == by_place
    individuals = ExposedIndividual.objects.filter(call__in=calls).order_by()
    by_person = dict(Counter(individuals.values_list("age_group", "gender")))
    counted = sums_of(tallies, Cut.PERSON, "first_key", "second_key", **whole)
    assert {key: amounts.individuals for key, amounts in counted.items()} == by_person
    exposures = Exposure.objects.filter(individual__call__in=calls).order_by()
    by_exposure = dict(Counter(exposures.values_list("kind__code", "stage", "individual__call__constructed")))
    counted = sums_of(tallies, Cut.EXPOSURE, "first_key", "second_key", "constructed", **whole)
    assert {key: amounts.individuals for key, amounts in counted.items()} == by_exposure
    calls_by_exposure = {
        (kind, stage): number
        for kind, stage, number in exposures.values_list("kind__code", "stage").annotate(
            Count("individual__call", distinct=True)
        )
    }
    counted = sums_of(tallies, Cut.EXPOSURE, "first_key", "second_key", **whole)
    assert {key: amounts.calls for key, amounts in counted.items()} == calls_by_exposure
    _compare_matters()


def _compare_matters() -> None:
    """Count the different matters from a month on, of one line and of all; constructed calls have their own."""
    calls = SupportCall.objects.filter(struck_at__isnull=True).order_by()
    for line, month in itertools.product((None, *SupportLine.objects.values_list("pk", flat=True)), (1, 2, 3)):
        span = {"since": datetime.date(2026, month, 1), "until": datetime.date(2026, 12, 31)}
        here = {} if line is None else {"line": line}
        there = calls.filter(started_at__gte=swedish(2026, month, 1), **here)
        different = {
            (made_up, matter or -pk) for pk, matter, made_up in there.values_list("pk", "matter", "constructed")
        }
        tallies = CallTally.objects.filter(**here).order_by()
        in_all = sum(amounts.calls for amounts in sums_of(tallies, Cut.DAY, **span).values())
        again = 0
        for (key,), amounts in sums_of(tallies, Cut.MATTER, "third_key", **span).items():
            before = UpBefore.read(key)
            again += amounts.calls if (before.anywhere if line is None else before.here) >= f"2026-{month:02}" else 0
        assert in_all - again == len(different), (line, month)


def test_matters_are_counted_anew_whatever_is_done_with_their_calls() -> None:
    own, national = make_centre_line(), make_line()
    lead, other = make_answerer(own), make_answerer(national)
    matter = Matter.objects.create(opened_at=NEW_YEARS_EVE, expires_at=NEW_YEARS_EVE + datetime.timedelta(days=9))
    calls = []
    for line, by, month, made_up in ((own, lead, 1, False), (national, other, 2, False), (own, lead, 2, True)):
        calls.append(make_call(line, by, at=NEW_YEARS_EVE, constructed=made_up, started_at=swedish(2026, month, 3, 9)))
    for line, by, day in ((own, lead, 4), (own, lead, 5), (national, other, 6)):
        calls.append(make_call(line, by, at=NEW_YEARS_EVE, started_at=swedish(2026, 3, day, 9)))
    for call in reversed(calls):
        tie_to_matter(call=call, matter=matter, by=call.logged_by, at=NEW_YEARS_EVE)
    _compare_with_plain_sql()
    assert sum(amounts.calls for amounts in sums_of(CallTally.objects.order_by(), Cut.MATTER, **SPRING).values()) == 4
    doing: dict[str, Any] = {"by": lead, "at": NEW_YEARS_EVE}
    strike_call(call=calls[0], reason=ChangeReason.TRIAL, **doing)
    _compare_with_plain_sql()
    restore_call(call=calls[0], **doing)
    content = call_content(**_content(5) | {"started_at": swedish(2026, 3, 30, 9)})
    correct_call(call=calls[0], version=3, content=content, reason=ChangeReason.WRONG_CHOICE, **doing)
    _compare_with_plain_sql()
    assert tally_differences() == {}


def test_calls_from_before_the_tally_are_entered_and_the_log_says_so() -> None:
    line = make_centre_line()
    make_call(line, make_answerer(line), individuals=siblings())
    CallTally.objects.all().delete()
    now = timezone.now()
    assert mend_tallies(at=now) > 5
    assert AuditEvent.objects.filter(action="tallies_mended").count() == 1
    assert mend_tallies(at=now) == 0
    assert AuditEvent.objects.filter(action="tallies_mended").count() == 1
    _compare_with_plain_sql()


def test_reading_a_cut_takes_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    line = make_centre_line()
    user = make_answerer(line)
    for _ in range(3):
        make_call(line, user, idempotency_key=uuid.uuid4())
    tallies = tallies_for(user)
    with django_assert_num_queries(1):
        sums_of(tallies, Cut.TOPIC, "first_key", "month", **SPRING)
