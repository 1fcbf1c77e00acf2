"""What is final is final in the database too, on whichever database the suite runs."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from grants.models import Decision, DecisionAmount, DecisionCondition
from grants.services.calls import save_call
from nch.accounts.enums import Role
from nch.audit.models import AuditEvent
from nch.audit.services import record
from nch.common.immutable import ForbidChange
from nch.questionnaires.models import Question, QuestionnaireVersion, Section
from tests.factories.accounts import make_user
from tests.factories.grants import call_input, make_call, make_decided, make_submitted

pytestmark = pytest.mark.django_db


def protections() -> list[ForbidChange]:
    loader = MigrationLoader(connection)
    return [
        operation
        for migration in loader.disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, ForbidChange)
    ]


def test_every_protected_table_still_has_its_triggers_after_the_last_migration() -> None:
    query = (
        "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT event_object_table, trigger_name FROM information_schema.triggers"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = set(cursor.fetchall())
    tables = {operation.table for operation in protections()}
    assert tables <= {model._meta.db_table for model in apps.get_models()}
    assert {"audit_auditevent", "grants_decision", "cases_document", "questionnaires_answerversion"} <= tables
    for operation in protections():
        for event in operation.events:
            assert (operation.table, f"{operation.table}_no_{event.lower()}") in found


def test_audit_event_cannot_be_changed_or_deleted() -> None:
    event = record("tested", by=None)
    with pytest.raises(DatabaseError, match="row is final"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(action="other")
    with pytest.raises(DatabaseError, match="row is final"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).delete()


def test_signed_decision_cannot_be_changed_in_any_of_its_tables() -> None:
    application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    decision = make_decided(application)
    for rows, changes in (
        (Decision.objects.filter(pk=decision.pk), {"reasons": "andra"}),
        (DecisionAmount.objects.filter(decision=decision), {"amount": 1}),
        (DecisionCondition.objects.filter(decision=decision), {"text": "annat"}),
    ):
        assert rows.exists()
        with pytest.raises(DatabaseError, match="row is final"), transaction.atomic():
            rows.update(**changes)


def test_frozen_form_cannot_be_changed_added_to_or_taken_from() -> None:
    version = make_call().version
    open_one = save_call(content=call_input(), by=make_user(Role.NCH_OFFICER), at=timezone.now()).version
    assert version is not None
    assert open_one is not None
    section, elsewhere = version.sections.all()[0], open_one.sections.all()[0]
    question = section.questions.all()[0]
    for attempt in (
        lambda: Question.objects.filter(pk=question.pk).update(label="En annan fråga"),
        lambda: Question.objects.filter(pk=question.pk).update(section=elsewhere),
        lambda: Question.objects.filter(section=elsewhere).update(section=section),
        lambda: Question.objects.filter(pk=question.pk).delete(),
        lambda: Question.objects.create(section=section, position=99, key="ny", kind="text", label="Ny"),
        lambda: Section.objects.filter(pk=section.pk).update(title="Något annat"),
        lambda: Section.objects.create(version=version, position=99, key="nytt", title="Nytt"),
        lambda: Section.objects.filter(pk=elsewhere.pk).update(version=version, position=98, key="flyttat"),
        lambda: QuestionnaireVersion.objects.filter(pk=version.pk).update(frozen_at=None),
    ):
        with pytest.raises(DatabaseError, match="row is final"), transaction.atomic():
            attempt()
    assert Question.objects.filter(section=elsewhere).update(hint="Skriv kort.")
    assert Section.objects.filter(pk=elsewhere.pk).delete()


def test_proposal_that_is_not_signed_can_still_be_returned() -> None:
    application = make_submitted(make_call(), make_user(Role.COUNTY_SIGNATORY))
    decision = Decision.objects.create(
        application=application,
        outcome="rejected",
        reasons="x",
        presenter=make_user(Role.NCH_OFFICER),
        proposed_at=timezone.now(),
    )
    assert Decision.objects.filter(pk=decision.pk).update(state="returned") == 1
