"""When a resource centre answers its telephone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('counties', '0003_codes_are_the_grantors'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='phone_hours',
            field=models.CharField(blank=True, max_length=100, verbose_name='telefontid'),
        ),
    ]
