"""Drafts of releases that are asked for and prepared in the background."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0002_final_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Preparation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=150, verbose_name='rubrik')),
                ('table_ids', models.JSONField(verbose_name='tabeller')),
                ('first_year', models.PositiveSmallIntegerField(verbose_name='från och med år')),
                ('last_year', models.PositiveSmallIntegerField(verbose_name='till och med år')),
                ('state', models.CharField(choices=[('requested', 'Begärd'), ('working', 'Förbereds'), ('done', 'Klar'), ('failed', 'Misslyckades')], default='requested', max_length=20, verbose_name='läge')),
                ('progress', models.PositiveSmallIntegerField(default=0, verbose_name='procent klart')),
                ('stage', models.CharField(blank=True, max_length=100, verbose_name='pågår')),
                ('requested_at', models.DateTimeField(verbose_name='begärd')),
                ('touched_at', models.DateTimeField(verbose_name='senaste livstecken')),
                ('failure', models.CharField(blank=True, max_length=500, verbose_name='fel')),
                ('release', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='preparation', to='reports.release')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begärd av')),
            ],
            options={
                'verbose_name': 'förberedelse av publicering',
                'verbose_name_plural': 'förberedelser av publiceringar',
                'ordering': ['-requested_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PreparationMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=30)),
                ('target', models.CharField(max_length=30)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='reports.preparation')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='preparation',
            constraint=models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='preparation_progress_is_per_cent'),
        ),
        migrations.AddConstraint(
            model_name='preparation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('release__isnull', False), _connector='OR'), name='finished_preparation_has_its_draft'),
        ),
        migrations.AddConstraint(
            model_name='preparation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('failure__gt', ''), ('state', 'failed')), models.Q(models.Q(('state', 'failed'), _negated=True), ('failure', '')), _connector='OR'), name='failed_preparation_says_why'),
        ),
        ForbidChange("reports_preparationmove"),
        ForbidChange("reports_preparation", when="OLD.state = 'done'"),
    ]
