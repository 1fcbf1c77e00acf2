"""Applications, what they ask for, and what was asked to be completed. Amounts are in kronor."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from grants.enums import ApplicationState
from grants.models.amounts import YearAmount
from grants.models.calls import FundingCall
from grants.models.fields import KronorField
from nch.accounts.models import User
from nch.cases.models import Case
from nch.common.transitions import StateMove
from nch.counties.models import Organisation
from nch.questionnaires.models import Response


def _of_the_handler(column: str) -> models.Index:
    """The index that serves one order of the list of those who handle applications: by `column` or only by time.

    It holds all that a page of keys is found by, so that the table itself is not read (docs/decisions/0020).
    """
    order = [column] if column else []
    beside = [name for name in ("case", "call", "organisation") if name != column]
    return models.Index(
        fields=["grantor", *order, "-submitted_at", "-id", *beside],
        condition=Q(submitted_at__isnull=False),
        name=f"handled_by_{column or 'time'}",
    )


class Application(models.Model):
    """A county's application to one call. The case is registered when it is submitted, not before.

    `grantor` is the call's, which never changes: kept here so that an index can serve the lists of those who handle.
    """

    organisation_path = "organisation"
    call = models.ForeignKey(FundingCall, on_delete=models.PROTECT, related_name="applications")
    grantor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name="bidragsgivare"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="application")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="applications")
    state = models.CharField(max_length=20, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField("inlämnad", null=True)
    eligibility_answers: Any = models.JSONField("svar på behörighetsfrågorna", default=dict)
    applied_total = KronorField("sökt belopp", default=Decimal(0))

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = "ansökan"
        verbose_name_plural = "ansökningar"
        constraints = [
            models.UniqueConstraint(
                fields=["call", "organisation"],
                condition=~Q(state="withdrawn"),
                name="one_living_application_per_call_and_organisation",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(case__isnull=False, submitted_at__isnull=False),
                name="submitted_application_has_a_case",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-submitted_at"], name="application_by_state"),
            models.Index(fields=["-submitted_at", "-id"], name="application_by_time"),
            models.Index(fields=["organisation", "-submitted_at", "-id", "case"], name="own_applications_by_time"),
            *(_of_the_handler(column) for column in ("", "organisation", "state", "applied_total")),
            # Narrow, so that counting all of them stays quick.
            models.Index(fields=["grantor", "state"], condition=Q(submitted_at__isnull=False), name="handled_numbers"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.call}"


class ApplicationMove(StateMove):
    """The moves of an application."""

    organisation_path = "subject__organisation"
    subject = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="moves")


class AppliedAmount(YearAmount):
    """What a submitted application asks for in one year; the sum of that year's column in its budget."""

    organisation_path = "application__organisation"
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="applied_amounts")

    class Meta(YearAmount.Meta):
        constraints = [
            models.UniqueConstraint(fields=["application", "year"], name="one_applied_amount_per_year"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="applied_amount_is_not_negative"),
        ]


class ApplicationSubmission(models.Model):
    """Each time the application was handed in: first as a whole, then after each request for completion."""

    organisation_path = "application__organisation"
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField("inlämnad")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="submission_number_is_unique")]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.number}"


class CompletionRequest(models.Model):
    """A request to complete certain sections by a day; only those are open until it is answered or ended."""

    organisation_path = "application__organisation"
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="completion_requests")
    number = models.PositiveSmallIntegerField()
    requested_at = models.DateTimeField("begärd")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField("senast")
    answered_at = models.DateTimeField("besvarad", null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("avslutad utan svar", null=True)

    class Meta:
        ordering = ["number"]
        verbose_name = "begäran om komplettering"
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="completion_number_is_unique"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at__isnull=True, ended_at__isnull=True),
                name="one_open_completion_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.number}"


class CompletionSection(models.Model):
    """One section that is to be completed, and what is missing in it."""

    organisation_path = "request__application__organisation"
    request = models.ForeignKey(CompletionRequest, on_delete=models.CASCADE, related_name="sections")
    section_key = models.SlugField()
    comment = models.TextField("vad som behöver kompletteras")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "section_key"], name="section_is_asked_for_once_per_request")
        ]

    def __str__(self) -> str:
        return self.section_key
