"""Saved views: filters and order under a name, one's own or shared, never anybody's rows."""

import pytest
from django.test import Client
from django.urls import reverse

from nch.accounts.enums import Role
from nch.accounts.models import DefaultView, SavedView, User
from nch.counties.models import Organisation
from nch.counties.selectors import county_boards
from tests.factories.accounts import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
LIST = "/bidrag/ansokningar/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def save(user: User, query: str, name: str = "Min vy", organisation: Organisation | None = None) -> SavedView:
    data = {"vy-name": name, "vy-organisation": organisation.pk if organisation else 0}
    answer = signed_in(user).post(f"{LIST}?{query}", data)
    assert answer.status_code == 302
    return SavedView.objects.get(owner=user, name=name)


@pytest.fixture
def officer() -> User:
    return make_user(Role.NCH_OFFICER)


def test_view_keeps_the_filter_and_the_order_and_nothing_else(officer: User) -> None:
    view = save(officer, "q=Sk%C3%A5ne&state=&sort=-amount&page=3&format=xlsx&ond=%3Cscript%3E")
    assert view.query == "q=Sk%C3%A5ne&sort=-amount"
    assert view.page == "grants:application_list"
    page = signed_in(officer).get(LIST).content.decode()
    assert "Min vy" in page
    assert "?q=Sk%C3%A5ne&amp;sort=-amount" in page


def test_view_is_the_owners_until_it_is_shared(officer: User) -> None:
    colleague, stranger = make_user(Role.NCH_OFFICER), make_user(Role.COUNTY_OFFICER, county_boards()[0])
    save(officer, "q=a", "Bara min")
    save(officer, "q=b", "Vår gemensamma", officer.memberships.get().organisation)
    seen = signed_in(colleague).get(LIST).content.decode()
    assert "Vår gemensamma" in seen
    assert "Bara min" not in seen
    elsewhere = signed_in(stranger).get(LIST).content.decode()
    assert "Vår gemensamma" not in elsewhere
    assert "Bara min" not in elsewhere


def test_view_cannot_be_shared_with_an_organisation_that_is_not_ones_own(officer: User) -> None:
    answer = signed_in(officer).post(LIST, {"vy-name": "x", "vy-organisation": county_boards()[0].pk})
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_name_that_is_taken_comes_back_with_what_was_typed(officer: User) -> None:
    save(officer, "q=a", "Skåne")
    answer = signed_in(officer).post(f"{LIST}?q=b", {"vy-name": "Skåne", "vy-organisation": 0})
    assert answer.status_code == 422
    assert "Du har redan en vy som heter" in answer.content.decode()
    assert 'value="Skåne"' in answer.content.decode()


def test_list_begins_with_the_chosen_view_and_all_rows_stay_a_click_away(officer: User) -> None:
    view = save(officer, "state=submitted")
    client = signed_in(officer)
    client.post(reverse("view_default", args=[view.pk]), {"begin": "yes"})
    assert client.get(LIST)["Location"] == f"{LIST}?state=submitted"
    assert client.get(f"{LIST}?vy=alla").status_code == 200
    assert client.get(f"{LIST}?q=").status_code == 200
    client.post(reverse("view_default", args=[view.pk]), {"begin": "no"})
    assert client.get(LIST).status_code == 200


def test_only_the_owner_renames_and_deletes(officer: User) -> None:
    home = officer.memberships.get().organisation
    view = save(officer, "q=a", "Delad", home)
    colleague = signed_in(make_user(Role.NCH_OFFICER))
    colleague.post(reverse("view_default", args=[view.pk]), {"begin": "yes"})
    for name in ("view_edit", "view_delete"):
        assert colleague.post(reverse(name, args=[view.pk]), {"name": "Min nu"}).status_code == 404
    owner = signed_in(officer)
    owner.post(reverse("view_edit", args=[view.pk]), {"name": "Nytt namn", "organisation": home.pk})
    view.refresh_from_db()
    assert (view.name, view.organisation) == ("Nytt namn", home)
    assert owner.get(reverse("view_delete", args=[view.pk])).status_code == 302
    owner.post(reverse("view_delete", args=[view.pk]))
    assert not SavedView.objects.exists()
    assert not DefaultView.objects.exists()
