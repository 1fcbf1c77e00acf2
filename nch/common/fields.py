"""Form fields for numbers and amounts as Swedes type them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nch.common.formats import NotANumberError, parse_number

HIGHEST_AMOUNT = Decimal("9999999999.99")


class SwedishNumberField(forms.CharField):
    """A number as Swedes type it; zero or more."""

    def __init__(self, *, whole: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.whole = whole
        self.widget.attrs["inputmode"] = "numeric" if whole else "decimal"
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        return read_amount(text, whole=self.whole) if text else None


def read_amount(text: str, *, whole: bool = False) -> Decimal:
    """Read an amount or count of zero or more; raises ValidationError in Swedish that says what is wrong."""
    try:
        number = parse_number(text)
    except NotANumberError as error:
        raise ValidationError(f"”{text}” är inte ett tal. Skriv bara siffror, till exempel 125 000.") from error
    if number < 0:
        raise ValidationError(f"”{text}” är negativt. Skriv noll eller mer.")
    if number > HIGHEST_AMOUNT:
        raise ValidationError(f"”{text}” är orimligt stort.")
    if whole and number != number.to_integral_value():
        raise ValidationError("Skriv ett helt tal.")
    if number != number.quantize(Decimal("0.01")):
        raise ValidationError("Skriv högst två decimaler.")
    return number
