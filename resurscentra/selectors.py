"""Reading centres (public facts) and lägesbilder (a county's own until NCH publishes)."""

import datetime
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from resurscentra.enums import OrganisationModel, Phase, ReportState
from resurscentra.models import FundingRound, PhasePeriod, ReportingPeriod, ResourceCentre, SituationReport

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


WORKING_PHASES = (Phase.IMPLEMENTATION, Phase.OPERATION)


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
        if known is None or _opening_year(fact) < _opening_year(known):
            first[county.code] = fact
    return sorted(first.values(), key=lambda fact: fact.county_code)


def _opening_year(fact: OpeningFact) -> int:
    return fact.opened_on.year if fact.opened_on else fact.funded_year


def centres_for(user: Anyone) -> QuerySet[ResourceCentre]:
    """All centres for whoever may see centres at all: what is known of a centre is published."""
    if not access_of(user).may(Right.SEE_CENTRES):
        return ResourceCentre.objects.none()
    phase_now = Prefetch("phases", PhasePeriod.objects.filter(valid_to__isnull=True), to_attr="phase_now")
    return ResourceCentre.objects.select_related("organisation__county", "round").prefetch_related(phase_now)


def periods_for(user: Anyone) -> QuerySet[ReportingPeriod]:
    """Reporting periods, for whoever may see centres."""
    periods = ReportingPeriod.objects.select_related("version")
    return access_of(user).limit(periods, Right.SEE_CENTRES)


def reports_for(user: Anyone) -> QuerySet[SituationReport]:
    """Lägesbilder the user may see: one's own county's in every state, for NCH all that are asked for."""
    reports = SituationReport.objects.select_related(
        "period", "organisation", "centre__organisation", "response__version", "case"
    )
    return access_of(user).limit(reports, Right.SEE_CENTRES)


def readable_reports_for(user: Anyone) -> QuerySet[SituationReport]:
    """Lägesbilder whose text the user may read: NCH reads what is submitted, not a county's draft."""
    reports = reports_for(user)
    if not access_of(user).everywhere(Right.SEE_CENTRES):
        return reports
    return reports.filter(state=ReportState.SUBMITTED)


def editable_reports_for(user: Anyone) -> QuerySet[SituationReport]:
    """Lägesbilder the user may fill in."""
    reports = SituationReport.objects.select_related(
        "period__version", "organisation", "centre__organisation", "response__version"
    )
    return access_of(user).limit(reports, Right.FILL_IN)


def previous_report(report: SituationReport) -> SituationReport | None:
    """The same county's (and centre's) last submitted lägesbild before this one."""
    return (
        SituationReport.objects.filter(
            organisation=report.organisation,
            centre=report.centre,
            state=ReportState.SUBMITTED,
            period__ends_on__lt=report.period.ends_on,
        )
        .select_related("response__version")
        .order_by("-period__ends_on")
        .first()
    )
