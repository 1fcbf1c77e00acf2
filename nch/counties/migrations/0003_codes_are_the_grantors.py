"""What an organisation is called in the accounts is each grantor's own matter (grants.CounterpartCode)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("counties", "0002_counterpart_code")]

    operations = [migrations.RemoveField(model_name="organisation", name="counterpart_code")]
