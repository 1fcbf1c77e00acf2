"""How a page answers: with data or as a page, and with which status."""

from typing import Any

from django.http import HttpRequest


def wants_data(request: HttpRequest) -> bool:
    """Whether a script of ours asks, which is answered with JSON; what the browser sends is answered with a page."""
    return request.headers.get("Accept", "").startswith("application/json")


def status_of(*forms: Any) -> int:
    """422 where one of the forms or sets of forms was sent with something wrong in it, else 200."""
    return 422 if any(form.is_bound and not form.is_valid() for form in forms) else 200
