"""What every view of the open API does: problem details, reading from anywhere, and answers that can be kept."""

import hashlib
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from nch.api.parsers import LimitedJSONParser

MAX_AGE = 300
"""Seconds for which an answer may be kept before it is asked for again with its ETag."""


class FormatByParameter(BaseContentNegotiation):
    """The format is chosen by parameter, as in PxWebApi; the Accept header never turns a client away."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        for parser in parsers:
            if parser.media_type == (request.content_type or "").split(";")[0].strip().lower():
                return parser
        return None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class OpenView(APIView):
    """A view that anybody may read, from any site's script as well."""

    content_negotiation_class: type[BaseContentNegotiation] = FormatByParameter
    parser_classes = (LimitedJSONParser,)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Access-Control-Allow-Origin"] = "*"
        final["Access-Control-Expose-Headers"] = "ETag, Retry-After, Content-Disposition"
        return final

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer a browser that asks before it reads from another site."""
        return HttpResponse(
            status=204,
            headers={
                "Allow": ", ".join(self.allowed_methods),
                "Access-Control-Allow-Methods": ", ".join(self.allowed_methods),
                "Access-Control-Allow-Headers": "Content-Type, If-None-Match",
                "Access-Control-Max-Age": "86400",
            },
        )


def kept(request: Request, content: bytes, content_type: str) -> HttpResponseBase:
    """An answer with an ETag, or 304 where the client has it already. A POST is answered in full."""
    response = HttpResponse(content, content_type=content_type)
    if request.method not in ("GET", "HEAD"):
        return response
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return get_conditional_response(request._request, etag=etag, response=response) or response
