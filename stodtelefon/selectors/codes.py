"""Code lists and places: public facts that the forms choose from."""

import datetime
from collections.abc import Collection

from django.db.models import Q, QuerySet

from nch.counties.enums import OrganisationKind
from nch.counties.models import Municipality, Organisation
from stodtelefon.enums import CodeKind
from stodtelefon.models import Code


def codes(kind: CodeKind, *, on: datetime.date | None = None) -> QuerySet[Code]:
    """The entries of a code list in their order; with `on` only those valid that day."""
    entries = Code.objects.filter(kind=kind).order_by("position", "code")
    if on is not None:
        entries = entries.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)
    return entries


def codes_by_kind(
    *, on: datetime.date | None = None, among: Collection[int] | None = None
) -> dict[CodeKind, dict[str, Code]]:
    """All code lists as `codes` gives each, in one query: the entries of a list by their letters, in their order.

    With `among`, keys of codes, only these and the whole list of exposure: what a call that is sent can be said with.
    """
    entries = Code.objects.order_by("position", "code")
    if among is not None:
        entries = entries.filter(Q(pk__in=among) | Q(kind=CodeKind.EXPOSURE))
    lists: dict[CodeKind, dict[str, Code]] = {kind: {} for kind in CodeKind}
    for entry in entries:
        # Few have ended: to leave them out here takes less than to have the database do it, for every call.
        if on is None or entry.is_valid_on(on):
            lists[CodeKind(entry.kind)][entry.code] = entry
    return lists


def centres_to_refer_to() -> QuerySet[Organisation]:
    """The resource centres, to one of which a caller may be referred. Public facts."""
    return Organisation.objects.filter(kind=OrganisationKind.RESOURCE_CENTRE).select_related("county")


def municipalities() -> QuerySet[Municipality]:
    """All municipalities with their county, county by county in Swedish order. Public facts."""
    return Municipality.objects.select_related("county").order_by("county__sort_key", "sort_key")
