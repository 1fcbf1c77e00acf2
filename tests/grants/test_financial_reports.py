"""Economic reports through the services and pages: what each step refuses, and what it leaves behind."""

import datetime
import itertools
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from grants.deviations import Deviation
from grants.enums import FinancialReportState as State
from grants.enums import ReportingKind, ReviewPart
from grants.financial_report_form import COSTS_KEY, HOURS_KEY, explanation_key, form_version
from grants.models import FinancialReport, FinancialReportMove
from grants.selectors.financial_reports import draft_figures, financial_reports_for, frozen_figures
from grants.services.errors import GrantError
from grants.services.financial_reports import (
    CommentInput,
    LineReview,
    comments_now,
    move_report,
    return_report,
    review_report,
    start_report,
    submit_report,
)
from nch.accounts.enums import Role
from nch.accounts.models import Membership, User
from nch.cases.models import OutgoingMail, Task
from nch.cases.services import declare_interest
from nch.questionnaires.handing_in import IncompleteResponseError
from nch.questionnaires.selectors import ResponseReader
from nch.questionnaires.services import NotOpenForAnswersError
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.financial_reports import (
    NOW,
    TODAY,
    GrantWorld,
    approve,
    fill_in_seen,
    hand_in,
    make_grant,
    pay,
    write_report,
)

pytestmark = pytest.mark.django_db
# What half of 100 000 kr in salaries and the rest of the standing budget is scaled to, see tests/factories/grants.py.
SPENT = {"salaries": 50_000, "overhead": 10_000}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("budget", "cost", "expected"),
    [
        (100_000, 110_000, False),  # exactly a tenth
        (100_000, 110_001, True),
        (100_000, 89_999, True),
        (50_000, 60_000, False),  # exactly 10 000 kronor
        (50_000, 60_001, True),
        (1_000_000, 1_050_000, False),  # much money, but a small part
        (0, 10_000, False),
        (0, 10_001, True),
        (0, 0, False),
    ],
)
def test_deviation_is_explained_above_both_limits(budget: int, cost: int, expected: bool) -> None:
    assert Deviation(Decimal(budget), Decimal(cost)).must_be_explained is expected


@given(budget=st.decimals(0, 10**9, places=2), cost=st.decimals(0, 10**9, places=2))
def test_deviation_of_any_amounts_adds_up(budget: Decimal, cost: Decimal) -> None:
    deviation = Deviation(budget, cost)
    assert budget + deviation.amount == cost
    assert (deviation.percent is None) == (budget == 0)


def test_form_gets_a_new_version_only_when_its_text_changes() -> None:
    assert form_version(at=NOW) == form_version(at=NOW)


def test_every_year_of_a_grant_asks_for_a_report_with_a_task_and_due_date() -> None:
    world = make_grant()
    tasks = Task.objects.filter(topic=ReportingKind.FINANCIAL_REPORT).order_by("due_on")
    assert [(t.organisation, t.case, t.waiting, t.due_on) for t in tasks] == [
        (world.grant.organisation, world.grant.case, world.grant.call.grantor, datetime.date(year + 1, 1, 31))
        for year in (2024, 2025)
    ]
    assert tasks[0].url == reverse("grants:report_detail", args=[world.report(2024).pk])


def test_report_shows_balance_and_payments_that_nobody_types() -> None:
    world = make_grant()
    pay(world, 2024, 100_000)
    pay(world, 2025, 7_000)
    report = write_report(world, 2024, SPENT)
    assert report.response is not None
    figures = draft_figures(report, ResponseReader(report.response))
    assert (figures.opening, figures.allotted, figures.total) == (0, 100_000, 100_000)
    assert (figures.cost, figures.closing) == (60_000, 40_000)


def test_report_is_certified_and_its_figures_are_kept(background: Any) -> None:
    world = make_grant()
    pay(world, 2024, 100_000)
    with background():
        report = hand_in(world, 2024, SPENT)
    figures = frozen_figures(report)
    assert (figures.opening, figures.allotted, figures.cost, report.worked_hours) == (0, 100_000, 60_000, 1650)
    assert report.certified_by == world.signatory
    pay(world, 2024, 5_000)
    assert frozen_figures(world.report(2024)).allotted == 100_000
    assert [d.title for d in world.grant.case.documents.filter(title__startswith="Ekonomisk")] == [
        "Ekonomisk redovisning 2024"
    ]
    assert not Task.objects.filter(key=f"financial-report:{report.pk}", done_at__isnull=True).exists()
    assert Task.objects.filter(key__startswith="review-", done_at__isnull=True).count() == 2


@pytest.mark.parametrize(
    ("change", "question"),
    [
        ({"avvikelse_salaries": ""}, explanation_key("salaries")),
        ({"kvarvarande_medel": "nothing_left"}, "kvarvarande-medel"),
        ({"kvarvarande_medel": "carry_over", "belopp_att_fora_over": "60000"}, "skal-att-fora-over"),
        (
            {"kvarvarande_medel": "carry_over", "belopp_att_fora_over": "90000", "skal_att_fora_over": "x"},
            "belopp-att-fora-over",
        ),
        ({"arbetade_timmar": ""}, HOURS_KEY),
        ({"arbetade_timmar": "12345678"}, HOURS_KEY),
    ],
)
def test_report_that_is_not_complete_is_refused_with_the_question(change: dict[str, object], question: str) -> None:
    world = make_grant()
    pay(world, 2024, 100_000)
    report = write_report(world, 2024, {"salaries": 20_000}, **change)
    with pytest.raises(IncompleteResponseError) as refused:
        submit_report(report=report, by=world.signatory, at=NOW)
    assert question in [problem.question.key for problem in refused.value.problems]
    assert world.report(2024).state == State.DRAFT
    assert not world.report(2024).lines.exists()


def test_report_cannot_be_handed_in_before_the_year_is_over() -> None:
    world = make_grant()
    report = write_report(world, 2025, {})
    with pytest.raises(GrantError, match="kan lämnas från"):
        submit_report(report=report, by=world.signatory, at=datetime.datetime(2025, 12, 31, tzinfo=datetime.UTC))


def test_only_the_signatory_certifies() -> None:
    world = make_grant()
    report = write_report(world, 2024, {})
    officer = make_user(Role.COUNTY_OFFICER, world.grant.organisation)
    with pytest.raises(PermissionDenied):
        submit_report(report=report, by=officer, at=NOW)


def test_two_persons_review_and_the_second_approves() -> None:
    world = make_grant()
    pay(world, 2024, 100_000)
    report = hand_in(world, 2024, SPENT)
    review_report(report=report, part=ReviewPart.SUBSTANCE, lines={}, note_text="Rimligt.", by=world.officer, at=NOW)
    assert world.report(2024).state == State.SUBMITTED
    review_report(report=report, part=ReviewPart.SUMS, lines={}, note_text="", by=world.finance, at=NOW)
    done = world.report(2024)
    assert (done.state, done.substance_reviewed_by, done.sums_reviewed_by) == (
        State.APPROVED,
        world.officer,
        world.finance,
    )
    assert Task.objects.get(key=f"settle:{done.pk}").done_at is None
    assert OutgoingMail.objects.filter(subject="Redovisningen för 2024 är godkänd", user=world.signatory).exists()


def test_one_person_cannot_do_both_reviews() -> None:
    world = make_grant()
    report = hand_in(world, 2024, {})
    Membership.objects.create(
        user=world.finance,
        organisation=world.grant.call.grantor,
        role=Role.NCH_OFFICER,
        valid_from=datetime.date(2018, 1, 1),
    )
    world.finance.access_today = None
    declare_interest(case=world.grant.case, recused=False, by=world.finance, at=NOW)
    review_report(report=report, part=ReviewPart.SUMS, lines={}, note_text="", by=world.finance, at=NOW)
    with pytest.raises(PermissionDenied):
        review_report(report=report, part=ReviewPart.SUBSTANCE, lines={}, note_text="", by=world.finance, at=NOW)


def test_recused_reviewer_sees_and_reviews_nothing() -> None:
    world = make_grant()
    report = hand_in(world, 2024, {})
    declare_interest(case=world.grant.case, recused=True, reason="Släkt", by=world.officer, at=NOW)
    with pytest.raises(GrantError, match="jäv"):
        review_report(report=report, part=ReviewPart.SUBSTANCE, lines={}, note_text="", by=world.officer, at=NOW)
    assert not financial_reports_for(world.officer).exists()
    client = client_of(world.officer)
    for name, extra in (("report_detail", []), ("report_review", ["substance"]), ("report_return", [])):
        assert client.get(reverse(f"grants:{name}", args=[report.pk, *extra])).status_code == 404


def test_refused_cost_needs_a_reason_and_never_exceeds_the_cost() -> None:
    world = make_grant()
    report = hand_in(world, 2024, SPENT)
    for admitted, reason in ((Decimal(40_000), " "), (Decimal(50_001), "x"), (Decimal(-1), "x")):
        with pytest.raises(GrantError):
            review_report(
                report=report,
                part=ReviewPart.SUBSTANCE,
                lines={"salaries": LineReview(admitted, reason)},
                note_text="",
                by=world.officer,
                at=NOW,
            )


def test_second_reviewer_who_admits_another_amount_sends_the_question_back() -> None:
    world = make_grant()
    report = hand_in(world, 2024, SPENT)
    refused = {"salaries": LineReview(Decimal(40_000), "Hör inte till uppdraget.")}
    review_report(report=report, part=ReviewPart.SUBSTANCE, lines={}, note_text="", by=world.officer, at=NOW)
    review_report(report=report, part=ReviewPart.SUMS, lines=refused, note_text="", by=world.finance, at=NOW)
    waiting = world.report(2024)
    assert (waiting.state, waiting.substance_reviewed_by) == (State.SUBMITTED, None)
    review_report(report=report, part=ReviewPart.SUBSTANCE, lines=refused, note_text="", by=world.officer, at=NOW)
    assert world.report(2024).state == State.APPROVED
    assert frozen_figures(world.report(2024)).admitted == 50_000


def test_review_of_a_report_that_was_handed_in_again_meanwhile_is_refused() -> None:
    world = make_grant()
    report = hand_in(world, 2024, SPENT)
    with pytest.raises(GrantError, match="ändrats sedan"):
        review_report(
            report=report,
            part=ReviewPart.SUMS,
            lines={},
            note_text="",
            by=world.finance,
            at=NOW,
            seen=NOW - datetime.timedelta(days=1),
        )


def test_report_whose_payments_have_changed_is_not_approved_until_it_is_handed_in_again() -> None:
    world = make_grant()
    pay(world, 2024, 60_000)
    hand_in(world, 2024, SPENT)
    pay(world, 2024, 5_000)
    with pytest.raises(GrantError, match="har ändrats sedan redovisningen lämnades in"):
        approve(world, 2024)


def returned(world: GrantWorld) -> FinancialReport:
    report = hand_in(world, 2024, SPENT)
    return_report(
        report=report,
        comments=[CommentInput(HOURS_KEY, "Räkna även projektledarens tid.")],
        due_on=TODAY + datetime.timedelta(days=10),
        by=world.officer,
        at=NOW,
    )
    return world.report(2024)


def test_returned_report_has_its_comment_on_the_question_and_opens_what_it_concerns() -> None:
    world = make_grant()
    report = returned(world)
    assert comments_now(report) == {HOURS_KEY: "Räkna även projektledarens tid."}
    task = Task.objects.get(key=f"financial-report:{report.pk}")
    assert (task.done_at, task.due_on) == (None, TODAY + datetime.timedelta(days=10))
    assert OutgoingMail.objects.filter(subject="Komplettera redovisningen för 2024", user=world.signatory).exists()
    client = client_of(world.signatory)
    page = client.get(reverse("grants:report_section", args=[report.pk, "tid"])).content.decode()
    assert "Räkna även projektledarens tid." in page
    with pytest.raises(NotOpenForAnswersError):
        fill_in_seen(report, {"kommentar": "Ny kommentar"}, world.signatory)


def test_returned_report_is_handed_in_again_with_new_figures_and_a_document_of_its_own(background: Any) -> None:
    world = make_grant()
    pay(world, 2024, 60_000)
    with background():
        report = returned(world)
    fill_in_seen(report, {HOURS_KEY: "1 900"}, world.signatory)
    with background():
        submit_report(report=report, by=world.signatory, at=NOW)
    again = world.report(2024)
    assert (again.state, again.worked_hours) == (State.SUBMITTED, 1900)
    titles = world.grant.case.documents.filter(title__startswith="Ekonomisk").values_list("title", flat=True)
    assert list(titles) == ["Ekonomisk redovisning 2024", "Ekonomisk redovisning 2024, komplettering 1"]
    assert approve(world, 2024).state == State.APPROVED


def test_return_needs_a_comment_and_a_day_ahead() -> None:
    world = make_grant()
    report = hand_in(world, 2024, {})
    for comments, due_on in (
        ([], TODAY + datetime.timedelta(days=10)),
        ([CommentInput(HOURS_KEY, "x")], TODAY - datetime.timedelta(days=10)),
    ):
        with pytest.raises(GrantError):
            return_report(report=report, comments=comments, due_on=due_on, by=world.officer, at=NOW)


ALLOWED = {
    (State.EXPECTED, State.DRAFT),
    (State.DRAFT, State.SUBMITTED),
    (State.SUBMITTED, State.RETURNED),
    (State.RETURNED, State.SUBMITTED),
    (State.SUBMITTED, State.APPROVED),
}


def test_report_moves_as_the_table_says_and_no_other_way() -> None:
    world = make_grant()
    report = world.report(2024)
    given = {
        "opening_balance": 0,
        "allotted": 0,
        "approved_at": NOW,
        "substance_reviewed_at": NOW,
        "sums_reviewed_at": NOW,
    }
    for source, target in itertools.product(State, State):
        FinancialReport.objects.filter(pk=report.pk).update(state=source, **given)
        report.refresh_from_db()
        moves = FinancialReportMove.objects.count()
        if (source, target) in ALLOWED:
            move_report(report, target, by=world.officer, at=NOW)
        else:
            with pytest.raises(GrantError):
                move_report(report, target, by=world.officer, at=NOW)
        assert FinancialReportMove.objects.count() == moves + ((source, target) in ALLOWED)


def test_county_walks_through_the_pages_without_scripts(background: Any) -> None:
    world = make_grant()
    pay(world, 2024, 100_000)
    report = world.report(2024)
    client = client_of(world.signatory)
    page = client.get(reverse("grants:report_detail", args=[report.pk])).content.decode()
    assert "Börja fylla i redovisningen" in page
    assert "100\u00a0000\u00a0kr" in page
    client.post(reverse("grants:report_start", args=[report.pk]))
    section = reverse("grants:report_section", args=[report.pk, "kostnader"])
    client.post(section, {f"{COSTS_KEY}__salaries__kostnad": "20 000", "rev_kostnader": "0"})
    page = client.get(section).content.decode()
    assert "80\u00a0000\u00a0kr" in page  # the closing balance, worked out by the server
    submit = reverse("grants:report_submit", args=[report.pk])
    refused = client.post(submit, {})
    assert refused.status_code == 422
    assert "Intyga uppgifterna" in refused.content.decode()
    incomplete = client.post(submit, {"certified": "on"})
    assert incomplete.status_code == 422
    assert "Förklara avvikelsen" in incomplete.content.decode()
    checked = client.get(f"{section}?kontrollera=1").content.decode()
    assert "Förklara avvikelsen" in checked
    write_report(world, 2024, {"salaries": 20_000})
    with background():
        done = client.post(submit, {"certified": "on"})
    assert done.status_code == 302
    assert world.report(2024).state == State.SUBMITTED


def test_reviewers_pages_show_the_figures_and_save(background: Any) -> None:
    world = make_grant()
    pay(world, 2024, 100_000)
    report = hand_in(world, 2024, SPENT)
    for user, part in ((world.officer, "substance"), (world.finance, "sums")):
        client = client_of(user)
        assert "Granska" in client.get(reverse("grants:report_detail", args=[report.pk])).content.decode()
        address = reverse("grants:report_review", args=[report.pk, part])
        page = client.get(address).content.decode()
        assert "Anställningen började senare än planerat." in page
        data = {
            "seen": report.certified_at.isoformat() if report.certified_at else "",
            "admitted_salaries": "50 000",
            "admitted_overhead": "4 000",
            "reason_overhead": "",
        }
        refused = client.post(address, data)
        assert "skriv varför hela kostnaden inte godtas" in refused.content.decode()
        answer = client.post(address, {**data, "reason_overhead": "OH är högre än ni får ta ut."})
        assert answer.status_code == 302
    assert frozen_figures(world.report(2024)).admitted == 54_000
    page = client_of(world.signatory).get(reverse("grants:report_detail", args=[report.pk])).content.decode()
    assert "OH är högre än ni får ta ut." in page


def test_nch_cannot_read_a_draft_and_another_county_nothing() -> None:
    world = make_grant()
    report = write_report(world, 2024, {"salaries": 12_345})
    page = client_of(world.officer).get(reverse("grants:report_detail", args=[report.pk])).content.decode()
    assert "Redovisningen är inte inlämnad" in page
    assert "12\u00a0345" not in page
    other = make_user(Role.COUNTY_SIGNATORY, make_organisation("county_board", county=make_county("14", "VG län")))
    for name in ("report_detail", "report_submit", "report_settlement"):
        assert client_of(other).get(reverse(f"grants:{name}", args=[report.pk])).status_code == 404
    assert world.grant.organisation.name not in client_of(other).get(reverse("grants:report_list")).content.decode()


def test_draft_is_begun_once() -> None:
    world = make_grant()
    report = world.report(2024)
    start_report(report=report, by=world.signatory, at=NOW)
    with pytest.raises(GrantError):
        start_report(report=world.report(2024), by=world.signatory, at=NOW)
