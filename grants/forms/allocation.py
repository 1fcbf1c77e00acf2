"""The form of an allocation: what a person settles about each application, and one for declaring jäv in all of them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from grants.allocation import Problem
from grants.models import Application
from grants.selectors.allocation import ApplicationFacts, Basis, Wish
from nch.common.fields import SwedishNumberField
from nch.common.formats import format_number

CENTRE = [("yes", "Länet har resurscentrum"), ("no", "Länet saknar resurscentrum")]


class AllocationForm(forms.Form):
    """Per application: whether the county has a centre, special reasons, amounts settled by hand; and a note."""

    note = forms.CharField(
        label="Anmärkning",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Skriv gärna vad som skiljer den här fördelningen från de andra.",
    )

    def __init__(self, *args: Any, basis: Basis, wishes: Mapping[int, Wish], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.basis = basis
        self.refused: list[str] = []
        self.open_facts = [facts for facts in basis.facts if facts.score is not None and facts.decided is None]
        for facts in self.open_facts:
            self._add(facts, wishes.get(facts.application.pk, Wish()))

    def _add(self, facts: ApplicationFacts, wish: Wish) -> None:
        key, name = facts.application.pk, facts.application.organisation.name
        if self.basis.call.is_development_money:
            settled = (
                wish.has_centre if wish.has_centre is not None or facts.sources_differ else facts.registered_centre
            )
            self.fields[f"centre_{key}"] = forms.ChoiceField(
                label=f"Resurscentrum i länet, {name}",
                choices=[("", "Välj"), *CENTRE],
                required=False,
                initial="" if settled is None else "yes" if settled else "no",
                help_text=_sources(facts) if facts.sources_differ else "",
            )
            self.fields[f"reasons_{key}"] = forms.CharField(
                label=f"Särskilda skäl mot att {name} går före",
                required=False,
                max_length=2000,
                initial=wish.special_reasons,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text="Fylls i bara om länet saknar resurscentrum men ändå inte ska gå före.",
            )
        for year in sorted(self.basis.budgets):
            amount = wish.fixed.get(year)
            self.fields[f"fixed_{key}_{year}"] = SwedishNumberField(
                label=f"Bestämt belopp {year} för {name}, kronor",
                whole=True,
                required=False,
                initial="" if amount is None else format_number(amount),
                help_text=f"Sökt: {format_number(facts.asked.get(year, Decimal(0)))}. Lämna tomt så räknas det fram.",
            )

    def sections(self) -> list[tuple[ApplicationFacts, list[BoundField], bool]]:
        """Each application with its fields, and whether they are shown open: one is filled in, wrong or asked for."""
        made = []
        for facts in self.open_facts:
            names = [name for name in self.fields if name.split("_")[1:2] == [str(facts.application.pk)]]
            fields = [self[name] for name in names]
            settled = any(field.value() for field in fields if not field.name.startswith("centre_"))
            asked = facts.sources_differ and self.basis.call.is_development_money
            made.append((facts, fields, settled or asked or any(field.errors for field in fields)))
        return made

    def wishes(self) -> dict[int, Wish]:
        """What was settled, by the application's key."""
        cleaned = self.cleaned_data
        made = {}
        for facts in self.open_facts:
            key = facts.application.pk
            amounts = {year: cleaned.get(f"fixed_{key}_{year}") for year in self.basis.budgets}
            made[key] = Wish(
                has_centre={"yes": True, "no": False}.get(cleaned.get(f"centre_{key}", "")),
                special_reasons=cleaned.get(f"reasons_{key}", "").strip(),
                fixed={year: amount for year, amount in amounts.items() if amount is not None},
            )
        return made

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Say what the rule refuses, beside the field it concerns; in a form that is just opened, above it."""
        if not self.is_bound:
            self.refused = [problem.message for problem in problems]
            return
        for problem in problems:
            name = f"fixed_{problem.key}_{problem.year}"
            self.add_error(name if name in self.fields else None, problem.message)


def _sources(facts: ApplicationFacts) -> str:
    answered, registered = ("ja" if said else "nej" for said in (facts.answered_centre, facts.registered_centre))
    return f"Uppgifterna skiljer sig: ansökan säger {answered}, registret säger {registered}. Välj vad som gäller."


class CallDeclarationForm(forms.Form):
    """Whether one is recused, for each of a call's applications."""

    def __init__(self, *args: Any, applications: list[Application], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.applications = applications
        for application in applications:
            key, name = application.pk, application.organisation.name
            self.fields[f"recused_{key}"] = forms.ChoiceField(
                label=name, choices=[("no", "Inte jävig"), ("yes", "Jävig")], widget=forms.RadioSelect
            )
            self.fields[f"reason_{key}"] = forms.CharField(
                label=f"Skäl till jäv, {name}", required=False, max_length=2000
            )

    def rows(self) -> list[tuple[BoundField, BoundField]]:
        """The two fields of each application."""
        return [(self[f"recused_{a.pk}"], self[f"reason_{a.pk}"]) for a in self.applications]

    def answers(self) -> dict[int, tuple[bool, str]]:
        """Recused or not, and why, by the application's key."""
        cleaned = self.cleaned_data
        return {a.pk: (cleaned[f"recused_{a.pk}"] == "yes", cleaned[f"reason_{a.pk}"]) for a in self.applications}
