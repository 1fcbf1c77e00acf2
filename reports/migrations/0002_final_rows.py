"""What is final in the database too: finished reports, signed releases with their tables, and the moves of both."""

from django.db import migrations

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        ForbidChange("reports_reportmove"),
        ForbidChange("reports_report", when="OLD.state = 'done'"),
        ForbidChange("reports_releasemove"),
        # Signed, a release can only be withdrawn, and its tables are final.
        ForbidChange(
            "reports_release",
            when="OLD.state IN ('signed', 'withdrawn', 'discarded')",
            allow="OLD.state = 'signed' AND NEW.state = 'withdrawn' AND NEW.publish_at = OLD.publish_at "
            "AND NEW.signed_by_id = OLD.signed_by_id AND NEW.title = OLD.title",
        ),
        ForbidChange("reports_releasedtable", when="OLD.version IS NOT NULL"),
    ]
