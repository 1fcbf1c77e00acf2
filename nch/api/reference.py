"""The closed API's public facts and counts: counties, resource centres, and calls as numbers, never one by one."""

from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from nch.accounts.enums import Right
from nch.api.operations import PAGING, PROBLEMS, Anyone, ResourceList, described_page, small_number, year_parameter
from nch.counties.models import County
from nch.counties.selectors import counties
from resurscentra.enums import OrganisationModel, Phase
from resurscentra.models import ResourceCentre
from resurscentra.selectors import centres_for
from stodtelefon.enums import Cut
from stodtelefon.selectors.tallies import tallies_for

COUNTY_CODE_LENGTH = 2


def county_code(text: str) -> str:
    """Statistics Sweden's code of a county. Raises ValueError for what cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) == COUNTY_CODE_LENGTH):
        raise ValueError
    return text


_COUNTY = OpenApiParameter("county", OpenApiTypes.STR, description="Länets kod, två siffror.")


class CountyShape(serializers.Serializer):
    """A county; `code` is Statistics Sweden's."""

    code = serializers.CharField()
    name = serializers.CharField()
    iso = serializers.CharField(help_text="ISO 3166-2.")


class CentreShape(serializers.Serializer):
    """A resource centre as NCH has published it; `phase` is the one it is in now."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="organisation.name")
    countyCode = serializers.CharField(source="organisation.county_id", allow_null=True)
    round = serializers.IntegerField(source="round.number")
    phase = serializers.SerializerMethodField()
    organisationModel = serializers.ChoiceField(source="organisation_model", choices=OrganisationModel.choices)
    host = serializers.CharField()
    ownPhoneLine = serializers.BooleanField(source="own_phone_line", allow_null=True)

    def get_phase(self, centre: ResourceCentre) -> str | None:
        now = getattr(centre, "phase_now", [])
        return now[0].phase if now else None


class CallCountShape(serializers.Serializer):
    """How many calls one line had in one month from one county; `countyCode` is null where it is unknown."""

    month = serializers.DateField(help_text="Månadens första dag.")
    lineId = serializers.IntegerField(source="line_id")
    line = serializers.CharField(source="line__name")
    countyCode = serializers.CharField(source="county", allow_null=True)
    calls = serializers.IntegerField(source="all_calls")
    individuals = serializers.IntegerField(source="all_individuals", help_text="Utsatta individer.")
    constructed = serializers.BooleanField(help_text="Påhittade för demonstration.")


class CountiesView(ResourceList):
    """The 21 counties, for everybody who may see anything that has a county."""

    rights = (Right.SEE_CASES, Right.SEE_CENTRES, Right.SEE_CALLS, Right.SEE_STATISTICS)
    shape = CountyShape
    order = ("sort_key",)
    filters = {}

    def reach(self, user: Anyone) -> QuerySet[County]:
        return counties()

    @extend_schema(
        summary="Län",
        operation_id="listCounties",
        parameters=[*PAGING],
        responses={
            200: described_page("County", CountyShape, {"code": "12", "name": "Skåne län", "iso": "SE-M"}),
            **PROBLEMS,
        },
        tags=["uppgifter"],
    )
    def get(self, request: Request) -> Any:
        return self.page(request)


class CentresView(ResourceList):
    """The regional resource centres."""

    rights = (Right.SEE_CENTRES,)
    shape = CentreShape
    order = ("organisation__county__sort_key", "organisation__sort_key", "pk")
    filters = {
        "county": ("organisation__county_id", county_code),
        "phase": ("pk__in", lambda text: _in_phase(Phase(text))),
    }

    def reach(self, user: Anyone) -> QuerySet[ResourceCentre]:
        return centres_for(user)

    @extend_schema(
        summary="Resurscentrum",
        operation_id="listResourceCentres",
        parameters=[
            *PAGING,
            _COUNTY,
            OpenApiParameter("phase", OpenApiTypes.STR, enum=Phase.values, description="Fas just nu."),
        ],
        responses={
            200: described_page(
                "ResourceCentre",
                CentreShape,
                {
                    "id": 3,
                    "name": "Resurscentrum Skåne",
                    "countyCode": "12",
                    "round": 2,
                    "phase": "genomförande",
                    "organisationModel": "barnahus",
                    "host": "Malmö stad",
                    "ownPhoneLine": True,
                },
            ),
            **PROBLEMS,
        },
        tags=["uppgifter"],
    )
    def get(self, request: Request) -> Any:
        return self.page(request)


def _in_phase(phase: Phase) -> QuerySet[ResourceCentre, Any]:
    now = Q(phases__phase=phase, phases__valid_to__isnull=True)
    return ResourceCentre.objects.filter(now).values("pk")


class CallCountsView(ResourceList):
    """Calls per month, line and county: all lines' for whoever sees the country's statistics, else of one's own."""

    rights = (Right.SEE_CALLS, Right.SEE_STATISTICS)
    shape = CallCountShape
    order = ("-month", "line_id", "first_key", "constructed")
    filters = {
        "year": ("month__year", small_number),
        "county": ("first_key", county_code),
        "line": ("line_id", small_number),
    }

    def reach(self, user: Anyone) -> QuerySet[Any, Any]:
        place = tallies_for(user).filter(cut=Cut.PLACE)
        grouped = place.values("month", "line_id", "line__name", "first_key", "constructed")
        summed = grouped.annotate(all_calls=Sum("calls"), all_individuals=Sum("individuals")).filter(all_calls__gt=0)
        return summed.annotate(county=Case(When(first_key="", then=Value(None)), default=F("first_key")))

    @extend_schema(
        summary="Samtal som antal",
        description="Per månad, stödtelefon och den uppringandes län. Enskilda samtal lämnas aldrig ut här.",
        operation_id="listCallCounts",
        parameters=[
            *PAGING,
            year_parameter("År."),
            _COUNTY,
            OpenApiParameter("line", OpenApiTypes.INT, description="Stödtelefonens id."),
        ],
        responses={
            200: described_page(
                "CallCount",
                CallCountShape,
                {
                    "month": "2026-10-01",
                    "lineId": 1,
                    "line": "NCH:s stödtelefon",
                    "countyCode": "12",
                    "calls": 7,
                    "individuals": 9,
                    "constructed": False,
                },
            ),
            **PROBLEMS,
        },
        tags=["uppgifter"],
    )
    def get(self, request: Request) -> Any:
        return self.page(request)
