"""Sections of a submitted response can be opened again; what was handed in each time is kept and final."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from nch.common.immutable import ForbidChange

SAME_RESPONSE = (
    "NEW.id = OLD.id AND NEW.version_id = OLD.version_id AND NEW.organisation_id = OLD.organisation_id "
    "AND NEW.created_at = OLD.created_at"
)
SAME_SUBMISSION = "NEW.submitted_at = OLD.submitted_at AND NEW.submitted_by_id = OLD.submitted_by_id"
OPENED = f"OLD.state = 'submitted' AND NEW.state = 'reopened' AND NEW.open_sections <> '[]' AND {SAME_SUBMISSION}"
WRITTEN_IN = (
    "OLD.state = 'reopened' AND NEW.state = 'reopened' AND NEW.open_sections = OLD.open_sections "
    f"AND {SAME_SUBMISSION}"
)
CLOSED = "OLD.state = 'reopened' AND NEW.state = 'submitted' AND NEW.open_sections = '[]'"


class Migration(migrations.Migration):

    dependencies = [
        ('counties', '0001_initial'),
        ('questionnaires', '0005_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ResponseSubmission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField(verbose_name='inlämnad')),
                ('versions', models.JSONField()),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='response',
            name='submitted_response_says_when_and_by_whom',
        ),
        migrations.AddField(
            model_name='response',
            name='open_sections',
            field=models.JSONField(default=list, verbose_name='öppna avsnitt'),
        ),
        migrations.AlterField(
            model_name='response',
            name='state',
            field=models.CharField(choices=[('draft', 'Utkast'), ('submitted', 'Inlämnad'), ('reopened', 'Öppnad för komplettering'), ('closed', 'Stängt utkast')], default='draft', max_length=20),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['draft', 'closed']), ('submitted_at__isnull', True), ('submitted_by__isnull', True)), models.Q(('state__in', ['submitted', 'reopened']), ('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='submitted_response_says_when_and_by_whom'),
        ),
        migrations.AddField(
            model_name='responsesubmission',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='responsesubmission',
            name='response',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='questionnaires.response'),
        ),
        migrations.AddConstraint(
            model_name='responsesubmission',
            constraint=models.UniqueConstraint(fields=('response', 'number'), name='response_submission_number_is_unique'),
        ),
        ForbidChange(
            "questionnaires_response",
            when="OLD.state IN ('submitted', 'reopened')",
            allow=f"({SAME_RESPONSE} AND (({OPENED}) OR ({WRITTEN_IN}) OR ({CLOSED})))",
        ),
        ForbidChange("questionnaires_responsesubmission"),
    ]
