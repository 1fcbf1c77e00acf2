"""Reading centres (public facts) and lägesbilder (a county's own until NCH publishes)."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.questionnaires.models import Answer
from resurscentra.enums import OrganisationModel, Phase, ReportState
from resurscentra.models import (
    CentreService,
    FundingRound,
    PhasePeriod,
    ReportingPeriod,
    ResourceCentre,
    SituationReport,
)
from resurscentra.standard_form import CODED_QUESTIONS

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


# --- What is counted ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AskedReport:
    """A lägesbild that is asked for: by which period and county, when it came in, and its coded answers by question.

    What a county has not handed in is not answered, whatever stands in its draft.
    """

    period: int
    title: str
    starts_on: datetime.date
    ends_on: datetime.date
    due_on: datetime.date
    county: str
    handed_in_on: datetime.date | None
    answers: Mapping[str, str]


def asked_reports(reports: QuerySet[SituationReport]) -> list[AskedReport]:
    """What has been asked for, the earliest period first, with the answers of `CODED_QUESTIONS` (two queries)."""
    of_period = ("period", "period__title", "period__starts_on", "period__ends_on", "period__due_on")
    columns = ("pk", *of_period, "organisation__county", "submitted_at")
    rows = reports.order_by("period__ends_on", "period", "organisation__sort_key", "pk")
    answers: defaultdict[int, dict[str, str]] = defaultdict(dict)
    coded = Answer.objects.filter(
        response__situation_report__in=reports.order_by().filter(state=ReportState.SUBMITTED).values("pk"),
        question__key__in=CODED_QUESTIONS,
    )
    for pk, key, value in coded.values_list("response__situation_report", "question__key", "value"):
        answers[pk][key] = str(value or "")
    return [
        AskedReport(
            period=period,
            title=title,
            starts_on=starts_on,
            ends_on=ends_on,
            due_on=due_on,
            county=county or "",
            handed_in_on=timezone.localdate(submitted_at) if submitted_at else None,
            answers=answers.get(pk, {}),
        )
        for pk, period, title, starts_on, ends_on, due_on, county, submitted_at in rows.values_list(*columns)
    ]


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
