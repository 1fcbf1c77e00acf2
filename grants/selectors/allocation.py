"""What the sharing out of a call's money is based on, and the plans that have been made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum

from grants.allocation import Candidate
from grants.enums import ApplicationState, AssessmentKind, PlanState
from grants.models import (
    AllocationAmount,
    AllocationPlan,
    AllocationRow,
    Application,
    Assessment,
    Decision,
    DecisionAmount,
    EarlierOutcome,
    FundingCall,
)
from grants.selectors.assessments import NEEDED_ASSESSMENTS, counting, mean, overall, owed_by, weighted
from grants.selectors.calls import handled_calls_for
from grants.selectors.decisions import standing
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.models import InterestDeclaration
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation
from nch.questionnaires.models import Answer

Anyone = User | AnonymousUser
CENTRE_KEY = "har_resurscentrum"
RANKED_STATES = (
    ApplicationState.SUBMITTED,
    ApplicationState.COMPLETION,
    ApplicationState.PROPOSED,
    ApplicationState.DECIDED,
)


@dataclass(frozen=True)
class Wish:
    """What a person has settled about an application; None and empty where nothing is."""

    has_centre: bool | None = None
    special_reasons: str = ""
    fixed: Mapping[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class ApplicationFacts:
    """An application with all that its place depends on.

    `score` is None until it is assessed. `answered_centre` is what the application says about a centre in the county
    (None: nothing), `registered_centre` what the register of organisations says. `is_hidden` from whoever is recused.
    """

    application: Application
    asked: dict[int, Decimal]
    score: Decimal | None
    is_common: bool
    answered_centre: bool | None
    registered_centre: bool
    earlier_years: frozenset[int]
    decided: dict[int, Decimal] | None
    is_hidden: bool

    @property
    def years_before(self) -> list[int]:
        return sorted(self.earlier_years)

    @property
    def sources_differ(self) -> bool:
        """Whether the application and the register say different things about a centre, so that a person chooses."""
        return self.answered_centre is not None and self.answered_centre != self.registered_centre

    def candidate(self, wish: Wish) -> Candidate | None:
        """The application as it is ranked, None while it is not assessed. A signed decision settles the amounts."""
        if self.score is None:
            return None
        organisation = self.application.organisation
        return Candidate(
            key=self.application.pk,
            name=organisation.name,
            sort_name=organisation.sort_key,
            score=self.score,
            asked=self.asked,
            has_centre=self.registered_centre if wish.has_centre is None else wish.has_centre,
            special_reasons=wish.special_reasons,
            earlier_years=self.earlier_years,
            fixed=wish.fixed if self.decided is None else {year: Decimal(0) for year in self.asked} | self.decided,
            is_decided=self.decided is not None,
        )


@dataclass(frozen=True)
class Waiting:
    """What a user has to do before a call's ranking is shown.

    `undeclared`: say whether there is a conflict of interest. `owed`: hand in an own assessment that is begun or
    assigned, since the ranking shows others' scores.
    """

    undeclared: list[Application]
    owed: list[Application]


@dataclass(frozen=True)
class Basis:
    """All that a call's money is shared out by, as one user may see it."""

    call: FundingCall
    budgets: dict[int, Decimal]
    facts: list[ApplicationFacts]
    waiting: Waiting

    @property
    def unassessed(self) -> list[ApplicationFacts]:
        return [facts for facts in self.facts if facts.score is None and not facts.is_hidden]

    @property
    def is_recused(self) -> bool:
        """Whether the user has a conflict of interest in one of the applications, and so only reads."""
        return any(facts.is_hidden for facts in self.facts)

    def candidates(self, wishes: Mapping[int, Wish]) -> list[Candidate]:
        """Everybody who is assessed, with what has been settled about them (by the application's key)."""
        made = (facts.candidate(wishes.get(facts.application.pk, Wish())) for facts in self.facts)
        return [candidate for candidate in made if candidate is not None]


def basis_of(user: Anyone, call: FundingCall) -> Basis:
    """Read the basis of a call that the user handles (seven queries, however many applications)."""
    applications = list(_ranked_applications(user, call).prefetch_related("applied_amounts"))
    scores = _scores(applications)
    decided, earlier = _money_given(call, [application.organisation_id for application in applications])
    return Basis(
        call=call,
        budgets={row.year: row.amount for row in call.budgets.all()},
        waiting=_waiting(user, call, applications),
        facts=[
            ApplicationFacts(
                application=application,
                asked={row.year: row.amount for row in application.applied_amounts.all()},
                score=scores.get(application.pk, (None, False))[0],
                is_common=scores.get(application.pk, (None, False))[1],
                answered_centre=_yes(getattr(application, "centre_answer", None)),
                registered_centre=getattr(application, "registered_centre", False),
                earlier_years=frozenset(earlier.get(application.organisation_id, ())),
                decided=decided.get(application.pk, {}) if application.state == ApplicationState.DECIDED else None,
                is_hidden=getattr(application, "recused", None) is True,
            )
            for application in applications
        ],
    )


def waiting_before(user: Anyone, call: FundingCall) -> Waiting:
    """What the user has to do first (one query)."""
    return _waiting(user, call, list(_ranked_applications(user, call)))


def _waiting(user: Anyone, call: FundingCall, applications: list[Application]) -> Waiting:
    declares = access_of(user).may_at(Right.DECLARE_FIRST, call.grantor_id)
    return Waiting(
        undeclared=[a for a in applications if declares and getattr(a, "recused", None) is None],
        owed=[a for a in applications if getattr(a, "owed", False)],
    )


def _ranked_applications(user: Anyone, call: FundingCall) -> QuerySet[Application]:
    declared = InterestDeclaration.objects.filter(case=OuterRef("case"), user_id=user.pk or 0)
    centres = Organisation.objects.filter(
        kind=OrganisationKind.RESOURCE_CENTRE, county__isnull=False, county=OuterRef("organisation__county")
    )
    answers = Answer.objects.filter(response=OuterRef("response"), question__key=CENTRE_KEY)
    return (
        Application.objects.filter(call=call, state__in=RANKED_STATES)
        .select_related("organisation", "organisation__county", "case")
        .annotate(
            recused=Subquery(declared.values("recused")[:1]),
            registered_centre=Exists(centres),
            centre_answer=Subquery(answers.values("value")[:1]),
            owed=owed_by(user),
        )
        .order_by("organisation__sort_key", "pk")
    )


def _yes(answer: object) -> bool | None:
    return {"yes": True, "no": False}.get(str(answer))


def _scores(applications: Iterable[Application]) -> dict[int, tuple[Decimal, bool]]:
    """Score (1–5) per assessed application, and whether it is that of the common assessment (one query).

    The common assessment counts where there is one, else the mean of the individual ones, once there are enough.
    """
    common: dict[int, Decimal] = {}
    individual: dict[int, list[Decimal]] = {}
    handed_in = Assessment.objects.filter(application__in=[a.pk for a in applications], submitted_at__isnull=False)
    for assessment in weighted(counting(handed_in)):
        score = mean(assessment.points, assessment.weight)
        if assessment.kind == AssessmentKind.COMMON:
            common[assessment.application_id] = score
        else:
            individual.setdefault(assessment.application_id, []).append(score)
    found = {key: (overall(own), False) for key, own in individual.items() if len(own) >= NEEDED_ASSESSMENTS}
    return found | {key: (score, True) for key, score in common.items()}


def _money_given(
    call: FundingCall, organisation_ids: list[int]
) -> tuple[dict[int, dict[int, Decimal]], dict[int, set[int]]]:
    """What the call's signed decisions give per application, and the organisations' earlier years with money.

    Those are the years of standing decisions in other calls for development money, and of the rounds before the system.
    """
    of_calls = Decision.objects.filter(
        Q(application__call=call) | Q(application__call__is_development_money=True),
        application__organisation__in=organisation_ids,
    )
    decided: dict[int, dict[int, Decimal]] = {}
    earlier: dict[int, set[int]] = {}
    for row in DecisionAmount.objects.filter(decision__in=standing(of_calls), amount__gt=0).select_related(
        "decision__application"
    ):
        application = row.decision.application
        if application.call_id == call.pk:
            decided.setdefault(application.pk, {})[row.year] = row.amount
        else:
            earlier.setdefault(application.organisation_id, set()).add(row.year)
    outcomes = EarlierOutcome.objects.filter(organisation__in=organisation_ids, allotted__gt=0)
    for organisation_id, year in outcomes.values_list("organisation", "year"):
        earlier.setdefault(organisation_id, set()).add(year)
    return decided, earlier


def plans_for(user: Anyone) -> QuerySet[AllocationPlan]:
    """Plans of the calls that the user's authority handles."""
    return AllocationPlan.objects.filter(call__in=handled_calls_for(user).values("pk")).select_related(
        "call", "call__grantor", "made_by"
    )


def plans_with_sums(user: Anyone, call: FundingCall) -> QuerySet[AllocationPlan]:
    """The call's plans, latest first, each with `total` kronor."""
    return plans_for(user).filter(call=call).annotate(total=Sum("rows__amounts__amount")).order_by("-number")


def rows_of(user: Anyone, plans: Iterable[AllocationPlan]) -> list[AllocationRow]:
    """The rows of plans in order with their amounts; `is_hidden` is set on those where the user is recused."""
    recused = InterestDeclaration.objects.filter(case=OuterRef("application__case"), user_id=user.pk or 0, recused=True)
    return list(
        AllocationRow.objects.filter(plan__in=[plan.pk for plan in plans])
        .select_related("application__organisation", "application__case")
        .prefetch_related("amounts", "application__applied_amounts")
        .annotate(is_hidden=Exists(recused))
    )


def wishes_of(plan: AllocationPlan) -> dict[int, Wish]:
    """What was settled by hand in a plan, by the application's key: to go on from there (two queries)."""
    return {
        row.application_id: Wish(
            has_centre=row.has_centre,
            special_reasons=row.special_reasons,
            fixed={amount.year: amount.amount for amount in row.amounts.all() if amount.fixed},
        )
        for row in AllocationRow.objects.filter(plan=plan).prefetch_related("amounts")
    }


def adopted_amounts(application: Application) -> dict[int, Decimal] | None:
    """Kronor per year that the call's adopted plan gives the application; None where there is no such plan or row.

    For those who handle the case: a proposal starts from it.
    """
    amounts = AllocationAmount.objects.filter(row__application=application, row__plan__state=PlanState.ADOPTED)
    return dict(amounts.values_list("year", "amount")) or None
