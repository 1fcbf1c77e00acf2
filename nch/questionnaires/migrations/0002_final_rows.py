"""What is final once written: the database itself refuses to change or delete it.

Earlier versions of an answer; what was handed in, except that sections of it can be opened again and handed in anew;
and a frozen form with its sections and questions.
"""

from django.db import migrations

from nch.common.immutable import ForbidChange, ForbidChangeWithin

SAME_RESPONSE = (
    "NEW.id = OLD.id AND NEW.version_id = OLD.version_id AND NEW.organisation_id = OLD.organisation_id "
    "AND NEW.created_at = OLD.created_at"
)
SAME_SUBMISSION = "NEW.submitted_at = OLD.submitted_at AND NEW.submitted_by_id = OLD.submitted_by_id"
OPENED = f"OLD.state = 'submitted' AND NEW.state = 'reopened' AND NEW.open_sections <> '[]' AND {SAME_SUBMISSION}"
WRITTEN_IN = (
    "OLD.state = 'reopened' AND NEW.state = 'reopened' AND NEW.open_sections = OLD.open_sections "
    f"AND {SAME_SUBMISSION}"
)
CLOSED = "OLD.state = 'reopened' AND NEW.state = 'submitted' AND NEW.open_sections = '[]'"
VERSION_IS_FROZEN = (
    "SELECT 1 FROM questionnaires_questionnaireversion v WHERE v.id = {row}.version_id AND v.frozen_at IS NOT NULL"
)
SECTION_IS_FROZEN = (
    "SELECT 1 FROM questionnaires_section s JOIN questionnaires_questionnaireversion v ON v.id = s.version_id "
    "WHERE s.id = {row}.section_id AND v.frozen_at IS NOT NULL"
)


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0001_initial")]

    operations = [
        ForbidChange("questionnaires_answerversion"),
        ForbidChange(
            "questionnaires_response",
            when="OLD.state IN ('submitted', 'reopened')",
            allow=f"({SAME_RESPONSE} AND (({OPENED}) OR ({WRITTEN_IN}) OR ({CLOSED})))",
        ),
        ForbidChange("questionnaires_responsesubmission"),
        ForbidChange("questionnaires_questionnaireversion", when="OLD.frozen_at IS NOT NULL"),
        ForbidChangeWithin("questionnaires_section", final=VERSION_IS_FROZEN),
        ForbidChangeWithin("questionnaires_question", final=SECTION_IS_FROZEN),
    ]
