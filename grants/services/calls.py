"""Calls: written, published, and from then on as they are."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from grants.models import CallBudget, Criterion, FundingCall, PublishedMoney
from grants.selectors.calls import possible_applicants
from grants.services.errors import GrantError
from grants.standard_form import FORM_KEY, FORM_TITLE, application_form
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of, require
from nch.audit.services import record
from nch.cases.services import open_task
from nch.counties.models import Organisation
from nch.questionnaires.services import create_version, freeze_version


@dataclass(frozen=True)
class CriterionInput:
    """A criterion as it is written in a call."""

    title: str
    guidance: str = ""
    weight: int = 1


@dataclass(frozen=True)
class CallInput:
    """What a call says. `budgets` maps a budget year to kronor."""

    title: str
    purpose: str
    legal_basis: str
    opens_at: datetime.datetime
    closes_at: datetime.datetime
    budgets: dict[int, Decimal]
    criteria: Sequence[CriterionInput]
    is_development_money: bool = False


def grantor_of(by: User) -> Organisation:
    """The authority that the user writes calls for: the first one at which the user may."""
    grantors = access_of(by).organisations(Right.MANAGE_CALLS)
    if not grantors:
        raise PermissionDenied("Behörigheten att skapa utlysningar saknas.")
    return grantors[0]


@transaction.atomic
def save_call(*, content: CallInput, by: User, at: datetime.datetime, call: FundingCall | None = None) -> FundingCall:
    """Write a new call, or write an unpublished one anew. Raises GrantError for one that is published or impossible."""
    grantor = call.grantor if call else grantor_of(by)
    require(by, Right.MANAGE_CALLS, grantor.pk)
    if content.closes_at <= content.opens_at:
        raise GrantError("Utlysningen måste stänga efter att den har öppnat.")
    if not content.budgets or any(amount <= 0 for amount in content.budgets.values()):
        raise GrantError("Ange minst ett budgetår med ett belopp större än noll.")
    if not content.criteria:
        raise GrantError("Ange minst ett kriterium.")
    if call is None:
        call = FundingCall(grantor=grantor, created_at=at, created_by=by)
    elif call.published_at is not None:
        raise GrantError("Utlysningen är publicerad och kan inte ändras.")
    for name in ("title", "purpose", "legal_basis", "opens_at", "closes_at", "is_development_money"):
        setattr(call, name, getattr(content, name))
    call.save()
    call.budgets.all().delete()
    call.criteria.all().delete()
    CallBudget.objects.bulk_create(CallBudget(call=call, year=year, amount=a) for year, a in content.budgets.items())
    Criterion.objects.bulk_create(
        Criterion(call=call, position=position, title=c.title, guidance=c.guidance, weight=c.weight)
        for position, c in enumerate(content.criteria, start=1)
    )
    record("call_saved", by=by, subject=call, organisation_id=call.grantor_id, at=at)
    return call


@transaction.atomic
def publish_call(*, call: FundingCall, by: User, at: datetime.datetime) -> FundingCall:
    """Publish a call: its form is written for its budget years and frozen, and every possible applicant gets a task."""
    require(by, Right.MANAGE_CALLS, call.grantor_id)
    if call.closes_at <= at:
        raise GrantError("Utlysningens sista dag har redan passerat.")
    years = list(call.budgets.values_list("year", flat=True))
    version = create_version(key=FORM_KEY, title=FORM_TITLE, sections=application_form(years))
    freeze_version(version, at=at)
    if not FundingCall.objects.filter(pk=call.pk, published_at__isnull=True).update(published_at=at, version=version):
        raise GrantError("Utlysningen är redan publicerad.")
    call.refresh_from_db()
    url = reverse("grants:call_detail", args=[call.pk])
    for organisation in possible_applicants(call):
        open_task(
            call_task_key(call, organisation),
            organisation=organisation,
            right=Right.FILL_IN,
            title=f"Sök bidrag: {call.title}",
            url=url,
            at=at,
            due_on=timezone.localdate(call.closes_at),
            expires_at=call.closes_at,
        )
    record("call_published", by=by, subject=call, organisation_id=call.grantor_id, details={"years": years}, at=at)
    return call


def call_task_key(call: FundingCall, organisation: Organisation) -> str:
    """The key of an applicant's task to apply."""
    return f"apply:{call.pk}:{organisation.pk}"


def load_published_money() -> None:
    """Load the published money of the earlier rounds; rows are matched on the year, so it runs safely again."""
    source_2023 = "NCH:s årsrapport för 2023 (rapport 2024:2)"
    reason = (
        "Hela beloppet användes inte, eftersom länsstyrelserna inte hade hunnit så långt som det var tänkt i "
        "projektplanerna."
    )
    rows = [
        (
            2018,
            None,
            None,
            "Rapport om de regionala resurscentrumen 2021",
            "Beloppet för pilotomgången är inte publicerat.",
        ),
        (2021, Decimal(10_000_000), None, "Regleringsbrev för 2021", "Lämnade bidrag är inte publicerade."),
        (2023, Decimal(15_000_000), Decimal(13_913_620), source_2023, reason),
    ]
    for year, set_aside, handed_out, source, note in rows:
        PublishedMoney.objects.update_or_create(
            year=year, defaults={"set_aside": set_aside, "handed_out": handed_out, "source": source, "note": note}
        )
