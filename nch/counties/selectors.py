"""Public facts about the country. Everything here is national and open to all who are signed in."""

from django.db.models import QuerySet

from nch.common.sorting import fold
from nch.counties.enums import OrganisationKind
from nch.counties.models import County, CountyPopulation, Organisation


def counties() -> QuerySet[County]:
    """The counties in Swedish alphabetical order."""
    return County.objects.all()


def counties_by_name() -> dict[str, County]:
    """The counties by every name that a file may give them, folded: code, name, and name without ”län”."""
    return {fold(name): one for one in counties() for name in (one.code, one.name, one.short_name)}


def county_boards() -> QuerySet[Organisation]:
    """The 21 county administrative boards, in Swedish alphabetical order."""
    return Organisation.objects.filter(kind=OrganisationKind.COUNTY_BOARD).select_related("county")


def national_centre() -> Organisation:
    """NCH itself. Raises Organisation.DoesNotExist before the country has been loaded."""
    return Organisation.objects.get(kind=OrganisationKind.NCH)


def population_by_county(year: int) -> dict[str, int]:
    """Inhabitants per county code on 31 December of `year`; empty where the year is not loaded."""
    return dict(CountyPopulation.objects.filter(year=year).values_list("county_id", "individuals"))


def populations() -> dict[int, dict[str, int]]:
    """Inhabitants per county code on 31 December, for every year that is loaded. One query."""
    years: dict[int, dict[str, int]] = {}
    for year, county, individuals in CountyPopulation.objects.values_list("year", "county_id", "individuals"):
        years.setdefault(year, {})[county] = individuals
    return years
