"""Forms of the accounts: a grant's codes, and a file of outcomes."""

from typing import Any

from django import forms
from django.conf import settings

from grants.models import Grant
from grants.selectors.accounting import counterpart_code_of
from grants.sie import PROJECT_DIMENSION


class CodeField(forms.RegexField):
    """A code of the accounts: a letter or digit first, so that no program takes it for a formula."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"\A[A-Za-zÅÄÖåäö0-9][A-Za-zÅÄÖåäö0-9 ./:_-]*\Z", strip=True, **kwargs)
        self.error_messages["invalid"] = (
            "Använd bara bokstäver, siffror, mellanslag och . / : _ - och börja med en bokstav eller siffra."
        )


class AccountField(forms.RegexField):
    """An account: digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"\A[0-9]+\Z", strip=True, label="Konto", max_length=10, required=False, **kwargs)
        self.error_messages["invalid"] = "Ett konto skrivs med siffror."


class CodesForm(forms.Form):
    """What the accounts call a grant's project, its recipient, and its call's account and appropriation item."""

    project_code = CodeField(
        label="Projekt", max_length=20, help_text="Kan ändras tills en utbetalning är lämnad till ekonomisystemet."
    )
    counterpart_code = CodeField(
        label="Motpart", max_length=10, help_text="Mottagarens kod. Den gäller alla bidrag ni ger den.", required=False
    )
    account = AccountField(help_text="Gäller hela utlysningen.")
    appropriation_item = CodeField(
        label="Anslagspost", max_length=40, help_text="Gäller hela utlysningen.", required=False
    )

    @classmethod
    def of(cls, grant: Grant, data: Any = None) -> "CodesForm":
        """The form with what the grant has now."""
        initial = {
            "project_code": grant.project_code,
            "counterpart_code": counterpart_code_of(grant),
            "account": grant.call.account,
            "appropriation_item": grant.call.appropriation_item,
        }
        return cls(data, initial=initial)


class OutcomeForm(forms.Form):
    """A SIE 4 file, and how its projects are to be read."""

    file = forms.FileField(label="SIE-fil", help_text="Typ 4 med teckentabell PC8 (.se eller .si).")
    dimension = forms.RegexField(
        r"\A[0-9]+\Z",
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
