"""Room for a grant's grantor and for what each grantor's accounts call an organisation; 0014 fills it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counties", "0002_counterpart_code"),
        ("grants", "0012_call_sort_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="grantor",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="counties.organisation"
            ),
        ),
        migrations.CreateModel(
            name="CounterpartCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=10, verbose_name="motpart i redovisningen")),
                (
                    "grantor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="counties.organisation"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="counties.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("grantor", "organisation"), name="one_counterpart_code_at_a_grantor"
                    )
                ],
            },
        ),
    ]
