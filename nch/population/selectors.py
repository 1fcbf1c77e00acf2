"""Which years' population is known and where it comes from, and what has been read in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.counties.models import CountyPopulation
from nch.population.models import PopulationImport


@dataclass(frozen=True)
class KnownYear:
    """A year whose population is known: of how many counties, how many people, from which sources."""

    year: int
    counties: int
    individuals: int
    sources: tuple[str, ...]


def known_years() -> list[KnownYear]:
    """The years, the latest first (one query). Public facts."""
    years: dict[int, list[tuple[int, str]]] = {}
    for year, people, source in CountyPopulation.objects.order_by("-year").values_list("year", "individuals", "source"):
        years.setdefault(year, []).append((people, source))
    return [
        KnownYear(year, len(rows), sum(people for people, _ in rows), tuple(sorted({one for _, one in rows if one})))
        for year, rows in years.items()
    ]


def missing_years(known: Iterable[KnownYear], *, last_year: int) -> list[int]:
    """The years between the earliest known one and the last that is over which are not known."""
    there = {one.year for one in known}
    return [year for year in range(min(there, default=last_year), last_year + 1) if year not in there]


def population_imports_for(user: User | AnonymousUser) -> QuerySet[PopulationImport]:
    """What has been read in, the latest first, for those who keep the population."""
    return access_of(user).limit(PopulationImport.objects.select_related("imported_by"), Right.KEEP_POPULATION)
