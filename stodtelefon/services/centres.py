"""How a resource centre is reached, as it is shown to those who answer the lines."""

import datetime

from django.db import transaction

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of, require
from nch.audit.services import record
from nch.common.errors import FieldError
from nch.common.phones import NotAPhoneNumberError, written_phone
from nch.common.staleness import state_of
from nch.counties.models import Organisation

CONTACT_FIELDS = ("phone", "phone_hours", "website")


class ContactError(FieldError):
    """The centre cannot be reached so."""


class StaleContactError(Exception):
    """Somebody has saved something else meanwhile; `centre` says what."""

    def __init__(self, centre: Organisation) -> None:
        self.centre = centre
        super().__init__("Någon annan har ändrat kontaktuppgifterna sedan du öppnade sidan.")


def contact_state(centre: Organisation) -> str:
    """A short text that changes with how the centre is reached; a page carries it to notice that it is stale."""
    return state_of(getattr(centre, name) for name in CONTACT_FIELDS)


@transaction.atomic
def change_centre_contact(
    *, centre: Organisation, phone: str, phone_hours: str, website: str, seen: str, by: User, at: datetime.datetime
) -> Organisation:
    """Say by which number, when and at which address a centre is reached; blank where it is not.

    NCH's administrator may for every centre, its coordinator for their own. Raises ContactError where the number is no
    Swedish one, and StaleContactError where something else has been saved since what was `seen`.
    """
    if not access_of(by).may_at(Right.LEAD_LINE, centre.pk):
        require(by, Right.MANAGE_USERS, centre.pk)
    try:
        values = {"phone": written_phone(phone) if phone else "", "phone_hours": phone_hours, "website": website}
    except NotAPhoneNumberError as error:
        raise ContactError("phone", "Ange ett svenskt telefonnummer, till exempel 010-123 45 67.") from error
    centre = Organisation.objects.select_for_update().get(pk=centre.pk)
    if contact_state(centre) not in (seen, state_of(values[name] for name in CONTACT_FIELDS)):
        raise StaleContactError(centre)
    changed = [name for name, value in values.items() if getattr(centre, name) != value]
    if changed:
        Organisation.objects.filter(pk=centre.pk).update(**values)
        centre.refresh_from_db()
        details = {"changed": changed}
        record("centre_contact_changed", by=by, subject=centre, organisation_id=centre.pk, details=details, at=at)
    return centre
