"""The standing cast: users as the roles of domain.md, with a second factor as everybody has outside the demo."""

import datetime
import itertools

from allauth.mfa.models import Authenticator

from nch.accounts.enums import ROLE_HOMES, Role
from nch.accounts.models import Membership, User
from nch.counties.models import County, Organisation

_numbers = itertools.count(1)


def make_county(code: str, name: str) -> County:
    """A county, without needing the whole country."""
    county, _ = County.objects.get_or_create(code=code, defaults={"name": name, "iso": f"SE-{code}", "residence": name})
    return county


def make_organisation(kind: str, *, county: County | None = None, name: str = "") -> Organisation:
    """An organisation of a kind; the national centre and a county's board are found again instead of doubled."""
    if kind == "nch":
        return Organisation.objects.get_or_create(kind=kind, defaults={"name": "NCH"})[0]
    if kind == "county_board" and county is not None:
        return Organisation.objects.get_or_create(kind=kind, county=county, defaults={"name": f"LS {county.name}"})[0]
    return Organisation.objects.create(kind=kind, county=county, name=name or f"{kind} {next(_numbers)}")


def make_user(
    role: Role | None, organisation: Organisation | None = None, *, since: datetime.date | None = None
) -> User:
    """A user with one role (none: a user without any). Without an organisation: NCH, or a body in Skåne."""
    number = next(_numbers)
    user = User.objects.create_user(f"person{number}@example.se", None, display_name=f"Person {number}")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "test"})
    if role is not None:
        if organisation is None:
            home = sorted(ROLE_HOMES[role])[0]
            county = None if home == "nch" else make_county("12", "Skåne län")
            organisation = make_organisation(home, county=county)
        Membership.objects.create(
            user=user, organisation=organisation, role=role, valid_from=since or datetime.date(2018, 1, 1)
        )
    return user
