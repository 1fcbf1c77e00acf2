"""What the tables of grants, lägesbilder and centres are counted from in these tests, made by the services."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from grants.enums import Outcome, RepaymentState
from grants.models import FinancialReport, FundingCall, Repayment
from grants.services.decisions import propose_decision, sign_decision
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.counties.models import County, Organisation
from nch.demo.means import fill_in
from nch.demo.texts import SITUATION_REPORT_ANSWERS
from resurscentra.enums import Availability, Financing, Phase, TargetGroup
from resurscentra.models import (
    CentreFinancing,
    CentreService,
    FundingRound,
    PhasePeriod,
    ReportingPeriod,
    ResourceCentre,
    SituationReport,
)
from resurscentra.selectors import themes
from resurscentra.services import open_period, start_report, submit_report
from resurscentra.services.themes import code_report, load_themes
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.financial_reports import BUDGETS, GrantWorld, approve, hand_in, pay, world_of
from tests.factories.grants import assess, make_board_grant, make_call, make_decider, make_submitted, proposal
from tests.factories.stodtelefon import swedish


@dataclass
class World:
    """Skåne (12), whose grant is decided, paid and accounted for; Östergötland (05), rejected once, waiting once."""

    main: FundingCall
    other: FundingCall
    south: GrantWorld
    east: User
    periods: list[ReportingPeriod] = field(default_factory=list)


def make_world() -> World:
    """What is counted by hand in the tests.

    Call 1, 2024 and 2025: Skåne applies for 230 000 a year and is granted half. It is paid 115 000 for 2024, uses
    100 000 and pays 15 000 back. Östergötland applies for 360 000 a year and waits for a decision. Call 2, 2025:
    Östergötland applies for 230 000 and is refused. A grant of Östergötland's own board to a municipality is not NCH's.

    Skåne's economic report of 2024 was due on 15 February 2025 and is in time; that of 2025 was due a year later and is
    missing. Lägesbilder: of spring 2025 Skåne's is late, Östergötland's in time; of autumn 2025 Skåne's is in time (in
    operation, within a Barnahus, own line), Östergötland's missing. NCH has coded those of spring: one theme in both,
    another in Skåne's; that of autumn is not coded yet.
    """
    south, east = make_county("12", "Skåne län"), make_county("05", "Östergötlands län")
    boards = {one.code: make_organisation("county_board", county=one) for one in (south, east)}
    signatories = {code: make_user(Role.COUNTY_SIGNATORY, board) for code, board in boards.items()}
    main = make_call(title="Utlysning 1", budgets=BUDGETS)
    other = make_call(title="Utlysning 2", budgets={2025: BUDGETS[2025]})
    granted = world_of(make_submitted(main, signatories["12"]), signatories["12"])
    make_submitted(main, signatories["05"], salaries=200_000)
    _refuse(other, signatories["05"])
    make_board_grant("05", budgets=BUDGETS)
    _account_for_2024(granted)
    for code, phase, group in (("12", Phase.OPERATION, TargetGroup.PROFESSIONALS), ("05", Phase.DEVELOPMENT, None)):
        _centre(make_county(code, ""), phase, group)
    periods = _situation_reports(signatories)
    return World(main, other, granted, signatories["05"], periods)


def _refuse(call: FundingCall, signatory: User) -> None:
    application = make_submitted(call, signatory)
    officers = [make_user(Role.NCH_OFFICER) for _ in range(2)]
    assess(application, *officers)
    refusal = proposal(application, outcome=Outcome.REJECTED, amounts={}, conditions=[])
    now = timezone.now()
    decision = propose_decision(application=application, content=refusal, by=officers[0], at=now)
    sign_decision(decision=decision, by=make_decider(application), at=now)


def _account_for_2024(world: GrantWorld) -> None:
    pay(world, 2024, 115_000)
    hand_in(world, 2024, {"salaries": 100_000})
    report = approve(world, 2024)
    Repayment.objects.all().delete()
    Repayment.objects.create(
        grant=world.grant,
        report=report,
        amount=15_000,
        state=RepaymentState.REPAID,
        due_on=datetime.date(2025, 4, 1),
        created_at=timezone.now(),
        repaid_on=datetime.date(2025, 3, 20),
        voucher="B 7",
    )
    for year, came_in in ((2024, datetime.datetime(2025, 2, 14, 12, tzinfo=datetime.UTC)), (2025, None)):
        one = FinancialReport.objects.get(grant=world.grant, year=year)
        FinancialReport.objects.filter(pk=one.pk).update(due_on=datetime.date(year + 1, 2, 15))
        # Moves are never changed: the first day it came in is read from them, so that one is put before.
        if came_in:
            one.moves.model.objects.create(
                subject=one, source="draft", target="submitted", at=came_in, by=world.signatory
            )


def _centre(county: County, phase: Phase, group: TargetGroup | None) -> None:
    round_, _ = FundingRound.objects.get_or_create(number=1, defaults={"year": 2018})
    organisation: Organisation = make_organisation("resource_centre", county=county)
    centre = ResourceCentre.objects.create(
        organisation=organisation, round=round_, host="", organisation_model="barnahus"
    )
    changed = datetime.date(2025, 3, 1)
    first = PhasePeriod.objects.create(centre=centre, phase=Phase.ORIENTATION, valid_from=datetime.date(2024, 6, 1))
    PhasePeriod.objects.filter(pk=first.pk).update(valid_to=changed - datetime.timedelta(days=1))
    PhasePeriod.objects.create(centre=centre, phase=phase, valid_from=changed)
    if group:
        for day, availability in ((changed, Availability.PLANNED), (datetime.date(2025, 9, 1), Availability.YES)):
            CentreService.objects.create(centre=centre, target_group=group, availability=availability, as_of=day)
        CentreFinancing.objects.create(centre=centre, year=2025, status=Financing.SECURED)


def _situation_reports(signatories: Mapping[str, User]) -> list[ReportingPeriod]:
    officer, periods = make_user(Role.NCH_OFFICER), []
    for title, since, until, due, came_in in (
        ("Våren 2025", (2025, 1, 1), (2025, 6, 30), (2025, 8, 15), {"12": (2025, 8, 20), "05": (2025, 8, 15)}),
        ("Hösten 2025", (2025, 7, 1), (2025, 12, 31), (2026, 1, 31), {"12": (2026, 1, 20)}),
    ):
        period = open_period(
            title=title,
            starts_on=datetime.date(*since),
            ends_on=datetime.date(*until),
            due_on=datetime.date(*due),
            by=officer,
            at=swedish(*since, 9, 0),
        )
        periods.append(period)
        for code, day in came_in.items():
            report = SituationReport.objects.select_related("period__version", "organisation", "centre").get(
                period=period, organisation__county=code
            )
            by, at = signatories[code], swedish(*day, 22, 0)
            start_report(report=report, by=by, at=at)
            report.refresh_from_db()
            assert report.response is not None
            answers = SITUATION_REPORT_ANSWERS if code == "12" else {**SITUATION_REPORT_ANSWERS, "egen_telefon": "no"}
            fill_in(report.response, answers, by=by, at=at)
            submit_report(report=report, by=by, at=at)
    load_themes()
    for code, found in (("12", ["success_factor_behovet_syns", "challenge_glesbygd"]), ("05", ["challenge_glesbygd"])):
        report = SituationReport.objects.get(period=periods[0], organisation__county=code)
        ticked = [theme for theme in themes() if theme.key in found]
        code_report(report=report, themes=ticked, version=0, by=officer, at=swedish(2025, 9, 1, 9, 0))
    return periods
