"""What those who have answered a line tell the next ones, and who has read it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stodtelefon', '0008_notes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HandoverNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500, verbose_name='överlämning')),
                ('rules_version', models.CharField(help_text='Version av reglerna för personuppgifter som texten har passerat.', max_length=64, verbose_name='kontrollerad med')),
                ('written_at', models.DateTimeField(verbose_name='skriven')),
                ('delete_on', models.DateField(db_index=True, verbose_name='raderas')),
                ('line', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='handovers', to='stodtelefon.supportline')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='skriven av')),
            ],
            options={
                'verbose_name': 'överlämning',
                'verbose_name_plural': 'överlämningar',
                'ordering': ['-written_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='HandoverRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField(verbose_name='läst')),
                ('handover', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reads', to='stodtelefon.handovernote')),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='läst av')),
            ],
            options={
                'verbose_name': 'läst överlämning',
                'verbose_name_plural': 'lästa överlämningar',
                'ordering': ['handover', 'read_at'],
            },
        ),
        migrations.AddIndex(
            model_name='handovernote',
            index=models.Index(fields=['line', '-written_at'], name='handovers_of_a_line'),
        ),
        migrations.AddConstraint(
            model_name='handoverread',
            constraint=models.UniqueConstraint(fields=('handover', 'reader'), name='handover_read_once_by_each'),
        ),
    ]
