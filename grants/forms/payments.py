"""Forms of instalments: the plan, a requisition, what was paid, and the filter of the list."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from grants.enums import PaymentState
from grants.models import Payment
from grants.services.payments import Instalment
from nch.common.fields import DayField, SearchField, SwedishNumberField, set_choices

EMPTY_ROWS = 4


class InstalmentForm(forms.Form):
    """One instalment of the plan; an emptied row takes it away."""

    number = forms.IntegerField(required=False, widget=forms.HiddenInput)
    year = forms.TypedChoiceField(label="Budgetår", required=False, coerce=int, empty_value=None)
    amount = SwedishNumberField(label="Belopp i kronor", whole=False, required=False)
    planned_on = DayField(label="Betalas", required=False)

    def __init__(self, *args: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "year", [("", "Välj år"), *((year, year) for year in years)])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("amount") == 0:
            self.add_error("amount", "Beloppet ska vara större än noll.")
        names = {"year": "Välj budgetår.", "amount": "Ange beloppet.", "planned_on": "Ange vilken dag det betalas."}
        if any(cleaned.get(name) for name in ("amount", "planned_on")):
            for name, message in names.items():
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, message)
        return cleaned


PlanFormSet = forms.formset_factory(InstalmentForm, extra=EMPTY_ROWS, max_num=60)


def instalments(formset: forms.BaseFormSet) -> list[Instalment]:
    """What was filled in in the rows of a plan, without the empty ones."""
    return [
        Instalment(form.cleaned_data["year"], form.cleaned_data["amount"], day, form.cleaned_data["number"])
        for form in formset.forms
        if (day := form.cleaned_data.get("planned_on"))
    ]


class RequisitionForm(forms.Form):
    """Asking for an instalment; `key` is the page's own, so that the form sent twice is one requisition."""

    key = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput, initial=lambda: uuid.uuid4().hex)
    year = forms.TypedChoiceField(label="Budgetår", coerce=int)
    amount = SwedishNumberField(label="Belopp i kronor", whole=False)
    text = forms.CharField(
        label="Vad ska pengarna användas till?",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Beskriv kort vilka kostnader och vilken tid rekvisitionen gäller.",
    )

    def __init__(self, *args: Any, years: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "year", years.items())


class ReasonForm(forms.Form):
    """Why an instalment is sent back or cancelled."""

    comment = forms.CharField(label="Skäl", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class PaidForm(forms.Form):
    """The day that one or several instalments were paid, and the voucher of each."""

    paid_on = DayField(label="Dagen då pengarna betalades ut")

    def __init__(self, *args: Any, payments: Sequence[Payment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for payment in payments:
            self.fields[self.name_of(payment)] = forms.CharField(
                label=f"Verifikation för {payment.grant.organisation}, utbetalning {payment.number}", max_length=40
            )

    @staticmethod
    def name_of(payment: Payment) -> str:
        """The name of the field for the payment's voucher."""
        return f"voucher_{payment.pk}"

    def voucher_of(self, payment: Payment) -> str:
        """The voucher that was filled in for the payment."""
        return self.cleaned_data[self.name_of(payment)]


class PaymentFilterForm(forms.Form):
    """Filters of the list of instalments."""

    q = SearchField(label="Mottagare, projekt eller verifikation")
    state = forms.ChoiceField(label="Läge", required=False, choices=[("", "Alla"), *PaymentState.choices])
    year = forms.IntegerField(label="Budgetår", required=False, min_value=2000, max_value=2100)
    call = forms.TypedChoiceField(label="Utlysning", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, calls: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "call", [("", "Alla"), *calls])
