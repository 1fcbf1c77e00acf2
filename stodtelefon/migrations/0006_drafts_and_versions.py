"""Drafts and earlier versions of calls, and indexes over the calls that are not struck."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):

    dependencies = [
        ('counties', '0002_counterpart_code'),
        ('stodtelefon', '0005_unknown_county_target'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CallDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('idempotency_key', models.UUIDField(editable=False)),
                ('content', models.JSONField(verbose_name='ifyllt hittills')),
                ('started_at', models.DateTimeField(verbose_name='började')),
                ('saved_at', models.DateTimeField(db_index=True, verbose_name='sparat')),
            ],
            options={
                'verbose_name': 'påbörjat samtal',
                'verbose_name_plural': 'påbörjade samtal',
                'ordering': ['-saved_at'],
            },
        ),
        migrations.CreateModel(
            name='CallVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                ('content', models.JSONField(verbose_name='uppgifter före ändringen')),
                ('change', models.CharField(choices=[('corrected', 'Rättat'), ('struck', 'Struket'), ('restored', 'Återställt')], max_length=10, verbose_name='ändring')),
                ('reason', models.CharField(blank=True, choices=[('wrong_choice', 'Fel val när samtalet registrerades'), ('known_later', 'Uppgiften blev känd senare'), ('coded_alike', 'Samma slags samtal ska kodas lika'), ('mistake', 'Registrerat av misstag'), ('duplicate', 'Samtalet var redan registrerat'), ('trial', 'Prov eller övning')], max_length=20, verbose_name='skäl')),
                ('at', models.DateTimeField(verbose_name='ändrat')),
            ],
            options={
                'verbose_name': 'samtal före ändring',
                'verbose_name_plural': 'samtal före ändring',
                'ordering': ['call', 'version'],
            },
        ),
        migrations.RemoveIndex(
            model_name='supportcall',
            name='calls_of_a_line',
        ),
        migrations.RemoveIndex(
            model_name='supportcall',
            name='calls_by_time',
        ),
        migrations.RemoveIndex(
            model_name='supportcall',
            name='calls_by_county',
        ),
        migrations.RemoveIndex(
            model_name='supportcall',
            name='calls_by_category',
        ),
        migrations.AlterField(
            model_name='supportcall',
            name='logged_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='registrerat av'),
        ),
        migrations.AddIndex(
            model_name='supportcall',
            index=models.Index(condition=models.Q(('struck_at__isnull', True)), fields=['line', '-started_at', '-id'], name='calls_of_a_line'),
        ),
        migrations.AddIndex(
            model_name='supportcall',
            index=models.Index(condition=models.Q(('struck_at__isnull', True)), fields=['-started_at', '-id'], name='calls_by_time'),
        ),
        migrations.AddIndex(
            model_name='supportcall',
            index=models.Index(condition=models.Q(('struck_at__isnull', True)), fields=['county', '-started_at', '-id'], name='calls_by_county'),
        ),
        migrations.AddIndex(
            model_name='supportcall',
            index=models.Index(condition=models.Q(('struck_at__isnull', True)), fields=['caller_category', '-started_at', '-id'], name='calls_by_category'),
        ),
        migrations.AddIndex(
            model_name='supportcall',
            index=models.Index(condition=models.Q(('struck_at__isnull', True)), fields=['logged_by', '-started_at', '-id'], name='calls_of_an_answerer'),
        ),
        migrations.AddField(
            model_name='calldraft',
            name='line',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stodtelefon.supportline', verbose_name='stödtelefon'),
        ),
        migrations.AddField(
            model_name='calldraft',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='användare'),
        ),
        migrations.AddField(
            model_name='callversion',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ändrat av'),
        ),
        migrations.AddField(
            model_name='callversion',
            name='call',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='stodtelefon.supportcall'),
        ),
        migrations.AddConstraint(
            model_name='calldraft',
            constraint=models.UniqueConstraint(fields=('user', 'line'), name='one_call_draft_per_user_and_line'),
        ),
        migrations.AddConstraint(
            model_name='callversion',
            constraint=models.UniqueConstraint(fields=('call', 'version'), name='call_has_each_version_once'),
        ),
        ForbidChange('stodtelefon_callversion'),
    ]
