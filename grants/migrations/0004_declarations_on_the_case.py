"""Conflicts of interest are declared on the case; a call may be for several kinds of applicant."""

from django.db import migrations


def move(apps, schema_editor):
    declaration = apps.get_model("cases", "InterestDeclaration")
    assessment = apps.get_model("grants", "Assessment")
    for row in assessment.objects.select_related("application"):
        declaration.objects.get_or_create(
            case_id=row.application.case_id,
            user_id=row.officer_id,
            defaults={"recused": row.recused, "declared_at": row.declared_at},
        )
        assessment.objects.filter(pk=row.pk).update(begun_at=row.declared_at)
    # Who declared a conflict of interest has no assessment any more, only the declaration.
    assessment.objects.filter(recused=True).delete()
    call = apps.get_model("grants", "FundingCall")
    for row in call.objects.all():
        call.objects.filter(pk=row.pk).update(applicant_kinds=[row.applicant_kind])


class Migration(migrations.Migration):
    dependencies = [("grants", "0003_whole_chain"), ("cases", "0004_nch_handles_what_there_is")]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
