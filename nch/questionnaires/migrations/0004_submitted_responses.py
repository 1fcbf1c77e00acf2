"""A submitted response is final, in the database too."""

from django.db import migrations

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0003_closed_drafts")]

    operations = [ForbidChange("questionnaires_response", when="OLD.state = 'submitted'")]
