"""Reports and drafts get the fields that all work in the background has; signing a release becomes such work."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Case, Q, Value, When

from nch.common.immutable import ForbidChange

STATES = [("requested", "Begärd"), ("working", "Pågår"), ("done", "Klar"), ("failed", "Misslyckades")]
FAILURES = {
    "data": "Uppgifter som rapporten behöver saknas eller går inte ihop.",
    "rendering": "Ett fel uppstod när rapporten sattes.",
}


def rename_states(apps, schema_editor):
    """A report that was being made is `working` as all work is, and a failed one says why in words."""
    reports = apps.get_model("reports", "Report").objects
    reports.filter(state="rendering").update(state="working")
    words = Case(*(When(failure=code, then=Value(text)) for code, text in FAILURES.items()))
    reports.filter(failure__in=FAILURES).update(failure=words)


def person():
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        verbose_name="begärd av",
    )


def added(model):
    return [
        migrations.AddField(model, "attempt", models.PositiveSmallIntegerField(default=0, verbose_name="försök")),
        migrations.AddField(model, "task", models.CharField(blank=True, max_length=36)),
        migrations.AlterField(
            model,
            "state",
            models.CharField(choices=STATES, default="requested", max_length=20, verbose_name="läge"),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0003_preparations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("report", "one_report_under_way_per_kind_and_year"),
        *added("report"),
        *added("preparation"),
        migrations.AddField("preparation", "finished_at", models.DateTimeField(null=True, verbose_name="avslutad")),
        migrations.AlterField(
            "report", "failure", models.CharField(blank=True, max_length=500, verbose_name="fel")
        ),
        migrations.AlterField("report", "finished_at", models.DateTimeField(null=True, verbose_name="avslutad")),
        migrations.AlterField("report", "requested_at", models.DateTimeField(verbose_name="begärd")),
        migrations.AlterField("report", "requested_by", person()),
        migrations.RunPython(rename_states, migrations.RunPython.noop),
        migrations.AddConstraint(
            "report",
            models.UniqueConstraint(
                condition=Q(state__in=("requested", "working")),
                fields=("kind", "year"),
                name="one_report_under_way_per_kind_and_year",
            ),
        ),
        migrations.CreateModel(
            name="Signing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(choices=STATES, default="requested", max_length=20, verbose_name="läge")),
                ("progress", models.PositiveSmallIntegerField(default=0, verbose_name="procent klart")),
                ("stage", models.CharField(blank=True, max_length=100, verbose_name="pågår")),
                ("failure", models.CharField(blank=True, max_length=500, verbose_name="fel")),
                ("requested_by", person()),
                ("requested_at", models.DateTimeField(verbose_name="begärd")),
                ("touched_at", models.DateTimeField(verbose_name="senaste livstecken")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="avslutad")),
                ("attempt", models.PositiveSmallIntegerField(default=0, verbose_name="försök")),
                ("task", models.CharField(blank=True, max_length=36)),
                ("publish_at", models.DateTimeField(null=True, verbose_name="publiceras")),
                ("digest", models.CharField(max_length=64)),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signings", to="reports.release"
                    ),
                ),
            ],
            options={
                "verbose_name": "godkännande av publicering",
                "verbose_name_plural": "godkännanden av publiceringar",
                "ordering": ["-requested_at", "-pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(condition=Q(("progress__lte", 100)), name="signing_progress_is_per_cent"),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("failure__gt", ""), ("state", "failed")),
                            Q(Q(("state", "failed"), _negated=True), ("failure", "")),
                            _connector="OR",
                        ),
                        name="failed_signing_says_why",
                    ),
                    models.UniqueConstraint(
                        condition=Q(("state__in", ("requested", "working"))),
                        fields=("release",),
                        name="one_signing_under_way_per_release",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SigningMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=30)),
                ("target", models.CharField(max_length=30)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="reports.signing"
                    ),
                ),
            ],
            options={"ordering": ["at", "pk"], "abstract": False},
        ),
        # SQLite has built these tables anew, and dropped their triggers.
        ForbidChange("reports_report", when="OLD.state = 'done'"),
        ForbidChange("reports_preparation", when="OLD.state = 'done'"),
        ForbidChange("reports_signingmove"),
        # Also a signature that failed: what was found against it stays with the draft.
        ForbidChange("reports_signing", when="OLD.state IN ('done', 'failed')"),
    ]
