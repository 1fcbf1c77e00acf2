"""The forms of a call, part by part (CallPart); each part is a form, rows, or both."""

import datetime
from typing import Any, ClassVar

from django import forms

from grants.enums import CallPart, CallPhase, EligibilityEffect, ReportingKind
from grants.forms.accounting import AccountField, CodeField
from grants.forms.rows import RowForm, RowFormSet, as_typed, row_set
from grants.selectors.calls import applicant_kinds_of, invitable
from grants.services.calls import CallInput, CriterionInput, EligibilityInput, ReportingInput
from nch.common.fields import DayField, LineField, LongSelect, SwedishNumberField, set_choices
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation

FIRST_YEAR, LAST_YEAR = 2018, 2100


class SwedishDateTimeField(forms.DateTimeField):
    """A moment in Swedish time, picked in the browser's own control."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)

    def to_python(self, value: Any) -> datetime.datetime | None:
        if isinstance(value, str) and value[:4].isdecimal() and not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
            raise forms.ValidationError(f"Ange ett år mellan {FIRST_YEAR} och {LAST_YEAR}.")
        return super().to_python(value)


class BasicsForm(forms.Form):
    """What a call is about, whose it is, and when it is open."""

    grantor = forms.TypedChoiceField(label="Bidragsgivare", coerce=int)
    # With what is put before it in cases, tasks and mails it still fits.
    title = LineField(label="Rubrik", max_length=150)
    purpose = forms.CharField(label="Syfte", widget=forms.Textarea(attrs={"rows": 6}))
    legal_basis = LineField(
        label="Rättslig grund",
        max_length=300,
        help_text="Till exempel en förordning eller ett uppdrag i regleringsbrevet.",
    )
    opens_at = SwedishDateTimeField(label="Öppnar", help_text="Svensk tid.")
    closes_at = SwedishDateTimeField(label="Stänger", help_text="Ansökningar tas emot fram till denna tid.")
    is_development_money = forms.BooleanField(
        label="Utvecklingsmedel till resurscentrum",
        required=False,
        help_text="Län utan resurscentrum går före, och ett län kan få pengar i högst fyra år.",
    )
    account = AccountField(help_text="Som utbetalningarna bokförs på.")
    appropriation_item = CodeField(label="Anslagspost", max_length=40, required=False)

    def __init__(self, *args: Any, grantors: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grantors = {grantor.pk: grantor for grantor in grantors}
        if len(grantors) > 1:
            set_choices(self, "grantor", [(grantor.pk, grantor.name) for grantor in grantors])
        else:
            del self.fields["grantor"]
        if all(grantor.kind != OrganisationKind.NCH for grantor in grantors):
            del self.fields["is_development_money"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "Utlysningen måste stänga efter att den har öppnat.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """What was filled in, as fields of CallInput."""
        values = dict(self.cleaned_data)
        if "grantor" in values:
            values["grantor"] = self.grantors[values["grantor"]]
        return values


class ApplicantsForm(forms.Form):
    """Which kinds of organisation may apply."""

    applicant_kinds = forms.MultipleChoiceField(
        label="Slag av organisationer som får söka", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, grantor: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "applicant_kinds", [(kind.value, kind.label) for kind in applicant_kinds_of(grantor)])
        if grantor.kind == OrganisationKind.COUNTY_BOARD:
            self.fields["applicant_kinds"].help_text = "Utlysningen gäller organisationer i det egna länet."

    def values(self) -> dict[str, Any]:
        """What was filled in, as fields of CallInput."""
        return self.cleaned_data


class TermsForm(forms.Form):
    """What follows with every decision of the call."""

    conditions = forms.CharField(
        label="Villkor",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Ett villkor per rad. De följer med till besluten, där de kan ändras.",
    )
    recall_clause = forms.CharField(
        label="När bidraget kan krävas tillbaka", required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    appeal_text = forms.CharField(
        label="Hur beslutet överklagas",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=(
            "Stäm av mot den rättsliga grunden. Går beslutet att överklaga ska texten säga hur, var och inom vilken "
            "tid (33 § förvaltningslagen)."
        ),
    )

    def clean_conditions(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["conditions"].splitlines()]
        return "\n".join(line for line in lines if line)

    def values(self) -> dict[str, Any]:
        """What was filled in, as fields of CallInput."""
        return self.cleaned_data


class BudgetRow(RowForm):
    """Money for one budget year."""

    main_field = "year"
    year = forms.IntegerField(
        label="Budgetår",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Ange vilket år beloppet gäller."},
    )
    amount = SwedishNumberField(
        label="Belopp i kronor", whole=False, error_messages={"required": "Ange belopp för budgetåret."}
    )

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount == 0:
            raise forms.ValidationError("Beloppet ska vara större än noll.")
        return amount


class InvitedRow(RowForm):
    """One organisation that is invited to apply."""

    main_field = "organisation"
    organisation = forms.TypedChoiceField(label="Inbjuden organisation", coerce=int, widget=LongSelect)


class CriterionRow(RowForm):
    """A criterion that applications are assessed against."""

    main_field = "title"
    preset = ("weight",)
    title = LineField(
        label="Kriterium", max_length=200, error_messages={"required": "Ange kriteriet som vägledningen gäller."}
    )
    weight = forms.IntegerField(
        label="Vikt (1–10)",
        min_value=1,
        max_value=10,
        initial=1,
        error_messages={"required": "Ange hur mycket kriteriet väger, 1–10."},
    )
    guidance = forms.CharField(label="Vägledning", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class EligibilityRow(RowForm):
    """A yes/no question before the application begins."""

    main_field = "text"
    preset = ("wanted", "effect")
    text = LineField(label="Fråga", max_length=300, error_messages={"required": "Skriv frågan."})
    wanted = forms.ChoiceField(
        label="Svar som krävs",
        choices=[("yes", "Ja"), ("no", "Nej")],
        initial="yes",
        widget=forms.RadioSelect,
    )
    effect = forms.ChoiceField(
        label="Vid annat svar",
        choices=EligibilityEffect.choices,
        initial=EligibilityEffect.END.value,
        widget=forms.RadioSelect,
    )
    message = forms.CharField(
        label="Besked vid annat svar",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Skriv vad den som svarar annat får veta."},
    )


class ReportingRow(RowForm):
    """A report that everybody who is granted money hands in."""

    main_field = "kind"
    kind = forms.ChoiceField(
        label="Slag av rapport",
        choices=[("", "Välj"), *ReportingKind.choices],
        error_messages={"required": "Välj vilken rapport raden gäller."},
    )
    period_starts_on = DayField(label="Perioden börjar", first_year=FIRST_YEAR, last_year=LAST_YEAR)
    period_ends_on = DayField(label="Perioden slutar", first_year=FIRST_YEAR, last_year=LAST_YEAR)
    opens_on = DayField(label="Kan lämnas från", first_year=FIRST_YEAR, last_year=LAST_YEAR)
    due_on = DayField(label="Lämnas senast", first_year=FIRST_YEAR, last_year=LAST_YEAR)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        pairs = {
            ("period_starts_on", "period_ends_on"): "Perioden måste sluta efter att den har börjat.",
            ("opens_on", "due_on"): "Sista dagen måste komma efter den första.",
        }
        for (first, last), message in pairs.items():
            if cleaned.get(first) and cleaned.get(last) and cleaned[last] < cleaned[first]:
                self.add_error(last, message)
        return cleaned


class BudgetRows(RowFormSet):
    """At least one year, none twice."""

    least, too_few = 1, "Ange minst ett budgetår med belopp."

    def clean(self) -> None:
        super().clean()
        years = [form.cleaned_data.get("year") for form in self.forms if form.is_valid()]
        for form in self.forms:
            year = form.cleaned_data.get("year") if form.is_valid() else None
            if year and years.count(year) > 1:
                form.add_error("year", f"{year} är angivet flera gånger.")


class CriterionRows(RowFormSet):
    """At least one criterion."""

    least, too_few = 1, "Ange minst ett kriterium."


BudgetSet = row_set(BudgetRow, BudgetRows, extra=1)
InvitedSet = row_set(InvitedRow, RowFormSet, extra=1)
CriterionSet = row_set(CriterionRow, CriterionRows, extra=1)
EligibilitySet = row_set(EligibilityRow, RowFormSet, extra=1)
ReportingSet = row_set(ReportingRow, RowFormSet, extra=1)


class PartForms:
    """One part of a call's pages: `main`, a form or None, and `rows`, a set of them or None."""

    part: ClassVar[CallPart]
    # The fields of CallInput that the part writes.
    names: ClassVar[tuple[str, ...]]
    row_title: ClassVar[str] = ""
    rows_heading: ClassVar[str] = ""
    rows_help: ClassVar[str] = ""

    def __init__(self, content: CallInput | None, grantors: list[Organisation], data: Any = None) -> None:
        self.grantors = grantors
        self.main: Any = self.make_main(content, data)
        self.rows: Any = self.make_rows(content, data)

    def make_main(self, content: CallInput | None, data: Any) -> Any:
        """The form that is not repeated."""
        return None

    def make_rows(self, content: CallInput | None, data: Any) -> Any:
        """The set of rows."""
        return None

    def values(self) -> dict[str, Any]:
        """What was filled in, as fields of CallInput."""
        raise NotImplementedError

    def is_valid(self) -> bool:
        """Whether all is well; everything is checked, so that all errors are shown at once."""
        checked = [part.is_valid() for part in (self.main, self.rows) if part is not None]
        return all(checked)

    def with_one_more_row(self) -> "PartForms":
        """The same as typed, not checked yet, with an empty row more."""
        if self.main is not None:
            self.main = self.make_main_typed(as_typed(self.main))
        typed = [as_typed(form) for form in self.rows.forms]
        self.rows = self.make_rows_typed(typed)
        return self

    def make_main_typed(self, typed: dict[str, Any]) -> Any:
        """The form that is not repeated, filled in with what was typed."""
        return None

    def make_rows_typed(self, typed: list[dict[str, Any]]) -> Any:
        """The rows filled in with what was typed, and an empty one."""
        return type(self.rows)(initial=typed, prefix=self.rows.prefix, form_kwargs=self.rows.form_kwargs)


class BasicsPart(PartForms):
    part = CallPart.BASICS
    names = (
        "title",
        "purpose",
        "legal_basis",
        "opens_at",
        "closes_at",
        "is_development_money",
        "account",
        "appropriation_item",
    )

    def make_main(self, content: CallInput | None, data: Any) -> BasicsForm:
        initial = {name: getattr(content, name) for name in self.names} if content else None
        return BasicsForm(data, initial=initial, grantors=self.grantors)

    def values(self) -> dict[str, Any]:
        return {"is_development_money": False, **self.main.values()}


class MoneyPart(PartForms):
    part = CallPart.MONEY
    names = ("budgets",)
    row_title = "Budgetår"

    def make_rows(self, content: CallInput | None, data: Any) -> Any:
        budgets = content.budgets if content else {}
        initial = [{"year": year, "amount": f"{amount.normalize():f}"} for year, amount in budgets.items()]
        return BudgetSet(data, initial=initial, prefix="budget")

    def values(self) -> dict[str, Any]:
        return {"budgets": {row["year"]: row["amount"] for row in self.rows.filled()}}


class ApplicantsPart(PartForms):
    part = CallPart.APPLICANTS
    names = ("applicant_kinds", "invited")
    row_title = "Inbjuden organisation"
    rows_heading = "Bara inbjudna"
    rows_help = (
        "Välj organisationer här om utlysningen bara vänder sig till dem. Då räknas inte valet ovan. "
        "Lämna annars raderna tomma."
    )

    def make_main(self, content: CallInput | None, data: Any) -> ApplicantsForm:
        initial = {"applicant_kinds": list(content.applicant_kinds)} if content else None
        return ApplicantsForm(data, initial=initial, grantor=self.grantors[0])

    def make_main_typed(self, typed: dict[str, Any]) -> ApplicantsForm:
        return ApplicantsForm(initial=typed, grantor=self.grantors[0])

    def make_rows(self, content: CallInput | None, data: Any) -> Any:
        initial = [{"organisation": pk} for pk in content.invited] if content else []
        return self._with_choices(InvitedSet(data, initial=initial, prefix="inbjuden"))

    def make_rows_typed(self, typed: list[dict[str, Any]]) -> Any:
        return self._with_choices(super().make_rows_typed(typed))

    def _with_choices(self, rows: Any) -> Any:
        groups: dict[str, list[tuple[int, str]]] = {}
        for organisation in invitable(self.grantors[0]):
            groups.setdefault(organisation.get_kind_display(), []).append((organisation.pk, organisation.name))
        for form in rows.forms:
            set_choices(form, "organisation", [("", "Välj"), *groups.items()])
        return rows

    def values(self) -> dict[str, Any]:
        invited = sorted({row["organisation"] for row in self.rows.filled()})
        return {**self.main.values(), "invited": invited}


class CriteriaPart(PartForms):
    part = CallPart.CRITERIA
    names = ("criteria",)
    row_title = "Kriterium"
    rows_help = "Vikten anger hur mycket kriteriet räknas jämfört med de andra. Vägledningen läses av alla."

    def make_rows(self, content: CallInput | None, data: Any) -> Any:
        initial = [vars(criterion) for criterion in content.criteria] if content else []
        return CriterionSet(data, initial=initial, prefix="kriterium")

    def values(self) -> dict[str, Any]:
        return {"criteria": [CriterionInput(**row) for row in self.rows.filled()]}


class EligibilityPart(PartForms):
    part = CallPart.ELIGIBILITY
    names = ("eligibility",)
    row_title = "Fråga"
    rows_help = (
        "Frågorna ställs innan ansökan påbörjas. Ett annat svar än det som krävs stoppar ansökan eller ger en varning."
    )

    def make_rows(self, content: CallInput | None, data: Any) -> Any:
        initial = [vars(question) for question in content.eligibility] if content else []
        return EligibilitySet(data, initial=initial, prefix="fraga")

    def values(self) -> dict[str, Any]:
        return {"eligibility": [EligibilityInput(**row) for row in self.rows.filled()]}


class TermsPart(PartForms):
    part = CallPart.TERMS
    names = ("conditions", "recall_clause", "appeal_text")

    def make_main(self, content: CallInput | None, data: Any) -> TermsForm:
        initial = {name: getattr(content, name) for name in self.names} if content else None
        return TermsForm(data, initial=initial)

    def values(self) -> dict[str, Any]:
        return self.main.values()


class ReportingPart(PartForms):
    part = CallPart.REPORTING
    names = ("reporting_plan",)
    row_title = "Rapport"
    rows_help = "Planen gäller alla som beviljas bidrag. Den som ska lämna en rapport påminns i god tid."

    def make_rows(self, content: CallInput | None, data: Any) -> Any:
        initial = [vars(report) for report in content.reporting_plan] if content else []
        return ReportingSet(data, initial=initial, prefix="rapport")

    def values(self) -> dict[str, Any]:
        return {"reporting_plan": [ReportingInput(**row) for row in self.rows.filled()]}


PARTS: dict[str, type[PartForms]] = {
    forms_class.part.value: forms_class
    for forms_class in (
        BasicsPart,
        MoneyPart,
        ApplicantsPart,
        CriteriaPart,
        EligibilityPart,
        TermsPart,
        ReportingPart,
    )
}


class NoticeForm(forms.Form):
    """A notice to all applicants after publication."""

    title = LineField(label="Rubrik", max_length=200)
    text = forms.CharField(
        label="Meddelande",
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Skriv vad som har ändrats, varför och vad det betyder för den som söker.",
    )
    closes_at = SwedishDateTimeField(
        label="Ny sista dag",
        required=False,
        help_text="Bara om tiden för att söka ska förlängas. Den kan inte kortas.",
    )

    def __init__(self, *args: Any, closes_at: datetime.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = closes_at

    def clean_closes_at(self) -> datetime.datetime | None:
        moment: datetime.datetime | None = self.cleaned_data["closes_at"]
        if moment is not None and moment <= self.present:
            raise forms.ValidationError("Den nya sista dagen måste vara senare än den som gäller.")
        return moment


class CallFilterForm(forms.Form):
    """Filters of the list of calls."""

    phase = forms.ChoiceField(label="Läge", required=False, choices=[("", "Alla"), *CallPhase.choices])
    grantor = forms.ChoiceField(label="Bidragsgivare", required=False)

    def __init__(self, *args: Any, grantors: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "grantor", [("", "Alla"), *grantors])
