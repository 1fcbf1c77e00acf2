"""Grants get the grantor of their call, and each grantor the code that its recipients had for all.

By itself, since PostgreSQL does not alter a table with rows that wait for their foreign keys to be checked.
"""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    """Write down the grantors, and a code for each grantor and organisation that it has given a grant."""
    grants, calls = apps.get_model("grants", "Grant"), apps.get_model("grants", "FundingCall")
    grants.objects.update(grantor=Subquery(calls.objects.filter(pk=OuterRef("call")).values("grantor")[:1]))
    coded = grants.objects.exclude(organisation__counterpart_code="").order_by()
    pairs = coded.values_list("grantor", "organisation", "organisation__counterpart_code").distinct()
    code = apps.get_model("grants", "CounterpartCode")
    code.objects.bulk_create(
        code(grantor_id=grantor, organisation_id=organisation, code=text) for grantor, organisation, text in pairs
    )


class Migration(migrations.Migration):
    dependencies = [("grants", "0013_codes_of_grantors")]
    # There the organisation's own code goes.
    run_before = [("counties", "0003_codes_are_the_grantors")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
