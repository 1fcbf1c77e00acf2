"""Finished reports and their moves are final."""

from django.db import migrations

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        ForbidChange("reports_reportmove"),
        ForbidChange("reports_report", when="OLD.state = 'done'"),
    ]
