"""Loading the country: counties, municipalities, population and the organisations that follow from them."""

from django.db import transaction

from nch.counties.enums import OrganisationKind
from nch.counties.facts import read_facts
from nch.counties.models import County, CountyPopulation, Municipality, Organisation

NCH_NAME = "Nationellt centrum mot hedersrelaterat våld och förtryck"
NCK_NAME = "Nationellt centrum för kvinnofrid"
POPULATION_YEAR = 2023
POPULATION_SOURCE = "SCB, folkmängd den 31 december 2023 (följer med systemet)"


@transaction.atomic
def load_country() -> None:
    """Create or update the 21 counties, 290 municipalities, the population of 2023 and their organisations.

    Runs safely again and again: rows are matched on their codes. Source: Statistics Sweden, see data/. A population
    that is there stays: somebody may have read it in (nch/population), with the source at hand.
    """
    for row in read_facts("lan"):
        county, _ = County.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "iso": row["iso"], "residence": row["residence"]}
        )
        CountyPopulation.objects.get_or_create(
            county=county,
            year=POPULATION_YEAR,
            defaults={"individuals": int(row["population_2023_12_31"]), "source": POPULATION_SOURCE},
        )
        Organisation.objects.update_or_create(
            kind=OrganisationKind.COUNTY_BOARD, county=county, defaults={"name": f"Länsstyrelsen {county.short_name}"}
        )
    Municipality.objects.bulk_create(
        [
            Municipality(code=row["code"], name=row["name"], county_id=row["county_code"])
            for row in read_facts("kommuner")
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "county", "sort_key"],
    )
    for row in read_facts("regioner"):
        Organisation.objects.update_or_create(
            kind=OrganisationKind.REGION, name=row["name"], defaults={"county_id": row["county_code"]}
        )
    known = set(
        Organisation.objects.filter(kind=OrganisationKind.MUNICIPALITY).values_list("municipality_id", flat=True)
    )
    Organisation.objects.bulk_create(
        Organisation(kind=OrganisationKind.MUNICIPALITY, name=name, county_id=county_code, municipality_id=code)
        for code, name, county_code in Municipality.objects.values_list("code", "name", "county_id")
        if code not in known
    )
    national = {
        NCH_NAME: OrganisationKind.NCH,
        NCK_NAME: OrganisationKind.UNIVERSITY,
        "Regeringskansliet, Arbetsmarknadsdepartementet": OrganisationKind.GOVERNMENT_OFFICES,
        "Polismyndigheten": OrganisationKind.AGENCY,
        "Åklagarmyndigheten": OrganisationKind.AGENCY,
    }
    for name, kind in national.items():
        Organisation.objects.get_or_create(kind=kind, name=name)


def register_resource_centre(*, county: County, name: str, phone: str = "", website: str = "") -> Organisation:
    """Return the organisation of a resource centre, created if it is new; what the siblings all may point at."""
    organisation, _ = Organisation.objects.get_or_create(
        kind=OrganisationKind.RESOURCE_CENTRE,
        name=name,
        defaults={"county": county, "phone": phone, "website": website},
    )
    return organisation
