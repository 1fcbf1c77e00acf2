"""Instalments, what the accounts say, and repayments. Amounts are in kronor."""

import uuid

from django.db import models
from django.db.models import F, Q

from grants.enums import PaymentBasis, PaymentState, RepaymentState
from grants.models.decisions import Decision
from grants.models.fields import KronorField
from grants.models.financial_reports import FinancialReport
from grants.models.grants import Grant
from nch.accounts.models import User
from nch.cases.models import Document
from nch.common.transitions import StateMove
from nch.counties.models import Organisation


def accounting_path(row: "AccountingExport | AccountingImport", name: str) -> str:
    """Files lie under a name that says nothing; the readable name is in the row."""
    return f"accounting/{row.grantor_id}/{uuid.uuid4().hex}"


class CounterpartCode(models.Model):
    """What the accounts of a grantor call an organisation that it pays; another grantor may call it something else."""

    organisation_path = "grantor"
    grantor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    code = models.CharField("motpart i redovisningen", max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grantor", "organisation"], name="one_counterpart_code_at_a_grantor"),
        ]

    def __str__(self) -> str:
        return self.code


class AccountingExport(models.Model):
    """A file to the accounting system with approved instalments and what reverses earlier ones, kept as written.

    Its rows never change.
    """

    organisation_path = "grantor"
    grantor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("nummer")
    file_name = models.CharField(max_length=150)
    file = models.FileField(upload_to=accounting_path)
    sha256 = models.CharField(max_length=64)
    total = KronorField("summa")
    created_at = models.DateTimeField("framställd")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["grantor", "number"], name="accounting_export_number_is_unique")]

    def __str__(self) -> str:
        return self.file_name


class Payment(models.Model):
    """An instalment (utbetalning) of one year's grant: planned, or requisitioned by the county's signatory.

    Prepared by one person, approved by another, and then marked as paid with day and voucher. `comment` says why it
    was sent back, withdrawn or cancelled; `document` is the requisition as it was registered; `export` the file by
    which the accounting system heard of it.
    """

    organisation_path = "grant__organisation"
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="payments")
    number = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField("budgetår")
    amount = KronorField("belopp i kronor")
    basis = models.CharField("grund", max_length=20, choices=PaymentBasis.choices)
    state = models.CharField(max_length=20, choices=PaymentState.choices)
    planned_on = models.DateField("planerad dag", null=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField("rekvirerad", null=True)
    request_text = models.TextField("vad pengarna ska användas till", blank=True)
    request_key = models.CharField(max_length=36, blank=True)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    prepared_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    paid_on = models.DateField("utbetalad", null=True)
    voucher = models.CharField("verifikation", max_length=40, blank=True)
    exported_at = models.DateTimeField(null=True)
    export = models.ForeignKey(AccountingExport, on_delete=models.PROTECT, null=True, related_name="payments")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    comment = models.TextField("varför den lämnades tillbaka eller ställdes in", blank=True)

    class Meta:
        ordering = ["year", "number"]
        verbose_name = "utbetalning"
        verbose_name_plural = "utbetalningar"
        constraints = [
            models.UniqueConstraint(fields=["grant", "number"], name="payment_number_is_unique_in_grant"),
            models.UniqueConstraint(
                fields=["grant", "request_key"], condition=~Q(request_key=""), name="page_sends_one_requisition"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_positive"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="preparer_never_approves",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "paid"]) | Q(prepared_by__isnull=False, approved_by__isnull=False),
                name="approved_payment_has_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | (Q(paid_on__isnull=False) & ~Q(voucher="")),
                name="paid_payment_has_day_and_voucher",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id}: {self.number}"


class AccountingExportRow(models.Model):
    """One row of a file to the accounting system, as it was written; rows never change.

    An instalment has one row, and one more of the opposite amount where it was cancelled after it had been handed over.
    """

    organisation_path = "export__grantor"
    export = models.ForeignKey(AccountingExport, on_delete=models.PROTECT, related_name="rows")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="accounting_rows")
    is_reversal = models.BooleanField(default=False)
    day = models.DateField()
    account = models.CharField(max_length=10)
    counterpart_code = models.CharField(max_length=10)
    appropriation_item = models.CharField(max_length=40)
    project_code = models.CharField(max_length=20)
    amount = KronorField()
    text = models.CharField(max_length=200)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["payment", "is_reversal"], name="payment_is_booked_and_reversed_once"),
            models.CheckConstraint(
                condition=Q(is_reversal=False, amount__gt=0) | Q(is_reversal=True, amount__lt=0),
                name="reversal_has_the_opposite_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_code}: {self.amount}"


class PaymentMove(StateMove):
    """The moves of a payment."""

    organisation_path = "subject__grant__organisation"
    subject = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="moves")


class Repayment(models.Model):
    """Kronor of a report's balance that go back to the grantor: unused money, or what a decision claims back."""

    organisation_path = "grant__organisation"
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="repayments")
    report = models.ForeignKey(FinancialReport, on_delete=models.PROTECT, related_name="repayments")
    claim = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="repayments")
    amount = KronorField("belopp i kronor")
    state = models.CharField(max_length=20, choices=RepaymentState.choices, default=RepaymentState.EXPECTED)
    due_on = models.DateField("senast")
    created_at = models.DateTimeField()
    repaid_on = models.DateField("återbetalad", null=True)
    voucher = models.CharField("verifikation", max_length=40, blank=True)
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = "återbetalning"
        verbose_name_plural = "återbetalningar"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="repayment_is_positive"),
            models.CheckConstraint(
                condition=~Q(state="repaid") | (Q(repaid_on__isnull=False) & ~Q(voucher="")),
                name="repaid_repayment_has_day_and_voucher",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id}: {self.amount}"


class AccountingImport(models.Model):
    """A file from the accounting system (SIE 4): checked and kept first, then read in whole.

    `dimension` is the number of the dimension that holds projects (6 in the format's own list). Where
    `skips_other_projects`, transactions on projects that are no grant of ours are left out instead of refused.
    """

    organisation_path = "grantor"
    grantor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=150)
    file = models.FileField(upload_to=accounting_path)
    sha256 = models.CharField(max_length=64)
    dimension = models.CharField("dimension för projekt", max_length=10, default="6")
    skips_other_projects = models.BooleanField("hoppa över andra projekt", default=False)
    checked_at = models.DateTimeField("granskad")
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField("inläst", null=True)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-checked_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["grantor", "sha256"], name="accounting_file_is_read_once")]

    def __str__(self) -> str:
        return self.file_name


class AccountingEntry(models.Model):
    """One transaction on a project, as the accounting system has it; debit is positive."""

    organisation_path = "source__grantor"
    source = models.ForeignKey(AccountingImport, on_delete=models.CASCADE, related_name="entries")
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, null=True, related_name="accounting_entries")
    project_code = models.CharField(max_length=20)
    account = models.CharField(max_length=10)
    day = models.DateField()
    voucher = models.CharField(max_length=40)
    text = models.CharField(max_length=200, blank=True)
    amount = KronorField()

    class Meta:
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.voucher}: {self.amount}"
