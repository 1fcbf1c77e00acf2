"""How a resource centre is reached: who may say it, and that it is shown to those who answer."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.counties.models import Organisation
from stodtelefon.services.centres import change_centre_contact, contact_state
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import make_answerer, make_centre_line, make_line

pytestmark = pytest.mark.django_db


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_number_of_a_centre_is_changed_and_shown_to_those_who_answer_the_national_line() -> None:
    line = make_centre_line()
    page = reverse("stodtelefon:centre_contact", args=[line.organisation_id])
    typed = {"phone": "+46 10 123 45 67", "phone_hours": "Vardagar 9–15", "website": "https://exempel.se"}
    coordinator = _client(make_answerer(line))
    typed["seen"] = contact_state(line.organisation)
    assert coordinator.post(page, typed).status_code == 302
    coordinator.post(page, typed)
    assert AuditEvent.objects.get(action="centre_contact_changed").details == {
        "changed": ["phone", "phone_hours", "website"]
    }
    shown = _client(make_answerer(make_line())).get(reverse("stodtelefon:guidance"), {"county": "12"})
    assert "010-123 45 67</a> (Vardagar 9–15)" in shown.content.decode()


def test_wrong_number_is_told_at_its_field_and_nothing_typed_is_lost() -> None:
    line = make_centre_line()
    page = reverse("stodtelefon:centre_contact", args=[line.organisation_id])
    answer = _client(make_user(Role.NCH_ADMIN)).post(
        page, {"phone": "010-12", "phone_hours": "Vardagar 9–15", "seen": contact_state(line.organisation)}
    )
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Ange ett svenskt telefonnummer" in shown
    assert all(text in shown for text in ("010-12", "Vardagar 9–15"))
    assert Organisation.objects.get(pk=line.organisation_id).phone_hours == ""


def test_number_that_somebody_else_has_saved_is_shown_beside_ones_own_and_not_overwritten() -> None:
    line = make_centre_line()
    page = reverse("stodtelefon:centre_contact", args=[line.organisation_id])
    mine, theirs = {"phone": "010-123 45 67"}, {"phone": "010-765 43 21", "phone_hours": "Vardagar 9–15"}
    seen = contact_state(line.organisation)
    coordinator = _client(make_answerer(line))
    assert _client(make_user(Role.NCH_ADMIN)).post(page, {**theirs, "seen": seen}).status_code == 302
    stale = coordinator.post(page, {**mine, "seen": seen})
    text = stale.content.decode()
    assert (stale.status_code, "medan du skrev" in text) == (409, True)
    assert all(number in text for number in ("010-123 45 67", "010-765 43 21", "Vardagar 9–15"))
    assert Organisation.objects.get(pk=line.organisation_id).phone == "010-765 43 21"
    # Having seen both, one decides.
    now = stale.context["form"]["seen"].value()
    assert coordinator.post(page, {**mine, "seen": now}).status_code == 302
    assert Organisation.objects.get(pk=line.organisation_id).phone == "010-123 45 67"


def test_nobody_else_changes_it() -> None:
    line, other = make_centre_line(), make_centre_line("05", "Östergötlands län")
    strangers = (
        make_answerer(other),
        make_user(Role.RC_LINE, line.organisation),
        make_user(Role.NCH_LINE_LEAD, make_line().organisation),
    )
    for by in strangers:
        with pytest.raises(PermissionDenied):
            change_centre_contact(
                centre=line.organisation, phone="", phone_hours="", website="", seen="", by=by, at=timezone.now()
            )
        page = reverse("stodtelefon:centre_contact", args=[line.organisation_id])
        assert _client(by).get(page).status_code == 404
    listed = _client(make_answerer(other)).get(reverse("stodtelefon:centre_list")).content.decode()
    assert other.organisation.name in listed
    assert line.organisation.name not in listed
