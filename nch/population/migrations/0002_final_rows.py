"""Rows that are final once written: the database itself refuses to change or delete them."""

from django.db import migrations

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("population", "0001_initial")]

    operations = [
        ForbidChange("population_populationimport"),
    ]
