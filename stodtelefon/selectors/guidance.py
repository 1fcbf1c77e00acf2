"""Guidance that holds today, and the centres of a county."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of
from nch.counties.models import County, Organisation
from stodtelefon.enums import CodeKind
from stodtelefon.models import Code, Guidance
from stodtelefon.selectors.codes import centres_to_refer_to

GUIDED: Final = (CodeKind.TOPIC, CodeKind.EXPOSURE)
"""The lists whose codes have guidance."""


@dataclass(frozen=True)
class Advice:
    """What there is to know for a call: guidance of its topic and exposures, and the centres of its county.

    `county` is None where it has not been chosen or is unknown.
    """

    guidance: list[Guidance]
    county: County | None
    centres: list[Organisation]


def guidance_for(user: User | AnonymousUser) -> QuerySet[Guidance]:
    """The guidance that holds, for those who may see calls or keep it: the same everywhere in the country."""
    access = access_of(user)
    right = Right.KEEP_CODES if access.may(Right.KEEP_CODES) else Right.SEE_CALLS
    later = Guidance.objects.filter(code=OuterRef("code"), number__gt=OuterRef("number"))
    return access.limit(Guidance.objects.filter(~Exists(later)).select_related("code", "responsible"), right)


def versions_for(user: User | AnonymousUser, code: Code) -> QuerySet[Guidance]:
    """All versions of a code's guidance, the latest first, for those who keep it."""
    versions = Guidance.objects.filter(code=code).select_related("by", "responsible").order_by("-number")
    return access_of(user).limit(versions, Right.KEEP_CODES)


def current_guidance(code: Code) -> Guidance | None:
    """The guidance that holds for a code, for the services that write it."""
    return Guidance.objects.filter(code=code).order_by("-number").first()


def advice_for(
    user: User | AnonymousUser, *, topic: str, exposures: Collection[str], county: str, on: datetime.date
) -> Advice:
    """What a call's coded answers call for. Each may be a code's number (as forms have it) or its letters.

    What does not exist is passed over: one looks while one talks, and an error would help nobody.
    """
    found = [
        one
        for one in guidance_for(user).filter(code__kind__in=GUIDED).order_by("-code__kind", "code__position")
        if one.code.is_valid_on(on) and _is_asked_for(one.code, topic, exposures)
    ]
    place = County.objects.filter(pk=county).first() if county else None
    return Advice(found, place, list(centres_to_refer_to().filter(county=place)) if place else [])


def _is_asked_for(code: Code, topic: str, exposures: Collection[str]) -> bool:
    names = {str(code.pk), code.code}
    return topic in names if code.kind == CodeKind.TOPIC else not names.isdisjoint(exposures)
