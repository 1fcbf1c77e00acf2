"""What was handed in before submissions were kept: the answers of a submitted response have not changed since."""

from django.db import migrations
from django.db.models import F


def keep_submissions(apps, schema_editor):
    Response = apps.get_model("questionnaires", "Response")
    AnswerVersion = apps.get_model("questionnaires", "AnswerVersion")
    Submission = apps.get_model("questionnaires", "ResponseSubmission")
    for response in Response.objects.filter(state="submitted").iterator():
        versions = AnswerVersion.objects.filter(
            answer__response=response, revision=F("answer__revision")
        ).values_list("pk", flat=True)
        Submission.objects.create(
            response=response,
            number=1,
            at=response.submitted_at,
            by_id=response.submitted_by_id,
            versions=sorted(versions),
        )


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0006_reopened")]

    operations = [migrations.RunPython(keep_submissions, migrations.RunPython.noop)]
