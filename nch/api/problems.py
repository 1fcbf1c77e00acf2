"""Errors of the API as problem details (RFC 9457), whatever raised them."""

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.log import log_response
from rest_framework import exceptions, status
from rest_framework.views import set_rollback

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "Anropet går inte att tolka",
    401: "Anropet saknar giltig nyckel",
    403: "Anropet är inte tillåtet",
    404: "Resursen finns inte",
    405: "Metoden stöds inte",
    406: "Formatet stöds inte",
    409: "Anropet strider mot det som gäller nu",
    410: "Resursen är återkallad",
    413: "Innehållet är för stort",
    415: "Innehållets format stöds inte",
    422: "Innehållet går inte att ta emot",
    429: "För många anrop",
    500: "Ett fel har inträffat",
}


class Problem(exceptions.APIException):
    """An error with more to say than a sentence: `members` are added to the problem details."""

    def __init__(self, status_code: int, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status_code = status_code
        self.members = members


def problem(
    status_code: int, detail: str, *, instance: str, headers: dict[str, str] | None = None, **members: Any
) -> HttpResponse:
    """An error answer. `detail` says what was wrong in Swedish; `instance` is the path that was asked for."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status_code, TITLES[500] if status_code >= 500 else TITLES[400]),
        "status": status_code,
        "detail": detail,
        "instance": instance,
        **members,
    }
    # What the client sent is repeated in the detail, and may hold half characters that UTF-8 does not have.
    content = json.dumps(body, ensure_ascii=False).encode(errors="replace")
    return HttpResponse(content, status=status_code, content_type=CONTENT_TYPE, headers=headers)


def problem_response(exception: Exception, context: dict[str, Any]) -> HttpResponse:
    """REST framework's exception handler. An unexpected exception is logged as Django does, and answered with 500."""
    request: HttpRequest | None = context.get("request")
    instance = request.path if request is not None else ""
    if isinstance(exception, Http404):
        exception = exceptions.NotFound("Resursen finns inte.")
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied("Anropet är inte tillåtet.")
    elif isinstance(exception, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        exception = Problem(status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, f"Innehållet är större än {limit} byte.")
    elif isinstance(exception, SuspiciousOperation):
        exception = Problem(status.HTTP_400_BAD_REQUEST, "Anropet går inte att tolka.")
    set_rollback()
    if not isinstance(exception, exceptions.APIException):
        return _fault(exception, request, instance)
    headers: dict[str, str] = {}
    if isinstance(exception, exceptions.Throttled):
        wait = int(getattr(exception, "wait", None) or 1)
        headers["Retry-After"] = str(wait)
        detail = f"Anropen kommer för tätt. Försök igen om {wait} sekunder."
    elif isinstance(exception, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)):
        headers["WWW-Authenticate"] = getattr(exception, "auth_header", "Bearer")
        detail = str(exception.detail)
        if isinstance(exception, exceptions.NotAuthenticated):
            detail = "Logga in, eller skicka en nyckel: Authorization: Bearer nch_…"
    elif isinstance(exception, exceptions.MethodNotAllowed):
        detail = f"Metoden {request.method if request else ''} stöds inte här."
    elif isinstance(exception, exceptions.ParseError):
        detail = "Innehållet är inte giltig JSON."
    elif isinstance(exception, exceptions.UnsupportedMediaType):
        detail = "Skicka innehållet som application/json."
    else:
        detail = str(exception.detail)
    members = exception.members if isinstance(exception, Problem) else {}
    return problem(exception.status_code, detail, instance=instance, headers=headers, **members)


def _fault(exception: Exception, request: HttpRequest | None, instance: str) -> HttpResponse:
    """The answer to a fault of ours: told to the log and to whoever listens for faults, never to the client."""
    got_request_exception.send(sender=None, request=request)
    response = problem(500, "Felet är registrerat. Försök igen om en stund.", instance=instance)
    log_response("%s: %s", TITLES[500], instance, response=response, request=request, exception=exception)
    return response


def unknown_path(request: HttpRequest, path: str = "") -> HttpResponse:
    """The answer at addresses of the API that do not exist."""
    return problem(
        status.HTTP_404_NOT_FOUND,
        "Adressen finns inte i API:et. Se /api/docs.",
        instance=request.path,
        headers={"Access-Control-Allow-Origin": "*"},
    )
