"""Forms for saving views of lists."""

from typing import Any

from django import forms

from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.common.fields import LineField, set_choices
from nch.counties.models import Organisation


class SaveViewForm(forms.Form):
    """A name, and whether the view is one's own or shared with those who hold a role at the same organisation."""

    name = LineField(label="Vyns namn", max_length=80)
    organisation = forms.TypedChoiceField(label="Vilka ser vyn?", coerce=int, initial=0)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        memberships = access_of(user).memberships
        self.organisations: dict[int, Organisation] = {m.organisation_id: m.organisation for m in memberships}
        shared = [(pk, f"Kolleger vid {organisation.name}") for pk, organisation in self.organisations.items()]
        set_choices(self, "organisation", [(0, "Bara jag"), *shared])

    def clean_organisation(self) -> Organisation | None:
        return self.organisations.get(self.cleaned_data["organisation"])
