"""Pages of themes: their lists, which lägesbilder are to be coded, and coding one."""

import datetime
from typing import Any, Final

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nch.accounts.doors import RightRequiredMixin, right_required, signed_in
from nch.accounts.enums import Right
from nch.audit.lists import WorkingListView
from nch.common.code_lists import CodeError, validity_of
from nch.common.code_lists.forms import EndCodeForm
from nch.common.exports import Column, Kind
from nch.common.formats import format_date
from resurscentra.enums import ThemeKind
from resurscentra.forms import ALL, CODED, CodingFilterForm, NewThemeForm, ThemeForm
from resurscentra.models import SituationReport, Theme
from resurscentra.selectors import periods_for, reports_to_code_for, themes
from resurscentra.services import themes as services

LISTS: Final[dict[str, ThemeKind]] = {
    "framgangsfaktorer": ThemeKind.SUCCESS_FACTOR,
    "utmaningar": ThemeKind.CHALLENGE,
}
"""The lists by their names in addresses."""

HEADINGS: Final = {ThemeKind.SUCCESS_FACTOR: "Framgångsfaktorer", ThemeKind.CHALLENGE: "Utmaningar"}


# --- The lists ------------------------------------------------------------------------------------------------------


@right_required(Right.CODE_REPORTS)
@require_safe
def theme_list(request: HttpRequest) -> HttpResponse:
    """Both lists with everything that has been in them, is, or will be."""
    today = timezone.localdate()
    entries = list(themes().select_related("successor").annotate(reports=Count("codings")))
    lists = [
        {
            "name": name,
            "heading": HEADINGS[kind],
            "rows": [
                {
                    "theme": one,
                    "validity": validity_of(one, today),
                    "may_end": one.valid_to is None and one.valid_from <= today,
                    "may_undo": one.valid_to is not None and one.valid_to >= today,
                    "may_remove": one.valid_from > today,
                }
                for one in entries
                if one.kind == kind
            ],
        }
        for name, kind in LISTS.items()
    ]
    return render(request, "resurscentra/theme_list.html", {"lists": lists})


def _theme(pk: int) -> Theme:
    return get_object_or_404(Theme, pk=pk)


def _page(request: HttpRequest, form: Form, *, heading: str, says: str, button: str) -> HttpResponse:
    context = {"form": form, "page_heading": heading, "says": says, "button": button}
    return render(request, "resurscentra/theme_form.html", context, status=422 if form.errors else 200)


def _point_out(form: Form, error: CodeError) -> None:
    form.add_error(error.field if error.field in form.fields else None, error.message)


@right_required(Right.CODE_REPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def theme_new(request: HttpRequest, name: str) -> HttpResponse:
    """Add a theme to one of the lists."""
    kind, now = LISTS.get(name), timezone.now()
    if kind is None:
        raise Http404
    entries = themes(kind)
    initial = {"valid_from": timezone.localdate(now), "after": entries.last()}
    form = NewThemeForm(request.POST if request.method == "POST" else None, entries=entries, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            theme = services.add_theme(kind=kind, **form.cleaned_data, by=signed_in(request), at=now)
        except CodeError as error:
            _point_out(form, error)
        else:
            messages.success(request, f"”{theme.label}” är tillagt.")
            return redirect("resurscentra:theme_list")
    says = (
        "Temat kan väljas för lägesbilder som kodas från och med den dag du anger. De som redan är kodade ändras inte: "
        "öppna dem och koda om dem ifall temat passar."
    )
    return _page(
        request, form, heading=f"Lägg till ett tema bland {HEADINGS[kind].lower()}", says=says, button="Lägg till"
    )


@right_required(Right.CODE_REPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def theme_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change wording, source and place."""
    theme = _theme(pk)
    entries = themes(ThemeKind(theme.kind))
    before = entries.filter(position__lt=theme.position).last()
    initial = {"label": theme.label, "label_en": theme.label_en, "source": theme.source, "after": before}
    form = ThemeForm(request.POST if request.method == "POST" else None, entries=entries, code=theme, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.change_theme(theme=theme, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        messages.success(request, "Ändringarna är sparade.")
        return redirect("resurscentra:theme_list")
    says = (
        "Den nya benämningen visas även för lägesbilder som redan är kodade. Betyder temat något annat än förut ska "
        "det avslutas och ett nytt läggas till."
    )
    return _page(request, form, heading=f"Ändra ”{theme.label}”", says=says, button="Spara")


@right_required(Right.CODE_REPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def theme_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a theme from a day, with or without a successor."""
    theme = _theme(pk)
    form = EndCodeForm(
        request.POST if request.method == "POST" else None, entries=themes(ThemeKind(theme.kind)), code=theme
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.end_theme(theme=theme, **form.cleaned_data, by=signed_in(request), at=timezone.now())
        except CodeError as error:
            _point_out(form, error)
        else:
            messages.success(request, f"”{theme.label}” upphör efter {format_date(form.cleaned_data['last_day'])}.")
            return redirect("resurscentra:theme_list")
    says = (
        "Temat kan inte väljas efter den sista dagen. Lägesbilder som redan har det behåller det, och det står kvar i "
        "statistiken. Tabellen över teman får en anmärkning om när det slutade användas och vad som tog över."
    )
    return _page(request, form, heading=f"Avsluta ”{theme.label}”", says=says, button="Avsluta temat")


@right_required(Right.CODE_REPORTS)
@require_POST
def theme_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a theme go on whose last day has not passed."""
    theme = _theme(pk)
    try:
        services.undo_ending(theme=theme, by=signed_in(request), at=timezone.now())
    except CodeError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"”{theme.label}” gäller tills vidare.")
    return redirect("resurscentra:theme_list")


@right_required(Right.CODE_REPORTS)
@require_POST
def theme_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a theme that has not begun to be valid."""
    theme = _theme(pk)
    try:
        services.remove_theme(theme=theme, by=signed_in(request), at=timezone.now())
    except CodeError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"”{theme.label}” är borttaget. Det hade aldrig använts.")
    return redirect("resurscentra:theme_list")


# --- Coding ---------------------------------------------------------------------------------------------------------


def _coded_on(report: SituationReport) -> datetime.datetime | None:
    return report.coding.coded_at if hasattr(report, "coding") else None


class CodingListView(RightRequiredMixin, WorkingListView):
    """Handed-in lägesbilder, those that are not coded first of all."""

    right = Right.CODE_REPORTS
    template_name = "resurscentra/coding_list.html"
    context_object_name = "reports"
    sort_fields = {
        "county": "organisation__sort_key",
        "period": "period__ends_on",
        "submitted": "submitted_at",
    }
    default_sort = "submitted"
    export_title = "Lägesbilder att koda"
    export_columns = (
        Column("Gäller", "subject_name"),
        Column("Period", "period.title"),
        Column("Inlämnad", "submitted_at", Kind.DATETIME),
        Column("Kodad", _coded_on, Kind.DATETIME),
    )

    def filtered(self) -> QuerySet[SituationReport]:
        user = signed_in(self.request)
        self.form = CodingFilterForm(self.request.GET, periods=periods_for(user))
        reports = reports_to_code_for(user)
        wanted: dict[str, Any] = self.form.cleaned_data if self.form.is_valid() else {}
        if period := wanted.get("period"):
            reports = reports.filter(period=period)
        if wanted.get("coded") == ALL:
            return reports
        return reports.filter(coding__isnull=wanted.get("coded") != CODED)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(filter_form=self.form, **kwargs)
