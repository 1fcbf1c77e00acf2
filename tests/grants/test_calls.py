"""Calls: written part by part, published, changed by notices, copied; national ones and a county board's own."""

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import CallPart, CallPhase, EligibilityEffect, ReportingKind
from grants.models import Application, CallNotice, FundingCall
from grants.selectors.calls import calls_for, in_phase, managed_calls_for, missing_in, possible_applicants
from grants.services.applications import start_application, submit_application
from grants.services.call_copies import a_year_later, copy_call
from grants.services.call_notices import give_notice
from grants.services.calls import (
    CriterionInput,
    EligibilityInput,
    ReportingInput,
    StaleCallError,
    content_of,
    fingerprint,
    publish_call,
    save_call,
    save_part,
)
from grants.services.eligibility import NotEligibleError
from grants.services.errors import GrantError
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.models import OutgoingMail, Task
from nch.cases.selectors import open_tasks_for
from nch.cases.services import declare_interest
from nch.demo.build import budget, declare_impartial, fill_in
from nch.demo.texts import APPLICATION_ANSWERS
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.grants import DAY, call_input, make_call, make_draft, make_grant

pytestmark = pytest.mark.django_db
REPORT = ReportingInput(
    ReportingKind.FINANCIAL_REPORT,
    datetime.date(2026, 1, 1),
    datetime.date(2026, 12, 31),
    datetime.date(2027, 1, 2),
    datetime.date(2027, 2, 28),
)
QUESTION = EligibilityInput("Är organisationen en länsstyrelse?", "Bara länsstyrelser kan söka.")


def draft_call(**changes: Any) -> FundingCall:
    """A call that is not published, written by an officer of NCH."""
    return save_call(content=call_input(**changes), by=make_user(Role.NCH_OFFICER), at=timezone.now())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_call_keeps_all_that_was_written_in_it() -> None:
    university = make_organisation("university")
    changes = {
        "eligibility": [QUESTION, EligibilityInput("Saknas medel?", "Tänk efter.", "no", EligibilityEffect.WARN)],
        "reporting_plan": [REPORT],
        "conditions": "Ett villkor.\nEtt till.",
        "recall_clause": "Om det inte används.",
        "appeal_text": "Får inte överklagas.",
        "account": "7431",
        "appropriation_item": "4:5 ap.3",
        "invited": [university.pk],
        "applicant_kinds": ["university"],
    }
    call = FundingCall.objects.get(pk=draft_call(**changes).pk)
    written = content_of(call)
    assert {name: getattr(written, name) for name in changes} == changes
    assert list(possible_applicants(call)) == [university]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"criteria": [CriterionInput("x", weight=11)]}, "mellan 1 och 10"),
        ({"applicant_kinds": ["resource_centre"]}, "organisationer av det slaget"),
        ({"invited": [999_999]}, "inte kan bjudas in"),
        ({"reporting_plan": [replace(REPORT, due_on=datetime.date(2026, 2, 1))]}, "går inte ihop"),
    ],
)
def test_call_that_contradicts_itself_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(GrantError, match=reason):
        draft_call(**changes)


def test_call_that_is_not_whole_is_saved_but_not_published() -> None:
    call = draft_call(budgets={}, criteria=[])
    make_organisation("county_board", county=make_county("12", "Skåne län"))
    assert [fault.part for fault in missing_in(call, at=timezone.now())] == [
        CallPart.MONEY,
        CallPart.CRITERIA,
        CallPart.FORM,
    ]
    with pytest.raises(GrantError, match="minst ett budgetår"):
        publish_call(call=call, by=make_user(Role.NCH_OFFICER), at=timezone.now())
    call.refresh_from_db()
    assert call.published_at is None


def test_part_that_somebody_else_has_written_meanwhile_is_not_written_over() -> None:
    call, officer = draft_call(), make_user(Role.NCH_OFFICER)
    seen = fingerprint(content_of(call), ["criteria"])
    for title in ("Först", "Sedan"):
        values = {"criteria": [CriterionInput(title)]}
        if title == "Sedan":
            with pytest.raises(StaleCallError):
                save_part(call=call, values=values, seen=seen, by=officer, at=timezone.now())
        else:
            save_part(call=call, values=values, seen=seen, by=officer, at=timezone.now())
    assert [criterion.title for criterion in call.criteria.all()] == ["Först"]
    # Another part of the same call is nobody's loss.
    money = fingerprint(content_of(call), ["budgets"])
    save_part(call=call, values={"budgets": {2030: Decimal(5)}}, seen=money, by=officer, at=timezone.now())
    assert [criterion.title for criterion in call.criteria.all()] == ["Först"]


def test_rows_are_added_without_losing_what_was_typed() -> None:
    call, officer = draft_call(), make_user(Role.NCH_OFFICER)
    url = reverse("grants:call_part", args=[call.pk, "behorighet"])
    posted = {
        "fraga-TOTAL_FORMS": "1",
        "fraga-INITIAL_FORMS": "0",
        "fraga-0-text": "Halvskriven fråga",
        "fraga-0-wanted": "no",
        "fraga-0-effect": "warn",
        "fraga-0-message": "",
        "add_row": "1",
    }
    page = signed_in(officer).post(url, posted).content.decode()
    assert "Halvskriven fråga" in page
    assert 'name="fraga-1-text"' in page
    assert "Skriv vad den som svarar annat får veta" not in page
    assert not call.eligibility_questions.exists()
    del posted["add_row"]
    answer = signed_in(officer).post(url, posted)
    assert answer.status_code == 422
    assert "Skriv vad den som svarar annat får veta" in answer.content.decode()
    posted["fraga-0-message"] = "Se över ansökan."
    page_again = signed_in(officer).get(url)
    posted["seen"] = page_again.context["seen"]
    assert signed_in(officer).post(url, posted).status_code == 302
    assert [(q.text, q.wanted, q.effect) for q in call.eligibility_questions.all()] == [
        ("Halvskriven fråga", "no", "warn")
    ]


def test_post_without_anything_in_it_is_met_with_errors() -> None:
    call = draft_call()
    client = signed_in(make_user(Role.NCH_OFFICER))
    for part in CallPart:
        if part != CallPart.FORM:
            assert client.post(reverse("grants:call_part", args=[call.pk, part])).status_code in (302, 409, 422)
    assert call.criteria.count() == 2


@pytest.mark.parametrize("part", [part.value for part in CallPart if part != CallPart.FORM])
def test_every_part_can_be_opened_and_saved_as_it_is(part: str) -> None:
    call = draft_call(eligibility=[QUESTION], reporting_plan=[REPORT], invited=[make_organisation("agency").pk])
    before = content_of(call)
    client = signed_in(make_user(Role.NCH_OFFICER))
    url = reverse("grants:call_part", args=[call.pk, part])
    page = client.get(url)
    forms = page.context["forms"]
    posted: dict[str, Any] = {"seen": page.context["seen"]}
    for form in ([forms.main] if forms.main else []) + (list(forms.rows) if forms.rows else []):
        for bound in form:
            value = bound.value()
            if isinstance(value, datetime.date):
                value = bound.field.widget.format_value(value)
            if value is not False:
                posted[bound.html_name] = "" if value is None else value
    if forms.rows is not None:
        posted |= {bound.html_name: bound.value() for bound in forms.rows.management_form}
    answer = client.post(url, posted)
    assert answer.status_code == 302, answer.context["forms"].main or answer.context["forms"].rows.errors
    call.refresh_from_db()
    after = content_of(call)
    # The browser's control knows minutes only.
    minute = {"second": 0, "microsecond": 0}
    assert after.opens_at == (before.opens_at.replace(**minute) if part == "grund" else before.opens_at)
    assert (after.criteria, after.eligibility, after.reporting_plan) == (
        before.criteria,
        before.eligibility,
        before.reporting_plan,
    )
    assert (after.budgets, after.invited, after.conditions) == (before.budgets, before.invited, before.conditions)


@given(published=st.integers(-3, 3), opens=st.integers(-3, 3), length=st.integers(1, 4))
def test_phase_in_the_database_is_the_phase_of_the_call(published: int, opens: int, length: int) -> None:
    now = timezone.now()
    call = FundingCall.objects.filter(title="Fas").first() or draft_call(title="Fas")
    moments = {
        "published_at": now + published * DAY if published < 3 else None,
        "opens_at": now + opens * DAY,
        "closes_at": now + (opens + length) * DAY,
    }
    FundingCall.objects.filter(pk=call.pk).update(**moments)
    call.refresh_from_db()
    found = [phase for phase in CallPhase if in_phase(FundingCall.objects.filter(pk=call.pk), phase, now).exists()]
    assert found == [call.phase(now)]


def test_list_of_calls_is_filtered_by_phase() -> None:
    make_call(title="Den öppna")
    make_call(title="Den planerade", opens_at=timezone.now() + DAY)
    page = signed_in(make_user(Role.COUNTY_OFFICER)).get(reverse("grants:call_list"), {"phase": "planned"})
    assert "Den planerade" in page.content.decode()
    assert "Den öppna" not in page.content.decode()


def test_list_of_calls_is_sorted_by_title_in_swedish_order() -> None:
    for title in ("Ökad kunskap", "Zonindelning", "Ärlig början", "Åtgärder"):
        make_call(title=title)
    client, titles = (
        signed_in(make_user(Role.COUNTY_OFFICER)),
        ["Zonindelning", "Åtgärder", "Ärlig början", "Ökad kunskap"],
    )
    for order, expected in (("title", titles), ("-title", titles[::-1])):
        answer = client.get(reverse("grants:call_list"), {"sort": order})
        assert [call.title for call in answer.context["calls"]] == expected
    assert "sort=title" in answer.content.decode()


def test_notice_reaches_every_applicant_and_moves_the_last_day() -> None:
    signatory, town = make_user(Role.COUNTY_SIGNATORY), make_user(Role.APPLICANT_OFFICER)
    call = make_call()
    draft = make_draft(call, signatory)
    task = Task.objects.get(key=f"apply:{call.pk}:{draft.organisation_id}")
    later = call.closes_at + 10 * DAY
    officer = make_user(Role.NCH_OFFICER)
    notice = give_notice(
        call=call, title="Längre tid", text="Vi förlänger.", closes_at=later, by=officer, at=timezone.now()
    )
    assert (notice.number, notice.closes_at) == (1, later)
    call.refresh_from_db()
    task.refresh_from_db()
    assert call.closes_at == later
    assert (task.due_on, task.expires_at) == (timezone.localdate(later), later)
    mails = OutgoingMail.objects.filter(key__startswith="call-notice:")
    assert [mail.user for mail in mails] == [signatory]
    assert "Längre tid" in mails[0].body
    assert not mails.filter(user=town).exists()
    second = give_notice(call=call, title="Rättelse", text="Ett fel.", by=officer, at=timezone.now())
    assert (second.number, CallNotice.objects.count()) == (2, 2)
    page = signed_in(signatory).get(reverse("grants:call_detail", args=[call.pk])).content.decode()
    assert "1. Längre tid" in page
    assert "2. Rättelse" in page


def test_notice_to_all_municipalities_costs_no_query_for_each(django_assert_max_num_queries: Any) -> None:
    call = make_call(applicant_kinds=["municipality"])
    home = make_county("14", "Västra Götalands län")
    for _ in range(8):
        make_user(Role.APPLICANT_OFFICER, make_organisation("municipality", county=home))
    officer = make_user(Role.NCH_OFFICER)
    with django_assert_max_num_queries(25):
        give_notice(call=call, title="Nytt", text="Nytt", by=officer, at=timezone.now())
    assert OutgoingMail.objects.filter(key__startswith="call-notice:").count() == 8


def test_notice_cannot_shorten_the_time_or_precede_publication() -> None:
    call, officer = make_call(), make_user(Role.NCH_OFFICER)
    with pytest.raises(GrantError, match="senare"):
        give_notice(call=call, title="x", text="x", closes_at=call.closes_at - DAY, by=officer, at=timezone.now())
    with pytest.raises(GrantError, match="inte publicerad"):
        give_notice(call=draft_call(), title="x", text="x", by=officer, at=timezone.now())
    assert not CallNotice.objects.exists()


def test_call_with_a_decision_is_not_put_off_but_may_be_told_of() -> None:
    call, officer = make_call(), make_user(Role.NCH_OFFICER)
    make_grant(call)
    later = call.closes_at + DAY
    with pytest.raises(GrantError, match="fått beslut"):
        give_notice(call=call, title="x", text="x", closes_at=later, by=officer, at=timezone.now())
    assert give_notice(call=call, title="x", text="x", by=officer, at=timezone.now()).number == 1


def test_recused_officer_cannot_work_an_amount_out_from_what_the_call_has_left() -> None:
    call = make_call()
    grant = make_grant(call)
    recused, other = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    declare_interest(case=grant.case, recused=True, by=recused, at=timezone.now())
    url = reverse("grants:call_detail", args=[call.pk])
    assert "115\xa0000" in signed_in(other).get(url).content.decode()
    page = signed_in(recused).get(url).content.decode()
    assert "115\xa0000" not in page
    assert "1\xa0885\xa0000" not in page
    assert "2\xa0000\xa0000" in page


def test_closed_call_that_is_put_off_is_open_again() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    call = make_call()
    FundingCall.objects.filter(pk=call.pk).update(opens_at=timezone.now() - 9 * DAY, closes_at=timezone.now() - DAY)
    Task.objects.update(expires_at=timezone.now() - DAY)
    call.refresh_from_db()
    assert not open_tasks_for(signatory).exists()
    officer = make_user(Role.NCH_OFFICER)
    later = timezone.now() + 5 * DAY
    give_notice(call=call, title="Öppnas igen", text="x", closes_at=later, by=officer, at=timezone.now())
    assert call.phase() == CallPhase.OPEN
    assert open_tasks_for(signatory).exists()


def test_copy_is_a_draft_a_year_ahead_with_a_form_of_its_own() -> None:
    swedish = timezone.get_default_timezone()
    opens = datetime.datetime(2026, 2, 2, 9, tzinfo=swedish)
    call = draft_call(
        title="Utvecklingsmedel 2026–2027 (2025:838)",
        opens_at=opens,
        closes_at=datetime.datetime(2026, 3, 28, 16, tzinfo=swedish),
        reporting_plan=[REPORT],
        eligibility=[QUESTION],
    )
    copy = copy_call(call=call, by=make_user(Role.NCH_OFFICER), at=timezone.now())
    assert (copy.copied_from, copy.published_at) == (call, None)
    assert copy.title == "Utvecklingsmedel 2027–2028 (2025:838)"
    # The clock on the wall: in 2027 summer time begins on the very 28 March.
    assert timezone.localtime(copy.closes_at).isoformat() == "2027-03-28T16:00:00+02:00"
    assert {row.year for row in copy.budgets.all()} == {2027, 2028}
    assert [row.due_on for row in copy.reporting_plan.all()] == [datetime.date(2028, 2, 28)]
    assert [question.text for question in copy.eligibility_questions.all()] == [QUESTION.text]
    assert copy.version is not None
    assert call.version is not None
    assert copy.version.pk != call.version.pk
    questions = [[q.key for q in s.questions.all()] for v in (call.version, copy.version) for s in v.sections.all()]
    assert questions[: len(questions) // 2] == questions[len(questions) // 2 :]


def test_leap_day_moves_to_the_last_of_february() -> None:
    assert a_year_later(datetime.date(2028, 2, 29)) == datetime.date(2029, 2, 28)


def county_call(**changes: Any) -> tuple[FundingCall, User]:
    """A published call of Länsstyrelsen Skåne to the municipalities of Skåne, and its officer."""
    board = make_organisation("county_board", county=make_county("12", "Skåne län"))
    officer = make_user(Role.GRANT_OFFICER, board)
    content = call_input(title="Skånes medel", applicant_kinds=["municipality"], **changes)
    call = save_call(content=content, by=officer, at=timezone.now())
    return call, officer


def test_county_boards_call_is_for_its_own_county_and_nobody_elses() -> None:
    home = make_organisation("municipality", county=make_county("12", "Skåne län"), name="Lund")
    away = make_organisation("municipality", county=make_county("14", "Västra Götalands län"), name="Borås")
    town, stranger = make_user(Role.APPLICANT_OFFICER, home), make_user(Role.APPLICANT_OFFICER, away)
    nch = make_user(Role.NCH_OFFICER)
    call, officer = county_call()
    assert call.grantor.county_id == "12"
    assert not calls_for(town).exists()
    publish_call(call=call, by=officer, at=timezone.now())
    assert list(possible_applicants(call)) == [home]
    assert list(calls_for(town)) == [call]
    for outsider in (stranger, nch):
        assert not calls_for(outsider).exists()
        assert signed_in(outsider).get(reverse("grants:call_detail", args=[call.pk])).status_code == 404
    assert [task.title for task in open_tasks_for(town)] == ["Sök bidrag: Skånes medel"]
    assert list(managed_calls_for(officer)) == [call]
    assert not managed_calls_for(nch).exists()
    with pytest.raises(PermissionDenied):
        give_notice(call=call, title="x", text="x", by=nch, at=timezone.now())


def test_county_board_cannot_give_development_money_or_reach_county_boards() -> None:
    with pytest.raises(GrantError, match="Bara NCH"):
        county_call(is_development_money=True)
    board = make_organisation("county_board", county=make_county("12", "Skåne län"))
    content = call_input(applicant_kinds=["county_board"])
    with pytest.raises(GrantError, match="av det slaget"):
        save_call(content=content, by=make_user(Role.GRANT_OFFICER, board), at=timezone.now())


def test_invited_organisation_sees_the_call_of_another_county() -> None:
    make_organisation("municipality", county=make_county("12", "Skåne län"), name="Lund")
    away = make_organisation("municipality", county=make_county("14", "Västra Götalands län"), name="Borås")
    call, officer = county_call(invited=[away.pk])
    publish_call(call=call, by=officer, at=timezone.now())
    assert list(calls_for(make_user(Role.APPLICANT_OFFICER, away))) == [call]
    assert list(possible_applicants(call)) == [away]


def asking_call() -> tuple[FundingCall, dict[str, str]]:
    """A published call with a question that ends, one that warns, and the posted form with the wanted answers."""
    warning = EligibilityInput("Finns redan medel?", "Då räknas de av.", "no", EligibilityEffect.WARN)
    call = make_call(eligibility=[QUESTION, warning])
    first, second = call.eligibility_questions.all()
    return call, {"svar": "1", f"fraga_{first.pk}": "yes", f"fraga_{second.pk}": "no"}


def test_eligibility_questions_are_asked_before_anything_is_created() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    call, wanted = asking_call()
    client, url = signed_in(signatory), reverse("grants:application_start", args=[call.pk])
    own = {"organisation": str(signatory.memberships.get().organisation_id)}
    page = client.post(url, own)
    assert page.status_code == 200
    assert "Finns redan medel?" in page.content.decode()
    assert client.post(url, {**own, "svar": "1"}).status_code == 422
    first, second = [name for name in wanted if name != "svar"]
    refused = client.post(url, {**own, **wanted, first: "no"})
    assert refused.status_code == 422
    assert "Bara länsstyrelser kan söka." in refused.content.decode()
    warned = client.post(url, {**own, **wanted, second: "yes"})
    assert warned.status_code == 200
    assert "Då räknas de av." in warned.content.decode()
    assert not Application.objects.exists()
    assert (
        client.post(url, {**own, **wanted, second: "yes", "vidare": second.removeprefix("fraga_")}).status_code == 302
    )
    application = Application.objects.get()
    assert [(row["answer"], row["warning"]) for row in application.eligibility_answers.values()] == [
        ("yes", ""),
        ("yes", "Då räknas de av."),
    ]


def test_service_refuses_an_application_without_the_answers_it_needs() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    call, _ = asking_call()
    first, second = call.eligibility_questions.all()
    values = {"call": call, "organisation": signatory.memberships.get().organisation, "by": signatory}
    with pytest.raises(GrantError, match="alla frågor"):
        start_application(**values, at=timezone.now())
    with pytest.raises(NotEligibleError, match="Bara länsstyrelser"):
        start_application(**values, eligibility_answers={first.pk: "no", second.pk: "no"}, at=timezone.now())
    assert not Application.objects.exists()


def test_those_who_handle_the_application_read_the_answers() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    call, _ = asking_call()
    answers = {question.pk: question.wanted for question in call.eligibility_questions.all()}
    organisation = signatory.memberships.get().organisation
    application = start_application(
        call=call, organisation=organisation, eligibility_answers=answers, by=signatory, at=timezone.now()
    )
    filled = {**APPLICATION_ANSWERS, "budget": budget([2026, 2027], 100_000)}
    fill_in(application.response, filled, by=signatory, at=timezone.now())
    submit_application(application=application, by=signatory, at=timezone.now())
    officer = make_user(Role.NCH_OFFICER)
    declare_impartial(application, officer, at=timezone.now())
    page = signed_in(officer).get(reverse("grants:application_detail", args=[application.pk])).content.decode()
    assert "Svar på behörighetsfrågorna" in page
    assert "Finns redan medel?" in page
