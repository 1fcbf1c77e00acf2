"""Old registers and published totals that are read in, where each call of theirs comes from, and calls without a time."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('counties', '0003_codes_are_the_grantors'),
        ('stodtelefon', '0010_swaps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='supportcall',
            name='time_known',
            field=models.BooleanField(default=True, help_text='Annars är bara dagen känd, och samtalet räknas inte på någon timme.', verbose_name='klockslaget är känt'),
        ),
        migrations.AlterField(
            model_name='callversion',
            name='reason',
            field=models.CharField(blank=True, choices=[('wrong_choice', 'Fel val när samtalet registrerades'), ('known_later', 'Uppgiften blev känd senare'), ('coded_alike', 'Samma slags samtal ska kodas lika'), ('mistake', 'Registrerat av misstag'), ('duplicate', 'Samtalet var redan registrerat'), ('trial', 'Prov eller övning'), ('source_changed', 'Registret som samtalet lästes in från har rättats'), ('import_withdrawn', 'Importen som samtalet kom med har återkallats')], max_length=20, verbose_name='skäl'),
        ),
        migrations.CreateModel(
            name='HistoryImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('register', 'Gammalt register'), ('figures', 'Publicerade årstal')], max_length=10, verbose_name='slag')),
                ('state', models.CharField(choices=[('ordered', 'Väntar'), ('running', 'Läses in'), ('done', 'Inläst'), ('failed', 'Inte inläst'), ('withdrawal_ordered', 'Väntar på återkallelse'), ('withdrawing', 'Återkallas'), ('withdrawn', 'Återkallad')], default='ordered', max_length=20, verbose_name='läge')),
                ('progress', models.PositiveSmallIntegerField(default=0, verbose_name='procent klart')),
                ('stage', models.CharField(blank=True, max_length=60, verbose_name='vad som görs')),
                ('failure', models.CharField(blank=True, max_length=300, verbose_name='varför den inte lästes in')),
                ('touched_at', models.DateTimeField(verbose_name='senast i gång')),
                ('file_name', models.CharField(max_length=150, verbose_name='fil')),
                ('sha256', models.CharField(max_length=64, verbose_name='kontrollsumma')),
                ('path', models.CharField(blank=True, max_length=200)),
                ('sources', models.JSONField(default=list, verbose_name='källor')),
                ('rows', models.PositiveIntegerField(verbose_name='rader')),
                ('added', models.PositiveIntegerField(default=0, verbose_name='nya')),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='ändrade')),
                ('unchanged', models.PositiveIntegerField(default=0, verbose_name='oförändrade')),
                ('replaced', models.JSONField(blank=True, default=list, verbose_name='ersatta uppgifter')),
                ('imported_at', models.DateTimeField(verbose_name='inläst')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='återkallad')),
                ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='inläst av')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='counties.organisation')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='återkallad av')),
            ],
            options={
                'verbose_name': 'import av historik',
                'verbose_name_plural': 'importer av historik',
                'ordering': ['-imported_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='publishedfigure',
            name='imported',
            field=models.ForeignKey(blank=True, help_text='Tomt: uppgiften följer med systemet. En inläst uppgift ersätts aldrig av den.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stodtelefon.historyimport', verbose_name='import'),
        ),
        migrations.CreateModel(
            name='Register',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='källa')),
                ('organisation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='counties.organisation')),
            ],
            options={
                'verbose_name': 'gammalt register',
                'verbose_name_plural': 'gamla register',
                'ordering': ['organisation', 'name'],
            },
        ),
        migrations.CreateModel(
            name='CallOrigin',
            fields=[
                ('call', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='origin', serialize=False, to='stodtelefon.supportcall')),
                ('number', models.CharField(max_length=40, verbose_name='löpnummer')),
                ('digest', models.CharField(max_length=64, verbose_name='radens kontrollsumma')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='samtalets version enligt registret')),
                ('withdrawn', models.BooleanField(default=False, verbose_name='återkallad')),
                ('brought_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='origins', to='stodtelefon.historyimport')),
                ('register', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='origins', to='stodtelefon.register')),
            ],
            options={
                'verbose_name': 'samtalets källa',
                'verbose_name_plural': 'samtalens källor',
                'ordering': ['call'],
            },
        ),
        migrations.AddConstraint(
            model_name='historyimport',
            constraint=models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='history_progress_is_per_cent'),
        ),
        migrations.AddConstraint(
            model_name='historyimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_at__isnull', False)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_at__isnull', True)), _connector='OR'), name='history_withdrawn_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='register',
            constraint=models.UniqueConstraint(fields=('organisation', 'name'), name='register_name_once_a_line_owner'),
        ),
        migrations.AddConstraint(
            model_name='callorigin',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn', False)), fields=('register', 'number'), name='register_row_is_one_call'),
        ),
    ]
