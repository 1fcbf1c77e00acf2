"""Lines have opening hours, days that differ, shifts and offers of them, and feeds of a person's own shifts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stodtelefon', '0003_codes_tallies_and_matters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='supportline',
            name='closed_on_holidays',
            field=models.BooleanField(default=True, help_text='Röda dagar samt midsommarafton, julafton och nyårsafton. Enstaka dagar kan ändras var för sig.', verbose_name='stängt på helgdagar'),
        ),
        migrations.CreateModel(
            name='RotaFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True, verbose_name='kontrollsumma')),
                ('made_at', models.DateTimeField(verbose_name='skapad')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='rota_feed', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'kalenderadress',
                'verbose_name_plural': 'kalenderadresser',
                'ordering': ['person'],
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='börjar')),
                ('ends_at', models.DateTimeField(verbose_name='slutar')),
                ('line', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='stodtelefon.supportline', verbose_name='stödtelefon')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='line_shifts', to=settings.AUTH_USER_MODEL, verbose_name='svarar')),
            ],
            options={
                'verbose_name': 'pass',
                'verbose_name_plural': 'pass',
                'ordering': ['starts_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ShiftOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offered_at', models.DateTimeField(verbose_name='bjöds ut')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='avslutad')),
                ('offered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='bjuds ut av')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='stodtelefon.shift', verbose_name='pass')),
                ('taken_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='togs av')),
            ],
            options={
                'verbose_name': 'utbjudet pass',
                'verbose_name_plural': 'utbjudna pass',
                'ordering': ['-offered_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='OpeningException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='dag')),
                ('opens', models.TimeField(blank=True, null=True, verbose_name='öppnar')),
                ('closes', models.TimeField(blank=True, null=True, verbose_name='stänger')),
                ('reason', models.CharField(max_length=100, verbose_name='orsak')),
                ('line', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='opening_exceptions', to='stodtelefon.supportline')),
            ],
            options={
                'verbose_name': 'avvikande öppettid',
                'verbose_name_plural': 'avvikande öppettider',
                'ordering': ['line', 'day'],
                'constraints': [models.UniqueConstraint(fields=('line', 'day'), name='opening_exception_once_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('closes__isnull', True), ('opens__isnull', True)), models.Q(('closes__gt', models.F('opens')), ('closes__isnull', False), ('opens__isnull', False)), _connector='OR'), name='opening_exception_is_closed_or_closes_after_it_opens')],
            },
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(help_text='1 är måndag, 7 söndag.', verbose_name='veckodag')),
                ('opens', models.TimeField(verbose_name='öppnar')),
                ('closes', models.TimeField(verbose_name='stänger')),
                ('valid_from', models.DateField(verbose_name='gäller från')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='gäller till och med')),
                ('line', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='opening_hours', to='stodtelefon.supportline')),
            ],
            options={
                'verbose_name': 'öppettid',
                'verbose_name_plural': 'öppettider',
                'ordering': ['line', 'valid_from', 'weekday', 'opens'],
                'constraints': [models.UniqueConstraint(fields=('line', 'valid_from', 'weekday', 'opens'), name='opening_hours_once_a_line_and_day'), models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens'))), name='opening_hours_close_after_they_open'), models.CheckConstraint(condition=models.Q(('weekday__gte', 1), ('weekday__lte', 7)), name='opening_hours_on_a_weekday'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='opening_hours_end_after_they_begin')],
            },
        ),
        migrations.AddIndex(
            model_name='shift',
            index=models.Index(fields=['line', 'starts_at'], name='shifts_of_a_line'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='shift_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(fields=('line', 'person', 'starts_at'), name='shift_once_a_person_and_start'),
        ),
        migrations.AddConstraint(
            model_name='shiftoffer',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('shift',), name='one_open_offer_of_a_shift'),
        ),
        migrations.AddConstraint(
            model_name='shiftoffer',
            constraint=models.CheckConstraint(condition=models.Q(('taken_by__isnull', True), ('closed_at__isnull', False), _connector='OR'), name='taken_offer_is_closed'),
        ),
    ]
