"""Forms of settling what is left of a year's money."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from grants.enums import ClaimGround
from nch.common.fields import DayField, SwedishNumberField, set_choices

DAYS_TO_PAY = datetime.timedelta(days=30)


class CarryOverForm(forms.Form):
    """Kronor to carry over, and to which year."""

    prefix = "overfor"
    amount = SwedishNumberField(label="Belopp att föra över, kronor", whole=False)
    year = forms.TypedChoiceField(label="Får användas under", coerce=int)
    reasons = forms.CharField(label="Skäl för beslutet", widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "year", [(year, str(year)) for year in years])


class RepaymentForm(forms.Form):
    """Kronor that are paid back, and when at the latest."""

    prefix = "betala"
    amount = SwedishNumberField(label="Belopp som betalas tillbaka, kronor", whole=False)
    due_on = DayField(label="Senast")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = timezone.localdate() + DAYS_TO_PAY


class ClaimForm(forms.Form):
    """Kronor that are claimed back, and why."""

    prefix = "krav"
    amount = SwedishNumberField(label="Belopp som krävs tillbaka, kronor", whole=False)
    ground = forms.ChoiceField(label="Grund för återkravet", choices=ClaimGround.choices, widget=forms.RadioSelect)
    reasons = forms.CharField(label="Skäl för beslutet", widget=forms.Textarea(attrs={"rows": 5}))


class RegisterRepaymentForm(forms.Form):
    """When money came back, and its voucher."""

    repaid_on = DayField(label="Dag då pengarna kom in")
    voucher = forms.CharField(label="Verifikation", max_length=40)
