"""Access begins and ends with memberships, and reaches no farther than they say."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from nch.accounts.enums import NATIONAL_ROLES, RIGHTS, ROLE_HOMES, Right, Role
from nch.accounts.models import Membership, User
from nch.accounts.permissions import access_of, require
from nch.cases.models import Case
from nch.counties.models import Organisation
from tests.factories.accounts import make_county, make_organisation, make_user

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 5, 1)
DAY = datetime.timedelta(days=1)


def make_case(number: int, organisation: Organisation, *, handler: Organisation | None = None) -> Case:
    """A case about the organisation, handled by NCH where nobody else is named."""
    return Case.objects.create(
        number=number,
        year=2026,
        title="x",
        organisation=organisation,
        handler=handler or make_organisation("nch"),
        opened_at=timezone.now(),
    )


def test_every_role_has_rights_and_a_home() -> None:
    assert set(RIGHTS) == set(Role) == set(ROLE_HOMES)
    assert set(NATIONAL_ROLES) <= set(Role)


def test_every_right_is_held_by_some_role() -> None:
    assert set().union(*RIGHTS.values()) == set(Right)


def test_nobody_both_presents_and_decides_by_role() -> None:
    assert not any({Right.PROPOSE_DECISIONS, Right.DECIDE} <= rights for rights in RIGHTS.values())


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(TODAY, None, True), (TODAY, TODAY, True), (TODAY + DAY, None, False), (TODAY - 9 * DAY, TODAY - DAY, False)],
)
def test_access_holds_from_the_first_to_the_last_day(
    first: datetime.date, last: datetime.date | None, expected: bool
) -> None:
    user = make_user(None)
    home = make_organisation("nch")
    Membership.objects.create(user=user, organisation=home, role=Role.NCH_ADMIN, valid_from=first, valid_to=last)
    assert access_of(user, on=TODAY).may(Right.MANAGE_USERS) is expected


def test_limit_gives_nothing_without_a_membership() -> None:
    make_case(1, make_organisation("county_board", county=make_county("12", "Skåne län")))
    for nobody in (make_user(None), AnonymousUser()):
        assert not access_of(nobody).limit(Case.objects.all(), Right.SEE_CASES).exists()


def test_limit_gives_own_county_and_not_another() -> None:
    officer = make_user(Role.COUNTY_OFFICER)
    other = make_organisation("county_board", county=make_county("14", "Västra Götalands län"))
    own = officer.memberships.get().organisation
    for number, organisation in enumerate((own, other), start=1):
        make_case(number, organisation)
    assert [case.organisation for case in access_of(officer).limit(Case.objects.all(), Right.SEE_CASES)] == [own]
    reader = make_user(Role.AUDITOR)
    assert access_of(reader).limit(Case.objects.all(), Right.SEE_CASES).count() == 2


def test_matters_are_seen_by_the_party_and_by_the_authority_that_handles_them() -> None:
    skane, gotaland = (make_county("12", "Skåne län"), make_county("14", "Västra Götalands län"))
    board, other_board = (make_organisation("county_board", county=county) for county in (skane, gotaland))
    town = make_organisation("municipality", county=skane, name="Malmö kommun")
    nchs = make_case(1, board)
    boards = make_case(1, town, handler=board)
    make_case(2, other_board)

    def seen(user: User) -> set[Case]:
        reach = access_of(user).limit_to_matters(Case.objects.all(), party="organisation", handler="handler")
        return set(reach)

    assert seen(make_user(Role.COUNTY_OFFICER, board)) == {nchs}
    assert seen(make_user(Role.GRANT_OFFICER, board)) == {nchs, boards}
    assert seen(make_user(Role.APPLICANT_OFFICER, town)) == {boards}
    assert boards not in seen(make_user(Role.NCH_OFFICER))
    assert seen(make_user(Role.AUDITOR)) == set(Case.objects.all())
    assert seen(make_user(Role.GRANT_OFFICER, other_board)).isdisjoint({nchs, boards})


def test_deactivated_user_has_no_access() -> None:
    user = make_user(Role.NCH_ADMIN)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert access_of(User.objects.get(pk=user.pk)).memberships == ()


def test_require_refuses_another_organisation() -> None:
    officer = make_user(Role.COUNTY_OFFICER)
    other = make_organisation("county_board", county=make_county("14", "Västra Götalands län"))
    require(officer, Right.FILL_IN, officer.memberships.get().organisation_id)
    with pytest.raises(PermissionDenied):
        require(officer, Right.FILL_IN, other.pk)
