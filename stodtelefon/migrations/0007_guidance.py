"""Guidance for topics and kinds of exposure; a version of it never changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):

    dependencies = [
        ('stodtelefon', '0006_drafts_and_versions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Guidance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                ('text', models.TextField(verbose_name='text')),
                ('links', models.JSONField(blank=True, default=list, verbose_name='länkar')),
                ('review_on', models.DateField(verbose_name='ses över senast')),
                ('at', models.DateTimeField(verbose_name='sparad')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sparad av')),
                ('code', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='guidance', to='stodtelefon.code')),
                ('responsible', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ansvarig')),
            ],
            options={
                'verbose_name': 'vägledning',
                'verbose_name_plural': 'vägledning',
                'ordering': ['code', '-number'],
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='guidance_has_each_version_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='guidance_versions_count_from_one')],
            },
        ),
        ForbidChange("stodtelefon_guidance"),
    ]
