"""Two counties with everything in them, for the walk through every door."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from grants.models import AllocationPlan, Application, FinancialReport, FundingCall, Payment, Repayment
from grants.models.payments import AccountingExport, AccountingImport
from grants.services.allocation import save_plan
from grants.services.calls import load_published_money, save_call
from grants.services.financial_reports import submit_report as submit_money_report
from grants.services.payments import Instalment, lay_plan
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.conversations import MessageInput, open_conversation
from nch.cases.mail import write_mail
from nch.cases.models import Conversation, OutgoingMail
from nch.counties.services import load_country
from nch.demo.build import declare_impartial, fill_in
from nch.demo.texts import SITUATION_REPORT_ANSWERS
from reports.enums import ReportKind
from reports.models import Release, Report
from reports.services.releases import prepare_release
from reports.services.reports import render_report_now
from reports.statistics.registry import RELEASABLE_CALLS
from resurscentra.models import ResourceCentre, SituationReport, StatisticsReturn
from resurscentra.services import load_known_centres, open_period, start_report, submit_report
from resurscentra.services.returns import start_return
from stodtelefon.models import (
    CallNote,
    HandoverNote,
    HistoryImport,
    OpeningException,
    Shift,
    ShiftSwap,
    SupportCall,
)
from stodtelefon.services import load_code_lists, load_published_figures
from stodtelefon.services.lines import set_exception
from stodtelefon.services.rota import make_rota_feed
from tests.factories.accounting import make_export, make_import
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.financial_reports import GrantWorld, write_report
from tests.factories.grants import (
    call_input,
    make_call,
    make_change_request,
    make_decided,
    make_draft,
    make_submitted,
)
from tests.factories.history import make_history_import
from tests.factories.statistics_returns import hand_in, make_round
from tests.factories.stodtelefon import make_call as make_support_call
from tests.factories.stodtelefon import make_handover, make_line, make_shift, make_suspected_note, make_swap

OWN, OTHER = "12", "21"


@dataclass
class CountyWorld:
    """What one county owns."""

    officer: User
    signatory: User
    coordinator: User
    answerer: User
    board: dict[Role, User]
    town: dict[Role, User]
    draft: Application
    submitted: Application
    decided: Application
    payment: Payment
    money_draft: FinancialReport
    money_report: FinancialReport
    repayment: Repayment
    draft_report: SituationReport
    submitted_report: SituationReport
    draft_return: StatisticsReturn
    submitted_return: StatisticsReturn
    conversation: Conversation
    mail: OutgoingMail
    support_call: SupportCall
    history_import: HistoryImport
    suspected_note: CallNote
    handover: HandoverNote
    opening_exception: OpeningException
    shift: Shift
    swap: ShiftSwap
    rota_feed: str
    centre: ResourceCentre


@dataclass
class World:
    """Everybody and everything; `people` are the roles without a county."""

    own: CountyWorld
    other: CountyWorld
    people: dict[Role, User]
    nobody: User
    open_call: FundingCall
    draft_call: FundingCall
    accounting_export: AccountingExport
    accounting_import: AccountingImport
    report: Report
    release: Release
    national_call: SupportCall
    plan: AllocationPlan

    def users(self) -> dict[str, User]:
        """The standing cast by role, the county roles in the own county."""
        return {
            **self.people,
            Role.COUNTY_OFFICER: self.own.officer,
            Role.COUNTY_SIGNATORY: self.own.signatory,
            Role.RC_COORDINATOR: self.own.coordinator,
            Role.RC_LINE: self.own.answerer,
            **self.own.board,
            **self.own.town,
            "nobody": self.nobody,
        }


def _county(code: str, calls: list[FundingCall], periods: list[SituationReport]) -> CountyWorld:
    county = make_county(code, code)
    board = make_organisation("county_board", county=county)
    officer, signatory = make_user(Role.COUNTY_OFFICER, board), make_user(Role.COUNTY_SIGNATORY, board)
    centre = ResourceCentre.objects.filter(organisation__county=county).select_related("organisation")[0]
    coordinator = make_user(Role.RC_COORDINATOR, centre.organisation)
    line = make_line(centre.organisation)
    draft_report, submitted_report = [report for report in periods if report.organisation == board]
    for report in (draft_report, submitted_report):
        start_report(report=report, by=officer, at=timezone.now())
        report.refresh_from_db()
    assert submitted_report.response is not None
    fill_in(submitted_report.response, SITUATION_REPORT_ANSWERS, by=officer, at=timezone.now())
    submit_report(report=submitted_report, by=signatory, at=timezone.now())
    submitted_return, draft_return = StatisticsReturn.objects.filter(centre=centre).order_by("round")
    hand_in(submitted_return, by=coordinator)
    start_return(statistics=draft_return, by=coordinator, at=timezone.now())
    decided = make_submitted(calls[2], signatory)
    make_decided(decided)
    instalment = Instalment(2026, Decimal(1000), datetime.date(2026, 12, 1))
    plan = lay_plan(grant=decided.grant, rows=[instalment], by=make_user(Role.NCH_FINANCE), at=timezone.now())
    money = GrantWorld(decided.grant, signatory, signatory, signatory, signatory)
    write_report(money, 2026, {})
    later = datetime.datetime(2028, 2, 1, tzinfo=datetime.UTC)
    submit_money_report(report=write_report(money, 2027, {}), by=signatory, at=later)
    repayment = Repayment.objects.create(
        grant=decided.grant, report=money.report(2027), amount=Decimal(1), due_on=later.date(), created_at=later
    )
    submitted = make_submitted(calls[1], signatory)
    conversation = open_conversation(
        case=submitted.case, subject="Fråga", content=MessageInput("Text"), by=signatory, at=timezone.now()
    )
    mail = write_mail(
        key=f"world:{code}", user=officer, subject="x", body="x", at=timezone.now(), case=conversation.case
    )
    make_change_request(decided.grant, signatory)
    town = make_organisation("municipality", county=county, name=f"Kommun i {code}")
    return CountyWorld(
        board={
            role: make_user(role, board) for role in (Role.GRANT_OFFICER, Role.GRANT_DECISION_MAKER, Role.GRANT_FINANCE)
        },
        town={role: make_user(role, town) for role in (Role.APPLICANT_OFFICER, Role.APPLICANT_SIGNATORY)},
        officer=officer,
        signatory=signatory,
        coordinator=coordinator,
        answerer=(answerer := make_user(Role.RC_LINE, centre.organisation)),
        draft=make_draft(calls[0], officer),
        submitted=submitted,
        conversation=conversation,
        mail=mail,
        decided=decided,
        payment=plan[0],
        money_draft=money.report(2026),
        money_report=money.report(2027),
        repayment=repayment,
        draft_report=draft_report,
        submitted_report=submitted_report,
        draft_return=draft_return,
        submitted_return=submitted_return,
        support_call=(support_call := make_support_call(line, coordinator)),
        history_import=make_history_import(coordinator),
        suspected_note=make_suspected_note(support_call, coordinator),
        handover=make_handover(line, coordinator),
        opening_exception=set_exception(
            line=line, day=datetime.date(2027, 1, 4), hours=None, reason="Stängt", by=coordinator, at=timezone.now()
        ),
        shift=make_shift(line, coordinator),
        swap=make_swap(line, answerer, coordinator),
        rota_feed=make_rota_feed(by=coordinator, at=timezone.now()),
        centre=centre,
    )


def _plan(call: FundingCall) -> AllocationPlan:
    planner = make_user(Role.NCH_OFFICER)
    for application in Application.objects.filter(call=call):
        declare_impartial(application, planner, at=timezone.now())
    return save_plan(call=call, wishes={}, note="", by=planner, at=timezone.now())


def build_world() -> World:
    """Make it all through the services."""
    load_country()
    load_published_money()
    load_code_lists()
    load_published_figures()
    people = {
        role: make_user(role)
        for role in (
            Role.NCH_OFFICER,
            Role.NCH_DECISION_MAKER,
            Role.NCH_FINANCE,
            Role.NCH_ANALYST,
            Role.NCH_LINE,
            Role.NCH_LINE_LEAD,
            Role.NCH_ADMIN,
            Role.AUDITOR,
        )
    }
    load_known_centres(by=people[Role.NCH_OFFICER], at=timezone.now())
    for number in (1, 2):
        open_period(
            title=f"Period {number}",
            starts_on=datetime.date(2026, number, 1),
            ends_on=datetime.date(2026, number, 28),
            due_on=datetime.date(2026, number, 28),
            by=people[Role.NCH_OFFICER],
            at=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
        )
    for year in (2024, 2025):
        make_round(year, officer=people[Role.NCH_OFFICER])
    asked = list(SituationReport.objects.select_related("period__version", "organisation", "centre").order_by("period"))
    calls = [make_call(title=f"Utlysning {number}") for number in range(3)]
    draft_call = save_call(content=call_input(title="Hemligt utkast"), by=people[Role.NCH_OFFICER], at=timezone.now())
    national_call = make_support_call(make_line(), people[Role.NCH_LINE])
    return World(
        own=_county(OWN, calls, asked),
        other=_county(OTHER, calls, asked),
        people=people,
        nobody=make_user(None),
        open_call=calls[0],
        draft_call=draft_call,
        accounting_export=make_export(grantor=calls[0].grantor, by=people[Role.NCH_FINANCE]),
        accounting_import=make_import(grantor=calls[0].grantor, by=people[Role.NCH_FINANCE]),
        report=render_report_now(kind=ReportKind.ANNUAL, year=2023, by=people[Role.NCH_ANALYST], at=timezone.now()),
        release=prepare_release(
            title="Samtal 2026",
            table_ids=RELEASABLE_CALLS,
            first_year=2026,
            last_year=2026,
            by=people[Role.NCH_ANALYST],
            at=datetime.datetime(2027, 1, 5, tzinfo=datetime.UTC),
        ),
        national_call=national_call,
        plan=_plan(calls[2]),
    )
