"""The grantor of an application is its call's."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill_in(apps, schema_editor):
    calls = apps.get_model("grants", "FundingCall").objects.filter(pk=OuterRef("call"))
    apps.get_model("grants", "Application").objects.update(grantor=Subquery(calls.values("grantor")[:1]))


class Migration(migrations.Migration):
    dependencies = [("grants", "0017_handled_applications")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
