"""Indexes for the orders of the list of those who handle applications (docs/decisions/0020)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("counties", "0002_counterpart_code"), ("grants", "0018_fill_in_grantor")]

    operations = [
        migrations.AlterField(
            model_name="application",
            name="grantor",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="counties.organisation",
                verbose_name="bidragsgivare",
            ),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['organisation', '-submitted_at', '-id', 'case'], name='own_applications_by_time'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('submitted_at__isnull', False)), fields=['grantor', '-submitted_at', '-id', 'case', 'call', 'organisation'], name='handled_by_time'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('submitted_at__isnull', False)), fields=['grantor', 'organisation', '-submitted_at', '-id', 'case', 'call'], name='handled_by_organisation'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('submitted_at__isnull', False)), fields=['grantor', 'state', '-submitted_at', '-id', 'case', 'call', 'organisation'], name='handled_by_state'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('submitted_at__isnull', False)), fields=['grantor', 'applied_total', '-submitted_at', '-id', 'case', 'call', 'organisation'], name='handled_by_applied_total'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('submitted_at__isnull', False)), fields=['grantor', 'state'], name='handled_numbers'),
        ),
        migrations.AddIndex(
            model_name='fundingcall',
            index=models.Index(fields=['-opens_at', '-id'], name='funding_calls_by_time'),
        ),
    ]
