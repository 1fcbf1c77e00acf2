"""How resource centres are reached: kept here, shown while calls are logged."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from nch.accounts.doors import signed_in
from stodtelefon.forms.lines import ContactForm
from stodtelefon.selectors.centres import centres_to_keep_for
from stodtelefon.services import centres as services


@login_required
@require_safe
def centre_list(request: HttpRequest) -> HttpResponse:
    """The centres one keeps, with their numbers."""
    centres = list(centres_to_keep_for(request.user))
    if not centres:
        raise Http404
    return render(request, "stodtelefon/centre_list.html", {"centres": centres})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def centre_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Change how a centre is reached."""
    centre = get_object_or_404(centres_to_keep_for(request.user), pk=pk)
    now = {"phone": centre.phone, "phone_hours": centre.phone_hours, "website": centre.website}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid():
        by, at = signed_in(request), timezone.now()
        try:
            services.change_centre_contact(centre=centre, **form.cleaned_data, by=by, at=at)
        except services.ContactError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"Kontaktuppgifterna för {centre.name} är sparade.")
            return redirect("stodtelefon:centre_list")
    context = {"centre": centre, "form": form}
    return render(request, "stodtelefon/centre_contact.html", context, status=422 if form.errors else 200)
