"""The door that is shut until one has declared whether one has a conflict of interest (jäv)."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from nch.cases.models import Case
from nch.cases.selectors import must_declare


def declare_first(request: HttpRequest, case: Case, *, has_declared: bool | None = None) -> HttpResponse | None:
    """Return the way to the declaration where one is due before anything of the case may be shown, else None.

    A page that has read whether the user `has_declared` together with something else saves a query.
    """
    if has_declared or not must_declare(request.user, case):
        return None
    query = urlencode({"nasta": request.get_full_path() if request.method == "GET" else ""})
    return redirect(f"{reverse('case_declare', args=[case.pk])}?{query}")
