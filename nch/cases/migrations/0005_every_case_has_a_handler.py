from django.db import migrations, models
import django.db.models.deletion

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_nch_handles_what_there_is"), ("counties", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="handler",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="counties.organisation",
                verbose_name="handläggande myndighet",
            ),
        ),
        migrations.DeleteModel(name="RegistrationSeries"),
        ForbidChange("cases_message"),
    ]
