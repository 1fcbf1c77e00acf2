"""What earlier files to the accounting system held, as rows, so that it can be reversed too.

By itself, since PostgreSQL makes no trigger on a table with rows that wait for their foreign keys to be checked. The
account, counterpart and appropriation are those of today: files written before this kept them in their text only.
"""

from typing import Any

from django.db import migrations
from django.utils import timezone


def keep_rows(apps: Any, schema_editor: Any) -> None:
    """Write a row for each instalment that has been handed over."""
    payments = apps.get_model("grants", "Payment").objects.filter(export__isnull=False)
    row = apps.get_model("grants", "AccountingExportRow")
    for payment in payments.select_related("export", "grant__call", "grant__organisation", "grant__case"):
        grant, handed_over = payment.grant, timezone.localdate(payment.export.created_at)
        row.objects.create(
            export=payment.export,
            payment=payment,
            day=max(payment.planned_on or handed_over, handed_over),
            account=grant.call.account,
            counterpart_code=grant.organisation.counterpart_code,
            appropriation_item=grant.call.appropriation_item,
            project_code=grant.project_code,
            amount=payment.amount,
            text=f"Bidrag, projekt {grant.project_code}, utbetalning {payment.number}",
        )


class Migration(migrations.Migration):
    dependencies = [("grants", "0010_export_rows")]

    operations = [migrations.RunPython(keep_rows, migrations.RunPython.noop)]
