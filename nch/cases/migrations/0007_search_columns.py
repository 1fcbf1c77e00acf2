"""Columns to search titles of documents and subjects of questions by, filled in for what there is."""

from django.db import migrations

import nch.common.sorting
from nch.common.immutable import ForbidChange
from nch.common.sorting import fold

_AT_A_TIME = 1000


def fill(apps, schema_editor):
    """Fold what there is; registered documents are final, so their triggers go and are made again just after."""
    on_table = "" if schema_editor.connection.vendor == "sqlite" else " ON cases_document"
    for event in ("update", "delete"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS cases_document_no_{event}{on_table}")
    for name, source in (("Document", "title"), ("Conversation", "subject")):
        model = apps.get_model("cases", name)
        rows = []
        for row in model.objects.only("pk", source).iterator(chunk_size=_AT_A_TIME):
            row.search_text = fold(getattr(row, source))
            rows.append(row)
            if len(rows) == _AT_A_TIME:
                model.objects.bulk_update(rows, ["search_text"])
                rows = []
        model.objects.bulk_update(rows, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_timeline_leads_on")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="search_text",
            field=nch.common.sorting.SearchTextField("title", default="", editable=False),
        ),
        migrations.AddField(
            model_name="conversation",
            name="search_text",
            field=nch.common.sorting.SearchTextField("subject", default="", editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        ForbidChange("cases_document"),
    ]
