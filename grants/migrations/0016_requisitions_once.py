from django.db import migrations, models

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("grants", "0015_project_codes_of_grantors")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="request_key",
            field=models.CharField(blank=True, default="", max_length=36),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("request_key", ""), _negated=True),
                fields=("grant", "request_key"),
                name="page_sends_one_requisition",
            ),
        ),
        # SQLite builds the table anew, and its triggers go with the old one.
        ForbidChange("grants_payment", when="OLD.state = 'paid' AND OLD.exported_at IS NOT NULL"),
    ]
