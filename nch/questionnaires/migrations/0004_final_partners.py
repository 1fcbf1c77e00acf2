"""Who writes in a response beside its organisation is final with the rest of it once it is submitted."""

from django.db import migrations

from nch.common.immutable import ForbidChange

SAME_RESPONSE = (
    "NEW.id = OLD.id AND NEW.version_id = OLD.version_id AND NEW.organisation_id = OLD.organisation_id "
    "AND COALESCE(NEW.partner_id, 0) = COALESCE(OLD.partner_id, 0) AND NEW.created_at = OLD.created_at"
)
SAME_SUBMISSION = "NEW.submitted_at = OLD.submitted_at AND NEW.submitted_by_id = OLD.submitted_by_id"
OPENED = f"OLD.state = 'submitted' AND NEW.state = 'reopened' AND NEW.open_sections <> '[]' AND {SAME_SUBMISSION}"
WRITTEN_IN = (
    "OLD.state = 'reopened' AND NEW.state = 'reopened' AND NEW.open_sections = OLD.open_sections "
    f"AND {SAME_SUBMISSION}"
)
CLOSED = "OLD.state = 'reopened' AND NEW.state = 'submitted' AND NEW.open_sections = '[]'"


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0003_partners_and_counts")]

    operations = [
        ForbidChange(
            "questionnaires_response",
            when="OLD.state IN ('submitted', 'reopened')",
            allow=f"({SAME_RESPONSE} AND (({OPENED}) OR ({WRITTEN_IN}) OR ({CLOSED})))",
        ),
    ]
