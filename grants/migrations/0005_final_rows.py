"""Columns that have moved go, and what is final once written is final in the database too.

SQLite builds a table anew when a constraint is added, and loses its triggers: that of decisions is made again.
"""

from django.db import migrations, models

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("grants", "0004_declarations_on_the_case")]

    operations = [
        migrations.RemoveField(model_name="assessment", name="declared_at"),
        migrations.RemoveField(model_name="assessment", name="recused"),
        migrations.RemoveField(model_name="fundingcall", name="applicant_kind"),
        migrations.AlterField(model_name="assessment", name="begun_at", field=models.DateTimeField()),
        ForbidChange("grants_decision", when="OLD.state = 'signed'"),
        ForbidChange("grants_decisionbudgetline"),
        ForbidChange("grants_applicationsubmission"),
        ForbidChange("grants_assessmentnote"),
        ForbidChange("grants_callnotice"),
        ForbidChange("grants_grantmove"),
        ForbidChange("grants_changerequestmove"),
        ForbidChange("grants_paymentmove"),
        ForbidChange("grants_financialreportmove"),
        ForbidChange("grants_payment", when="OLD.state = 'paid' AND OLD.exported_at IS NOT NULL"),
        ForbidChange("grants_repayment", when="OLD.state = 'repaid'"),
    ]
