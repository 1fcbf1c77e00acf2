"""What the chain draws up is accessible and archivable, and says what a decision has to say."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from django.utils import timezone

from grants.enums import Outcome
from grants.services.decisions import propose_decision, sign_decision
from nch.accounts.enums import Role
from nch.cases.models import Document
from nch.questionnaires.documents import render_response
from tests.factories.accounts import make_user
from tests.factories.grants import assess, make_call, make_decided, make_decider, make_submitted, proposal
from tests.tools.verapdf import validate

pytestmark = pytest.mark.django_db


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
