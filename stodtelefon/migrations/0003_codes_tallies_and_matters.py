"""Exposure becomes a code list, calls can belong to a matter or be struck, and they are tallied."""

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from nch.common.immutable import ForbidChange

# The letters that exposures have been kept with, as the code list has them (stodtelefon/services/reference.py).
KINDS = {
    'marriage': ('Barnäktenskap eller tvångsäktenskap', 'Child or forced marriage', ['worry', 'planned', 'carried_out']),
    'abduction': ('Bortförd eller kvarhållen utomlands', 'Abducted or held abroad', ['worry', 'planned', 'confirmed']),
    'fgm': ('Könsstympning', 'Female genital mutilation', ['worry', 'suspicion', 'consequences']),
    'other': ('Annat hedersrelaterat våld och förtryck', 'Other honour-related violence and oppression', []),
}


def code_the_exposures(apps, schema_editor):
    Code = apps.get_model('stodtelefon', 'Code')
    Exposure = apps.get_model('stodtelefon', 'Exposure')
    if not Exposure.objects.exists():
        return
    for position, (letters, (label, label_en, stages)) in enumerate(KINDS.items(), start=1):
        code, _ = Code.objects.get_or_create(
            kind='exposure',
            code=letters,
            defaults={
                'label': label,
                'label_en': label_en,
                'position': position,
                'valid_from': datetime.date(2014, 3, 13),
                'stages': stages,
            },
        )
        Exposure.objects.filter(letters=letters).update(kind=code)
    if schema_editor.connection.vendor == 'postgresql':
        # PostgreSQL alters no table while checks of its foreign keys are put off.
        schema_editor.execute('SET CONSTRAINTS ALL IMMEDIATE')
        schema_editor.execute('SET CONSTRAINTS ALL DEFERRED')


class Migration(migrations.Migration):

    dependencies = [
        ('counties', '0002_counterpart_code'),
        ('stodtelefon', '0002_fixed_codes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CallTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='månadens första dag')),
                ('cut', models.CharField(choices=[('day', 'Dag'), ('hour', 'Veckodag och timme'), ('place', 'Län och den som ringer'), ('municipality', 'Kommun'), ('topic', 'Ämne och den som ringer'), ('channel', 'Kanal'), ('advice', 'Råd'), ('referral', 'Hänvisning'), ('exposure', 'Utsatthet och län'), ('person', 'Ålder och kön')], max_length=12, verbose_name='indelning')),
                ('first_key', models.CharField(blank=True, max_length=40, verbose_name='första nyckeln')),
                ('second_key', models.CharField(blank=True, max_length=40, verbose_name='andra nyckeln')),
                ('third_key', models.CharField(blank=True, max_length=40, verbose_name='tredje nyckeln')),
                ('constructed', models.BooleanField(default=False, verbose_name='konstruerade')),
                ('calls', models.IntegerField(verbose_name='samtal')),
                ('matters', models.IntegerField(help_text='Samtal som inte gäller samma fråga som ett tidigare samtal.', verbose_name='frågor')),
                ('individuals', models.IntegerField(verbose_name='utsatta individer')),
                ('minutes', models.IntegerField(verbose_name='minuter')),
                ('outside_hours', models.IntegerField(verbose_name='utanför öppettiden')),
                ('summed', models.BooleanField(default=False, help_text='Är summan av flera poster.', verbose_name='sammanräknad')),
            ],
            options={
                'verbose_name': 'räkning av samtal',
                'verbose_name_plural': 'räkning av samtal',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Matter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_digest', models.CharField(max_length=64, null=True, unique=True, verbose_name='kodens kontrollsumma')),
                ('opened_at', models.DateTimeField(verbose_name='öppnad')),
                ('expires_at', models.DateTimeField(verbose_name='koden gäller till')),
            ],
            options={
                'verbose_name': 'återkommande fråga',
                'verbose_name_plural': 'återkommande frågor',
                'ordering': ['-opened_at', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='exposure',
            name='exposure_stage_fits_its_kind',
        ),
        migrations.AddField(
            model_name='code',
            name='stages',
            field=models.JSONField(blank=True, default=list, help_text='Bara för utsatthet: de skeden som kan väljas. Tomt: inget skede.', verbose_name='skeden'),
        ),
        migrations.AddField(
            model_name='supportcall',
            name='outside_hours',
            field=models.BooleanField(default=False, help_text='Som öppettiden var när samtalet registrerades.', verbose_name='utanför öppettiden'),
        ),
        migrations.AddField(
            model_name='supportcall',
            name='referral_outcome',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stodtelefon.code', verbose_name='vad hänvisningen ledde till'),
        ),
        migrations.AddField(
            model_name='supportcall',
            name='repeats',
            field=models.BooleanField(default=False, help_text='Samtalet gäller samma fråga som ett tidigare samtal.', verbose_name='återkommer'),
        ),
        migrations.AddField(
            model_name='supportcall',
            name='struck_at',
            field=models.DateTimeField(blank=True, help_text='Ett struket samtal finns kvar men räknas inte.', null=True, verbose_name='struket'),
        ),
        migrations.AddField(
            model_name='supportcall',
            name='version',
            field=models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='version'),
        ),
        migrations.AddField(
            model_name='supportline',
            name='correction_hours',
            field=models.PositiveSmallIntegerField(default=24, help_text='Så länge får den som registrerade ett samtal rätta det. Därefter rättar telefonens ansvariga.', verbose_name='timmar för egen rättelse'),
        ),
        migrations.AddField(
            model_name='supportline',
            name='note_days',
            field=models.PositiveSmallIntegerField(default=90, help_text='Efter så många dagar raderas samtalens fria text. De kodade uppgifterna finns kvar.', verbose_name='dagar som anteckningar sparas'),
        ),
        migrations.AlterField(
            model_name='code',
            name='kind',
            field=models.CharField(choices=[('caller_category', 'Den som ringer'), ('topic', 'Vad frågan gäller'), ('advice', 'Råd som gavs'), ('referral', 'Hänvisning'), ('referral_outcome', 'Vad hänvisningen ledde till'), ('exposure', 'Utsatthet')], max_length=20, verbose_name='lista'),
        ),
        # The kind of exposure was a fixed choice and becomes a code: the letters stay the same.
        migrations.RemoveConstraint(model_name='exposure', name='exposure_kind_once_per_individual'),
        migrations.RenameField(model_name='exposure', old_name='kind', new_name='letters'),
        migrations.AddField(
            model_name='exposure',
            name='kind',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stodtelefon.code', verbose_name='utsatthet'),
        ),
        migrations.RunPython(code_the_exposures, migrations.RunPython.noop),
        migrations.RemoveField(model_name='exposure', name='letters'),
        migrations.AlterField(
            model_name='exposure',
            name='kind',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stodtelefon.code', verbose_name='utsatthet'),
        ),
        migrations.AddConstraint(
            model_name='exposure',
            constraint=models.UniqueConstraint(fields=('individual', 'kind'), name='exposure_kind_once_per_individual'),
        ),
        migrations.AddConstraint(
            model_name='supportline',
            constraint=models.CheckConstraint(condition=models.Q(('note_days__gte', 1), ('note_days__lte', 365)), name='line_keeps_notes_1_to_365_days'),
        ),
        migrations.AddField(
            model_name='calltally',
            name='line',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stodtelefon.supportline'),
        ),
        migrations.AddConstraint(
            model_name='matter',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('opened_at'))), name='matter_expires_after_it_opens'),
        ),
        migrations.AddField(
            model_name='supportcall',
            name='matter',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='stodtelefon.matter', verbose_name='återkommande fråga'),
        ),
        migrations.AddConstraint(
            model_name='supportcall',
            constraint=models.CheckConstraint(condition=models.Q(('referral_outcome__isnull', True), ('referral__isnull', False), _connector='OR'), name='call_referral_outcome_needs_a_referral'),
        ),
        migrations.AddConstraint(
            model_name='supportcall',
            constraint=models.CheckConstraint(condition=models.Q(('repeats', False), ('matter__isnull', False), _connector='OR'), name='call_that_repeats_belongs_to_a_matter'),
        ),
        migrations.AddIndex(
            model_name='calltally',
            index=models.Index(fields=['cut', 'month', 'line'], name='tallies_of_a_cut'),
        ),
        migrations.AddIndex(
            model_name='calltally',
            index=models.Index(condition=models.Q(('summed', False)), fields=['line', 'month', 'cut'], name='tallies_to_sum_up'),
        ),
        # SQLite has rebuilt the table and lost its triggers.
        ForbidChange('stodtelefon_code', when='OLD.code <> NEW.code OR OLD.kind <> NEW.kind', delete=False),
    ]
