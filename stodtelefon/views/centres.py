"""How resource centres are reached: kept here, shown while calls are logged."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from nch.accounts.doors import signed_in
from nch.counties.models import Organisation
from stodtelefon.forms.lines import ContactForm
from stodtelefon.selectors.centres import centres_to_keep_for
from stodtelefon.selectors.contents import Difference
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
    now = {name: getattr(centre, name) for name in services.CONTACT_FIELDS}
    typed = request.POST.copy() if request.method == "POST" else None
    form = ContactForm(typed, initial={**now, "seen": services.contact_state(centre)})
    context, status = {"centre": centre, "form": form}, 200
    if typed is not None and form.is_valid():
        by, at = signed_in(request), timezone.now()
        try:
            services.change_centre_contact(centre=centre, **form.cleaned_data, by=by, at=at)
        except services.ContactError as error:
            form.add_error(error.field, error.message)
        except services.StaleContactError as stale:
            context["differences"] = _differences(stale.centre, form)
            typed["seen"] = services.contact_state(stale.centre)
            status = 409
        else:
            messages.success(request, f"Kontaktuppgifterna för {centre.name} är sparade.")
            return redirect("stodtelefon:centre_list")
    return render(request, "stodtelefon/centre_contact.html", context, status=422 if form.errors else status)


def _differences(centre: Organisation, form: ContactForm) -> list[Difference]:
    """What is saved now beside what the form says, where the two differ."""
    labels = {name: str(form.fields[name].label) for name in services.CONTACT_FIELDS}
    pairs = ((label, getattr(centre, name), form.cleaned_data[name]) for name, label in labels.items())
    return [Difference(label, saved, typed) for label, saved, typed in pairs if saved != typed]
