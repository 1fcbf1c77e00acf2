"""Instalments: never more than the decision, always two persons, and each step by those with the right to it."""

import contextlib
import datetime
import itertools
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import GrantState, PaymentBasis
from grants.enums import PaymentState as State
from grants.models import Grant, Payment, PaymentMove
from grants.selectors.payments import (
    committed_by_year,
    handled_payments_for,
    paid_by_year,
    payments_for,
    suggested_instalments,
    years_of,
)
from grants.services import payments
from grants.services.errors import GrantError
from grants.services.payments import (
    Instalment,
    NoRoomError,
    approve_payment,
    cancel_payment,
    lay_plan,
    mark_paid,
    move_payment,
    prepare_payment,
    request_payment,
    return_payment,
    together,
    transition_of,
    withdraw_requisition,
)
from nch.accounts.enums import RIGHTS, Right, Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.cases.selectors import open_tasks_for
from nch.cases.services import declare_interest
from nch.demo.build import declare_impartial
from tests.cases.test_parallel import in_parallel
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.grants import make_call, make_decided, make_submitted

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 6, 1)


def make_grant(signatory: User | None = None) -> Grant:
    """A grant of half of what was asked for in 2026 and 2027."""
    application = make_submitted(make_call(), signatory or make_user(Role.COUNTY_SIGNATORY))
    make_decided(application)
    return Grant.objects.select_related("call", "organisation", "case", "application__case").get(
        application=application
    )


def granted(grant: Grant, year: int = 2026) -> Decimal:
    return next(row.granted for row in years_of(grant) if row.year == year)


def plan(grant: Grant, *amounts: int, year: int = 2026, by: User | None = None) -> list[Payment]:
    rows = [Instalment(year, Decimal(amount), DAY) for amount in amounts]
    return lay_plan(grant=grant, rows=rows, by=by or make_user(Role.NCH_FINANCE), at=timezone.now())


def prepared(grant: Grant, amount: int = 1000) -> Payment:
    (payment,) = plan(grant, amount)
    return prepare_payment(payment=payment, by=make_user(Role.NCH_FINANCE), at=timezone.now())


def approved(grant: Grant, amount: int = 1000) -> Payment:
    return approve_payment(payment=prepared(grant, amount), by=make_user(Role.NCH_FINANCE), at=timezone.now())


def paid(grant: Grant, amount: int = 1000) -> Payment:
    return mark_paid(
        payment=approved(grant, amount), paid_on=DAY, voucher="V1", by=make_user(Role.NCH_FINANCE), at=timezone.now()
    )


def request(grant: Grant, amount: Decimal | int, by: User | None = None, year: int = 2026) -> Payment:
    signatory = by or make_user(Role.COUNTY_SIGNATORY, grant.organisation)
    return request_payment(
        grant=grant, year=year, amount=Decimal(amount), text="Löner i kvartal 1", by=signatory, at=timezone.now()
    )


@given(
    amount=st.decimals(min_value=0, max_value=10**9, places=2),
    quarterly=st.booleans(),
    on=st.dates(datetime.date(2025, 6, 1), datetime.date(2027, 6, 1)),
)
def test_suggested_instalments_add_up_exactly_and_are_not_in_the_past(
    amount: Decimal, quarterly: bool, on: datetime.date
) -> None:
    rows = suggested_instalments(2026, amount, quarterly=quarterly, on=on)
    assert sum((part for _, part in rows), Decimal(0)) == amount
    assert all(day >= on and part > 0 for day, part in rows)
    assert len(rows) <= (4 if quarterly else 1)


def test_plan_does_not_bring_a_cancelled_instalment_back(monkeypatch: pytest.MonkeyPatch) -> None:
    grant, finance = make_grant(), make_user(Role.NCH_FINANCE)
    (payment,) = plan(grant, 1000)
    last = payments._next_number

    def meanwhile(grant: Grant) -> int:
        cancel_payment(payment=Payment.objects.get(pk=payment.pk), comment="Nej", by=finance, at=timezone.now())
        return last(grant)

    monkeypatch.setattr(payments, "_next_number", meanwhile)
    rows = [Instalment(2026, Decimal(1000), DAY, payment.number)]
    with pytest.raises(GrantError, match="ändrat planen"):
        lay_plan(grant=grant, rows=rows, by=finance, at=timezone.now())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_instalment_cancelled_beside_a_new_plan_stays_cancelled() -> None:
    grant, finance, other = make_grant(), make_user(Role.NCH_FINANCE), make_user(Role.NCH_FINANCE)
    for _ in range(6):
        (payment,) = plan(grant, 1000)

        def step(number: int, payment: Payment = payment) -> None:
            with contextlib.suppress(GrantError):
                if number:
                    again = payments_for(other).get(pk=payment.pk)
                    cancel_payment(payment=again, comment="Nej", by=other, at=timezone.now())
                else:
                    rows = [Instalment(2026, Decimal(1000), DAY, payment.number)]
                    lay_plan(grant=grant, rows=rows, by=finance, at=timezone.now())

        in_parallel(step, 2)
        payment.refresh_from_db()
        assert payment.state == State.CANCELLED


def test_requisition_sent_twice_from_a_page_is_one() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    grant = make_grant(signatory)
    client, url = sign_in(signatory), reverse("grants:grant_requisition", args=[grant.pk])
    key = client.get(url).context["form"]["key"].value()
    assert key != client.get(url).context["form"]["key"].value()
    data = {"year": "2026", "amount": "50000", "text": "Löner", "key": key}
    for _ in range(2):
        assert client.post(url, data).status_code == 302
    assert grant.payments.count() == 1
    page = client.post(url, {**data, "amount": "1000"}).content.decode()
    assert "Rekvisition 1 är redan lämnad från den här sidan" in page
    assert client.post(url, {**data, "key": client.get(url).context["form"]["key"].value()}).status_code == 302
    assert grant.payments.count() == 2


def test_day_of_payment_lies_near_the_grant() -> None:
    payment, finance = approved(make_grant()), make_user(Role.NCH_FINANCE)
    with pytest.raises(GrantError, match="långt före"):
        mark_paid(payment=payment, paid_on=datetime.date(1900, 1, 1), voucher="V", by=finance, at=timezone.now())


def test_plan_may_use_all_that_is_granted_and_not_an_ore_more() -> None:
    grant = make_grant()
    most = granted(grant)
    plan(grant, int(most))
    assert committed_by_year(grant) == {2026: most}
    finance = make_user(Role.NCH_FINANCE)
    with pytest.raises(NoRoomError, match="2027"):
        lay_plan(
            grant=grant,
            rows=[Instalment(2027, granted(grant, 2027) + Decimal("0.01"), DAY)],
            by=finance,
            at=timezone.now(),
        )
    with pytest.raises(NoRoomError, match="inga pengar för 2028"):
        lay_plan(grant=grant, rows=[Instalment(2028, Decimal(1), DAY)], by=finance, at=timezone.now())
    assert committed_by_year(grant) == {2026: most}


def test_plan_laid_anew_changes_rows_adds_new_ones_and_cancels_those_left_out() -> None:
    grant = make_grant()
    first, second = plan(grant, 1000, 2000)
    rows = [Instalment(2026, Decimal(1500), DAY, number=second.number), Instalment(2027, Decimal(10), DAY)]
    lay_plan(grant=grant, rows=rows, by=make_user(Role.NCH_FINANCE), at=timezone.now())
    states = {p.number: (p.year, p.amount, p.state) for p in grant.payments.all()}
    assert states == {
        first.number: (2026, 1000, State.CANCELLED),
        second.number: (2026, 1500, State.PLANNED),
        3: (2027, 10, State.PLANNED),
    }


def test_plan_leaves_what_has_gone_further_and_refuses_rows_that_somebody_has_moved() -> None:
    grant = make_grant()
    first, second = plan(grant, 1000, 2000)
    prepare_payment(payment=first, by=make_user(Role.NCH_FINANCE), at=timezone.now())
    stale = [Instalment(2026, Decimal(5), DAY, number=first.number)]
    with pytest.raises(GrantError, match="Någon annan"):
        lay_plan(grant=grant, rows=stale, by=make_user(Role.NCH_FINANCE), at=timezone.now())
    plan(grant)
    assert {p.number: p.state for p in grant.payments.all()} == {1: State.PREPARED, second.number: State.CANCELLED}


def test_requisition_is_refused_beyond_the_decision_with_what_is_left_in_words() -> None:
    grant = make_grant()
    most = granted(grant)
    paid(grant, 1000)
    request(grant, most - 1500)
    with pytest.raises(NoRoomError, match=r"högst 500\xa0kr rekvireras.*1\xa0000\xa0kr är utbetalat"):
        request(grant, 501)
    assert request(grant, 500).number == 3
    with pytest.raises(NoRoomError, match="2030"):
        request(grant, 1, year=2030)


def test_cancelled_instalment_gives_its_money_back() -> None:
    grant = make_grant()
    payment = request(grant, granted(grant))
    cancel_payment(payment=payment, comment="För tidigt", by=make_user(Role.NCH_FINANCE), at=timezone.now())
    assert request(grant, granted(grant)).state == State.REQUESTED


def test_requisition_is_the_signatorys_and_leaves_a_document_a_task_and_a_line(background: Any) -> None:
    grant = make_grant()
    with pytest.raises(PermissionDenied):
        request(grant, 1, by=make_user(Role.COUNTY_OFFICER, grant.organisation))
    elsewhere = make_organisation("county_board", county=make_county("21", "Gävleborgs län"))
    with pytest.raises(PermissionDenied):
        request(grant, 1, by=make_user(Role.COUNTY_SIGNATORY, elsewhere))
    with background():
        payment = request(grant, 1000)
    payment.refresh_from_db()
    assert payment.document is not None
    with payment.document.file.open("rb") as file:
        assert file.read(5) == b"%PDF-"
    assert grant.case.timeline.filter(title__startswith="Rekvisition 1", internal=False).exists()
    finance = make_user(Role.NCH_FINANCE)
    assert [t.title for t in open_tasks_for(finance)] == [f"Förbered rekvisition 1 till {grant.organisation}"]


def test_each_step_waits_for_the_next_person() -> None:
    grant = make_grant()
    finance = make_user(Role.NCH_FINANCE)
    payment = request(grant, 1000)
    titles = []
    for step in (
        lambda: prepare_payment(payment=payment, by=make_user(Role.NCH_FINANCE), at=timezone.now()),
        lambda: approve_payment(payment=payment, by=make_user(Role.NCH_FINANCE), at=timezone.now()),
        lambda: mark_paid(payment=payment, paid_on=DAY, voucher="V1", by=finance, at=timezone.now()),
    ):
        titles += [task.title.split()[0] for task in open_tasks_for(finance)]
        step()
    assert titles == ["Förbered", "Godkänn", "Betala"]
    assert not open_tasks_for(finance).exists()
    assert paid_by_year(grant) == {2026: 1000}
    assert committed_by_year(grant) == {}


def test_preparer_never_approves_neither_here_nor_in_the_database() -> None:
    grant = make_grant()
    finance = make_user(Role.NCH_FINANCE)
    (payment,) = plan(grant, 1000)
    prepare_payment(payment=payment, by=finance, at=timezone.now())
    with pytest.raises(PermissionDenied, match="inte också godkänna"):
        approve_payment(payment=payment, by=finance, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(state=State.APPROVED, approved_by=finance)


def test_who_is_partial_or_has_not_declared_cannot_take_part() -> None:
    grant = make_grant()
    payment = prepared(grant)
    decider = make_user(Role.NCH_DECISION_MAKER)
    with pytest.raises(GrantError, match="jävig"):
        approve_payment(payment=payment, by=decider, at=timezone.now())
    declare_interest(case=grant.case, recused=True, by=decider, at=timezone.now())
    with pytest.raises(GrantError, match="jäv"):
        approve_payment(payment=payment, by=decider, at=timezone.now())
    assert not payments_for(decider).exists()
    impartial = make_user(Role.NCH_DECISION_MAKER)
    declare_impartial(grant.application, impartial, at=timezone.now())
    approve_payment(payment=payment, by=impartial, at=timezone.now())
    assert payment.approved_by == impartial


def test_closed_grant_takes_no_new_steps() -> None:
    grant = make_grant()
    planned, also = plan(grant, 1000, 1000)
    prepare_payment(payment=also, by=make_user(Role.NCH_FINANCE), at=timezone.now())
    Grant.objects.filter(pk=grant.pk).update(state=GrantState.CLOSED, closed_at=timezone.now())
    finance = make_user(Role.NCH_FINANCE)
    for refused in (
        lambda: request(grant, 1),
        lambda: plan(grant, 1),
        lambda: prepare_payment(payment=planned, by=finance, at=timezone.now()),
        lambda: approve_payment(payment=also, by=finance, at=timezone.now()),
    ):
        with pytest.raises(GrantError, match="avslutat"):
            refused()


def test_payment_goes_back_with_a_comment_to_where_it_came_from() -> None:
    grant = make_grant()
    finance = make_user(Role.NCH_FINANCE)
    for payment, origin in ((plan(grant, 1000)[0], State.PLANNED), (request(grant, 1000), State.REQUESTED)):
        prepare_payment(payment=payment, by=make_user(Role.NCH_FINANCE), at=timezone.now())
        with pytest.raises(GrantError, match="vad som behöver"):
            return_payment(payment=payment, comment=" ", by=finance, at=timezone.now())
        return_payment(payment=payment, comment="Fel år", by=finance, at=timezone.now())
        payment.refresh_from_db()
        assert (payment.state, payment.prepared_by, payment.comment) == (origin, None, "Fel år")


def test_paid_day_is_not_in_the_future_and_the_voucher_is_there() -> None:
    payment = approved(make_grant())
    finance = make_user(Role.NCH_FINANCE)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    with pytest.raises(GrantError, match="framtiden"):
        mark_paid(payment=payment, paid_on=tomorrow, voucher="V1", by=finance, at=timezone.now())
    with pytest.raises(GrantError, match="verifikation"):
        mark_paid(payment=payment, paid_on=DAY, voucher=" ", by=finance, at=timezone.now())


def test_many_are_taken_together_or_not_at_all() -> None:
    grant = make_grant()
    finance, other = make_user(Role.NCH_FINANCE), make_user(Role.NCH_FINANCE)
    first, second = plan(grant, 1000, 2000)
    prepare_payment(payment=second, by=finance, at=timezone.now())
    payments = list(payments_for(finance))
    with pytest.raises(GrantError, match="utbetalning 2") as error:
        together(payments, lambda p: prepare_payment(payment=p, by=finance, at=timezone.now()))
    assert "utbetalning 1" not in str(error.value)
    first.refresh_from_db()
    assert first.state == State.PLANNED
    prepare_payment(payment=first, by=finance, at=timezone.now())
    payments = list(payments_for(other))
    together(payments, lambda p: approve_payment(payment=p, by=other, at=timezone.now()))
    assert set(grant.payments.values_list("state", flat=True)) == {State.APPROVED}


ALLOWED = {
    (State.PLANNED, State.PREPARED): Right.PREPARE_PAYMENTS,
    (State.PLANNED, State.CANCELLED): Right.PREPARE_PAYMENTS,
    (State.REQUESTED, State.PREPARED): Right.PREPARE_PAYMENTS,
    (State.REQUESTED, State.CANCELLED): Right.PREPARE_PAYMENTS,
    (State.REQUESTED, State.WITHDRAWN): Right.SUBMIT,
    (State.PREPARED, State.PLANNED): Right.APPROVE_PAYMENTS,
    (State.PREPARED, State.APPROVED): Right.APPROVE_PAYMENTS,
    (State.PREPARED, State.CANCELLED): Right.PREPARE_PAYMENTS,
    (State.APPROVED, State.PAID): Right.KEEP_ACCOUNTS,
    (State.APPROVED, State.CANCELLED): Right.KEEP_ACCOUNTS,
}


def test_planned_payment_moves_as_the_table_says_by_each_role_and_no_other_way() -> None:
    payment = paid(make_grant())
    case = payment.grant.case
    users = {role: make_user(role) for role in Role}
    for role, user in users.items():
        if Right.DECLARE_FIRST in RIGHTS[role] and user.memberships.get().organisation_id == case.handler_id:
            declare_interest(case=case, recused=False, by=user, at=timezone.now())
    for source, target in itertools.product(State, State):
        for role, user in users.items():
            Payment.objects.filter(pk=payment.pk).update(state=source)
            payment.refresh_from_db()
            moves = PaymentMove.objects.count()
            right = ALLOWED.get((source, target))
            wanted = case.organisation_id if right == Right.SUBMIT else case.handler_id
            at_home = user.memberships.get().organisation_id == wanted
            if right is not None and right in RIGHTS[role] and at_home:
                move_payment(payment, target, by=user, at=timezone.now())
                assert PaymentMove.objects.count() == moves + 1
            else:
                with pytest.raises((GrantError, PermissionDenied)):
                    move_payment(payment, target, by=user, at=timezone.now())
                assert PaymentMove.objects.count() == moves, (source, target, role)


def test_requisition_never_becomes_a_planned_payment() -> None:
    assert transition_of(State.PREPARED, State.PLANNED) is not None
    payment = request(make_grant(), 1000)
    prepare_payment(payment=payment, by=make_user(Role.NCH_FINANCE), at=timezone.now())
    with pytest.raises(GrantError, match="rekvirerad"):
        move_payment(payment, State.PLANNED, by=make_user(Role.NCH_FINANCE), at=timezone.now())


def test_requisition_is_withdrawn_by_its_own_signatory_as_long_as_nobody_has_prepared_it() -> None:
    grant = make_grant()
    signatory = make_user(Role.COUNTY_SIGNATORY, grant.organisation)
    payment = request(grant, granted(grant), by=signatory)
    elsewhere = make_organisation("county_board", county=make_county("21", "Gävleborgs län"))
    for stranger in (
        make_user(Role.COUNTY_OFFICER, grant.organisation),
        make_user(Role.COUNTY_SIGNATORY, elsewhere),
        make_user(Role.NCH_FINANCE),
    ):
        with pytest.raises(PermissionDenied):
            withdraw_requisition(payment=payment, comment="Fel år", by=stranger, at=timezone.now())
    with pytest.raises(GrantError, match="varför"):
        withdraw_requisition(payment=payment, comment=" ", by=signatory, at=timezone.now())
    finance = make_user(Role.NCH_FINANCE)
    prepare_payment(payment=payment, by=finance, at=timezone.now())
    with pytest.raises(GrantError, match="Förberedd"):
        withdraw_requisition(payment=payment, comment="Fel år", by=signatory, at=timezone.now())
    return_payment(payment=payment, comment="Är det rätt år?", by=make_user(Role.NCH_FINANCE), at=timezone.now())
    withdraw_requisition(payment=payment, comment="Fel år", by=signatory, at=timezone.now())
    payment.refresh_from_db()
    assert (payment.state, payment.comment) == (State.WITHDRAWN, "Fel år")
    assert not open_tasks_for(finance).exists()
    assert AuditEvent.objects.filter(action="payment_withdrawn", actor_id=signatory.pk).exists()
    assert grant.case.timeline.filter(title="Rekvisition 1 togs tillbaka", internal=False).exists()
    assert request(grant, granted(grant), by=signatory).state == State.REQUESTED


def test_requisition_that_somebody_prepares_meanwhile_is_not_withdrawn() -> None:
    grant = make_grant()
    signatory = make_user(Role.COUNTY_SIGNATORY, grant.organisation)
    payment = request(grant, 1000, by=signatory)
    stale = payments_for(signatory).get(pk=payment.pk)
    prepare_payment(payment=payment, by=make_user(Role.NCH_FINANCE), at=timezone.now())
    with pytest.raises(GrantError, match="hunnit före"):
        withdraw_requisition(payment=stale, comment="Fel år", by=signatory, at=timezone.now())


def test_page_of_a_requisition_takes_it_back_and_says_so_to_both_sides() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    grant = make_grant(signatory)
    payment = request(grant, 1000, by=signatory)
    url = reverse("grants:payment_detail", args=[payment.pk])
    client = sign_in(signatory)
    assert "Ta tillbaka rekvisitionen" in client.get(url).content.decode()
    assert "Ta tillbaka rekvisitionen" not in sign_in(make_user(Role.NCH_FINANCE)).get(url).content.decode()
    empty = client.post(url, {"action": "withdraw", "withdraw-comment": ""})
    assert empty.status_code == 422
    assert empty.context["withdraw_form"].errors
    client.post(url, {"action": "withdraw", "withdraw-comment": "Beloppet blev fel"})
    for user in (signatory, make_user(Role.NCH_FINANCE)):
        page = sign_in(user).get(url).content.decode()
        assert "Återtagen" in page
        assert "Beloppet blev fel" in page
        assert "Ta tillbaka rekvisitionen" not in page


def test_county_sees_its_own_payments_and_no_others() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    own = request(make_grant(signatory), 1000)
    board = make_organisation("county_board", county=make_county("21", "Gävleborgs län"))
    other = request(make_grant(make_user(Role.COUNTY_SIGNATORY, board)), 1000)
    assert list(payments_for(signatory)) == [own]
    assert not handled_payments_for(signatory).exists()
    assert set(handled_payments_for(make_user(Role.NCH_FINANCE))) == {own, other}


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_requisition_page_says_at_the_field_what_is_left_and_keeps_what_was_typed() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    grant = make_grant(signatory)
    client, url = sign_in(signatory), reverse("grants:grant_requisition", args=[grant.pk])
    values = {"year": "2026", "amount": "9 000 000", "text": "Löner för två samordnare"}
    page = client.post(url, values)
    assert "högst" in page.context["form"].errors["amount"][0]
    assert "Löner för två samordnare" in page.content.decode()
    assert client.post(url, {**values, "amount": "12 000,50"}).status_code == 302
    payment = grant.payments.get()
    assert (payment.amount, payment.basis) == (Decimal("12000.50"), PaymentBasis.REQUISITION)


def test_plan_page_suggests_what_is_left_and_saves_it() -> None:
    grant = make_grant()
    officer = make_user(Role.NCH_OFFICER)
    declare_impartial(grant.application, officer, at=timezone.now())
    client, url = sign_in(officer), reverse("grants:grant_plan", args=[grant.pk])
    formset = client.get(f"{url}?forslag=kvartal").context["formset"]
    values = {
        form.add_prefix(name): form[name].value() or ""
        for form in formset.forms
        for name in ("number", "year", "amount", "planned_on")
    }
    management = {
        "form-TOTAL_FORMS": len(formset.forms),
        "form-INITIAL_FORMS": formset.initial_form_count(),
    }
    assert client.post(url, {**values, **management}).status_code == 302
    assert all(row.left == 0 for row in years_of(grant))


def test_several_payments_are_paid_in_one_sitting_with_a_voucher_each() -> None:
    grant = make_grant()
    first, second = plan(grant, 1000, 2000)
    preparer, approver = make_user(Role.NCH_FINANCE), make_user(Role.NCH_FINANCE)
    ticked = {"payment": [first.pk, second.pk], "tillbaka": reverse("grants:payment_list")}
    sign_in(preparer).post(reverse("grants:payments_prepare"), ticked)
    client = sign_in(approver)
    client.post(reverse("grants:payments_approve"), ticked)
    url = reverse("grants:payments_paid")
    assert client.post(url, ticked).status_code == 200
    page = client.post(url, {**ticked, "paid_on": "2026-06-01", f"voucher_{first.pk}": "A 1"})
    assert list(page.context["form"].errors) == [f"voucher_{second.pk}"]
    vouchers = {f"voucher_{first.pk}": "A 1", f"voucher_{second.pk}": "A 2"}
    assert client.post(url, {**ticked, "paid_on": "2026-06-01", **vouchers}).status_code == 302
    assert set(grant.payments.values_list("state", "voucher")) == {(State.PAID, "A 1"), (State.PAID, "A 2")}
    assert AuditEvent.objects.filter(action="payment_paid").count() == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_parallel_requisitions_never_use_more_than_the_decision() -> None:
    grant = make_grant()
    signatory = make_user(Role.COUNTY_SIGNATORY, grant.organisation)
    part = (granted(grant) / 4).quantize(Decimal(1)) + 1
    refused = []

    def ask(number: int) -> None:
        try:
            request(grant, part, by=User.objects.get(pk=signatory.pk))
        except NoRoomError:
            refused.append(number)

    in_parallel(ask, 8)
    assert grant.payments.count() == 3
    assert len(refused) == 5
    assert committed_by_year(grant)[2026] <= granted(grant)
