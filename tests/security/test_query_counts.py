"""Lists cost the same number of queries with one row, three, or twenty-one counties, and no page more than twelve."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grants.enums import ChangeKind, DecisionKind, PaymentState
from grants.models import Decision, EarlierOutcome, Grant, OutcomeImport, Payment
from grants.services.accounting import check_outcome, import_outcome
from grants.services.allocation import adopt_plan, save_plan
from grants.services.calls import save_call
from grants.services.decisions import propose_decision
from grants.services.payments import Instalment, approve_payment, lay_plan, prepare_payment
from nch.accounts.enums import Right, Role
from nch.accounts.models import ApiToken, SavedView, User
from nch.audit.services import record
from nch.cases.conversations import MessageInput, open_conversation
from nch.cases.enums import CaseKind
from nch.cases.services import open_task, register_case
from nch.counties.selectors import county_boards, national_centre
from nch.demo.build import declare_impartial
from nch.members.tokens import make_token
from tests.factories.accounting import sie, voucher
from tests.factories.accounts import make_user
from tests.factories.centres import ask_for_report
from tests.factories.financial_reports import hand_in, make_grant, pay, write_report
from tests.factories.grants import (
    assess,
    call_input,
    follow_up,
    make_assessed_change,
    make_call,
    make_decided,
    make_decider,
    make_draft,
    make_presenter,
    make_submitted,
    proposal,
    sign,
)
from tests.factories.history import make_history_import

MOST = 12
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]


def queries(user: User, address: str, posted: dict[str, Any] | None = None) -> int:
    """How many queries the page costs somebody whose session is warm; `posted` for one that answers a sending."""
    client = Client()
    client.force_login(user)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address) if posted is None else client.post(address, posted)
    assert answer.status_code == 200
    return sum(1 for query in captured.captured_queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE")))


def applications(count: int) -> None:
    call = make_call()
    for board in list(county_boards())[:count]:
        make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board))


def decided(count: int) -> None:
    """Grants of that many more counties."""
    call = make_call()
    for board in list(county_boards())[Grant.objects.count() :][:count]:
        make_decided(make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board)))


def calls(count: int) -> None:
    for _ in range(count):
        make_call()


def payments(count: int) -> None:
    """An instalment each of that many more grants."""
    decided(count)
    for grant in Grant.objects.filter(payments=None):
        row = Instalment(2026, Decimal(1000), datetime.date(2026, 12, 1))
        lay_plan(grant=grant, rows=[row], by=make_user(Role.NCH_FINANCE), at=timezone.now())


def waiting_payments(count: int) -> None:
    """That many more approved instalments, each of its grant."""
    payments(count)
    for payment in Payment.objects.filter(state=PaymentState.PLANNED):
        prepare_payment(payment=payment, by=make_user(Role.NCH_FINANCE), at=timezone.now())
        approve_payment(payment=payment, by=make_user(Role.NCH_FINANCE), at=timezone.now())


def tasks(count: int) -> None:
    for number in range(count):
        open_task(
            f"t{number}", organisation=national_centre(), right=Right.ASSESS, title="x", url="/", at=timezone.now()
        )


def conversations(count: int) -> None:
    for board in list(county_boards())[:count]:
        signatory = make_user(Role.COUNTY_SIGNATORY, board)
        case = register_case(
            kind=CaseKind.GRANT,
            title="x",
            organisation=board,
            handler=national_centre(),
            by=signatory,
            at=timezone.now(),
        )
        open_conversation(case=case, subject="x", content=MessageInput("x"), by=signatory, at=timezone.now())


def due(count: int) -> None:
    today = timezone.localdate()
    for number, board in enumerate(list(county_boards())[:count]):
        for right in (Right.FILL_IN, Right.SUBMIT):
            open_task(
                f"situation-report:{number}:{right}",
                organisation=board,
                right=right,
                title="x",
                url="/",
                due_on=today.replace(day=15),
                waiting=national_centre(),
                waiting_right=Right.ASSESS,
                at=timezone.now(),
            )


def earlier_imports(count: int) -> None:
    """That many more files of earlier rounds, with a row for each of as many counties."""
    for _ in range(count):
        source = OutcomeImport.objects.create(
            grantor=national_centre(),
            file_name="x.xlsx",
            sha256=f"{OutcomeImport.objects.count():064d}",
            source="x",
            imported_at=timezone.now(),
            imported_by=make_user(Role.NCH_FINANCE),
        )
        amounts = dict.fromkeys(("opening_balance", "allotted", "salaries", "overhead", "other"), Decimal(1))
        EarlierOutcome.objects.bulk_create(
            EarlierOutcome(
                source=source, row=row, year=2000 + OutcomeImport.objects.count(), organisation=board, **amounts
            )
            for row, board in enumerate(county_boards()[:count])
        )


def history(count: int) -> None:
    """That many more imports of old registers, each by somebody else."""
    for _ in range(count):
        make_history_import(make_user(Role.NCH_LINE_LEAD))


def events(count: int) -> None:
    for _ in range(count):
        record("x", by=make_user(None))


def users(count: int) -> None:
    for _ in range(count):
        make_user(Role.NCH_FINANCE)


@pytest.mark.parametrize(
    ("role", "name", "make"),
    [
        (Role.NCH_OFFICER, "grants:application_list", applications),
        (Role.NCH_FINANCE, "grants:grant_list", decided),
        (Role.NCH_FINANCE, "grants:report_list", decided),
        (Role.NCH_FINANCE, "grants:ledger_list", decided),
        (Role.NCH_OFFICER, "grants:call_list", calls),
        (Role.NCH_FINANCE, "grants:payment_list", payments),
        (Role.NCH_FINANCE, "grants:accounting", waiting_payments),
        (Role.NCH_FINANCE, "grants:earlier_imports", earlier_imports),
        (Role.NCH_FINANCE, "grants:earlier_outcomes", earlier_imports),
        (Role.NCH_LINE_LEAD, "stodtelefon:history_list", history),
        (Role.NCH_OFFICER, "case_list", applications),
        (Role.NCH_OFFICER, "start", tasks),
        (Role.NCH_OFFICER, "conversation_list", conversations),
        (Role.NCH_OFFICER, "calendar", due),
        (Role.AUDITOR, "audit:event_list", events),
        (Role.NCH_ADMIN, "members:user_list", users),
    ],
)
def test_list_costs_the_same_for_one_row_and_for_many(role: Role, name: str, make: Callable[[int], Any]) -> None:
    reader = make_user(role)
    make(1)
    one = queries(reader, reverse(name))
    make(3)
    three = queries(reader, reverse(name))
    assert one == three <= MOST


@pytest.mark.parametrize("view", ["manad", "oversikt"])
def test_each_view_of_the_calendar_costs_the_same_for_1_and_for_21_counties(view: str) -> None:
    reader = make_user(Role.NCH_OFFICER)
    due(1)
    one = queries(reader, f"{reverse('calendar')}?vy={view}")
    due(21)
    assert one == queries(reader, f"{reverse('calendar')}?vy={view}") <= MOST


def test_case_and_conversation_keep_within_the_limit_with_everything_on_them() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY, county_boards()[0])
    application = make_submitted(make_call(), signatory)
    make_decided(application)
    assert application.case is not None
    reader = make_user(Role.NCH_OFFICER)
    declare_impartial(application, reader, at=timezone.now())
    for by in (signatory, reader):
        for _ in range(2):
            talk = open_conversation(
                case=application.case, subject="x", content=MessageInput("x", True), by=by, at=timezone.now()
            )
    for user in (signatory, reader):
        assert queries(user, reverse("case_detail", args=[application.case.pk])) <= MOST
        assert queries(user, reverse("conversation_detail", args=[talk.pk])) <= MOST
    assert queries(reader, reverse("case_mails", args=[application.case.pk])) <= MOST


def test_application_list_costs_the_same_for_21_counties() -> None:
    reader = make_user(Role.NCH_OFFICER)
    applications(21)
    assert queries(reader, reverse("grants:application_list")) <= MOST


def test_application_page_keeps_within_the_limit_with_everything_on_it() -> None:
    application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY, county_boards()[0]))
    make_decided(application)
    reader = make_user(Role.NCH_OFFICER)
    declare_impartial(application, reader, at=timezone.now())
    assert queries(reader, reverse("grants:application_detail", args=[application.pk])) <= MOST


def test_grant_pages_keep_within_the_limit() -> None:
    payments(1)
    grant = Grant.objects.get()
    reader = make_user(Role.NCH_OFFICER)
    declare_impartial(grant.application, reader, at=timezone.now())
    for name in ("grant_detail", "grant_payments", "grant_plan", "grant_outcome", "grant_reporting"):
        assert queries(reader, reverse(f"grants:{name}", args=[grant.pk])) <= MOST, name
    assert queries(reader, reverse("grants:payment_detail", args=[grant.payments.get().pk])) <= MOST


def test_pages_of_an_economic_report_and_its_ledger_keep_within_the_limit() -> None:
    world = make_grant(make_user(Role.COUNTY_SIGNATORY, county_boards()[0]))
    pay(world, 2024, 60_000)
    pay(world, 2025, 60_000)
    draft = write_report(world, 2025, {"salaries": 50_000})
    report = hand_in(world, 2024, {"salaries": 50_000})
    for name, *arguments in (
        ("report_detail", report.pk),
        ("report_review", report.pk, "substance"),
        ("report_return", report.pk),
        ("report_settlement", report.pk),
        ("grant_ledger", world.grant.pk),
        ("grant_close", world.grant.pk),
    ):
        assert queries(world.officer, reverse(f"grants:{name}", args=arguments)) <= MOST, name
    for name, *arguments in (("report_detail", draft.pk), ("report_section", draft.pk, "kostnader")):
        assert queries(world.signatory, reverse(f"grants:{name}", args=arguments)) <= MOST, name


def test_allocation_pages_cost_the_same_for_one_application_and_for_21_counties() -> None:
    assessors = [make_user(Role.NCH_OFFICER) for _ in range(2)]
    call = make_call(is_development_money=True)
    costs: dict[int, list[int]] = {}
    done = 0
    for number in (1, 21):
        for board in list(county_boards())[done:number]:
            assess(make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board)), *assessors)
        done = number
        plans = [save_plan(call=call, wishes={}, note="", by=assessors[0], at=timezone.now()) for _ in range(2)]
        start = reverse("grants:allocation", args=[call.pk])
        compared = "&".join(f"plan={plan.number}" for plan in plans)
        addresses = (
            start,
            reverse("grants:allocation_plan", args=[call.pk, plans[0].number]),
            f"{reverse('grants:allocation_compare', args=[call.pk])}?{compared}",
            reverse("grants:assignments", args=[call.pk]),
            reverse("grants:allocation_proposals", args=[call.pk, plans[0].number]),
        )
        adopt_plan(plan=plans[0], by=assessors[0], at=timezone.now())
        costs[number] = [queries(assessors[0], address) for address in addresses]
    assert costs[1] == costs[21]
    assert max(costs[21]) <= MOST


def test_pages_of_a_draft_keep_within_the_limit_with_an_earlier_application_and_a_colleague() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY, county_boards()[0])
    make_submitted(make_call(), signatory)
    draft = make_draft(make_call(), signatory)
    colleague = make_user(Role.COUNTY_OFFICER, county_boards()[0])
    section = reverse("grants:application_section", args=[draft.pk, "organisation"])
    queries(colleague, section)
    for address in (section, reverse("grants:application_detail", args=[draft.pk])):
        assert queries(signatory, address) <= MOST


def test_pages_of_decisions_and_changes_keep_within_the_limit() -> None:
    board = county_boards()[0]
    signatory = make_user(Role.COUNTY_SIGNATORY, board)
    grant = make_decided(make_submitted(make_call(), signatory)).application.grant
    change = make_assessed_change(grant, signatory, kinds=[ChangeKind.TIME, ChangeKind.CONTENTS], contents="Mer.")
    decision = follow_up(grant, DecisionKind.CHANGE, {2026: 100, 2027: 100}, change_request=change)
    officer, decider = make_presenter(grant.application), make_decider(grant.application)
    for reader, name, args in (
        (officer, "decision_detail", [decision.pk]),
        (decider, "decide", [grant.application_id]),
        (officer, "change_detail", [grant.pk, 1]),
        (signatory, "change_detail", [grant.pk, 1]),
        (officer, "change_propose", [grant.pk, 1]),
        (officer, "change_list", [grant.pk]),
    ):
        assert queries(reader, reverse(f"grants:{name}", args=args)) <= MOST, name
    sign(decision)
    for reader in (officer, signatory):
        assert queries(reader, reverse("grants:decision_detail", args=[decision.pk])) <= MOST


def test_call_page_keeps_within_the_limit_for_an_applicant_and_for_the_grantor() -> None:
    call = make_call()
    for role in (Role.COUNTY_SIGNATORY, Role.NCH_OFFICER):
        reader = make_user(role, county_boards()[0] if role == Role.COUNTY_SIGNATORY else None)
        assert queries(reader, reverse("grants:call_detail", args=[call.pk])) <= MOST


@pytest.mark.parametrize("name", ["call_edit", "call_form", "call_form_preview", "call_form_rehearsal"])
def test_pages_of_a_draft_call_keep_within_the_limit(name: str) -> None:
    officer = make_user(Role.NCH_OFFICER)
    draft = save_call(content=call_input(), by=officer, at=timezone.now())
    assert queries(officer, reverse(f"grants:{name}", args=[draft.pk])) <= MOST


def test_pages_of_a_sitting_cost_the_same_for_one_proposal_and_for_three() -> None:
    call, reader = make_call(), make_user(Role.NCH_DECISION_MAKER)
    officers = [make_user(Role.NCH_OFFICER) for _ in range(2)]
    address, costs, done = reverse("grants:sitting"), [], 0
    for number in (1, 3):
        for board in list(county_boards())[done:number]:
            application = make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board))
            assess(application, *officers)
            propose_decision(application=application, content=proposal(application), by=officers[0], at=timezone.now())
            waiting = queries(reader, address)
            declare_impartial(application, reader, at=timezone.now())
        done = number
        chosen = [str(decision.pk) for decision in Decision.objects.all()]
        costs.append((queries(reader, address), queries(reader, address, {"action": "review", "decision": chosen})))
        assert waiting <= MOST
    assert costs[0] == costs[1]
    assert max(costs[1]) <= MOST


def test_pages_of_outcomes_cost_the_same_for_one_project_and_for_three() -> None:
    reader, costs = make_user(Role.NCH_FINANCE), []
    decided(1)
    call = Grant.objects.get().call
    for number in (1, 3):
        for board in list(county_boards())[Grant.objects.count() : number]:
            make_decided(make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board)))
        projects = [(call.account or "7110", grant.project_code, "10.00") for grant in Grant.objects.all()]
        balance = ("1930", "", f"-{number * 10}.00")
        row = check_outcome(
            grantor=call.grantor,
            file_name="utfall.se",
            content=sie(voucher([*projects, balance], number=str(number))),
            dimension="6",
            skips_other_projects=False,
            by=reader,
            at=timezone.now(),
        )
        checked = queries(reader, reverse("grants:outcome_detail", args=[row.pk]))
        import_outcome(row=row, by=reader, at=timezone.now())
        addresses = (
            reverse("grants:outcome_detail", args=[row.pk]),
            reverse("grants:call_outcome", args=[call.pk]),
            reverse("grants:outcome_upload"),
        )
        costs.append([checked, *(queries(reader, address) for address in addresses)])
    assert costs[0] == costs[1]
    assert max(costs[1]) <= MOST


def test_saved_views_and_keys_cost_the_same_for_one_and_for_three() -> None:
    officer, colleague = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    organisation, costs = officer.memberships.get().organisation, []
    applications(1)
    for number in (1, 3):
        for owner in (officer, colleague):
            for _ in range(number - SavedView.objects.filter(owner=owner).count()):
                name = f"Vy {SavedView.objects.count()}"
                view = SavedView.objects.create(
                    owner=owner,
                    page="grants:application_list",
                    name=name,
                    query="q=x",
                    organisation=organisation,
                    created_at=timezone.now(),
                )
        for _ in range(number - ApiToken.objects.filter(owner=officer).count()):
            make_token(name="x", days=30, by=officer, at=timezone.now())
        own = SavedView.objects.filter(owner=officer).latest("pk")
        addresses = (
            reverse("grants:application_list"),
            f"{reverse('grants:application_list')}?{view.query}",
            reverse("view_edit", args=[own.pk]),
            reverse("api_tokens"),
        )
        costs.append([queries(officer, address) for address in addresses])
    assert costs[0] == costs[1]
    assert max(costs[1]) <= MOST


def test_search_costs_the_same_for_one_county_and_for_three() -> None:
    reader, address = make_user(Role.NCH_OFFICER), f"{reverse('search')}?q=l%C3%A4nsstyrelsen"
    decided(1)
    one = queries(reader, address)
    decided(2)
    assert one == queries(reader, address) <= MOST


@pytest.mark.parametrize("name", ["api_applications", "api_decisions", "api_payments", "api_financial_reports"])
def test_list_in_the_api_costs_the_same_for_one_county_and_for_three(name: str) -> None:
    reader = make_user(Role.NCH_FINANCE)
    key = make_token(name="x", days=30, by=reader, at=timezone.now())[1]
    client, costs = Client(headers={"Authorization": f"Bearer {key}"}), []
    for more in (1, 2):
        payments(more)
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(reverse(name))
        assert answer.status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= MOST


def test_list_of_lagesbilder_in_the_api_costs_the_same_for_one_county_and_for_three() -> None:
    ask_for_report(county_boards().get(county__name="Skåne län"))
    reader = make_user(Role.NCH_OFFICER)
    key = make_token(name="x", days=30, by=reader, at=timezone.now())[1]
    client, address = Client(headers={"Authorization": f"Bearer {key}"}), reverse("api_returns")
    client.get(address)
    costs = []
    for rows in (1, 3):
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address, {"limit": rows})
        assert len(answer.json()["items"]) == rows
        costs.append(len(captured))
    assert costs[0] == costs[1] <= MOST
