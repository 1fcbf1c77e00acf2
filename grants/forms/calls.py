"""The form of a call."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms

from grants.models import FundingCall
from grants.services.calls import CallInput, CriterionInput
from nch.common.fields import SwedishNumberField

FIRST_YEAR, LAST_YEAR = 2018, 2100
BUDGET_ROWS, CRITERION_ROWS = 3, 5


class SwedishDateTimeField(forms.DateTimeField):
    """A moment in Swedish time, picked in the browser's own control."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)

    def to_python(self, value: Any) -> datetime.datetime | None:
        if isinstance(value, str) and value[:4].isdecimal() and not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
            raise forms.ValidationError(f"Ange ett år mellan {FIRST_YEAR} och {LAST_YEAR}.")
        return super().to_python(value)


class CallForm(forms.Form):
    """What a call says, apart from its money and criteria."""

    title = forms.CharField(label="Rubrik", max_length=200)
    purpose = forms.CharField(label="Syfte", widget=forms.Textarea(attrs={"rows": 6}))
    legal_basis = forms.CharField(
        label="Rättslig grund", max_length=300, help_text="Till exempel uppdraget i regleringsbrevet."
    )
    opens_at = SwedishDateTimeField(label="Öppnar", help_text="Svensk tid.")
    closes_at = SwedishDateTimeField(label="Stänger", help_text="Ansökningar tas emot fram till denna tid.")
    is_development_money = forms.BooleanField(
        label="Utvecklingsmedel till resurscentrum",
        required=False,
        help_text="Län utan resurscentrum går före, och ett län kan få pengar i högst fyra år.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "Utlysningen måste stänga efter att den har öppnat.")
        return cleaned


class BudgetForm(forms.Form):
    """Money for one budget year."""

    year = forms.IntegerField(
        label="Budgetår",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    amount = SwedishNumberField(label="Belopp i kronor", whole=False, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        year, amount = cleaned.get("year"), cleaned.get("amount")
        if year and amount is None and "amount" not in self.errors:
            self.add_error("amount", f"Ange belopp för {year}.")
        if amount is not None and not year and "year" not in self.errors:
            self.add_error("year", "Ange vilket år beloppet gäller.")
        if amount == 0:
            self.add_error("amount", "Beloppet ska vara större än noll.")
        return cleaned


class CriterionForm(forms.Form):
    """A criterion that applications are assessed against."""

    title = forms.CharField(label="Kriterium", max_length=200, required=False)
    guidance = forms.CharField(label="Vägledning", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    weight = forms.IntegerField(label="Vikt (1–10)", min_value=1, max_value=10, initial=1, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("guidance") and not cleaned.get("title"):
            self.add_error("title", "Ange kriteriet som vägledningen gäller.")
        return cleaned


class BaseBudgetFormSet(forms.BaseFormSet):
    """At least one year, none twice."""

    def clean(self) -> None:
        if any(self.errors) or not self.forms:
            return
        years = [form.cleaned_data["year"] for form in self.forms if form.cleaned_data.get("year")]
        if not years:
            self.forms[0].add_error("year", "Ange minst ett budgetår med belopp.")
        for form in self.forms:
            year = form.cleaned_data.get("year")
            if year and years.count(year) > 1:
                form.add_error("year", f"{year} är angivet flera gånger.")


class BaseCriterionFormSet(forms.BaseFormSet):
    """At least one criterion."""

    def clean(self) -> None:
        if self.forms and not any(self.errors) and not any(form.cleaned_data.get("title") for form in self.forms):
            self.forms[0].add_error("title", "Ange minst ett kriterium.")


BudgetFormSet = forms.formset_factory(BudgetForm, formset=BaseBudgetFormSet, extra=BUDGET_ROWS, max_num=BUDGET_ROWS)
CriterionFormSet = forms.formset_factory(
    CriterionForm, formset=BaseCriterionFormSet, extra=CRITERION_ROWS, max_num=CRITERION_ROWS
)


class CallForms:
    """The three parts of a call's page as one."""

    def __init__(self, data: Any = None, call: FundingCall | None = None) -> None:
        initial: dict[str, Any] = {}
        budgets: list[dict[str, Any]] = []
        criteria: list[dict[str, Any]] = []
        if call is not None:
            initial = {name: getattr(call, name) for name in CallForm.base_fields}
            budgets = [{"year": row.year, "amount": f"{row.amount.normalize():f}"} for row in call.budgets.all()]
            criteria = [{"title": c.title, "guidance": c.guidance, "weight": c.weight} for c in call.criteria.all()]
        self.main = CallForm(data, initial=initial)
        self.budgets = BudgetFormSet(data, initial=budgets, prefix="budget")
        self.criteria = CriterionFormSet(data, initial=criteria, prefix="kriterium")

    def is_valid(self) -> bool:
        """Whether all parts are; every part is checked, so that all errors are shown at once."""
        return all([self.main.is_valid(), self.budgets.is_valid(), self.criteria.is_valid()])

    def content(self) -> CallInput:
        """What was filled in."""
        budgets: dict[int, Decimal] = {
            row["year"]: row["amount"] for row in self.budgets.cleaned_data if row.get("year")
        }
        criteria = [
            CriterionInput(row["title"], row.get("guidance", ""), row.get("weight") or 1)
            for row in self.criteria.cleaned_data
            if row.get("title")
        ]
        return CallInput(**self.main.cleaned_data, budgets=budgets, criteria=criteria)
