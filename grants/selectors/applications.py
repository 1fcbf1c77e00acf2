"""Reading applications within the user's reach."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from grants.enums import ApplicationState
from grants.models import Application, ApplicationSubmission, FundingCall
from grants.selectors.calls import possible_applicants
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.selectors import recused_cases
from nch.common.lists import number_of
from nch.counties.models import Organisation

Anyone = User | AnonymousUser


def applications_for(user: Anyone) -> QuerySet[Application]:
    """Applications the user may see: one's organisation's own in every state, as handler those that are submitted.

    Whoever has declared a conflict of interest in the case sees nothing of it.
    """
    return _within_reach(user).exclude(case__in=recused_cases(user))


def number_of_applications(
    user: Anyone, rows: QuerySet[Application], narrowed: Callable[[QuerySet[Application]], QuerySet[Application]]
) -> int:
    """How many `rows` there are, which are the applications that the user may see, narrowed in that way (one query).

    Of many, the few in which the user is recused are counted by themselves: a narrow index then has all that the rest
    takes.
    """

    def quick() -> int:
        reach = narrowed(_within_reach(user))
        return reach.count() - reach.filter(case__in=recused_cases(user)).count()

    return number_of(rows, quick=quick)


def _within_reach(user: Anyone) -> QuerySet[Application]:
    """What the user's organisations reach, cases in which the user is recused among them."""
    applications = Application.objects.select_related(
        "call", "call__grantor", "organisation", "organisation__county", "case", "case__handler"
    )
    handed_in = Q(submitted_at__isnull=False)
    return access_of(user).limit_to_matters(applications, party="organisation", handler="grantor", handled=handed_in)


def handled_applications_for(user: Anyone) -> QuerySet[Application]:
    """Submitted applications that the user's authority handles."""
    applications = applications_for(user).filter(submitted_at__isnull=False)
    return access_of(user).limit_to_handled(applications, "grantor")


def editable_applications_for(user: Anyone) -> QuerySet[Application]:
    """Applications the user may fill in."""
    return access_of(user).limit(
        Application.objects.select_related(
            "call", "call__grantor", "organisation", "response", "response__version", "case"
        ),
        Right.FILL_IN,
    )


def previous_application(application: Application) -> Application | None:
    """The organisation's last application that was handed in, other than this one."""
    earlier = Application.objects.filter(organisation=application.organisation_id, submitted_at__isnull=False)
    return earlier.exclude(pk=application.pk).select_related("response__version").order_by("-submitted_at").first()


def organisations_that_may_apply(user: Anyone, call: FundingCall) -> list[Organisation]:
    """The user's organisations that the call is for and that have no living application to it."""
    organisations = access_of(user).organisations(Right.FILL_IN)
    if not organisations:
        return []
    possible = set(possible_applicants(call).filter(pk__in=[o.pk for o in organisations]).values_list("pk", flat=True))
    taken = set(
        Application.objects.filter(call=call, organisation__in=organisations)
        .exclude(state=ApplicationState.WITHDRAWN)
        .values_list("organisation_id", flat=True)
    )
    return [o for o in organisations if o.pk in possible - taken]


def times_submitted() -> Coalesce:
    """How many times an application has been handed in, to be read together with it."""
    latest = ApplicationSubmission.objects.filter(application=OuterRef("pk")).order_by("-number")
    return Coalesce(Subquery(latest.values("number")[:1]), Value(0))
