"""Reading centres: public facts."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from resurscentra.enums import WORKING_PHASES, OrganisationModel, Phase
from resurscentra.models import CentreService, FundingRound, PhasePeriod, ResourceCentre

Anyone = User | AnonymousUser


@dataclass(frozen=True)
class CentreFact:
    """A centre as NCH has published it."""

    name: str
    county: str
    phase: str
    organisation_model: str
    host: str
    own_phone_line: bool | None
    note: str


@dataclass(frozen=True)
class RoundFact:
    """A round with its centres in Swedish alphabetical order of county and name."""

    number: int
    year: int
    centres: list[CentreFact]


def centres_at(day: datetime.date) -> list[RoundFact]:
    """The centres by round with the phase each was in on a day; public facts, open to everybody (three queries)."""
    on_day = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    phases = Prefetch("phases", PhasePeriod.objects.filter(on_day), to_attr="phases_on_day")
    centres = (
        ResourceCentre.objects.filter(phases__in=PhasePeriod.objects.filter(on_day))
        .select_related("organisation__county")
        .prefetch_related(phases)
        .order_by("organisation__county__sort_key", "organisation__sort_key")
    )
    rounds = FundingRound.objects.prefetch_related(Prefetch("centres", centres, to_attr="centres_on_day"))
    return [
        RoundFact(
            funding_round.number,
            funding_round.year,
            [
                CentreFact(
                    name=centre.organisation.name,
                    county=centre.organisation.county.name if centre.organisation.county else "",
                    phase=Phase(centre.phases_on_day[0].phase).label,
                    organisation_model=OrganisationModel(centre.organisation_model).label,
                    host=centre.host,
                    own_phone_line=centre.own_phone_line,
                    note=centre.note,
                )
                for centre in funding_round.centres_on_day
            ],
        )
        for funding_round in rounds
    ]


@dataclass(frozen=True)
class OpeningFact:
    """When the first centre of a county began to work.

    `opened_on` is the day on which it went from an earlier phase into a working one; None where the sources do not
    tell, and then the year of its first money (`funded_year`) is what is known.
    """

    county_code: str
    county: str
    centre: str
    opened_on: datetime.date | None
    funded_year: int


def first_openings() -> list[OpeningFact]:
    """The first working centre of each county that has one, by county code; public facts (two queries)."""
    centres = ResourceCentre.objects.select_related("organisation__county", "round").prefetch_related("phases")
    first: dict[str, OpeningFact] = {}
    for centre in centres.order_by("round__year", "organisation__sort_key"):
        phases = sorted(centre.phases.all(), key=lambda period: period.valid_from)
        working = next((place for place, one in enumerate(phases) if one.phase in WORKING_PHASES), None)
        county = centre.organisation.county
        if working is None or county is None:
            continue
        opened_on = phases[working].valid_from if working else None
        fact = OpeningFact(county.code, county.name, centre.organisation.name, opened_on, centre.round.year)
        known = first.get(county.code)
        if known is None or _opening_order(fact) < _opening_order(known):
            first[county.code] = fact
    return sorted(first.values(), key=lambda fact: fact.county_code)


def _opening_order(fact: OpeningFact) -> tuple[datetime.date, bool]:
    """A centre of which only the year is known goes before those that opened in it: it may have been the first."""
    return fact.opened_on or datetime.date(fact.funded_year, 1, 1), fact.opened_on is not None


def centres_for(user: Anyone) -> QuerySet[ResourceCentre]:
    """All centres for whoever may see centres at all: what is known of a centre is published."""
    if not access_of(user).may(Right.SEE_CENTRES):
        return ResourceCentre.objects.none()
    phase_now = Prefetch("phases", PhasePeriod.objects.filter(valid_to__isnull=True), to_attr="phase_now")
    return ResourceCentre.objects.select_related("organisation__county", "round").prefetch_related(phase_now)


@dataclass(frozen=True)
class CentreState:
    """A centre as it stood on a day: its county, its phase, what is known of its services, and its financing.

    What is not known of a target group, or of the financing in the day's year, is blank.
    """

    county: str
    phase: str
    services: Mapping[str, str]
    financing: str


@dataclass(frozen=True)
class CentreHistory:
    """All that is known of a centre over time."""

    county: str
    phases: tuple[tuple[datetime.date, datetime.date | None, str], ...]
    services: tuple[tuple[datetime.date, str, str], ...]
    financing: Mapping[int, str]

    def on(self, day: datetime.date) -> CentreState | None:
        """The centre as it stood; None where no phase is known, so that it did not exist yet."""
        phase = next((name for since, until, name in self.phases if since <= day and (not until or day <= until)), None)
        if phase is None:
            return None
        known = {group: availability for as_of, group, availability in self.services if as_of <= day}
        return CentreState(self.county, phase, known, self.financing.get(day.year, ""))


def centre_histories() -> list[CentreHistory]:
    """The known history of every centre; public facts, open to everybody (four queries)."""
    centres = ResourceCentre.objects.select_related("organisation").prefetch_related(
        "phases", Prefetch("services", CentreService.objects.order_by("as_of")), "financing"
    )
    return [
        CentreHistory(
            county=centre.organisation.county_id or "",
            phases=tuple((one.valid_from, one.valid_to, one.phase) for one in centre.phases.all()),
            services=tuple((one.as_of, one.target_group, one.availability) for one in centre.services.all()),
            financing={one.year: one.status for one in centre.financing.all()},
        )
        for centre in centres
    ]
