"""Reading cases, documents and tasks, each within the user's reach."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone

from nch.accounts.enums import RIGHTS, Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.cases.enums import CaseKind, MailState
from nch.cases.models import (
    Case,
    Conversation,
    DiarySeries,
    Document,
    InterestDeclaration,
    OutgoingMail,
    Task,
    TimelineEntry,
)
from nch.cases.notices import valid_today
from nch.common.lists import number_of
from nch.counties.models import Organisation

M = TypeVar("M", bound=Model)
Anyone = User | AnonymousUser


def recused_cases(user: Anyone) -> QuerySet[InterestDeclaration, int]:
    """Keys of the cases in which the user has declared a conflict of interest, as a subquery."""
    return _recused_cases(user.pk if isinstance(user, User) else None).all()


@lru_cache(maxsize=1_000)
def _recused_cases(user_id: int | None) -> QuerySet[InterestDeclaration, int]:
    """The question, which is put together for everything that a page reads; never its answer."""
    declarations = InterestDeclaration.objects.filter(recused=True)
    mine = declarations.none() if user_id is None else declarations.filter(user_id=user_id)
    return mine.values_list("case_id", flat=True)


def is_recused(user: User, case: Case) -> bool:
    """Whether the user has declared a conflict of interest in the case."""
    return InterestDeclaration.objects.filter(case=case, user=user, recused=True).exists()


def matters_for(user: Anyone, queryset: QuerySet[M], case_path: str) -> QuerySet[M]:
    """Keep the rows whose case (at `case_path`, "" for cases themselves) the user may see.

    That is: the user's organisation is the party or handles the case, and the user has not declared a conflict of
    interest in it. Every reading of what lies in a case goes through here.
    """
    reach = _within_reach(user, queryset, case_path)
    return reach.exclude(**{f"{case_path}__in" if case_path else "pk__in": recused_cases(user)})


def _within_reach(user: Anyone, queryset: QuerySet[M], case_path: str) -> QuerySet[M]:
    """The same with the cases in which the user is recused among them."""
    prefix = f"{case_path}__" if case_path else ""
    return access_of(user).limit_to_matters(queryset, party=f"{prefix}organisation", handler=f"{prefix}handler")


def cases_for(user: Anyone) -> QuerySet[Case]:
    """Cases that the user may open, with their organisations."""
    return matters_for(user, Case.objects.select_related("organisation", "handler"), "")


def number_of_cases(user: Anyone, rows: QuerySet[Case], narrowed: Callable[[QuerySet[Case]], QuerySet[Case]]) -> int:
    """How many `rows` there are, which are the cases that the user may open, narrowed in that way (one query).

    Of many, the few in which the user is recused are counted by themselves: a narrow index then has all that the rest
    takes.
    """

    def quick() -> int:
        reach = narrowed(_within_reach(user, Case.objects.all(), ""))
        return reach.count() - reach.filter(pk__in=recused_cases(user)).count()

    return number_of(rows, quick=quick)


@dataclass(frozen=True)
class CaseChoices:
    """What there is to choose between in the cases that the user may open: years, and organisations as key and name."""

    years: list[int]
    handlers: list[tuple[int, str]]
    parties: list[tuple[int, str]]


def case_choices_for(user: Anyone) -> CaseChoices:
    """The choices of the filter of cases (two queries, which ask of each series of diary numbers and of each
    organisation whether there is a case, and never read the cases through).

    A case in which the user is recused counts here: that there is one in a year says nothing of it.
    """
    access = access_of(user)
    reach = _within_reach(user, Case.objects.all(), "")
    own = Case.objects.filter(handler=OuterRef("handler"), year=OuterRef("year"), organisation__in=access.party_ids)
    series = DiarySeries.objects.filter(last_number__gt=0).order_by("handler__sort_key")
    if not access.everywhere(Right.HANDLE_CASES):
        series = series.filter(Q(handler__in=access.organisation_ids(Right.HANDLE_CASES)) | Exists(own))
    found = list(series.values_list("year", "handler_id", "handler__name"))
    parties = Organisation.objects.filter(Exists(reach.filter(organisation=OuterRef("pk"))))
    return CaseChoices(
        years=sorted({year for year, _, _ in found}, reverse=True),
        handlers=list(dict.fromkeys((pk, name) for _, pk, name in found)),
        parties=list(parties.values_list("pk", "name")),
    )


def handles(user: Anyone, case: Case) -> bool:
    """Whether the user reads the case as one of those who handle it (or as auditor) and not as the party."""
    return access_of(user).may_at(Right.HANDLE_CASES, case.handler_id)


def has_declared(user: Anyone, case_path: str) -> Exists:
    """Whether the user has declared anything in the case at `case_path`, to be read together with a row."""
    mine = InterestDeclaration.objects.filter(case=OuterRef(case_path), user_id=user.pk or 0)
    return Exists(mine)


def declaration_of(user: Anyone, case: Case) -> InterestDeclaration | None:
    """What the user has declared about conflicts of interest in the case."""
    return InterestDeclaration.objects.filter(case=case, user=user).first() if isinstance(user, User) else None


def must_declare(user: Anyone, case: Case) -> bool:
    """Whether the user has to say if there is a conflict of interest before anything of the case is shown (one query).

    It concerns those who prepare or decide the cases of the authority, and cases that are decided.
    """
    if case.kind != CaseKind.GRANT or not access_of(user).may_at(Right.DECLARE_FIRST, case.handler_id):
        return False
    return declaration_of(user, case) is None


def may_be_shown(user: Anyone, case_path: str) -> Q:
    """The condition that leaves out what lies in cases in which the user has to declare first.

    Also for what is only filtered by: a row that comes and goes with the words one asks for tells what it holds.
    """
    prefix = f"{case_path}__" if case_path else ""
    handled = access_of(user).organisation_ids(Right.DECLARE_FIRST)
    if not handled:
        return Q()
    mine = InterestDeclaration.objects.filter(user_id=user.pk or 0).values("case_id")
    to_declare = Q(**{f"{prefix}kind": CaseKind.GRANT, f"{prefix}handler__in": handled})
    return ~(to_declare & ~Q(**{f"{prefix}pk__in": mine}))


def shown_in(user: Anyone, queryset: QuerySet[M], case_path: str) -> QuerySet[M]:
    """Leave out what lies in cases in which the user has to declare first: of those, no more than a list has is shown.

    For what is read without a page that could lead to the declaration (search, API); see nch.cases.doors.
    """
    return queryset.filter(may_be_shown(user, case_path))


def documents_for(user: Anyone) -> QuerySet[Document]:
    """Documents in the cases that the user may open."""
    return matters_for(user, Document.objects.select_related("case"), "case")


def timeline_for(user: Anyone, case: Case) -> QuerySet[TimelineEntry]:
    """The case's timeline; internal lines only for those who handle it."""
    entries = matters_for(user, TimelineEntry.objects.filter(case=case).select_related("by"), "case")
    return entries if handles(user, case) else entries.filter(internal=False)


def conversations_for(user: Anyone) -> QuerySet[Conversation]:
    """Conversations in the cases that the user may open; the internal ones only where the user's authority handles."""
    conversations = Conversation.objects.select_related("case__organisation", "case__handler", "owner", "opened_by")
    reach = matters_for(user, conversations, "case")
    return access_of(user).limit_to_handled(reach, "case__handler", others=Q(internal=False))


def mails_of(user: Anyone, case: Case) -> QuerySet[OutgoingMail]:
    """What has been mailed in the case, for those who handle it."""
    mails = matters_for(user, OutgoingMail.objects.filter(case=case).select_related("user"), "case")
    return mails if handles(user, case) else mails.none()


def general_mails_given_up(user: Anyone) -> QuerySet[OutgoingMail]:
    """Mails about no case that could not be sent, for those who keep the users."""
    mails = OutgoingMail.objects.filter(case__isnull=True, state=MailState.FAILED).select_related("user")
    return access_of(user).limit(mails, Right.MANAGE_USERS)


def declarations_in(user: Anyone, case: Case) -> QuerySet[InterestDeclaration]:
    """What has been declared about conflicts of interest in the case, for those who handle it."""
    declarations = matters_for(user, InterestDeclaration.objects.filter(case=case).select_related("user"), "case")
    return declarations if handles(user, case) else declarations.none()


def tasks_of(user: Anyone, case: Case) -> QuerySet[Task]:
    """What is to be done next in the case: the party sees its own part, those who handle it everything."""
    tasks = Task.objects.filter(case=case, done_at__isnull=True).select_related("organisation", "assignee")
    return tasks if handles(user, case) else tasks.filter(organisation=case.organisation)


def _assignee_can_do_it(rights: Collection[str]) -> Q:
    """The condition for the tasks whose assignee holds the right at the organisation today, and is not recused.

    `rights` are those that the tasks in question can be for. Role and right are compared as one text: one row of a list
    for each pair, where a condition for each right would take the greater part of a page's time to write.
    """
    pairs = [f"{role}:{right}" for role in RIGHTS for right in rights if right in RIGHTS[role]]
    memberships = valid_today().filter(user=OuterRef("assignee"), organisation=OuterRef("organisation"))
    asked = Concat("role", Value(":"), OuterRef("right"), output_field=CharField())
    holding = memberships.annotate(asked=asked).filter(asked__in=pairs, user__is_active=True)
    recused = InterestDeclaration.objects.filter(recused=True, user=OuterRef("assignee"), case=OuterRef("case"))
    return Q(Exists(holding)) & ~Q(Exists(recused))


def open_tasks_for(user: Anyone) -> QuerySet[Task]:
    """What waits for the user: tasks for a right held at that very organisation, unless given to somebody else.

    What was given to somebody who has left, or has declared a conflict of interest, waits for all again. A national
    role reads all counties' cases but does not get all counties' tasks.
    """
    held: dict[int, set[Right]] = {}
    for membership in access_of(user).memberships:
        held.setdefault(membership.organisation_id, set()).update(RIGHTS[membership.role])
    mine = Q(pk__in=[])
    for organisation, rights in held.items():
        mine |= Q(organisation=organisation, right__in=sorted(rights))
    rights_held = sorted(set().union(*held.values()))
    unassigned_or_own = Q(assignee__isnull=True) | Q(assignee_id=user.pk) | ~_assignee_can_do_it(rights_held)
    not_expired = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    has_opened = Q(opens_on__isnull=True) | Q(opens_on__lte=timezone.localdate())
    not_recused = ~Q(case__in=recused_cases(user))
    return Task.objects.filter(mine, unassigned_or_own, not_expired, has_opened, not_recused, done_at__isnull=True)
