"""Moves of returns, and what was asked to be corrected, are final; that a correction came in is noted once."""

from django.db import migrations

from nch.common.immutable import ForbidChange

ANSWERED = (
    "OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL AND NEW.subject_id = OLD.subject_id "
    "AND NEW.number = OLD.number AND NEW.reason = OLD.reason AND NEW.sections = OLD.sections "
    "AND NEW.due_on = OLD.due_on AND NEW.asked_at = OLD.asked_at AND NEW.asked_by_id = OLD.asked_by_id"
)


class Migration(migrations.Migration):
    dependencies = [("resurscentra", "0003_statistics_returns")]

    operations = [
        ForbidChange("resurscentra_statisticsreturnmove"),
        ForbidChange("resurscentra_returncorrection", allow=ANSWERED),
    ]
