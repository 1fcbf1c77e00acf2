"""Calls: written part by part, published, and from then on as they are."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from grants.enums import EligibilityEffect, ReportingKind
from grants.models import (
    CallBudget,
    Criterion,
    EligibilityQuestion,
    FundingCall,
    PublishedMoney,
    ReportingRequirement,
)
from grants.selectors.calls import applicant_kinds_of, invitable, missing_in, possible_applicants
from grants.services.call_forms import fit_form_to_budget, give_form
from grants.services.errors import GrantError
from grants.standard_texts import APPEAL_TEXT, CONDITIONS, RECALL_CLAUSE
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of, require
from nch.audit.services import record
from nch.cases.services import open_task
from nch.common.staleness import state_of
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation
from nch.questionnaires.models import QuestionnaireVersion
from nch.questionnaires.versions import freeze_version


@dataclass(frozen=True)
class CriterionInput:
    """A criterion as it is written in a call."""

    title: str
    guidance: str = ""
    weight: int = 1


@dataclass(frozen=True)
class EligibilityInput:
    """A yes/no question before the application begins; `message` is what another answer than `wanted` is met with."""

    text: str
    message: str
    wanted: str = "yes"
    effect: str = EligibilityEffect.END


@dataclass(frozen=True)
class ReportingInput:
    """A report that everybody who is granted money hands in."""

    kind: str
    period_starts_on: datetime.date
    period_ends_on: datetime.date
    opens_on: datetime.date
    due_on: datetime.date


@dataclass(frozen=True)
class CallInput:
    """What a call says. `budgets` maps a budget year to kronor; `conditions` has one condition per line.

    Where `invited` names organisations (by key), only they may apply; otherwise all of `applicant_kinds`, or of the
    first kind that is usual for the grantor where none is given. `grantor` is an authority for which the writer may
    write calls; the first one where none is given.
    """

    title: str
    purpose: str
    legal_basis: str
    opens_at: datetime.datetime
    closes_at: datetime.datetime
    budgets: Mapping[int, Decimal] = field(default_factory=dict)
    criteria: Sequence[CriterionInput] = ()
    is_development_money: bool = False
    grantor: Organisation | None = None
    applicant_kinds: Sequence[str] = ()
    invited: Sequence[int] = ()
    eligibility: Sequence[EligibilityInput] = ()
    conditions: str = "\n".join(CONDITIONS)
    recall_clause: str = RECALL_CLAUSE
    appeal_text: str = APPEAL_TEXT
    account: str = ""
    appropriation_item: str = ""
    reporting_plan: Sequence[ReportingInput] = ()


_COLUMNS = (
    "title",
    "purpose",
    "legal_basis",
    "opens_at",
    "closes_at",
    "is_development_money",
    "conditions",
    "recall_clause",
    "appeal_text",
    "account",
    "appropriation_item",
)


class StaleCallError(GrantError):
    """Somebody else has written the same part of the call since the page was opened; nothing was saved."""

    def __init__(self, now: CallInput) -> None:
        super().__init__("Någon annan har ändrat samma del av utlysningen sedan du öppnade sidan.")
        self.now = now


def grantors_of(by: User) -> list[Organisation]:
    """The authorities that the user may write calls for."""
    return access_of(by).organisations(Right.MANAGE_CALLS)


def grantor_of(by: User) -> Organisation:
    """The authority that the user writes calls for: the first one at which the user may."""
    grantors = grantors_of(by)
    if not grantors:
        raise PermissionDenied("Behörigheten att skapa utlysningar saknas.")
    return grantors[0]


def content_of(call: FundingCall) -> CallInput:
    """What a stored call says."""
    return CallInput(
        **{name: getattr(call, name) for name in _COLUMNS},
        grantor=call.grantor,
        budgets={row.year: row.amount for row in call.budgets.all()},
        criteria=[CriterionInput(c.title, c.guidance, c.weight) for c in call.criteria.all()],
        applicant_kinds=list(call.applicant_kinds),
        invited=sorted(call.invited.values_list("pk", flat=True)),
        eligibility=[EligibilityInput(q.text, q.message, q.wanted, q.effect) for q in call.eligibility_questions.all()],
        reporting_plan=[
            ReportingInput(r.kind, r.period_starts_on, r.period_ends_on, r.opens_on, r.due_on)
            for r in call.reporting_plan.all()
        ],
    )


def fingerprint(content: CallInput, names: Iterable[str]) -> str:
    """A short text that changes when any of the named parts does; a page carries it to notice that it is stale."""
    return state_of(getattr(content, name) for name in sorted(names))


@transaction.atomic
def save_call(
    *,
    content: CallInput,
    by: User,
    at: datetime.datetime,
    call: FundingCall | None = None,
    form_of: QuestionnaireVersion | None = None,
) -> FundingCall:
    """Write a new call, or write an unpublished one anew. A new one gets a form as a draft of its own: the standard
    form, or a copy of `form_of`.

    A call may be saved before it is whole; what is missing stops its publication. Raises GrantError for one that is
    published or contradicts itself.
    """
    grantor = call.grantor if call else content.grantor or grantor_of(by)
    require(by, Right.MANAGE_CALLS, grantor.pk)
    content = _checked(content, grantor)
    if call is None:
        call = FundingCall(grantor=grantor, created_at=at, created_by=by)
    elif FundingCall.objects.select_for_update().get(pk=call.pk).published_at is not None:
        raise GrantError("Utlysningen är publicerad och kan inte ändras.")
    for name in _COLUMNS:
        setattr(call, name, getattr(content, name))
    call.applicant_kinds = list(content.applicant_kinds)
    call.save()
    _write_rows(call, content)
    if call.version is None:
        give_form(call, copied_from=form_of)
    fit_form_to_budget(call)
    record("call_saved", by=by, subject=call, organisation_id=call.grantor_id, at=at)
    return call


@transaction.atomic
def save_part(
    *, call: FundingCall, values: Mapping[str, Any], seen: str, by: User, at: datetime.datetime
) -> FundingCall:
    """Write some fields of CallInput anew and leave the others. Raises StaleCallError where `seen`, the fingerprint of
    what the page showed, is not that of what is stored; GrantError as `save_call` does."""
    now = content_of(FundingCall.objects.select_for_update().get(pk=call.pk))
    if fingerprint(now, values) != seen:
        raise StaleCallError(now)
    return save_call(content=replace(now, **values), by=by, at=at, call=call)


def _checked(content: CallInput, grantor: Organisation) -> CallInput:
    """The content with what follows from the grantor filled in. Raises GrantError for what contradicts itself."""
    if content.closes_at <= content.opens_at:
        raise GrantError("Utlysningen måste stänga efter att den har öppnat.")
    if any(amount <= 0 for amount in content.budgets.values()):
        raise GrantError("Ett budgetår ska ha ett belopp större än noll.")
    if any(not 1 <= criterion.weight <= 10 for criterion in content.criteria):
        raise GrantError("Ett kriteriums vikt ska vara mellan 1 och 10.")
    for report in content.reporting_plan:
        if report.period_ends_on < report.period_starts_on or report.due_on < report.opens_on:
            label = ReportingKind(report.kind).label
            raise GrantError(f"{label}: perioden och dagarna i återrapporteringsplanen går inte ihop.")
    usual = [kind.value for kind in applicant_kinds_of(grantor)]
    kinds = list(content.applicant_kinds) or usual[:1]
    if not set(kinds) <= set(usual):
        raise GrantError("Utlysningen kan inte vända sig till organisationer av det slaget.")
    if len(content.invited) != invitable(grantor).filter(pk__in=content.invited).count():
        raise GrantError("Bland de inbjudna finns en organisation som inte kan bjudas in.")
    if content.is_development_money and grantor.kind != OrganisationKind.NCH:
        raise GrantError("Bara NCH fördelar utvecklingsmedel till resurscentrum mellan länen.")
    return replace(content, applicant_kinds=kinds)


def _write_rows(call: FundingCall, content: CallInput) -> None:
    for rows in (call.budgets, call.criteria, call.eligibility_questions, call.reporting_plan):
        rows.all().delete()
    call.invited.set(content.invited)
    CallBudget.objects.bulk_create(CallBudget(call=call, year=year, amount=a) for year, a in content.budgets.items())
    Criterion.objects.bulk_create(
        Criterion(call=call, position=position, title=c.title, guidance=c.guidance, weight=c.weight)
        for position, c in enumerate(content.criteria, start=1)
    )
    EligibilityQuestion.objects.bulk_create(
        EligibilityQuestion(call=call, position=n, text=q.text, wanted=q.wanted, effect=q.effect, message=q.message)
        for n, q in enumerate(content.eligibility, start=1)
    )
    ReportingRequirement.objects.bulk_create(
        ReportingRequirement(
            call=call,
            kind=report.kind,
            period_starts_on=report.period_starts_on,
            period_ends_on=report.period_ends_on,
            opens_on=report.opens_on,
            due_on=report.due_on,
        )
        for report in content.reporting_plan
    )


@transaction.atomic
def publish_call(*, call: FundingCall, by: User, at: datetime.datetime) -> FundingCall:
    """Publish a call: its rules and its form are frozen, and every possible applicant gets a task.

    Raises GrantError with all that is missing, where something is.
    """
    require(by, Right.MANAGE_CALLS, call.grantor_id)
    locked = FundingCall.objects.select_for_update(of=("self",)).select_related("version", "grantor").get(pk=call.pk)
    if locked.published_at is not None:
        raise GrantError("Utlysningen är redan publicerad.")
    if missing := missing_in(locked, at=at):
        raise GrantError(" ".join(fault.message for fault in missing))
    version = fit_form_to_budget(locked)
    freeze_version(version, at=at)
    FundingCall.objects.filter(pk=call.pk).update(published_at=at)
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
    years = [row.year for row in call.budgets.all()]
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
