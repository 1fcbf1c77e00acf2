"""The rows of a file to the accounting system are kept as they were written, and a requisition can be withdrawn."""

import django.db.models.deletion
from django.db import migrations, models

import grants.models.fields
from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("grants", "0009_returned_reports")]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "Planerad"),
                    ("requested", "Rekvirerad"),
                    ("prepared", "Förberedd"),
                    ("approved", "Godkänd"),
                    ("paid", "Utbetalad"),
                    ("withdrawn", "Återtagen"),
                    ("cancelled", "Inställd"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="AccountingExportRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_reversal", models.BooleanField(default=False)),
                ("day", models.DateField()),
                ("account", models.CharField(max_length=10)),
                ("counterpart_code", models.CharField(max_length=10)),
                ("appropriation_item", models.CharField(max_length=40)),
                ("project_code", models.CharField(max_length=20)),
                ("amount", grants.models.fields.KronorField(decimal_places=2, max_digits=14)),
                ("text", models.CharField(max_length=200)),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="grants.accountingexport",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounting_rows",
                        to="grants.payment",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("payment", "is_reversal"), name="payment_is_booked_and_reversed_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gt", 0), ("is_reversal", False)),
                            models.Q(("amount__lt", 0), ("is_reversal", True)),
                            _connector="OR",
                        ),
                        name="reversal_has_the_opposite_amount",
                    ),
                ],
            },
        ),
        ForbidChange("grants_accountingexportrow"),
    ]
