"""Pages that belong to no app."""

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from nch.common.gallery import gallery as component_gallery
from nch.common.personal_data import RULES_VERSION
from nch.common.personal_data.rules import page_rules

A_YEAR = 365 * 24 * 60 * 60

gallery = login_required(component_gallery)


def accessibility_statement(request: HttpRequest) -> HttpResponse:
    """The accessibility statement that Swedish law asks for."""
    return render(request, "accessibility_statement.html")


def health(request: HttpRequest) -> JsonResponse:
    """For the reverse proxy: 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@login_required
def personal_data_rules(request: HttpRequest) -> JsonResponse:
    """The rules with which a page finds personal data while one types. No text is sent here."""
    response = JsonResponse(page_rules())
    is_current = request.GET.get("v") == RULES_VERSION
    response["Cache-Control"] = f"private, max-age={A_YEAR}, immutable" if is_current else "private, no-cache"
    return response
