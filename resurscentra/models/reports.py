"""Periods for which a lägesbild is asked, and the answers."""

from django.db import models
from django.db.models import F, Q

from nch.cases.models import Case
from nch.common.transitions import StateMove
from nch.counties.models import Organisation
from nch.questionnaires.models import Response
from resurscentra.enums import ReportState
from resurscentra.models.asked import Asked
from resurscentra.models.centres import ResourceCentre


class ReportingPeriod(Asked):
    """A period for which NCH asks the counties for a lägesbild."""

    class Meta(Asked.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["title", "starts_on", "ends_on"], name="period_is_asked_for_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="period_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on")), name="report_is_due_after_the_period_begins"
            ),
        ]


class SituationReport(models.Model):
    """One lägesbild that is asked for: per county board, and per centre where a county has several."""

    organisation_path = "organisation"
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="reports")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="situation_reports")
    centre = models.ForeignKey(ResourceCentre, on_delete=models.PROTECT, null=True, related_name="situation_reports")
    response = models.OneToOneField(Response, on_delete=models.PROTECT, null=True, related_name="situation_report")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="situation_reports")
    state = models.CharField(max_length=20, choices=ReportState.choices, default=ReportState.EXPECTED)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["organisation__sort_key", "centre__organisation__sort_key"]
        verbose_name = "lägesbild"
        verbose_name_plural = "lägesbilder"
        constraints = [
            models.UniqueConstraint(
                fields=["period", "organisation"], condition=Q(centre__isnull=True), name="one_report_per_county"
            ),
            models.UniqueConstraint(
                fields=["period", "organisation", "centre"],
                condition=Q(centre__isnull=False),
                name="one_report_per_centre",
            ),
            models.CheckConstraint(
                condition=Q(state="expected", response__isnull=True)
                | Q(state="draft", response__isnull=False)
                | Q(state="submitted", response__isnull=False, case__isnull=False, submitted_at__isnull=False),
                name="report_state_has_what_it_needs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.subject_name}"

    @property
    def subject_name(self) -> str:
        """The county board, with the centre where the county has several."""
        return f"{self.organisation} – {self.centre}" if self.centre else str(self.organisation)


class SituationReportMove(StateMove):
    """The moves of a lägesbild."""

    organisation_path = "subject__organisation"
    subject = models.ForeignKey(SituationReport, on_delete=models.CASCADE, related_name="moves")
