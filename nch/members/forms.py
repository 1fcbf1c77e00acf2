"""Forms for inviting, giving roles and accepting an invitation."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from nch.accounts.enums import ROLE_HOMES, Role
from nch.common.fields import LineField, SearchField
from nch.counties.enums import OrganisationKind
from nch.counties.models import Organisation


class UserFilterForm(forms.Form):
    """Search among users."""

    q = SearchField(label="Namn eller e-postadress")
    role = forms.ChoiceField(label="Roll", required=False, choices=[("", "Alla"), *Role.choices])


class RoleForm(forms.Form):
    """A role at an organisation where it can be held."""

    role = forms.ChoiceField(label="Roll", choices=Role.choices)
    organisation = forms.ModelChoiceField(
        label="Organisation",
        queryset=Organisation.objects.filter(kind__in=frozenset().union(*ROLE_HOMES.values())),
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        role, organisation = cleaned.get("role"), cleaned.get("organisation")
        if role and organisation and organisation.kind not in ROLE_HOMES[role]:
            homes = ", ".join(sorted(OrganisationKind(kind).label for kind in ROLE_HOMES[role]))
            self.add_error("organisation", f"Rollen ”{Role(role).label}” ges vid organisationer av slaget: {homes}.")
        return cleaned


class InvitationForm(RoleForm):
    """Whom to invite, to which role."""

    email = forms.EmailField(label="E-postadress", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    field_order = ["email", "role", "organisation"]


class AcceptForm(forms.Form):
    """Name and password of a new account."""

    display_name = LineField(label="Ditt namn", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label="Lösenord",
        help_text="Minst 12 tecken.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        try:
            validate_password(password)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return password
