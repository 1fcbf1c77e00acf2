"""Where each population comes from; those that are there so far are the ones that follow with the product."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("counties", "0001_initial")]

    operations = [
        migrations.AddField(
            "countypopulation",
            "source",
            models.CharField("källa", max_length=200, default="SCB, folkmängd den 31 december 2023 (följer med systemet)"),
            preserve_default=False,
        ),
    ]
