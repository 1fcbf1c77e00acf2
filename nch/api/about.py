"""The API about itself: what it is called, how it stands, where it is described."""

from django.conf import settings
from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request

from nch.api.serializers import ApiInfoSerializer
from nch.api.statistics import API_VERSION
from nch.api.statistics.described import PROBLEMS
from nch.api.statistics.queries import read_query
from nch.api.statistics.tables import json_body
from nch.api.views import OpenView

RELEASED = "2026-11-21"
"""The day this version of the API was released."""


class ApiInfoView(OpenView):
    """Name, version, state and documentation."""

    @extend_schema(
        summary="Om API:et",
        operation_id="getApiInfo",
        responses={200: ApiInfoSerializer, **PROBLEMS},
        tags=["om"],
    )
    def get(self, request: Request) -> HttpResponseBase:
        read_query(request)
        body = {
            "apiName": settings.SPECTACULAR_SETTINGS["TITLE"],
            "apiVersion": API_VERSION,
            "apiReleased": RELEASED,
            "apiDocumentation": request.build_absolute_uri(reverse("api_docs")),
            "apiStatus": "active",
        }
        return json_body(request, body)


class SchemaView(OpenView, SpectacularAPIView):
    """The OpenAPI description, as YAML or with `format=json` as JSON."""

    content_negotiation_class = SpectacularAPIView.content_negotiation_class


class DocsView(SpectacularSwaggerSplitView):
    """The description to read and try, without a line of inline script."""

    url_name = "api_schema"
    template_name = "reports/api_docs.html"
