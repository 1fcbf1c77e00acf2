"""Saving views of lists. What they hold is filters, so nothing of it is written to the log."""

import datetime
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone

from nch.accounts.models import DefaultView, SavedView, User
from nch.accounts.permissions import access_of
from nch.counties.models import Organisation

_LONGEST_QUERY = 1000


class SavedViewError(Exception):
    """The view cannot be saved; the message says why, in Swedish."""


def clean_query(given: QueryDict, known: Iterable[str]) -> str:
    """Keep the parameters that the page knows and that say something, in the page's order."""
    kept = QueryDict(mutable=True)
    for name in known:
        values = [value for value in given.getlist(name) if value]
        if values:
            kept.setlist(name, values)
    return kept.urlencode()


def save_view(
    *,
    page: str,
    query: str,
    name: str,
    by: User,
    organisation: Organisation | None = None,
    at: datetime.datetime | None = None,
) -> SavedView:
    """Save a view; the same name on the same list is one that the owner has to choose anew."""
    _may_share(by, organisation)
    if len(query) > _LONGEST_QUERY:
        raise SavedViewError("Filtret är för långt för att sparas.")
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                owner=by, page=page, query=query, name=name, organisation=organisation, created_at=at or timezone.now()
            )
    except IntegrityError as error:
        raise SavedViewError(f"Du har redan en vy som heter ”{name}”. Välj ett annat namn.") from error


def change_view(*, view: SavedView, name: str, organisation: Organisation | None, by: User) -> SavedView:
    """Give an own view another name, or share it differently."""
    _must_own(view, by)
    _may_share(by, organisation)
    view.name, view.organisation = name, organisation
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "organisation"])
    except IntegrityError as error:
        raise SavedViewError(f"Du har redan en vy som heter ”{name}”. Välj ett annat namn.") from error
    return view


def delete_view(*, view: SavedView, by: User) -> None:
    """Remove an own view, for those it was shared with too."""
    _must_own(view, by)
    view.delete()


def choose_default(*, page: str, view: SavedView | None, by: User) -> None:
    """Let a list begin with a view, or (None) with all rows."""
    with transaction.atomic():
        DefaultView.objects.filter(user=by, page=page).delete()
        if view is not None:
            DefaultView.objects.create(user=by, page=page, view=view)


def _must_own(view: SavedView, by: User) -> None:
    if view.owner_id != by.pk:
        raise SavedViewError("Bara den som har sparat vyn kan ändra den.")


def _may_share(by: User, organisation: Organisation | None) -> None:
    if organisation is None:
        return
    if organisation.pk not in {membership.organisation_id for membership in access_of(by).memberships}:
        raise SavedViewError("Du kan bara dela vyer med dem som har en roll i din organisation.")
