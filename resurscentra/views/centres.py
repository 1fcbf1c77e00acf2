"""Pages of centres."""

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from nch.accounts.doors import RightRequiredMixin
from nch.accounts.enums import Right
from nch.audit.lists import WorkingListView
from nch.common.exports import Column, Kind
from nch.common.sorting import all_words
from resurscentra.enums import Phase
from resurscentra.forms import CentreFilterForm
from resurscentra.models import ResourceCentre
from resurscentra.selectors import centres_for

_OWN_LINE = {True: "Ja", False: "Nej", None: "Uppgift saknas"}


class CentreListView(RightRequiredMixin, WorkingListView):
    """All centres with round and phase."""

    right = Right.SEE_CENTRES
    template_name = "resurscentra/centre_list.html"
    context_object_name = "centres"
    sort_fields = {
        "county": "organisation__county__sort_key",
        "name": "organisation__sort_key",
        "round": "round__number",
    }
    default_sort = "county"
    export_title = "Resurscentrum"
    export_columns = (
        Column("Län", "organisation.county.name"),
        Column("Resurscentrum", "organisation.name"),
        Column("Omgång", "round.number", Kind.NUMBER),
        Column("Fas", lambda centre: _phase_label(centre)),
        Column("Huvudman", "host"),
        Column("Organisationsmodell", "get_organisation_model_display"),
        Column("Egen telefonlinje", lambda centre: _OWN_LINE[centre.own_phone_line]),
    )

    def filtered(self) -> QuerySet[ResourceCentre]:
        self.form = CentreFilterForm(self.request.GET)
        centres = centres_for(self.request.user)
        if self.form.is_valid():
            wanted = self.form.cleaned_data
            if wanted["q"]:
                centres = centres.filter(all_words(wanted["q"], "organisation__search_text"))
            if wanted["phase"]:
                centres = centres.filter(phases__phase=wanted["phase"], phases__valid_to__isnull=True)
        return centres

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(filter_form=self.form, **kwargs)
        context["rows"] = [(centre, _phase_label(centre)) for centre in context["centres"]]
        return context


def _phase_label(centre: ResourceCentre) -> str:
    """The phase the centre is in, from the prefetch of centres_for."""
    now = centre.phase_now  # type: ignore[attr-defined]
    return Phase(now[0].phase).label if now else "Okänd"


@login_required
def centre_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of one centre."""
    centre = get_object_or_404(centres_for(request.user), pk=pk)
    facts = [
        ("Län", centre.organisation.county.name if centre.organisation.county else "–"),
        ("Omgång", str(centre.round)),
        ("Fas", _phase_label(centre)),
        ("Huvudman", centre.host),
        ("Organisationsmodell", centre.get_organisation_model_display()),
        ("Egen telefonlinje", _OWN_LINE[centre.own_phone_line]),
        ("Anmärkning", centre.note or "–"),
    ]
    context = {
        "centre": centre,
        "facts": facts,
        "services": centre.services.all(),
        "financing": centre.financing.all(),
    }
    return render(request, "resurscentra/centre_detail.html", context)
