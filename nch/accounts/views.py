"""What may I see; and the demo's one-click sign-in."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from nch.accounts.enums import NATIONAL_ROLES, RIGHTS
from nch.accounts.models import Membership, User
from nch.accounts.permissions import access_of


@login_required
def my_access(request: HttpRequest) -> HttpResponse:
    """The user's memberships with what each lets them do and where, in words."""
    rows = [
        {
            "membership": membership,
            "reach": "Hela landet" if membership.role in NATIONAL_ROLES else membership.organisation.name,
            "rights": sorted(right.label for right in RIGHTS[membership.role]),
        }
        for membership in access_of(request.user).memberships
    ]
    return render(request, "accounts/my_access.html", {"rows": rows})


def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """The standing cast of the demo, one click each. Does not exist outside the demo."""
    if not settings.DEMO:
        raise Http404
    cast = User.objects.filter(is_demo_cast=True, is_active=True)
    if request.method == "POST":
        user = get_object_or_404(cast, pk=request.POST.get("user") or 0)
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect("start")
    with_memberships = cast.prefetch_related(Prefetch("memberships", Membership.objects.select_related("organisation")))
    return render(request, "accounts/demo_sign_in.html", {"cast": with_memberships})
