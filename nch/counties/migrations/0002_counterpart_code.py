from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("counties", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="counterpart_code",
            field=models.CharField(blank=True, max_length=10, verbose_name="motpart i redovisningen"),
        ),
    ]
