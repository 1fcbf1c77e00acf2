"""Files to and from the accounting system are kept; a payment knows its export, its requisition and why it was stopped.

SQLite may build a table anew when a column is added, and loses its triggers: those of payments are made again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import grants.models.fields
import grants.models.payments
from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_timeline_leads_on"),
        ("counties", "0002_counterpart_code"),
        ("grants", "0007_search_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountingExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="nummer")),
                ("file_name", models.CharField(max_length=150)),
                ("file", models.FileField(upload_to=grants.models.payments.accounting_path)),
                ("sha256", models.CharField(max_length=64)),
                ("total", grants.models.fields.KronorField(decimal_places=2, max_digits=14, verbose_name="summa")),
                ("created_at", models.DateTimeField(verbose_name="framställd")),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "grantor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="counties.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("grantor", "number"), name="accounting_export_number_is_unique")
                ],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="export",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="grants.accountingexport",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="document",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.document"
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="comment",
            field=models.TextField(blank=True, verbose_name="varför den lämnades tillbaka eller ställdes in"),
        ),
        migrations.AlterModelOptions(name="accountingimport", options={"ordering": ["-checked_at", "-pk"]}),
        migrations.RenameField(model_name="accountingimport", old_name="imported_at", new_name="checked_at"),
        # PostgreSQL keeps the names of an index and a key when a column is renamed; imported_by below needs them.
        migrations.AlterField(
            model_name="accountingimport",
            name="imported_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RenameField(model_name="accountingimport", old_name="imported_by", new_name="checked_by"),
        migrations.AlterField(
            model_name="accountingimport",
            name="checked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="accountingimport", name="checked_at", field=models.DateTimeField(verbose_name="granskad")
        ),
        migrations.AddField(
            model_name="accountingimport",
            name="imported_at",
            field=models.DateTimeField(null=True, verbose_name="inläst"),
        ),
        migrations.AddField(
            model_name="accountingimport",
            name="imported_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="accountingimport",
            name="file",
            field=models.FileField(default="", upload_to=grants.models.payments.accounting_path),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="accountingimport",
            name="dimension",
            field=models.CharField(default="6", max_length=10, verbose_name="dimension för projekt"),
        ),
        migrations.AddField(
            model_name="accountingimport",
            name="skips_other_projects",
            field=models.BooleanField(default=False, verbose_name="hoppa över andra projekt"),
        ),
        ForbidChange("grants_accountingexport"),
        ForbidChange("grants_accountingentry"),
        ForbidChange("grants_payment", when="OLD.state = 'paid' AND OLD.exported_at IS NOT NULL"),
    ]
