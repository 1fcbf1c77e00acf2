"""A call may have a note, in a table of its own so that deleting it leaves the coded record."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stodtelefon', '0007_guidance'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CallNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='nummer')),
                ('text', models.CharField(max_length=500, verbose_name='anteckning')),
                ('rules_version', models.CharField(help_text='Version av reglerna för personuppgifter som texten har passerat.', max_length=64, verbose_name='kontrollerad med')),
                ('written_at', models.DateTimeField(verbose_name='skriven')),
                ('delete_on', models.DateField(verbose_name='raderas')),
                ('suspected_at', models.DateTimeField(blank=True, help_text='Nyare regler har hittat något som kan vara personuppgifter.', null=True, verbose_name='misstänkt')),
                ('call', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='stodtelefon.supportcall')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='skriven av')),
            ],
            options={
                'verbose_name': 'anteckning',
                'verbose_name_plural': 'anteckningar',
                'ordering': ['call', 'number'],
                'indexes': [models.Index(fields=['delete_on'], name='notes_to_delete'), models.Index(condition=models.Q(('suspected_at__isnull', False)), fields=['suspected_at'], name='suspected_notes')],
                'constraints': [models.UniqueConstraint(fields=('call', 'number'), name='note_has_its_own_number_in_the_call')],
            },
        ),
    ]
