"""Earlier wordings of codes never change; they go with a code that was removed before it began to be valid."""

from django.db import migrations

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("stodtelefon", "0006_code_wordings")]

    operations = [ForbidChange("stodtelefon_codewording", delete=False)]
