import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grants", "0014_fill_codes_of_grantors")]

    operations = [
        migrations.AlterField(
            model_name="grant",
            name="grantor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="counties.organisation"
            ),
        ),
        migrations.RemoveConstraint(model_name="grant", name="project_code_is_unique"),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(
                fields=("grantor", "project_code"), name="project_code_is_unique_at_the_grantor"
            ),
        ),
    ]
