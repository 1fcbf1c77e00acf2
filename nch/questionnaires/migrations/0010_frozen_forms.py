"""A frozen form stands as it is in the database too: its version, its sections and its questions."""

from django.db import migrations

from nch.common.immutable import ForbidChange, ForbidChangeWithin

VERSION_IS_FROZEN = (
    "SELECT 1 FROM questionnaires_questionnaireversion v WHERE v.id = {row}.version_id AND v.frozen_at IS NOT NULL"
)
SECTION_IS_FROZEN = (
    "SELECT 1 FROM questionnaires_section s JOIN questionnaires_questionnaireversion v ON v.id = s.version_id "
    "WHERE s.id = {row}.section_id AND v.frozen_at IS NOT NULL"
)


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0009_presence_and_carried")]

    operations = [
        ForbidChange("questionnaires_questionnaireversion", when="OLD.frozen_at IS NOT NULL"),
        ForbidChangeWithin("questionnaires_section", final=VERSION_IS_FROZEN),
        ForbidChangeWithin("questionnaires_question", final=SECTION_IS_FROZEN),
    ]
