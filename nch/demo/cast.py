"""The demo's standing cast: named by role and office, not by invented persons."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation
from nch.counties.services import NCH_NAME, NCK_NAME
from nch.members.services import give_role

SINCE = datetime.date(2018, 1, 1)

Cast = Mapping[str, User]
"""The people by the keys of `CAST`."""


@dataclass(frozen=True)
class Part:
    """One of the cast: a name for the sign-in page, a role, and where it is held."""

    key: str
    name: str
    role: Role
    kind: OrganisationKind
    organisation: str


CAST = (
    Part("officer1", "Handläggare 1, NCH", Role.NCH_OFFICER, OrganisationKind.NCH, NCH_NAME),
    Part("officer2", "Handläggare 2, NCH", Role.NCH_OFFICER, OrganisationKind.NCH, NCH_NAME),
    Part("decision-maker", "Beslutsfattare, NCH", Role.NCH_DECISION_MAKER, OrganisationKind.NCH, NCH_NAME),
    Part("finance", "Ekonom, NCH", Role.NCH_FINANCE, OrganisationKind.NCH, NCH_NAME),
    Part("analyst", "Analytiker, NCH", Role.NCH_ANALYST, OrganisationKind.NCH, NCH_NAME),
    Part("line", "Stödtelefonen, NCH", Role.NCH_LINE, OrganisationKind.NCH, NCH_NAME),
    Part("line-lead", "Ansvarig för stödtelefonen, NCH", Role.NCH_LINE_LEAD, OrganisationKind.NCH, NCH_NAME),
    Part("admin", "Administratör, NCH", Role.NCH_ADMIN, OrganisationKind.NCH, NCH_NAME),
    Part("auditor", "Granskare", Role.AUDITOR, OrganisationKind.NCH, NCH_NAME),
    *(
        part
        for county, key in (
            ("Skåne", "skane"),
            ("Södermanland", "sodermanland"),
            ("Västra Götaland", "vastra-gotaland"),
            ("Gävleborg", "gavleborg"),
        )
        for part in (
            Part(
                f"officer-{key}",
                f"Handläggare, Länsstyrelsen {county}",
                Role.COUNTY_OFFICER,
                OrganisationKind.COUNTY_BOARD,
                f"Länsstyrelsen {county}",
            ),
            Part(
                f"signatory-{key}",
                f"Behörig företrädare, Länsstyrelsen {county}",
                Role.COUNTY_SIGNATORY,
                OrganisationKind.COUNTY_BOARD,
                f"Länsstyrelsen {county}",
            ),
        )
    ),
    Part(
        "grant-officer-skane",
        "Handläggare av bidrag, Länsstyrelsen Skåne",
        Role.GRANT_OFFICER,
        OrganisationKind.COUNTY_BOARD,
        "Länsstyrelsen Skåne",
    ),
    Part(
        "grant-decision-maker-skane",
        "Beslutsfattare om bidrag, Länsstyrelsen Skåne",
        Role.GRANT_DECISION_MAKER,
        OrganisationKind.COUNTY_BOARD,
        "Länsstyrelsen Skåne",
    ),
    Part(
        "grant-finance-skane",
        "Ekonom för bidrag, Länsstyrelsen Skåne",
        Role.GRANT_FINANCE,
        OrganisationKind.COUNTY_BOARD,
        "Länsstyrelsen Skåne",
    ),
    Part("officer-lund", "Handläggare, Lunds kommun", Role.APPLICANT_OFFICER, OrganisationKind.MUNICIPALITY, "Lund"),
    Part(
        "signatory-lund",
        "Behörig företrädare, Lunds kommun",
        Role.APPLICANT_SIGNATORY,
        OrganisationKind.MUNICIPALITY,
        "Lund",
    ),
    Part("officer-nck", "Handläggare, NCK", Role.APPLICANT_OFFICER, OrganisationKind.UNIVERSITY, NCK_NAME),
    Part("signatory-nck", "Behörig företrädare, NCK", Role.APPLICANT_SIGNATORY, OrganisationKind.UNIVERSITY, NCK_NAME),
    Part(
        "coordinator-skane",
        "Samordnare, Resurscentrum Heder Skåne",
        Role.RC_COORDINATOR,
        OrganisationKind.RESOURCE_CENTRE,
        "Resurscentrum Heder Skåne",
    ),
    Part(
        "coordinator-gavleborg",
        "Samordnare, Resurscentrum Gävleborg",
        Role.RC_COORDINATOR,
        OrganisationKind.RESOURCE_CENTRE,
        "Resurscentrum Gävleborg",
    ),
    Part(
        "line-gavleborg",
        "Stödtelefonen, Resurscentrum Gävleborg",
        Role.RC_LINE,
        OrganisationKind.RESOURCE_CENTRE,
        "Resurscentrum Gävleborg",
    ),
)


def email_of(part: Part) -> str:
    """The address under which a part signs in; the domain cannot exist."""
    return f"{part.key}@demo.invalid"


def engage(part: Part) -> User:
    """Create one of the cast, without a password: the demo's sign-in page is the only way in."""
    user = User.objects.create_user(email_of(part), None, display_name=part.name, is_demo_cast=True)
    organisation = Organisation.objects.get(kind=part.kind, name=part.organisation)
    give_role(user=user, organisation=organisation, role=part.role, by=None, valid_from=SINCE)
    return user
