"""Every address × every role × own and other county, against one table. A new address without a row fails.

A door that a role may not open answers 404 (so that nobody learns what exists); who has not signed in is led to the
sign-in page. Doors that take POST only answer GET with a redirect; what POST may do is in the table too.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from grants.models import FinancialReport, OutcomeImport
from nch.accounts.enums import Role
from nch.accounts.models import ApiToken, SavedView
from nch.members.models import Invitation
from nch.population.models import PopulationImport
from nch.questionnaires.models import Question
from reports.models import Preparation, Release, Signing
from resurscentra.models import Theme
from resurscentra.services.themes import load_themes
from tests.factories.accounts import make_organisation, make_user
from tests.security.world import CountyWorld, World

ALL = frozenset({*Role, "nobody"})
NCH_CASES = frozenset({Role.NCH_OFFICER, Role.NCH_DECISION_MAKER, Role.NCH_FINANCE, Role.NCH_ANALYST, Role.AUDITOR})
NCH_CENTRES = frozenset({Role.NCH_OFFICER, Role.NCH_DECISION_MAKER, Role.NCH_ANALYST, Role.AUDITOR})
COUNTY = frozenset({Role.COUNTY_OFFICER, Role.COUNTY_SIGNATORY})
DECLARERS = frozenset({Role.NCH_OFFICER, Role.NCH_DECISION_MAKER})
BOARD = frozenset({*COUNTY, Role.GRANT_OFFICER, Role.GRANT_DECISION_MAKER, Role.GRANT_FINANCE})
TOWN = frozenset({Role.APPLICANT_OFFICER, Role.APPLICANT_SIGNATORY})
FINANCE = frozenset({Role.NCH_FINANCE})
CASES = NCH_CASES | BOARD | TOWN
# A single thing in the API is for those who need no declaration; the others are told to make it (403).
API_READERS = frozenset({Role.NCH_FINANCE, Role.NCH_ANALYST, Role.AUDITOR, *BOARD})
CALL_WRITERS = frozenset({Role.NCH_OFFICER, Role.GRANT_OFFICER})
SIGNATORY = frozenset({Role.COUNTY_SIGNATORY})
OFFICER = frozenset({Role.NCH_OFFICER})
DECIDER = frozenset({Role.NCH_DECISION_MAKER})
DECIDERS = DECIDER | {Role.GRANT_DECISION_MAKER}
HANDLERS = NCH_CASES | frozenset({Role.GRANT_OFFICER, Role.GRANT_DECISION_MAKER, Role.GRANT_FINANCE})
READERS_OF_ACCOUNTS = frozenset({Role.NCH_FINANCE, Role.AUDITOR})
PREPARERS = frozenset({Role.NCH_OFFICER, Role.NCH_FINANCE})
BOOKKEEPERS = frozenset({Role.NCH_FINANCE, Role.GRANT_FINANCE})
ANSWERERS = frozenset({Role.NCH_OFFICER, Role.NCH_DECISION_MAKER, Role.NCH_FINANCE})
COORDINATOR = frozenset({Role.RC_COORDINATOR})
RETURNERS = COUNTY | COORDINATOR
CENTRE_LINE = frozenset({Role.RC_COORDINATOR, Role.RC_LINE})
STATISTICS = frozenset({*NCH_CASES, Role.NCH_LINE, Role.NCH_LINE_LEAD})
LOGGERS = frozenset({Role.NCH_LINE, Role.NCH_LINE_LEAD, *CENTRE_LINE})
LEADS = frozenset({Role.NCH_LINE_LEAD, Role.RC_COORDINATOR})
CALL_READERS = frozenset({*LOGGERS, Role.AUDITOR})
LINE_STATISTICS = STATISTICS | CALL_READERS
LINE_LEAD = frozenset({Role.NCH_LINE_LEAD})
ANALYST = frozenset({Role.NCH_ANALYST})
PUBLISHERS = frozenset({Role.NCH_ANALYST, Role.NCH_DECISION_MAKER})
ADMIN = frozenset({Role.NCH_ADMIN})
LOCAL = frozenset({*BOARD, *TOWN, *CENTRE_LINE})
NO_ONE: frozenset[Any] = frozenset()
PUBLIC = "public"

Arguments = Callable[[World, CountyWorld], list[Any]]


@dataclass(frozen=True)
class Door:
    """Who may open an address (GET) and use it (POST; None: it takes none).

    `scoped`: local roles in their own county only. `patches` is who may change things there piece by piece (PATCH), at
    `patch_args`.
    """

    opens: frozenset[Any]
    args: Arguments = field(default=lambda world, county: [])
    posts: frozenset[Any] | None = None
    patches: frozenset[Any] | None = None
    patch_args: Arguments = field(default=lambda world, county: [])
    scoped: bool = False
    public: bool = False
    closed_api: bool = False


def _line(world: World, county: CountyWorld) -> list[Any]:
    return [county.support_call.line_id]


def _topic(world: World, county: CountyWorld) -> list[Any]:
    """A code of the list of topics, the same for the whole country."""
    return [county.support_call.topic_id]


def _of(name: str, *more: Any) -> Arguments:
    return lambda world, county: [getattr(county, name).pk, *more]


def _change(world: World, county: CountyWorld) -> list[Any]:
    """The county's request for a change of its grant, handed in."""
    return [county.decided.grant.pk, 1]


def waiting_invitation(world: World) -> Invitation:
    """An invitation that nobody has answered, made where the last one has been withdrawn."""
    values = {
        "email": "inbjuden@example.se",
        "organisation": make_organisation("nch"),
        "role": Role.NCH_FINANCE,
        "invited_by": world.people[Role.NCH_ADMIN],
        "invited_at": timezone.now(),
        "expires_at": timezone.now() + datetime.timedelta(days=1),
    }
    return Invitation.objects.get_or_create(token_hash="0" * 64, defaults=values)[0]


def saved_view(world: World) -> SavedView:
    """A view that nobody in the cast has saved or shares (own ones: tests/accounts/test_saved_views.py)."""
    values = {"owner": make_user(None), "created_at": timezone.now()}
    return SavedView.objects.get_or_create(page="case_list", name="Någon annans", defaults=values)[0]


def first_question(world: World) -> Question:
    """The first question of the call that is not published yet."""
    return Question.objects.filter(section__version=world.draft_call.version, section__position=1)[0]


def outcome_import(world: World) -> OutcomeImport:
    """A file of earlier outcomes that NCH has read in, made where the last one has been taken out."""
    values = {"imported_at": timezone.now(), "imported_by": world.people[Role.NCH_FINANCE], "source": "x"}
    return OutcomeImport.objects.get_or_create(grantor=make_organisation("nch"), sha256="0" * 64, defaults=values)[0]


def api_token(world: World) -> ApiToken:
    """A key of nobody in the cast (own ones: tests/accounts/test_api_tokens.py)."""
    now = timezone.now()
    values = {"owner": make_user(None), "name": "x", "created_at": now, "expires_at": now + datetime.timedelta(days=1)}
    return ApiToken.objects.get_or_create(hash="0" * 64, defaults=values)[0]


def population_import(world: World) -> PopulationImport:
    """A file of the population that the administrator has read in."""
    values = {"imported_by": world.people[Role.NCH_ADMIN], "imported_at": timezone.now(), "source": "x"}
    kept = {"source_date": datetime.date(2024, 2, 22), "unchanged": 0, "changes": [[2022, "12", None, 1]]}
    return PopulationImport.objects.get_or_create(sha256="0" * 64, defaults={**values, **kept})[0]


def theme() -> Theme:
    """A theme of lägesbilder."""
    load_themes()
    return Theme.objects.filter(kind="challenge")[0]


def preparation(world: World) -> Preparation:
    """A draft of a release that is asked for and waits for its worker."""
    values = {"requested_by": world.release.prepared_by, "requested_at": timezone.now(), "touched_at": timezone.now()}
    tables: dict[str, Any] = {"table_ids": [], "first_year": 2023, "last_year": 2023}
    return Preparation.objects.get_or_create(title="Väntar", defaults={**values, **tables})[0]


def signing(world: World) -> Signing:
    """A draft of the same people that has been signed and waits for its worker."""
    maker, now = world.release.prepared_by, timezone.now()
    days = {"since": datetime.date(2022, 1, 1), "until": datetime.date(2022, 12, 31)}
    made: dict[str, Any] = {**days, "prepared_by": maker, "prepared_at": now, "audit": {}}
    draft = Release.objects.get_or_create(title="Godkänns", defaults=made)[0]
    asked = {"requested_by": world.people[Role.NCH_DECISION_MAKER], "requested_at": now, "touched_at": now}
    return Signing.objects.get_or_create(release=draft, defaults=asked)[0]


def financial_report(county: CountyWorld) -> FinancialReport:
    """The report of the county's grant."""
    days = {"opens_on": datetime.date(2027, 1, 1), "due_on": datetime.date(2027, 2, 1)}
    return FinancialReport.objects.get_or_create(grant=county.decided.grant, year=2026, defaults=days)[0]


ACCESS: dict[str, Door] = {
    "start": Door(ALL),
    "search": Door(ALL),
    "my_access": Door(ALL),
    "gallery": Door(ALL),
    "personal_data_rules": Door(ALL),
    "view_edit": Door(NO_ONE, lambda w, c: [saved_view(w).pk], posts=NO_ONE),
    "view_delete": Door(NO_ONE, lambda w, c: [saved_view(w).pk], posts=NO_ONE),
    "view_default": Door(NO_ONE, lambda w, c: [saved_view(w).pk], posts=NO_ONE),
    "case_list": Door(ALL),
    "case_detail": Door(NCH_CASES | BOARD, lambda w, c: [c.submitted.case_id], scoped=True),
    "case_declare": Door(DECLARERS | FINANCE, lambda w, c: [c.submitted.case_id], posts=DECLARERS | FINANCE),
    "document_download": Door(NCH_CASES | BOARD, lambda w, c: [c.decided.case_id, 1], scoped=True),
    "case_mails": Door(NCH_CASES, lambda w, c: [c.submitted.case_id]),
    "mails_given_up": Door(ADMIN),
    "mail_resend": Door(ANSWERERS, lambda w, c: [c.mail.pk], posts=ANSWERERS),
    "conversation_list": Door(CASES),
    "conversation_new": Door(
        ANSWERERS | COUNTY, lambda w, c: [c.submitted.case_id], posts=ANSWERERS | COUNTY, scoped=True
    ),
    "conversation_detail": Door(
        NCH_CASES | BOARD, lambda w, c: [c.conversation.pk], posts=ANSWERERS | COUNTY, scoped=True
    ),
    "conversation_give": Door(ANSWERERS, lambda w, c: [c.conversation.pk], posts=ANSWERERS),
    "conversation_close": Door(
        ANSWERERS | COUNTY, lambda w, c: [c.conversation.pk], posts=ANSWERERS | COUNTY, scoped=True
    ),
    "calendar": Door(CASES),
    "calendar_file": Door(CASES),
    # Users and log
    "members:user_list": Door(ADMIN),
    "members:invite": Door(ADMIN, posts=ADMIN),
    "members:user_detail": Door(ADMIN, lambda w, c: [c.officer.pk], posts=ADMIN),
    "members:end_membership": Door(ADMIN, lambda w, c: [c.officer.memberships.get().pk], posts=ADMIN),
    "members:withdraw_invitation": Door(ADMIN, lambda w, c: [waiting_invitation(w).pk], posts=ADMIN),
    "audit:event_list": Door(frozenset({Role.AUDITOR})),
    # Grants
    "grants:call_list": Door(CASES),
    "grants:call_create": Door(CALL_WRITERS, posts=CALL_WRITERS),
    "grants:call_detail": Door(CASES, lambda w, c: [w.open_call.pk]),
    "grants:call_edit": Door(OFFICER, lambda w, c: [w.draft_call.pk]),
    "grants:call_part": Door(OFFICER, lambda w, c: [w.draft_call.pk, "kriterier"], posts=OFFICER),
    "grants:call_copy": Door(OFFICER, lambda w, c: [w.open_call.pk], posts=OFFICER),
    "grants:call_notice": Door(OFFICER, lambda w, c: [w.open_call.pk], posts=OFFICER),
    "grants:call_form": Door(OFFICER, lambda w, c: [w.draft_call.pk]),
    "grants:call_form_section_new": Door(OFFICER, lambda w, c: [w.draft_call.pk], posts=OFFICER),
    "grants:call_form_section": Door(
        OFFICER, lambda w, c: [w.draft_call.pk, first_question(w).section_id], posts=OFFICER
    ),
    "grants:call_form_question_new": Door(
        OFFICER, lambda w, c: [w.draft_call.pk, first_question(w).section_id], posts=OFFICER
    ),
    "grants:call_form_question": Door(OFFICER, lambda w, c: [w.draft_call.pk, first_question(w).pk], posts=OFFICER),
    "grants:call_form_step": Door(OFFICER, lambda w, c: [w.draft_call.pk], posts=OFFICER),
    "grants:call_form_preview": Door(OFFICER, lambda w, c: [w.draft_call.pk]),
    "grants:call_form_rehearsal": Door(OFFICER, lambda w, c: [w.draft_call.pk]),
    "grants:call_form_rehearsal_section": Door(OFFICER, lambda w, c: [w.draft_call.pk, "behov"], posts=OFFICER),
    "grants:call_form_rehearsal_end": Door(OFFICER, lambda w, c: [w.draft_call.pk], posts=OFFICER),
    "grants:call_publish": Door(OFFICER, lambda w, c: [w.draft_call.pk], posts=OFFICER),
    "grants:application_start": Door(CASES, lambda w, c: [w.open_call.pk], posts=CASES),
    "grants:application_list": Door(CASES),
    "grants:application_detail": Door(NCH_CASES | BOARD, _of("submitted"), scoped=True),
    "grants:application_section": Door(COUNTY, _of("draft", "behov"), posts=COUNTY, scoped=True),
    "grants:application_history": Door(COUNTY, _of("draft"), scoped=True),
    "grants:application_file": Door(DECLARERS, _of("submitted", 0), scoped=True),
    "grants:application_carry_over": Door(COUNTY, _of("draft"), posts=COUNTY, scoped=True),
    "grants:application_preview": Door(COUNTY, _of("draft"), scoped=True),
    "grants:application_submit": Door(COUNTY, _of("draft"), posts=SIGNATORY, scoped=True),
    "grants:application_withdraw": Door(COUNTY, _of("draft"), posts=SIGNATORY, scoped=True),
    "grants:assessment_list": Door(NCH_CASES, _of("submitted"), posts=DECLARERS),
    "grants:submission_detail": Door(NCH_CASES | BOARD, _of("submitted", 1), scoped=True),
    "grants:completion_request": Door(OFFICER, _of("submitted"), posts=OFFICER),
    "grants:completion_submit": Door(COUNTY, _of("submitted"), posts=COUNTY, scoped=True),
    "grants:completion_end": Door(OFFICER, _of("submitted"), posts=OFFICER),
    "grants:completion_read": Door(OFFICER, _of("submitted"), posts=OFFICER),
    "grants:assess": Door(OFFICER, _of("submitted"), posts=OFFICER),
    "grants:assess_together": Door(OFFICER, _of("submitted"), posts=OFFICER),
    "grants:assignments": Door(OFFICER, lambda w, c: [c.submitted.call_id], posts=OFFICER),
    "grants:call_declare": Door(DECLARERS, lambda w, c: [c.submitted.call_id], posts=DECLARERS),
    "grants:allocation": Door(NCH_CASES, lambda w, c: [c.submitted.call_id], posts=OFFICER),
    "grants:allocation_compare": Door(NCH_CASES, lambda w, c: [w.plan.call_id]),
    "grants:allocation_plan": Door(NCH_CASES, lambda w, c: [w.plan.call_id, w.plan.number]),
    "grants:allocation_adopt": Door(OFFICER, lambda w, c: [w.plan.call_id, w.plan.number], posts=OFFICER),
    "grants:allocation_proposals": Door(OFFICER, lambda w, c: [w.plan.call_id, w.plan.number], posts=OFFICER),
    "grants:allocation_pdf": Door(NCH_CASES, lambda w, c: [w.plan.call_id, w.plan.number]),
    "grants:propose": Door(OFFICER, _of("submitted"), posts=OFFICER),
    "grants:decide": Door(DECIDER, _of("submitted"), posts=DECIDER),
    "grants:grant_list": Door(CASES),
    "grants:grant_detail": Door(NCH_CASES | BOARD, lambda w, c: [c.decided.grant.pk], scoped=True),
    "grants:grant_payments": Door(NCH_CASES | BOARD, lambda w, c: [c.decided.grant.pk], scoped=True),
    "grants:grant_reporting": Door(NCH_CASES | BOARD, lambda w, c: [c.decided.grant.pk], posts=OFFICER, scoped=True),
    "grants:grant_plan": Door(PREPARERS, lambda w, c: [c.decided.grant.pk], posts=PREPARERS),
    "grants:grant_requisition": Door(SIGNATORY, lambda w, c: [c.decided.grant.pk], posts=SIGNATORY, scoped=True),
    "grants:payment_list": Door(HANDLERS, posts=HANDLERS),
    "grants:payment_detail": Door(
        NCH_CASES | BOARD,
        _of("payment"),
        posts=PREPARERS | SIGNATORY | frozenset({Role.NCH_DECISION_MAKER}),
        scoped=True,
    ),
    "grants:payments_prepare": Door(
        PREPARERS | {Role.GRANT_OFFICER, Role.GRANT_FINANCE}, posts=PREPARERS | {Role.GRANT_OFFICER, Role.GRANT_FINANCE}
    ),
    "grants:payments_approve": Door(
        DECIDER | BOOKKEEPERS | {Role.GRANT_DECISION_MAKER}, posts=DECIDER | BOOKKEEPERS | {Role.GRANT_DECISION_MAKER}
    ),
    "grants:grant_outcome": Door(NCH_CASES, lambda w, c: [c.decided.grant.pk]),
    "grants:grant_codes": Door(FINANCE, lambda w, c: [c.decided.grant.pk], posts=FINANCE),
    "grants:call_outcome": Door(NCH_CASES, lambda w, c: [c.decided.call_id]),
    "grants:accounting": Door(HANDLERS),
    "grants:accounting_export": Door(BOOKKEEPERS, posts=BOOKKEEPERS),
    "grants:accounting_export_file": Door(READERS_OF_ACCOUNTS, lambda w, c: [w.accounting_export.pk]),
    "grants:outcome_upload": Door(BOOKKEEPERS, posts=BOOKKEEPERS),
    "grants:outcome_detail": Door(READERS_OF_ACCOUNTS, lambda w, c: [w.accounting_import.pk], posts=FINANCE),
    "grants:payments_paid": Door(BOOKKEEPERS, posts=BOOKKEEPERS),
    "grants:earlier_imports": Door(FINANCE, posts=FINANCE),
    "grants:earlier_template": Door(FINANCE),
    "grants:earlier_confirm": Door(FINANCE, posts=FINANCE),
    "grants:earlier_delete": Door(FINANCE, lambda w, c: [outcome_import(w).pk], posts=FINANCE),
    # Economic reports, what is left, ledgers
    "grants:report_list": Door(CASES),
    "grants:report_detail": Door(NCH_CASES | BOARD, _of("money_report"), scoped=True),
    "grants:report_start": Door(COUNTY, _of("money_draft"), posts=COUNTY, scoped=True),
    "grants:report_section": Door(COUNTY, _of("money_draft", "tid"), posts=COUNTY, scoped=True),
    "grants:report_history": Door(COUNTY, _of("money_draft"), scoped=True),
    "grants:report_file": Door(DECLARERS, _of("money_report", 0), scoped=True),  # to declare; there is no such file
    "grants:report_submit": Door(COUNTY, _of("money_draft"), posts=SIGNATORY, scoped=True),
    "grants:report_review": Door(OFFICER, _of("money_report", "substance"), posts=OFFICER),
    "grants:report_return": Door(OFFICER | FINANCE, _of("money_report"), posts=OFFICER | FINANCE),
    "grants:report_settlement": Door(NCH_CASES | BOARD, _of("money_report"), posts=DECLARERS, scoped=True),
    "grants:repayment_register": Door(FINANCE, _of("repayment"), posts=FINANCE),
    "grants:repayment_cancel": Door(OFFICER, _of("repayment"), posts=OFFICER),
    "grants:earlier_outcomes": Door(CASES),
    "grants:ledger_list": Door(HANDLERS),
    "grants:grant_ledger": Door(NCH_CASES | BOARD, lambda w, c: [c.decided.grant.pk], scoped=True),
    "grants:grant_close": Door(OFFICER, lambda w, c: [c.decided.grant.pk], posts=OFFICER),
    "grants:sitting": Door(DECIDERS, posts=DECIDERS),
    "grants:decision_detail": Door(NCH_CASES | BOARD, lambda w, c: [c.decided.decisions.get().pk], scoped=True),
    "grants:change_list": Door(NCH_CASES | BOARD, lambda w, c: [c.decided.grant.pk], posts=COUNTY, scoped=True),
    "grants:change_detail": Door(NCH_CASES | BOARD, _change, posts=COUNTY, scoped=True),
    "grants:change_withdraw": Door(NCH_CASES | BOARD, _change, posts=SIGNATORY, scoped=True),
    "grants:change_assess": Door(OFFICER, _change, posts=OFFICER),
    "grants:change_propose": Door(OFFICER, _change, posts=OFFICER),
    # Centres and lägesbilder
    "resurscentra:centre_list": Door(NCH_CENTRES | COUNTY),
    "resurscentra:centre_detail": Door(NCH_CENTRES | COUNTY, _of("centre")),
    "resurscentra:report_overview": Door(NCH_CENTRES | COUNTY),
    "resurscentra:period_open": Door(OFFICER, posts=OFFICER),
    "resurscentra:report_detail": Door(NCH_CENTRES | COUNTY, _of("submitted_report"), scoped=True),
    "resurscentra:report_section": Door(COUNTY, _of("draft_report", "lage"), posts=COUNTY, scoped=True),
    "resurscentra:report_history": Door(COUNTY, _of("draft_report"), scoped=True),
    "resurscentra:report_file": Door(NO_ONE, _of("submitted_report", 0), scoped=True),
    "resurscentra:report_code": Door(NO_ONE, _of("submitted_report"), posts=OFFICER),
    "resurscentra:coding_list": Door(OFFICER),
    "resurscentra:theme_list": Door(OFFICER),
    "resurscentra:theme_new": Door(OFFICER, lambda w, c: ["utmaningar"], posts=OFFICER),
    "resurscentra:theme_change": Door(OFFICER, lambda w, c: [theme().pk], posts=OFFICER),
    "resurscentra:theme_end": Door(OFFICER, lambda w, c: [theme().pk], posts=OFFICER),
    "resurscentra:theme_undo": Door(NO_ONE, lambda w, c: [theme().pk], posts=OFFICER),
    "resurscentra:theme_remove": Door(NO_ONE, lambda w, c: [theme().pk], posts=OFFICER),
    "resurscentra:report_submit": Door(COUNTY, _of("draft_report"), posts=SIGNATORY, scoped=True),
    "resurscentra:return_list": Door(NCH_CENTRES | RETURNERS, posts=NCH_CENTRES | RETURNERS),
    "resurscentra:round_open": Door(OFFICER, posts=OFFICER),
    "resurscentra:round_withdraw": Door(OFFICER, lambda w, c: [c.draft_return.round_id], posts=OFFICER),
    "resurscentra:return_detail": Door(NCH_CENTRES | RETURNERS, _of("submitted_return"), scoped=True),
    "resurscentra:return_section": Door(RETURNERS, _of("draft_return", "moten"), posts=RETURNERS, scoped=True),
    "resurscentra:return_history": Door(RETURNERS, _of("draft_return"), scoped=True),
    "resurscentra:return_submit": Door(RETURNERS, _of("draft_return"), posts=SIGNATORY | COORDINATOR, scoped=True),
    "resurscentra:return_comparison": Door(NCH_CENTRES | RETURNERS),
    "resurscentra:return_workbook": Door(NCH_CENTRES | RETURNERS, _of("submitted_return"), scoped=True),
    "resurscentra:return_read_in": Door(RETURNERS, _of("draft_return"), posts=RETURNERS, scoped=True),
    "resurscentra:return_mark_read": Door(NO_ONE, _of("submitted_return"), posts=OFFICER),
    "resurscentra:return_send_back": Door(OFFICER, _of("submitted_return"), posts=OFFICER),
    # Support line
    "stodtelefon:call_list": Door(CALL_READERS, posts=CALL_READERS),
    "stodtelefon:log_call": Door(LOGGERS, posts=LOGGERS),
    "stodtelefon:centre_list": Door(COORDINATOR | ADMIN),
    "stodtelefon:centre_contact": Door(
        COORDINATOR | ADMIN, lambda w, c: [c.centre.organisation_id], posts=COORDINATOR | ADMIN, scoped=True
    ),
    "stodtelefon:line_list": Door(CALL_READERS | ADMIN),
    "stodtelefon:open_line": Door(ADMIN, posts=ADMIN),
    "stodtelefon:end_line": Door(ADMIN, _line, posts=ADMIN),
    "stodtelefon:reopen_line": Door(NO_ONE, _line, posts=ADMIN),
    "stodtelefon:line_detail": Door(CENTRE_LINE | {Role.AUDITOR}, _line, scoped=True),
    "stodtelefon:line_settings": Door(COORDINATOR, _line, posts=COORDINATOR, scoped=True),
    "stodtelefon:opening_hours": Door(COORDINATOR, _line, posts=COORDINATOR, scoped=True),
    "stodtelefon:opening_exception": Door(COORDINATOR, _line, posts=COORDINATOR, scoped=True),
    "stodtelefon:remove_exception": Door(
        NO_ONE, lambda w, c: [c.support_call.line_id, c.opening_exception.pk], posts=COORDINATOR, scoped=True
    ),
    "stodtelefon:handover_write": Door(NO_ONE, _line, posts=CENTRE_LINE, scoped=True),
    "stodtelefon:handover_read": Door(NO_ONE, _of("handover"), posts=CENTRE_LINE, scoped=True),
    "stodtelefon:handover_remove": Door(NO_ONE, _of("handover"), posts=COORDINATOR, scoped=True),
    "stodtelefon:rota": Door(CENTRE_LINE | {Role.AUDITOR}, _line, scoped=True),
    "stodtelefon:lay_shifts": Door(COORDINATOR, _line, posts=COORDINATOR, scoped=True),
    "stodtelefon:shift_action": Door(
        NO_ONE, lambda w, c: [c.support_call.line_id, c.shift.pk, "ta"], posts=CENTRE_LINE, scoped=True
    ),
    "stodtelefon:propose_swap": Door(
        frozenset({Role.RC_LINE}),
        lambda w, c: [c.support_call.line_id, c.shift.pk],
        posts=frozenset({Role.RC_LINE}),
        scoped=True,
    ),
    "stodtelefon:swap_action": Door(
        NO_ONE, lambda w, c: [c.swap.pk, "godta"], posts=COORDINATOR, scoped=True
    ),  # the one who is asked
    "stodtelefon:own_calendar": Door(LOGGERS, posts=LOGGERS),
    "stodtelefon:rota_feed": Door(ALL, lambda w, c: [c.rota_feed], public=True),  # the address is the secret
    "stodtelefon:call_detail": Door(CENTRE_LINE | {Role.AUDITOR}, _of("support_call"), scoped=True),
    "stodtelefon:call_correct": Door(COORDINATOR, _of("support_call"), posts=COORDINATOR, scoped=True),
    "stodtelefon:call_strike": Door(NO_ONE, _of("support_call"), posts=COORDINATOR, scoped=True),
    "stodtelefon:call_restore": Door(NO_ONE, _of("support_call"), posts=COORDINATOR, scoped=True),
    "stodtelefon:call_outcome": Door(NO_ONE, _of("support_call"), posts=CENTRE_LINE, scoped=True),
    "stodtelefon:call_code": Door(NO_ONE, _of("support_call"), posts=CENTRE_LINE, scoped=True),
    "stodtelefon:note_write": Door(NO_ONE, _of("support_call"), posts=CENTRE_LINE, scoped=True),
    "stodtelefon:note_delete": Door(NO_ONE, _of("support_call"), posts=CENTRE_LINE, scoped=True),
    "stodtelefon:suspected_notes": Door(LEADS),
    "stodtelefon:note_clear": Door(NO_ONE, _of("suspected_note"), posts=COORDINATOR, scoped=True),
    "stodtelefon:draft_save": Door(NO_ONE, posts=LOGGERS),
    "stodtelefon:draft_discard": Door(NO_ONE, posts=LOGGERS),
    "stodtelefon:history_list": Door(LEADS),
    "stodtelefon:history_upload": Door(LEADS, lambda w, c: ["gamla-register"], posts=LEADS),
    "stodtelefon:history_template": Door(LEADS, lambda w, c: ["gamla-register"]),
    "stodtelefon:history_confirm": Door(NO_ONE, lambda w, c: ["arstal"], posts=LINE_LEAD),
    "stodtelefon:history_faults": Door(NO_ONE, lambda w, c: ["gamla-register"], posts=LEADS),
    "stodtelefon:history_detail": Door(COORDINATOR, _of("history_import"), scoped=True),
    "stodtelefon:history_status": Door(COORDINATOR, _of("history_import"), scoped=True),
    "stodtelefon:history_withdraw": Door(NO_ONE, _of("history_import"), posts=COORDINATOR, scoped=True),
    "stodtelefon:history_again": Door(NO_ONE, _of("history_import"), posts=COORDINATOR, scoped=True),
    "stodtelefon:guidance": Door(CALL_READERS),
    "stodtelefon:code_lists": Door(LINE_LEAD),
    "stodtelefon:code_list": Door(LINE_LEAD, lambda w, c: ["fragan"]),
    "stodtelefon:code_new": Door(LINE_LEAD, lambda w, c: ["utsatthet"], posts=LINE_LEAD),
    "stodtelefon:code_detail": Door(LINE_LEAD, _topic),
    "stodtelefon:code_change": Door(LINE_LEAD, _topic, posts=LINE_LEAD),
    "stodtelefon:code_end": Door(LINE_LEAD, _topic, posts=LINE_LEAD),
    "stodtelefon:code_undo": Door(NO_ONE, _topic, posts=LINE_LEAD),
    "stodtelefon:code_remove": Door(NO_ONE, _topic, posts=LINE_LEAD),
    "stodtelefon:guidance_edit": Door(LINE_LEAD, _topic, posts=LINE_LEAD),
    "population:population": Door(ADMIN, posts=ADMIN),
    "population:template": Door(ADMIN),
    "population:population_confirm": Door(NO_ONE, posts=ADMIN),
    "population:import_detail": Door(ADMIN, lambda w, c: [population_import(w).pk]),
    # Statistics and reports
    "reports:line_dashboard": Door(LINE_STATISTICS),
    "reports:line_section": Door(LINE_STATISTICS, lambda w, c: ["vilka"]),
    "reports:line_table": Door(LINE_STATISTICS, lambda w, c: ["line-per-county"]),
    "reports:line_table_file": Door(LINE_STATISTICS, lambda w, c: ["line-per-county", "csv"]),
    "reports:line_table_figure": Door(LINE_STATISTICS, lambda w, c: ["line-per-county", "karta", "svg"]),
    "reports:line_target": Door(
        frozenset({Role.RC_COORDINATOR}),
        lambda w, c: [c.support_call.line_id],
        posts=frozenset({Role.RC_COORDINATOR}),
        scoped=True,
    ),
    "reports:explore": Door(ALL),
    "reports:explore_table": Door(LINE_STATISTICS, lambda w, c: ["line-per-county"], posts=LINE_STATISTICS),
    "reports:explore_file": Door(LINE_STATISTICS, lambda w, c: ["line-per-county", "csv"]),
    "reports:table_list": Door(STATISTICS),
    "reports:table_detail": Door(STATISTICS, lambda w, c: ["calls-per-year"]),
    "reports:table_file": Door(STATISTICS, lambda w, c: ["calls-per-year", "csv"]),
    "reports:public_tables": Door(ALL, public=True),
    "reports:public_table": Door(ALL, lambda w, c: ["calls-per-year"], public=True),
    "reports:public_tables_en": Door(ALL, public=True),
    "reports:public_table_en": Door(ALL, lambda w, c: ["calls-per-year"], public=True),
    "reports:public_figure_en": Door(ALL, lambda w, c: ["calls-per-year", "figure", "svg"], public=True),
    "reports:public_figure": Door(ALL, lambda w, c: ["calls-per-year", "figur", "png"], public=True),
    "reports:release_list": Door(PUBLISHERS),
    "reports:release_create": Door(ANALYST, posts=ANALYST),
    "reports:preparation_detail": Door(ANALYST, lambda w, c: [preparation(w).pk]),
    "reports:preparation_status": Door(ANALYST, lambda w, c: [preparation(w).pk]),
    "reports:preparation_again": Door(NO_ONE, lambda w, c: [preparation(w).pk], posts=ANALYST),
    "reports:release_detail": Door(PUBLISHERS, lambda w, c: [w.release.pk]),
    "reports:release_sign": Door(NO_ONE, lambda w, c: [w.release.pk], posts=PUBLISHERS),
    "reports:release_signing": Door(PUBLISHERS, lambda w, c: [signing(w).release_id]),
    "reports:release_discard": Door(NO_ONE, lambda w, c: [w.release.pk], posts=ANALYST),
    "reports:release_withdraw": Door(NO_ONE, lambda w, c: [w.release.pk], posts=PUBLISHERS),
    "reports:release_table": Door(PUBLISHERS, lambda w, c: [w.release.pk, "released-calls-by-month-and-county"]),
    "reports:report_list": Door(ANALYST, posts=ANALYST),
    "reports:report_detail": Door(ANALYST, lambda w, c: [w.report.pk]),
    "reports:report_status": Door(ANALYST, lambda w, c: [w.report.pk]),
    "reports:report_retry": Door(NO_ONE, lambda w, c: [w.report.pk], posts=ANALYST),
    "reports:report_download": Door(ANALYST, lambda w, c: [w.report.pk]),
    # The closed API
    "api_tokens": Door(ALL, posts=ALL),
    "api_token_withdraw": Door(NO_ONE, lambda w, c: [api_token(w).pk], posts=NO_ONE),
    "api_applications": Door(CASES, closed_api=True),
    "api_application": Door(API_READERS, _of("decided"), scoped=True, closed_api=True),
    "api_decisions": Door(CASES, closed_api=True),
    "api_decision": Door(
        API_READERS, lambda w, c: [c.decided.decisions.get(state="signed").pk], scoped=True, closed_api=True
    ),
    "api_payments": Door(CASES, closed_api=True),
    "api_counties": Door(CASES | NCH_CENTRES | COUNTY | LINE_STATISTICS, closed_api=True),
    "api_centres": Door(NCH_CENTRES | COUNTY, closed_api=True),
    "api_call_counts": Door(LINE_STATISTICS, closed_api=True),
    "api_payment": Door(API_READERS, _of("payment"), scoped=True, closed_api=True),
    "api_returns": Door(NCH_CENTRES | COUNTY, closed_api=True),
    "api_return": Door(
        NCH_CENTRES | COUNTY,
        _of("submitted_report"),
        patches=COUNTY,
        patch_args=_of("draft_report"),
        scoped=True,
        closed_api=True,
    ),
    "api_return_submission": Door(NO_ONE, _of("draft_report"), posts=SIGNATORY, scoped=True, closed_api=True),
    "api_statistics_returns": Door(NCH_CENTRES | RETURNERS, closed_api=True),
    "api_statistics_return": Door(NCH_CENTRES | RETURNERS, _of("submitted_return"), scoped=True, closed_api=True),
    "api_statistics_return_submission": Door(
        NO_ONE, _of("draft_return"), posts=SIGNATORY | COORDINATOR, scoped=True, closed_api=True
    ),
    "api_financial_reports": Door(CASES, closed_api=True),
    "api_financial_report": Door(API_READERS, lambda w, c: [financial_report(c).pk], scoped=True, closed_api=True),
    # Open to everybody
    "health": Door(ALL, public=True),
    "accessibility_statement": Door(ALL, public=True),
    "api_info": Door(ALL, public=True),
    "api_schema": Door(ALL, public=True),
    "api_docs": Door(ALL, public=True),
    "api_catalogue": Door(ALL, public=True),
    "api_config": Door(ALL, public=True),
    "api_tables": Door(ALL, public=True),
    "api_table": Door(ALL, lambda w, c: ["calls-per-year"], public=True),
    "api_metadata": Door(ALL, lambda w, c: ["calls-per-year"], public=True),
    "api_default_selection": Door(ALL, lambda w, c: ["calls-per-year"], public=True),
    "api_data": Door(ALL, lambda w, c: ["calls-per-year"], public=True),
}
# Doors of other packages and doors that lead nowhere by design; each has its own test, named here.
ELSEWHERE = {
    "accept_invitation": "tests/members/test_members.py",
    "demo_sign_in": "tests/accounts/test_sign_in.py",
    "api_unknown": "tests/api",
    "api_codelist": "tests/api",
    "api_saved_queries": "tests/api",
    "api_saved_query": "tests/api",
    "api_saved_data": "tests/api",
    "api_saved_selection": "tests/api",
}
ALLAUTH_PREFIXES = ("account_", "mfa_")


def named_urls(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from named_urls(pattern, namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def test_every_address_has_a_row_in_the_access_table() -> None:
    names = {name for name in named_urls(get_resolver()) if not name.startswith(ALLAUTH_PREFIXES)}
    assert names == set(ACCESS) | set(ELSEWHERE)


def is_open(status: int) -> bool:
    return status in (200, 302, 409, 422)


PARTS = 6
PATCHED: dict[str, Any] = {"data": {"answers": {"fas": "drift"}}, "content_type": "application/json"}
"""What is sent where things are changed piece by piece; one that is not understood is refused to everybody alike."""


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(PARTS))
def test_every_role_meets_each_door_as_the_table_says(part: int, world: World) -> None:
    """Who may is decided before the database is asked, in code that knows of none. Every role walks on SQLite; on
    PostgreSQL each door is tried by one who is let in and one who is not, for its own words of SQL."""
    tried: set[tuple[str, str, bool, bool]] = set()
    faults: list[str] = []
    client = Client()
    for role, user in world.users().items():
        client.force_login(user)
        # A role without a county has no other county either.
        counties = [(world.own, True), (world.other, False)] if role in LOCAL else [(world.own, True)]
        for name, door in list(ACCESS.items())[part::PARTS]:
            walked: set[str] = set()
            for county, is_own in counties:
                url = reverse(name, args=door.args(world, county))
                if url in walked:
                    continue
                walked.add(url)
                local_elsewhere = door.scoped and not is_own
                for method, who in (("get", door.opens), ("post", door.posts), ("patch", door.patches)):
                    if who is None:
                        continue
                    sent: dict[str, Any] = {}
                    if method == "patch":
                        url, sent = reverse(name, args=door.patch_args(world, county)), PATCHED
                    expected = role in who and not local_elsewhere
                    if (attempt := (name, method, is_own, expected)) in tried and connection.vendor == "postgresql":
                        continue
                    tried.add(attempt)
                    with transaction.atomic():
                        answer = getattr(client, method)(url, **sent)
                        answer.close()
                        status = answer.status_code
                        transaction.set_rollback(True)
                    shut = (403, 404, 405) if door.closed_api else (404, 405)
                    if is_open(status) != expected or (not expected and status not in shut):
                        own = "own" if is_own else "other"
                        faults.append(f"{method} {name} ({own} county) as {role}: {status}, expected open={expected}")
    assert not faults, "\n".join(faults)


@pytest.mark.django_db
def test_who_is_not_signed_in_is_led_to_the_sign_in_page(world: World) -> None:
    client = Client()
    for name, door in ACCESS.items():
        answer = client.get(reverse(name, args=door.args(world, world.own)))
        if door.public:
            assert answer.status_code == 200, name
        elif door.closed_api:
            assert answer.status_code == 401, name
            assert answer["WWW-Authenticate"].startswith("Bearer"), name
        else:
            assert answer.status_code == 302, name
            assert answer["Location"].startswith(reverse("account_login")), name


@pytest.mark.django_db
def test_lists_show_no_row_of_another_county(world: World) -> None:
    own, other = world.own.officer.memberships.get().organisation, world.other.officer.memberships.get().organisation
    for user in (world.own.officer, world.own.signatory):
        for name in (
            "case_list",
            "grants:application_list",
            "grants:grant_list",
            "resurscentra:report_overview",
            "start",
        ):
            client = Client()
            client.force_login(user)
            text = client.get(reverse(name)).content.decode()
            assert other.name not in text, name
        assert own.name in text


@pytest.mark.django_db
def test_unpublished_call_is_nowhere_to_be_seen_outside_nch(world: World) -> None:
    client = Client()
    client.force_login(world.own.officer)
    assert "Hemligt utkast" not in client.get(reverse("grants:call_list")).content.decode()
    assert client.get(reverse("grants:call_detail", args=[world.draft_call.pk])).status_code == 404


@pytest.mark.django_db
def test_nch_cannot_read_a_draft_that_a_county_has_not_handed_in(world: World) -> None:
    for role in (Role.NCH_OFFICER, Role.AUDITOR, Role.NCH_DECISION_MAKER):
        client = Client()
        client.force_login(world.people[role])
        assert client.get(reverse("grants:application_detail", args=[world.own.draft.pk])).status_code == 404
        draft = reverse("resurscentra:report_detail", args=[world.own.draft_report.pk])
        assert client.get(draft).status_code == 404
