"""What may I see, my saved views, and the demo's one-click sign-in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from nch.accounts.doors import signed_in
from nch.accounts.enums import NATIONAL_ROLES, RIGHTS
from nch.accounts.forms import SaveViewForm
from nch.accounts.models import Membership, SavedView, User
from nch.accounts.permissions import access_of
from nch.accounts.selectors import views_for
from nch.accounts.services import SavedViewError, change_view, choose_default, delete_view


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


def _list_of(view: SavedView) -> str:
    """The address of the list, with the view chosen."""
    return f"{reverse(view.page)}?{view.query or 'vy=alla'}"


@login_required
def view_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename an own saved view, or share it differently."""
    user = signed_in(request)
    view = get_object_or_404(views_for(user).filter(owner=user), pk=pk)
    given = {"name": view.name, "organisation": view.organisation_id or 0}
    form = SaveViewForm(request.POST or None, user=user, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            change_view(view=view, by=user, **form.cleaned_data)
        except SavedViewError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"Vyn ”{view.name}” är ändrad.")
            return redirect(_list_of(view))
    return render(request, "accounts/view_edit.html", {"view": view, "form": form, "list_url": _list_of(view)})


@login_required
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an own saved view (POST)."""
    user = signed_in(request)
    view = get_object_or_404(views_for(user).filter(owner=user), pk=pk)
    if request.method != "POST":
        return redirect(_list_of(view))
    delete_view(view=view, by=user)
    messages.success(request, f"Vyn ”{view.name}” är borttagen.")
    return redirect(f"{reverse(view.page)}?vy=alla")


@login_required
def view_default(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the list begin with this view, or no longer (POST)."""
    user = signed_in(request)
    view = get_object_or_404(views_for(user), pk=pk)
    if request.method == "POST":
        begins = request.POST.get("begin") == "yes"
        choose_default(page=view.page, view=view if begins else None, by=user)
        messages.success(request, f"Listan börjar nu med ”{view.name}”." if begins else "Listan börjar nu med allt.")
    return redirect(_list_of(view))
