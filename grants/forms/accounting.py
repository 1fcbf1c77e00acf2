"""Forms of the accounts: a grant's codes, and a file of outcomes."""

from typing import Any

from django import forms
from django.conf import settings

from grants.models import Grant
from grants.sie import PROJECT_DIMENSION

_LETTERS = r"[A-Za-zÅÄÖåäö0-9 ./_-]+"


def _code(label: str, max_length: int, help_text: str = "", *, required: bool = True) -> forms.RegexField:
    return forms.RegexField(
        _LETTERS,
        label=label,
        max_length=max_length,
        help_text=help_text,
        required=required,
        error_messages={"invalid": "Använd bara bokstäver, siffror, mellanslag och . / _ -"},
    )


class CodesForm(forms.Form):
    """What the accounts call a grant's project, its recipient, and its call's account and appropriation item."""

    project_code = _code("Projekt", 20, "Kan ändras tills en utbetalning är lämnad till ekonomisystemet.")
    counterpart_code = _code("Motpart", 10, "Mottagarens kod. Den gäller mottagarens alla bidrag.", required=False)
    account = forms.RegexField(
        r"[0-9]+",
        label="Konto",
        max_length=10,
        required=False,
        help_text="Gäller hela utlysningen.",
        error_messages={"invalid": "Ett konto skrivs med siffror."},
    )
    appropriation_item = _code("Anslagspost", 40, "Gäller hela utlysningen.", required=False)

    @classmethod
    def of(cls, grant: Grant, data: Any = None) -> "CodesForm":
        """The form with what the grant has now."""
        initial = {
            "project_code": grant.project_code,
            "counterpart_code": grant.organisation.counterpart_code,
            "account": grant.call.account,
            "appropriation_item": grant.call.appropriation_item,
        }
        return cls(data, initial=initial)


class OutcomeForm(forms.Form):
    """A SIE 4 file, and how its projects are to be read."""

    file = forms.FileField(label="SIE-fil", help_text="Typ 4 med teckentabell PC8 (.se eller .si).")
    dimension = forms.RegexField(
        r"[0-9]+",
        label="Dimension för projekt",
        max_length=10,
        initial=PROJECT_DIMENSION,
        help_text="6 är projekt i formatets egen lista.",
        error_messages={"invalid": "En dimension är ett nummer."},
    )
    skips_other_projects = forms.BooleanField(
        label="Hoppa över projekt som inte hör till ett bidrag",
        required=False,
        help_text="Annars tas filen inte emot om den har transaktioner på okända projekt.",
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > settings.MAX_FILE_BYTES:
            raise forms.ValidationError(f"Filen är större än {settings.MAX_FILE_BYTES // 1024**2} MB.")
        return upload
