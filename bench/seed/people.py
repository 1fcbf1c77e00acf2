"""Those who own and open what is measured, each with a second factor."""

import datetime
from dataclasses import dataclass

from allauth.mfa.models import Authenticator

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.counties.models import Organisation
from nch.counties.selectors import county_boards, national_centre
from nch.members.services import give_role

SINCE = datetime.date(2014, 1, 1)


@dataclass(frozen=True)
class People:
    """`county_officers` and `signatories` have one person for each county board, by its key."""

    officers: tuple[User, User]
    decision_maker: User
    line_staff: User
    county_officers: dict[int, User]
    signatories: dict[int, User]


def engage_people() -> People:
    """Return the bench's people, created where they are new."""
    centre = national_centre()
    boards = list(county_boards())
    return People(
        officers=(
            engage("officer1", Role.NCH_OFFICER, centre),
            engage("officer2", Role.NCH_OFFICER, centre),
        ),
        decision_maker=engage("decision-maker", Role.NCH_DECISION_MAKER, centre),
        line_staff=engage("line", Role.NCH_LINE, centre),
        county_officers={b.pk: engage(f"officer-{b.county_id}", Role.COUNTY_OFFICER, b) for b in boards},
        signatories={b.pk: engage(f"signatory-{b.county_id}", Role.COUNTY_SIGNATORY, b) for b in boards},
    )


def engage(key: str, role: Role, organisation: Organisation) -> User:
    email = f"{key}@bench.invalid"
    if (user := User.objects.filter(email=email).first()) is not None:
        return user
    user = User.objects.create_user(email, None, display_name=f"{role.label} ({key})")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "bench"})
    give_role(user=user, organisation=organisation, role=role, by=None, valid_from=SINCE)
    return user
