"""What never changes, in the database too.

A code's letters and its list, since what calls were coded with must mean the same for ever; versions of a call; and
versions of guidance.
"""

from django.db import migrations

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("stodtelefon", "0001_initial")]

    operations = [
        ForbidChange("stodtelefon_code", when="OLD.code <> NEW.code OR OLD.kind <> NEW.kind", delete=False),
        ForbidChange("stodtelefon_callversion"),
        ForbidChange("stodtelefon_guidance"),
    ]
