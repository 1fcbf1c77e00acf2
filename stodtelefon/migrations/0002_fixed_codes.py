"""A code never changes its letters or its list: what calls were coded with must mean the same for ever."""

from django.db import migrations

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("stodtelefon", "0001_initial")]

    operations = [
        ForbidChange("stodtelefon_code", when="OLD.code <> NEW.code OR OLD.kind <> NEW.kind", delete=False),
    ]
