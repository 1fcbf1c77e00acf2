"""Shifts that are offered against a colleague's."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stodtelefon', '0009_handovers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ShiftSwap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposed_at', models.DateTimeField(verbose_name='föreslaget')),
                ('accepted', models.BooleanField(default=False, verbose_name='godtaget')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='avslutat')),
                ('asked', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tillfrågad')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='swaps_asked_for', to='stodtelefon.shift', verbose_name='mot pass')),
                ('own', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='swaps', to='stodtelefon.shift', verbose_name='pass')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='föreslås av')),
            ],
            options={
                'verbose_name': 'byte av pass',
                'verbose_name_plural': 'byten av pass',
                'ordering': ['-proposed_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('own', 'other'), name='one_open_swap_of_two_shifts'), models.CheckConstraint(condition=models.Q(('accepted', False), ('closed_at__isnull', False), _connector='OR'), name='accepted_swap_is_closed')],
            },
        ),
    ]
