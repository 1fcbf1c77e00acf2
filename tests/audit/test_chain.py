"""The log proves that nobody has changed it."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from nch.accounts.enums import Role
from nch.audit.models import AuditEvent, ChainHead
from nch.audit.services import broken_links, record
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_events() -> None:
    user = make_user(Role.NCH_OFFICER)
    for action in ("first", "second", "third"):
        record(action, by=user, subject=user, organisation_id=1, details={"å": 1, "list": [1, 2]})


def without_triggers(statement: str) -> None:
    """Do what only somebody with the database in hand could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_auditevent_no_update")
            cursor.execute("DROP TRIGGER audit_auditevent_no_delete")
        else:
            cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
        cursor.execute(statement)
        if connection.vendor != "sqlite":
            cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER USER")


@pytest.mark.usefixtures("three_events")
def test_untouched_chain_holds() -> None:
    out = io.StringIO()
    call_command("audit_verify", stdout=out)
    assert "3 händelser" in out.getvalue()


@pytest.mark.usefixtures("three_events")
@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit_auditevent SET action = 'forged' WHERE sequence = 2", "Händelse 2 har ändrats"),
        ("UPDATE audit_auditevent SET actor_id = NULL WHERE sequence = 1", "Händelse 1 har ändrats"),
        ("DELETE FROM audit_auditevent WHERE sequence = 2", "Händelse 2 saknas"),
        ("DELETE FROM audit_auditevent WHERE sequence = 3", "Loggen slutar vid händelse 2"),
    ],
)
def test_verify_names_the_first_broken_link(statement: str, fault: str) -> None:
    without_triggers(statement)
    with pytest.raises(CommandError, match=fault):
        call_command("audit_verify")


@pytest.mark.usefixtures("three_events")
def test_forged_event_with_a_right_hash_breaks_the_next_link() -> None:
    from nch.audit.services import hash_of

    event = AuditEvent.objects.get(sequence=2)
    event.action = "forged"
    without_triggers(f"UPDATE audit_auditevent SET action = 'forged', hash = '{hash_of(event)}' WHERE sequence = 2")
    assert next(broken_links()) == "Händelse 3 bygger inte på den före."


def test_numbers_have_no_gaps() -> None:
    for _ in range(5):
        record("x", by=None)
    assert list(AuditEvent.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
    assert ChainHead.objects.get().sequence == 5
