"""Rows that are final once written: the database itself refuses to change or delete them."""

from django.db import migrations

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("grants", "0001_initial")]

    operations = [
        ForbidChange("grants_decision", when="OLD.state = 'signed'"),
        ForbidChange("grants_decisionamount"),
        ForbidChange("grants_decisioncondition"),
        ForbidChange("grants_decisionbudgetline"),
        ForbidChange("grants_applicationmove"),
        ForbidChange("grants_applicationsubmission"),
        ForbidChange("grants_assessmentnote"),
        ForbidChange("grants_callnotice"),
        ForbidChange("grants_grantmove"),
        ForbidChange("grants_changerequestmove"),
        ForbidChange("grants_paymentmove"),
        ForbidChange("grants_financialreportmove"),
        ForbidChange("grants_financialreportcomment"),
        ForbidChange("grants_accountingexport"),
        ForbidChange("grants_accountingexportrow"),
        ForbidChange("grants_accountingentry"),
        ForbidChange("grants_payment", when="OLD.state = 'paid' AND OLD.exported_at IS NOT NULL"),
        ForbidChange("grants_repayment", when="OLD.state = 'repaid'"),
    ]
