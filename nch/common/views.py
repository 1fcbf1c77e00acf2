"""Pages that belong to no app."""

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from nch.common.gallery import gallery as component_gallery

gallery = login_required(component_gallery)


def accessibility_statement(request: HttpRequest) -> HttpResponse:
    """The accessibility statement that Swedish law asks for."""
    return render(request, "accessibility_statement.html")


def health(request: HttpRequest) -> JsonResponse:
    """For the reverse proxy: 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
