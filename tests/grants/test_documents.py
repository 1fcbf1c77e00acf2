"""What the chain draws up is accessible and archivable, and says what a decision has to say."""

import datetime
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pdfplumber
import pikepdf
import pytest
from django.utils import timezone

from grants.documents import render_decision
from grants.enums import ChangeKind, ClaimGround, DecisionKind, Outcome
from grants.models import Decision
from grants.selectors.decisions import standing_decision
from grants.services.completion import request_completion
from grants.services.decisions import propose_decision, sign_decision
from nch.accounts.enums import Role
from nch.cases.models import Document
from nch.common.formats import format_date
from nch.questionnaires.documents import render_response
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.financial_reports import approved_without_costs, hand_in, pay
from tests.factories.financial_reports import make_grant as make_money_grant
from tests.factories.grants import (
    assess,
    follow_up,
    make_call,
    make_change_request,
    make_decided,
    make_decider,
    make_grant,
    make_paid,
    make_presenter,
    make_submitted,
    proposal,
    sign,
)
from tests.tools.verapdf import validate

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def content_of(document: Document) -> bytes:
    with document.file.open("rb") as file:
        content: bytes = file.read()
    return content


def text_of(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return " ".join(" ".join(page.extract_text() or "" for page in pdf.pages).split())


def test_decision_states_number_parties_amounts_reasons_and_names() -> None:
    application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    decision = make_decided(application)
    assert decision.document is not None
    content = content_of(decision.document)
    text = text_of(content)
    assert application.case is not None
    for expected in (
        application.case.registration_number,
        application.organisation.name,
        "230 000 kr av sökta 460 000 kr",
        "Behovet är tydligt.",
        "Redovisa medlen.",
        decision.presenter.display_name,
    ):
        assert expected in text
    assert decision.decision_maker is not None
    assert decision.decision_maker.display_name in text
    assert validate(content) == []


def test_application_granted_in_full_says_so_with_its_budget() -> None:
    application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    officers = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(application, *officers)
    content = proposal(application, outcome=Outcome.GRANTED, share=Decimal(1))
    decision = propose_decision(application=application, content=content, by=officers[0], at=timezone.now())
    text, document = facts_of(sign_decision(decision=decision, by=make_decider(application), at=timezone.now()))
    assert f"beviljar {application.organisation} 460 000 kr. Beloppen" in text
    assert "Beviljad budget i kronor per kostnadsslag och budgetår" in text
    assert validate(document) == []


def test_rejection_is_compliant_too_and_has_no_table() -> None:
    application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    officers = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(application, *officers)
    content = proposal(application, outcome=Outcome.REJECTED, amounts={2026: Decimal(0)}, conditions=[])
    decision = propose_decision(application=application, content=content, by=officers[0], at=timezone.now())
    signed = sign_decision(decision=decision, by=make_decider(application), at=timezone.now())
    assert signed.document is not None
    document = content_of(signed.document)
    assert "avslår ansökan" in text_of(document)
    assert validate(document) == []


def test_copy_of_the_application_is_compliant_and_adds_up(background: Any) -> None:
    with background():
        application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    assert application.case is not None
    content = content_of(application.case.documents.get())
    assert "460 000 kr" in text_of(content)
    assert validate(content) == []


def test_copy_of_an_economic_report_is_compliant_and_has_its_figures_in_a_table(background: Any) -> None:
    world = make_money_grant()
    pay(world, 2024, 100_000)
    with background():
        hand_in(world, 2024, {"salaries": 60_000, "travel": 1_500})
    content = content_of(world.grant.case.documents.get(title="Ekonomisk redovisning 2024"))
    text = text_of(content)
    for expected in ("Kostnad Budget Avvikelse", "Resor 1 500 kr", "Utgående balans 38 500 kr", "Intygad av"):
        assert expected in text, text
    assert validate(content) == []


def test_request_for_completion_says_what_is_missing_and_by_when() -> None:
    application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    officer = make_presenter(application)
    request_completion(
        application=application,
        comments={"behov": "Ange vilka underlag inventeringen bygger på.", "budget": "Dela upp lönerna."},
        due_on=datetime.date(2027, 3, 12),
        by=officer,
        at=timezone.now(),
    )
    assert application.case is not None
    content = content_of(application.case.documents.get(title="Begäran om komplettering 1"))
    text = text_of(content)
    for expected in (
        application.case.registration_number,
        "senast den 12 mars 2027",
        "Behov och förankring Ange vilka underlag",
        "Budget Dela upp lönerna.",
        officer.display_name,
    ):
        assert expected in text
    assert validate(content) == []


def test_hostile_text_does_not_become_markup_in_a_document() -> None:
    application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    officers = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    assess(application, *officers)
    hostile = '<script>alert(1)</script><img src="file:///etc/passwd"> & "citat"'
    content = proposal(application, reasons=hostile)
    decision = propose_decision(application=application, content=content, by=officers[0], at=timezone.now())
    signed = sign_decision(decision=decision, by=make_decider(application), at=timezone.now())
    assert signed.document is not None
    text = text_of(content_of(signed.document))
    assert "<script>" in text
    assert "root:" not in text


def test_draft_and_submitted_application_are_accessible_files(tmp_path: Path, background: Any) -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    with background():
        application = make_submitted(make_call(), signatory)
    draft = render_response(
        application.response, title="Ansökan om bidrag", facts=[("Sökande", "X")], at=timezone.now(), draft=True
    )
    assert application.case is not None
    for name, content in (("draft", draft), ("copy", content_of(application.case.documents.get()))):
        file = tmp_path / f"{name}.pdf"
        file.write_bytes(content)
        assert validate(file) == []
        assert "Overhead (OH): 20 % av lönekostnaderna" in text_of(content)


def facts_of(decision: Decision) -> tuple[str, bytes]:
    """The text and the bytes of a signed decision's document."""
    assert decision.document is not None
    content = content_of(decision.document)
    return text_of(content), content


def test_change_says_what_it_changes_before_and_after_and_until_when() -> None:
    grant = make_grant()
    first = standing_decision(grant.application)
    assert first is not None
    assert first.decided_at is not None
    decision = sign(
        follow_up(
            grant,
            DecisionKind.CHANGE,
            {2026: 100_000, 2027: 130_000},
            ends_on=datetime.date(2028, 6, 30),
            contents="Utbildningarna hålls digitalt.",
            recall_clause="Om villkoren inte följs.",
            appeal_text="Beslutet får inte överklagas.",
            conditions=["Redovisa varje år."],
        )
    )
    text, content = facts_of(decision)
    for expected in (
        "Ändringsbeslut",
        f"ändrar beslutet den {format_date(first.decided_at, long=True)}",
        "115 000 kr 130 000 kr",
        "till och med den 30 juni 2028",
        "Utbildningarna hålls digitalt.",
        "Lönekostnader inklusive sociala avgifter",
        "Om villkoren inte följs.",
        "Beslutet får inte överklagas.",
        "1. Redovisa varje år.",
    ):
        assert expected in text
    assert validate(content) == []


def test_rejected_change_says_that_the_earlier_decision_stands() -> None:
    grant = make_grant()
    text, content = facts_of(sign(follow_up(grant, DecisionKind.CHANGE, {}, outcome=Outcome.REJECTED)))
    assert "avslår ansökan om ändring" in text
    assert "gäller som förut" in text
    assert validate(content) == []


def test_carry_over_and_claim_name_year_amount_and_ground() -> None:
    grant = make_grant()
    make_paid(grant, 2026, 100_000)
    report = approved_without_costs(grant.financial_reports.get(year=2026))
    carried, content = facts_of(
        sign(follow_up(grant, DecisionKind.CARRY_OVER, {2027: 15_000}, financial_report=report))
    )
    assert "under 2027 får använda 15 000 kr av de medel som inte förbrukades 2026" in carried
    assert validate(content) == []
    claimed, content = facts_of(
        sign(
            follow_up(
                grant,
                DecisionKind.REPAYMENT_CLAIM,
                {2026: 40_000},
                ground=ClaimGround.WRONG_USE,
                financial_report=report,
            )
        )
    )
    last_day = format_date(timezone.localdate() + datetime.timedelta(days=30), long=True)
    assert "ska betala tillbaka 40 000 kr" in claimed
    assert f"senast den {last_day}" in claimed
    assert f"projekt {grant.project_code} som referens" in claimed
    assert "till annat än det beviljades för" in claimed
    assert validate(content) == []


def test_document_is_the_granting_authoritys_own() -> None:
    call = make_call()
    board = make_organisation("county_board", county=make_county("05", "Östergötlands län"), name="LS Östergötland")
    grant = make_grant(call)
    first = standing_decision(grant.application)
    assert first is not None
    call.grantor = board
    first.application.call = call
    content = render_decision(first, decision_maker=make_user(Role.GRANT_DECISION_MAKER, board), at=timezone.now())
    text = text_of(content)
    assert f"{board.name} beviljar" in text
    assert "NCH" not in text
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert board.name in str(pdf.docinfo.get("/Author", "")) or board.name in str(pdf.open_metadata())


def test_request_for_a_change_is_filed_as_an_accessible_document() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    grant = make_grant(signatory=signatory)
    lines = {2026: {"salaries": Decimal(115_000)}, 2027: {"travel": Decimal(115_000)}}
    make_change_request(grant, signatory, kinds=[ChangeKind.TIME, ChangeKind.BUDGET], lines=lines)
    content = content_of(grant.case.documents.get(title="Ansökan om ändring 1"))
    text = text_of(content)
    for expected in ("Mer tid, Ny budget", "30 juni 2028", "230 000 kr", "Rekryteringen drog ut på tiden."):
        assert expected in text
    assert validate(content) == []
