"""A column to sort calls by title in Swedish order, filled in for what there is."""

from django.db import migrations

import nch.common.sorting
from nch.common.sorting import swedish_sort_key


def fill(apps, schema_editor):
    """Work the keys out for what there is."""
    calls = apps.get_model("grants", "FundingCall")
    longest = calls._meta.get_field("sort_key").max_length
    for pk, title in calls.objects.values_list("pk", "title"):
        calls.objects.filter(pk=pk).update(sort_key=swedish_sort_key(title)[:longest])


class Migration(migrations.Migration):
    dependencies = [("grants", "0011_rows_of_earlier_exports")]

    operations = [
        migrations.AddField(
            model_name="fundingcall",
            name="sort_key",
            field=nch.common.sorting.SwedishSortKeyField(
                "title", db_index=True, default="", editable=False, max_length=510
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
