"""An application keeps its call's grantor; 0018 fills it in and 0019 demands it and builds the indexes.

They are three because PostgreSQL does not alter a table that has rows changed in the same transaction.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0009_lists_in_order'),
        ('counties', '0002_counterpart_code'),
        ('grants', '0016_requisitions_once'),
        ('questionnaires', '0009_presence_and_carried'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='grantor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='counties.organisation', verbose_name='bidragsgivare'),
        ),
    ]
