"""Forms of proposing and deciding."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from grants.enums import CostCategory, Outcome
from grants.services.decisions import ProposalInput
from nch.common.fields import DayField, SwedishNumberField
from nch.common.formats import as_key, format_kronor
from nch.questionnaires.grids import MoneyGridField

_CONDITION = re.compile(r"^condition_(\d+)$")


class ProposalForm(forms.Form):
    """Outcome, amount and budget per year, reasons, numbered conditions and the clauses of a decision.

    `years` are those that can be given money, `conditions` how many conditions there is room for. A year's budget that
    is left empty follows `empty_budget`.
    """

    outcome = forms.ChoiceField(label="Utfall", choices=Outcome.choices, widget=forms.RadioSelect)
    empty_budget = "Lämna ett års kolumn tom, så fördelas beloppet som i den sökta budgeten."

    def __init__(
        self,
        data: Any = None,
        *,
        years: Sequence[int],
        conditions: int,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.years = list(years)
        for year in self.years:
            self.fields[f"amount_{year}"] = SwedishNumberField(
                label=f"Belopp för {year}, kronor", whole=False, required=False, help_text="Lämna tomt vid avslag."
            )
        self.fields["budget"] = MoneyGridField(
            [list(choice) for choice in CostCategory.choices],
            [[str(year), str(year)] for year in self.years],
            label="Budget per kostnadsslag",
            required=False,
            help_text=f"Varje års kolumn ska summera till årets belopp. {self.empty_budget}",
        )
        self.fields["reasons"] = forms.CharField(label="Skäl för beslutet", widget=forms.Textarea(attrs={"rows": 8}))
        for number in range(conditions):
            self.fields[f"condition_{number}"] = forms.CharField(
                label=f"Villkor {number + 1}", required=False, widget=forms.Textarea(attrs={"rows": 2})
            )
        self.fields["recall_clause"] = forms.CharField(
            label="När bidraget kan krävas tillbaka", required=False, widget=forms.Textarea(attrs={"rows": 4})
        )
        self.fields["appeal_text"] = forms.CharField(
            label="Hur beslutet överklagas", required=False, widget=forms.Textarea(attrs={"rows": 4})
        )

    @classmethod
    def as_typed(cls, typed: Any, *, years: Sequence[int]) -> "ProposalForm":
        """The form as somebody has left it, right or wrong, without its errors."""
        form = cls(years=years, conditions=len(conditions_in(typed)))
        form.initial = {
            name: field.widget.value_from_datadict(typed, {}, name)
            for name, field in form.fields.items()
            if not field.widget.value_omitted_from_data(typed, {}, name)
        }
        return form

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == Outcome.REJECTED or "budget" in self.errors:
            return cleaned
        for year, lines in self.budget().items():
            amount, total = cleaned.get(f"amount_{year}") or Decimal(0), sum(lines.values(), Decimal(0))
            if amount != total and f"amount_{year}" not in self.errors:
                self.add_error(
                    "budget",
                    f"{year}: raderna blir {format_kronor(total)}, men årets belopp är {format_kronor(amount)}.",
                )
        return cleaned

    def amounts(self) -> dict[int, Decimal]:
        """Kronor per year; nothing where nothing was filled in."""
        return {year: self.cleaned_data.get(f"amount_{year}") or Decimal(0) for year in self.years}

    def budget(self) -> dict[int, dict[str, Decimal]]:
        """Kronor per category for the years whose column holds anything."""
        grid = self.cleaned_data.get("budget") or {}
        budget: dict[int, dict[str, Decimal]] = {}
        for category, cells in grid.items():
            for year, amount in cells.items():
                if amount:
                    budget.setdefault(int(year), {})[category] = amount
        return budget

    def conditions(self) -> list[str]:
        """The conditions that are not empty, in order."""
        texts = [self.cleaned_data[name] for name in self.fields if _CONDITION.match(name)]
        return [text for text in texts if text.strip()]

    def content(self) -> ProposalInput:
        """What was filled in."""
        cleaned = self.cleaned_data
        return ProposalInput(
            outcome=Outcome(cleaned["outcome"]),
            amounts=self.amounts(),
            budget=self.budget(),
            reasons=cleaned["reasons"],
            conditions=self.conditions(),
            recall_clause=cleaned["recall_clause"],
            appeal_text=cleaned["appeal_text"],
        )

    def amount_fields(self) -> list[BoundField]:
        """The fields of the amounts, for the template."""
        return [self[f"amount_{year}"] for year in self.years]

    def condition_fields(self) -> list[BoundField]:
        """The fields of the conditions, for the template."""
        return [self[name] for name in self.fields if _CONDITION.match(name)]


class ChangeProposalForm(ProposalForm):
    """The same for a change of a grant, with its last day and contents."""

    empty_budget = "Lämna ett års kolumn tom, så fördelas beloppet som i den budget som gäller."
    field_order = ["outcome", "ends_on", "contents"]

    ends_on = DayField(
        label="Bidraget gäller till och med",
        required=False,
        help_text="Lämna tomt om sista dagen inte ändras.",
    )
    contents = forms.CharField(label="Ändrat innehåll", required=False, widget=forms.Textarea(attrs={"rows": 5}))


def conditions_in(typed: Any) -> list[str]:
    """The conditions in what was typed, in the order of their numbers; empty ones too."""
    found = sorted((int(match[1]), name) for name in typed if (match := _CONDITION.match(name)))
    return [str(typed.get(name, "")) for _, name in found]


def with_conditions(typed: Any, conditions: Sequence[str]) -> Any:
    """A copy of what was typed with these conditions instead of its own."""
    changed = typed.copy()
    for name in [name for name in changed if _CONDITION.match(name)]:
        del changed[name]
    for number, text in enumerate(conditions):
        changed[f"condition_{number}"] = text
    return changed


def rearranged(typed: Any, action: str) -> Any:
    """What was typed with a condition added (`add`), moved (`up-1`, `down-1`) or taken away (`remove-1`)."""
    conditions = conditions_in(typed)
    verb, _, number = action.partition("-")
    index = as_key(number)
    if verb == "add":
        conditions.append("")
    elif index is not None and index < len(conditions):
        text = conditions.pop(index)
        if verb == "up":
            conditions.insert(max(index - 1, 0), text)
        elif verb == "down":
            conditions.insert(index + 1, text)
    return with_conditions(typed, conditions)


class ReturnForm(forms.Form):
    """Why a proposal goes back."""

    comment = forms.CharField(label="Vad behöver ändras?", widget=forms.Textarea(attrs={"rows": 4}))
