"""A column to search the titles of calls by, filled in for what there is."""

from django.db import migrations

import nch.common.sorting
from nch.common.sorting import fold


def fill(apps, schema_editor):
    """Fold what there is."""
    calls = apps.get_model("grants", "FundingCall")
    for pk, title in calls.objects.values_list("pk", "title"):
        calls.objects.filter(pk=pk).update(search_text=fold(title))


class Migration(migrations.Migration):
    dependencies = [("grants", "0006_proposal_drafts")]

    operations = [
        migrations.AddField(
            model_name="fundingcall",
            name="search_text",
            field=nch.common.sorting.SearchTextField("title", default="", editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
