"""When the matter of a call was last up, and a cut of the tally by it; calls that come back already are told it."""

import datetime

from django.db import migrations, models
from django.utils import timezone


def say_when(apps, schema_editor):
    """As services.matters.count_matter_once does; the nightly task enters it in the tally."""
    calls = apps.get_model("stodtelefon", "SupportCall").objects
    in_order = calls.filter(matter__isnull=False, struck_at__isnull=True).order_by("matter", "started_at", "pk")
    last: dict[tuple[int, bool, int | None], datetime.date] = {}
    for call in in_order.iterator():
        anywhere, here = (call.matter_id, call.constructed, None), (call.matter_id, call.constructed, call.line_id)
        before, before_here = last.get(anywhere), last.get(here)
        last[anywhere] = last[here] = timezone.localdate(call.started_at).replace(day=1)
        if before is not None or call.repeats:
            stands = {"repeats": before is not None, "up_before": before, "up_before_here": before_here}
            calls.filter(pk=call.pk).update(**stands)


class Migration(migrations.Migration):
    dependencies = [("stodtelefon", "0004_ended_lines")]

    operations = [
        migrations.AddField(
            "supportcall",
            "up_before",
            models.DateField(
                "frågan senast uppe",
                blank=True,
                null=True,
                help_text="Den månaden kom frågans närmast föregående samtal.",
            ),
        ),
        migrations.AddField(
            "supportcall",
            "up_before_here",
            models.DateField(
                "frågan senast uppe i samma telefon",
                blank=True,
                null=True,
                help_text="Samma sak, i samma stödtelefon.",
            ),
        ),
        migrations.AlterField(
            "calltally",
            "cut",
            models.CharField(
                "indelning",
                max_length=12,
                choices=[
                    ("day", "Dag"),
                    ("hour", "Veckodag och timme"),
                    ("place", "Län och den som ringer"),
                    ("municipality", "Kommun"),
                    ("topic", "Ämne och den som ringer"),
                    ("channel", "Kanal"),
                    ("advice", "Råd"),
                    ("referral", "Hänvisning"),
                    ("exposure", "Utsatthet och län"),
                    ("person", "Ålder och kön"),
                    ("matter", "När frågan senast var uppe"),
                ],
            ),
        ),
        migrations.RunPython(say_when, migrations.RunPython.noop),
    ]
