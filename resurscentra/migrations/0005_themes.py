"""Themes of lägesbilder, and which of them NCH has found in each."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from nch.common.immutable import ForbidChange


class Migration(migrations.Migration):
    dependencies = [
        ("resurscentra", "0004_final_returns"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(db_index=False, max_length=40, verbose_name="kod")),
                ("label", models.CharField(max_length=120, verbose_name="benämning")),
                ("label_en", models.CharField(max_length=120, verbose_name="engelsk benämning")),
                ("position", models.PositiveSmallIntegerField(verbose_name="ordning")),
                ("valid_from", models.DateField(verbose_name="gäller från")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="gäller till och med")),
                (
                    "kind",
                    models.CharField(
                        choices=[("success_factor", "Framgångsfaktor"), ("challenge", "Utmaning")],
                        max_length=20,
                        verbose_name="slag",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="källa")),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="resurscentra.theme",
                        verbose_name="efterträdare",
                    ),
                ),
            ],
            options={
                "verbose_name": "tema",
                "verbose_name_plural": "teman",
                "ordering": ["-kind", "position", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "code"), name="theme_is_unique_in_its_list"),
                    models.CheckConstraint(
                        condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                        name="theme_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=Q(successor__isnull=True) | Q(valid_to__isnull=False),
                        name="theme_with_successor_has_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportCoding",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="coding",
                        serialize=False,
                        to="resurscentra.situationreport",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                ("coded_at", models.DateTimeField(verbose_name="kodad")),
                (
                    "coded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="kodad av",
                    ),
                ),
            ],
            options={"verbose_name": "kodning", "verbose_name_plural": "kodningar"},
        ),
        migrations.CreateModel(
            name="CodedTheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "coding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="coded",
                        to="resurscentra.reportcoding",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="coded", to="resurscentra.theme"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("coding", "theme"), name="theme_is_ticked_once")],
            },
        ),
        migrations.AddField(
            "reportcoding",
            "themes",
            models.ManyToManyField(related_name="codings", through="resurscentra.CodedTheme", to="resurscentra.theme"),
        ),
        ForbidChange("resurscentra_theme", when="OLD.code <> NEW.code OR OLD.kind <> NEW.kind", delete=False),
    ]
