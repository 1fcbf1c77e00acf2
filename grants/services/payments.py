"""Instalments: planned or asked for, prepared by one person, approved by another, paid. Amounts are in kronor."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from grants.enums import GrantState, PaymentBasis, PaymentState
from grants.models import Grant, Payment, PaymentMove
from grants.selectors.payments import YearOfGrant, years_of
from grants.services.assessments import check_impartial
from grants.services.errors import GrantError, YearError
from grants.tasks import file_requisition
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.cases.selectors import is_recused
from nch.cases.services import close_tasks, note, open_task
from nch.common.formats import format_date, format_kronor
from nch.common.transitions import Transition, TransitionError, move

# A planned instalment is put on the preparers' start page this long before its day.
NOTICE = datetime.timedelta(days=14)


def _is_planned(payment: Payment) -> str | None:
    return None if payment.basis == PaymentBasis.PLAN else "Utbetalningen är rekvirerad och går tillbaka dit."


def _is_requested(payment: Payment) -> str | None:
    return None if payment.basis == PaymentBasis.REQUISITION else "Utbetalningen är planerad och går tillbaka dit."


@dataclass(frozen=True)
class Step(Transition):
    """A move of an instalment, and the right that it takes: the page offers those that one holds, the service asks."""

    right: Right = field(kw_only=True)


TRANSITIONS = (
    Step(PaymentState.PLANNED, PaymentState.PREPARED, right=Right.PREPARE_PAYMENTS),
    Step(PaymentState.PLANNED, PaymentState.CANCELLED, right=Right.PREPARE_PAYMENTS),
    Step(PaymentState.REQUESTED, PaymentState.PREPARED, right=Right.PREPARE_PAYMENTS),
    Step(PaymentState.REQUESTED, PaymentState.CANCELLED, right=Right.PREPARE_PAYMENTS),
    # The receiver's own step: what it has asked for it takes back as long as nobody has begun with it.
    Step(PaymentState.REQUESTED, PaymentState.WITHDRAWN, right=Right.SUBMIT),
    Step(PaymentState.PREPARED, PaymentState.PLANNED, _is_planned, right=Right.APPROVE_PAYMENTS),
    Step(PaymentState.PREPARED, PaymentState.REQUESTED, _is_requested, right=Right.APPROVE_PAYMENTS),
    Step(PaymentState.PREPARED, PaymentState.APPROVED, right=Right.APPROVE_PAYMENTS),
    Step(PaymentState.PREPARED, PaymentState.CANCELLED, right=Right.PREPARE_PAYMENTS),
    Step(PaymentState.APPROVED, PaymentState.PAID, right=Right.KEEP_ACCOUNTS),
    # What is approved may be with the accounting system: whoever keeps the accounts stops the payment there, and the
    # next file reverses the row (services.accounting.export_payments).
    Step(PaymentState.APPROVED, PaymentState.CANCELLED, right=Right.KEEP_ACCOUNTS),
)


class NoRoomError(YearError):
    """The amount is more than what the decision has left for the year."""


@dataclass(frozen=True)
class Instalment:
    """One row of a plan: kronor of a budget year and the day to pay them; `number` where a planned one is changed."""

    year: int
    amount: Decimal
    planned_on: datetime.date
    number: int | None = None


def transition_of(source: str, target: str) -> Step | None:
    """The permitted move between two states, where there is one."""
    return next((t for t in TRANSITIONS if (t.source, t.target) == (source, target)), None)


def holder_of(transition: Step, grant: Grant) -> int:
    """The organisation at which a move's right is to be held: the receiver for its own step, else the grantor."""
    return grant.organisation_id if transition.right == Right.SUBMIT else grant.call.grantor_id


@transaction.atomic
def move_payment(payment: Payment, to: PaymentState, *, by: User, at: datetime.datetime, **changes: object) -> Payment:
    """Move an instalment as the table allows: by somebody at the grantor with the right to it and nothing at stake in
    the case, or, where the step is the receiver's, by its signatory.

    The grant is held meanwhile: whoever lays its plan or counts its money waits, or has done so.
    Raises PermissionDenied without the right, GrantError with the reason where it cannot be done.
    """
    transition = transition_of(payment.state, to)
    if transition is not None:
        holder = holder_of(transition, payment.grant)
        require(by, transition.right, holder)
        if holder == payment.grant.call.grantor_id:
            check_impartial(payment.grant.application, by)
    _lock(payment.grant)
    return _move(payment, to, by=by, at=at, **changes)


def _move(payment: Payment, to: PaymentState, *, by: User, at: datetime.datetime, **changes: object) -> Payment:
    try:
        move(payment, to=to, transitions=TRANSITIONS, moves=PaymentMove, by=by, at=at, **changes)
    except TransitionError as error:
        raise GrantError(str(error)) from error
    record(
        f"payment_{to}",
        by=by,
        subject=payment,
        organisation_id=payment.grant.organisation_id,
        details={"amount": str(payment.amount), "year": payment.year},
        at=at,
    )
    close_tasks(*(f"{step}-payment:{payment.pk}" for step in ("prepare", "approve", "pay")), at=at)
    return payment


def _lock(grant: Grant) -> None:
    """Hold the grant's row, so that two who use its money wait for each other; refuse where the grant is closed."""
    if Grant.objects.select_for_update().get(pk=grant.pk).state == GrantState.CLOSED:
        raise GrantError("Bidraget är avslutat. Inget mer kan betalas ut.")


def _check_room(grant: Grant, *, asked: int | None = None) -> None:
    """Raise NoRoomError where living instalments of a year are more than what the decision gives for it.

    `asked` is the year that somebody just asked for money of: it has to be one of the decision's.
    """
    years = {row.year: row for row in years_of(grant)}
    if asked is not None and not years[asked].granted:
        raise NoRoomError(f"Beslutet ger inga pengar för {asked}.", asked)
    for row in years.values():
        if row.left < 0:
            raise NoRoomError(
                f"För {row.year} är {format_kronor(row.granted)} beviljat, men tillsammans blir utbetalningarna "
                f"{format_kronor(row.paid + row.committed)}.",
                row.year,
            )


def room_in_words(row: YearOfGrant) -> str:
    """What can still be asked for in a year, and why not more."""
    return (
        f"För {row.year} kan högst {format_kronor(max(row.left, Decimal(0)))} rekvireras: {format_kronor(row.granted)} "
        f"är beviljat, {format_kronor(row.paid)} är utbetalat och {format_kronor(row.committed)} är planerat eller "
        "på väg."
    )


def _next_number(grant: Grant) -> int:
    return (Payment.objects.filter(grant=grant).aggregate(last=Max("number"))["last"] or 0) + 1


def payments_url(grant: Grant) -> str:
    """The address of the grant's instalments."""
    return reverse("grants:grant_payments", args=[grant.pk])


def payment_url(payment: Payment) -> str:
    """The address of an instalment."""
    return reverse("grants:payment_detail", args=[payment.pk])


def _note(payment: Payment, title: str, *, by: User, at: datetime.datetime, internal: bool = False) -> None:
    """Write a line on the timeline of the grant's case that leads to the payment."""
    note(payment.grant.case, title, by=by, at=at, internal=internal, url=payment_url(payment))


def _open_step(payment: Payment, step: str, right: Right, title: str, *, at: datetime.datetime) -> None:
    """Let the next step wait for those at the grantor who can take it."""
    grant = payment.grant
    day = payment.planned_on
    open_task(
        f"{step}-payment:{payment.pk}",
        organisation=grant.call.grantor,
        right=right,
        title=f"{title} till {grant.organisation}",
        url=payment_url(payment),
        at=at,
        case=grant.case,
        due_on=day,
        opens_on=day - NOTICE if day else None,
    )


def _ask_for_preparation(payment: Payment, *, at: datetime.datetime) -> None:
    what = "rekvisition" if payment.basis == PaymentBasis.REQUISITION else "utbetalning"
    _open_step(payment, "prepare", Right.PREPARE_PAYMENTS, f"Förbered {what} {payment.number}", at=at)


@transaction.atomic
def lay_plan(*, grant: Grant, rows: Sequence[Instalment], by: User, at: datetime.datetime) -> list[Payment]:
    """Lay the plan of a grant's instalments anew: rows with a number change what is planned, others are added.

    What is planned and no longer among the rows is cancelled; what has gone further than planned stays as it is.
    Raises NoRoomError where a year would get more than the decision gives it.
    """
    require(by, Right.PREPARE_PAYMENTS, grant.call.grantor_id)
    check_impartial(grant.application, by)
    _lock(grant)
    if any(row.amount <= 0 for row in rows):
        raise GrantError("Varje utbetalning ska vara större än noll.")
    planned = {p.number: p for p in grant.payments.filter(state=PaymentState.PLANNED)}
    kept = {row.number for row in rows if row.number is not None}
    if not kept <= set(planned):
        raise GrantError("Någon annan har ändrat planen. Läs in sidan på nytt.")
    for number in set(planned) - kept:
        planned[number].grant = grant
        move_payment(planned[number], PaymentState.CANCELLED, by=by, at=at)
    number = _next_number(grant)
    plan = []
    for row in rows:
        payment = planned[row.number] if row.number is not None else None
        is_new = payment is None
        if payment is None:
            payment = Payment(number=number, basis=PaymentBasis.PLAN, state=PaymentState.PLANNED)
            number += 1
        payment.grant, payment.year, payment.amount, payment.planned_on = grant, row.year, row.amount, row.planned_on
        if is_new:
            payment.save(force_insert=True)
        elif not grant.payments.filter(pk=payment.pk, state=PaymentState.PLANNED).update(
            year=row.year, amount=row.amount, planned_on=row.planned_on
        ):
            raise GrantError("Någon annan har ändrat planen. Läs in sidan på nytt.")
        plan.append(payment)
        _ask_for_preparation(payment, at=at)
    for year in {row.year for row in rows}:
        _check_room(grant, asked=year)
    total = sum((row.amount for row in rows), Decimal(0))
    record(
        "payment_plan_laid",
        by=by,
        subject=grant,
        organisation_id=grant.organisation_id,
        details={"instalments": {str(p.number): str(p.amount) for p in plan}},
        at=at,
    )
    note(
        grant.case,
        f"Utbetalningsplan: {len(rows)} utbetalningar, {format_kronor(total)}",
        by=by,
        at=at,
        url=payments_url(grant),
    )
    return plan


@transaction.atomic
def request_payment(
    *, grant: Grant, year: int, amount: Decimal, text: str, by: User, at: datetime.datetime, key: str = ""
) -> Payment:
    """Ask for an instalment on behalf of the organisation that got the grant (rekvisition).

    `key` is that of the page it is sent from: sent twice it is one requisition. Raises NoRoomError, with what is left
    in words, where the decision does not give that much, and GrantError where the page has sent another requisition.
    """
    require(by, Right.SUBMIT, grant.organisation_id)
    _lock(grant)
    if key and (sent := grant.payments.filter(request_key=key).first()):
        if (sent.year, sent.amount, sent.request_text) == (year, amount, text):
            return sent
        raise GrantError(f"Rekvisition {sent.number} är redan lämnad från den här sidan. Öppna sidan på nytt först.")
    row = next((row for row in years_of(grant) if row.year == year), None)
    if row is None or not row.granted:
        raise NoRoomError(f"Beslutet ger inga pengar för {year}.", year)
    if amount <= 0:
        raise NoRoomError("Beloppet ska vara större än noll.", year)
    if amount > row.left:
        raise NoRoomError(room_in_words(row), year)
    if not text.strip():
        raise GrantError("Skriv vad pengarna ska användas till.")
    payment = Payment.objects.create(
        grant=grant,
        number=_next_number(grant),
        year=year,
        amount=amount,
        basis=PaymentBasis.REQUISITION,
        state=PaymentState.REQUESTED,
        requested_by=by,
        requested_at=at,
        request_text=text,
        request_key=key,
    )
    record(
        "payment_requested",
        by=by,
        subject=payment,
        organisation_id=grant.organisation_id,
        details={"amount": str(amount), "year": year},
        at=at,
    )
    note(
        grant.case,
        f"Rekvisition {payment.number}: {format_kronor(amount)} för {year}",
        by=by,
        at=at,
        url=payment_url(payment),
    )
    _ask_for_preparation(payment, at=at)
    transaction.on_commit(lambda: file_requisition.delay(payment.pk), robust=True)
    return payment


@transaction.atomic
def withdraw_requisition(*, payment: Payment, comment: str, by: User, at: datetime.datetime) -> Payment:
    """Take back what one has asked for and nobody has prepared, for a reason that the grantor reads.

    The requisition stays registered in the case; its money can be asked for anew.
    """
    require(by, Right.SUBMIT, payment.grant.organisation_id)
    if not comment.strip():
        raise GrantError("Skriv varför ni tar tillbaka rekvisitionen.")
    move_payment(payment, PaymentState.WITHDRAWN, by=by, at=at, comment=comment)
    _note(payment, f"Rekvisition {payment.number} togs tillbaka", by=by, at=at)
    return payment


@transaction.atomic
def prepare_payment(*, payment: Payment, by: User, at: datetime.datetime) -> Payment:
    """Check an instalment against the decision and put it to somebody else for approval."""
    require(by, Right.PREPARE_PAYMENTS, payment.grant.call.grantor_id)
    _lock(payment.grant)
    _check_room(payment.grant)
    move_payment(payment, PaymentState.PREPARED, by=by, at=at, prepared_by=by, prepared_at=at, comment="")
    _note(payment, f"{by} förberedde utbetalning {payment.number}", by=by, at=at, internal=True)
    _open_step(payment, "approve", Right.APPROVE_PAYMENTS, f"Godkänn utbetalning {payment.number}", at=at)
    return payment


@transaction.atomic
def approve_payment(*, payment: Payment, by: User, at: datetime.datetime) -> Payment:
    """Approve what somebody else has prepared."""
    require(by, Right.APPROVE_PAYMENTS, payment.grant.call.grantor_id)
    if payment.prepared_by_id == by.pk:
        raise PermissionDenied("Den som har förberett en utbetalning kan inte också godkänna den.")
    if payment.prepared_by is not None and is_recused(payment.prepared_by, payment.grant.case):
        raise GrantError("Den som har förberett utbetalningen har anmält jäv. Lämna tillbaka den.")
    _lock(payment.grant)
    _check_room(payment.grant)
    move_payment(payment, PaymentState.APPROVED, by=by, at=at, approved_by=by, approved_at=at)
    _note(payment, f"{by} godkände utbetalning {payment.number}", by=by, at=at, internal=True)
    _open_step(payment, "pay", Right.KEEP_ACCOUNTS, f"Betala ut och bokför utbetalning {payment.number}", at=at)
    return payment


@transaction.atomic
def return_payment(*, payment: Payment, comment: str, by: User, at: datetime.datetime) -> Payment:
    """Send a prepared instalment back to where it came from, with a comment to whoever prepared it."""
    require(by, Right.APPROVE_PAYMENTS, payment.grant.call.grantor_id)
    if not comment.strip():
        raise GrantError("Skriv vad som behöver ändras.")
    move_payment(payment, _before(payment), by=by, at=at, prepared_by=None, prepared_at=None, comment=comment)
    _tell_of_return(payment, f"{by} lämnade tillbaka utbetalning {payment.number}", by=by, at=at)
    return payment


def undo_preparation(payment: Payment, *, by: User, at: datetime.datetime) -> None:
    """Let an instalment be prepared anew, since whoever prepared it, `by`, has declared a conflict of interest."""
    _lock(payment.grant)
    comment = "Den som förberedde utbetalningen har anmält jäv."
    _move(payment, _before(payment), by=by, at=at, prepared_by=None, prepared_at=None, comment=comment)
    _tell_of_return(payment, f"Utbetalning {payment.number} ska förberedas på nytt", by=by, at=at)


def _before(payment: Payment) -> PaymentState:
    """Where a prepared instalment came from."""
    return PaymentState.PLANNED if payment.basis == PaymentBasis.PLAN else PaymentState.REQUESTED


def _tell_of_return(payment: Payment, title: str, *, by: User, at: datetime.datetime) -> None:
    _note(payment, title, by=by, at=at, internal=True)
    _ask_for_preparation(payment, at=at)


@transaction.atomic
def cancel_payment(*, payment: Payment, comment: str, by: User, at: datetime.datetime) -> Payment:
    """Cancel an instalment that is not paid, for a reason that all may read; its money can be used anew."""
    if not comment.strip():
        raise GrantError("Skriv varför utbetalningen ställs in.")
    move_payment(payment, PaymentState.CANCELLED, by=by, at=at, comment=comment)
    _note(payment, f"Utbetalning {payment.number} ställdes in", by=by, at=at)
    return payment


@transaction.atomic
def mark_paid(*, payment: Payment, paid_on: datetime.date, voucher: str, by: User, at: datetime.datetime) -> Payment:
    """Note that an approved instalment has been paid: the day, and the accounts' voucher."""
    if not voucher.strip():
        raise GrantError("Ange verifikationens nummer.")
    if paid_on > timezone.localdate(at):
        raise GrantError("Dagen ligger i framtiden. Ange dagen då pengarna betalades ut.")
    earliest = datetime.date(payment.grant.starts_on.year - 1, 1, 1)
    if paid_on < earliest:
        raise GrantError(f"Dagen ligger långt före bidraget. Ange dagen då pengarna betalades ut, efter {earliest}.")
    move_payment(payment, PaymentState.PAID, by=by, at=at, paid_on=paid_on, voucher=voucher.strip())
    _note(
        payment,
        f"Utbetalning {payment.number}: {format_kronor(payment.amount)} betalades ut {format_date(paid_on)}",
        by=by,
        at=at,
    )
    return payment


@transaction.atomic
def together(payments: Iterable[Payment], step: Callable[[Payment], Payment]) -> list[Payment]:
    """Take the same step with many instalments in one sitting: with all of them, or with none.

    Raises GrantError that names every instalment that refuses, with its reason.
    """
    done, refusals = [], []
    # The same order for everybody, so that two sittings never wait for each other's grants.
    for payment in sorted(payments, key=lambda p: (p.grant_id, p.pk)):
        try:
            done.append(step(payment))
        except (GrantError, PermissionDenied) as error:
            refusals.append(f"{payment.grant.organisation}, utbetalning {payment.number}: {error}")
    if refusals:
        raise GrantError(" ".join(["Inget har ändrats.", *refusals]))
    return done
