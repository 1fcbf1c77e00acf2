"""Until now NCH handled every case and had the only series of diary numbers."""

from django.db import migrations


def give_to_nch(apps, schema_editor):
    cases = apps.get_model("cases", "Case")
    series = apps.get_model("cases", "RegistrationSeries")
    if not cases.objects.exists() and not series.objects.exists():
        return
    centre = apps.get_model("counties", "Organisation").objects.get(kind="nch")
    cases.objects.filter(title__startswith="Lägesbild").update(kind="situation_report")
    cases.objects.update(handler=centre)
    diary = apps.get_model("cases", "DiarySeries")
    diary.objects.bulk_create(
        diary(handler=centre, year=row.year, last_number=row.last_number) for row in series.objects.all()
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_handlers_and_follow_up")]

    operations = [migrations.RunPython(give_to_nch, migrations.RunPython.noop)]
