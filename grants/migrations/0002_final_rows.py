"""Rows that are final once written: the database itself refuses to change or delete them."""

from django.db import migrations

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("grants", "0001_initial")]

    operations = [
        ForbidChange("grants_decision", when="OLD.state = 'signed'"),
        ForbidChange("grants_decisionamount"),
        ForbidChange("grants_decisioncondition"),
        ForbidChange("grants_applicationmove"),
    ]
