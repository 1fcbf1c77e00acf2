"""Pages for the population: the file is checked and shown first, and read in when that is confirmed."""

import datetime
from collections.abc import Sequence
from typing import Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.common.files import XLSX, CheckedFile
from nch.common.formats import format_date, format_datetime, format_number
from nch.common.waiting import NoLongerWaitingError, put_aside, waiting_file
from nch.common.workbooks import MOST_FAULTS, Fault
from nch.counties.models import County
from nch.counties.selectors import counties
from nch.population import services
from nch.population.forms import PopulationUploadForm
from nch.population.imports import PopulationFile, population_template
from nch.population.models import PopulationImport
from nch.population.selectors import known_years, missing_years, population_imports_for

PAGE_SIZE: Final = 25
_FOLDER = "population-imports"
Change = tuple[int, str, int | None, int]


def _last_year() -> int:
    """The last year that is over: of no later one the population on 31 December is known."""
    return timezone.localdate().year - 1


def _named(changes: Sequence[Change]) -> list[tuple[int, str, int | None, int, int | None]]:
    """Changes with the county's name and how much more there are than before."""
    names = dict(County.objects.values_list("code", "name"))
    return [
        (year, names.get(code, code), before, after, None if before is None else after - before)
        for year, code, before, after in changes
    ]


@right_required(Right.KEEP_POPULATION)
@require_http_methods(["GET", "HEAD", "POST"])
def population(request: HttpRequest) -> HttpResponse:
    """The years that are known, the form for a file, and what has been read in.

    A file that is sent is checked and shown, not read in.
    """
    user, now = signed_in(request), timezone.now()
    form = PopulationUploadForm(request.POST or None, request.FILES or None)
    faults: Sequence[Fault] = ()
    if request.method == "POST" and form.is_valid():
        file: CheckedFile = form.cleaned_data["file"]
        try:
            found = services.check_population(file, at=now)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            if not found.faults:
                said = form.cleaned_data
                return _preview(request, file, found, source=said["source"], day=said["source_date"])
            faults = found.faults
    years = known_years()
    page = Paginator(population_imports_for(user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "faults": faults[:MOST_FAULTS],
        "fault_count": len(faults),
        "years": years,
        "missing": missing_years(years, last_year=_last_year()),
        "page_obj": page,
    }
    return render(request, "population/population.html", context, status=422 if request.method == "POST" else 200)


def _preview(
    request: HttpRequest, file: CheckedFile, found: PopulationFile, *, source: str, day: datetime.date
) -> HttpResponse:
    """What reading in the file would do."""
    plan = services.plan_population(found.rows)
    about = {"source": source, "source_date": day.isoformat()}
    sums: dict[int, int] = {}
    for row in found.rows:
        sums[row.year] = sums.get(row.year, 0) + row.individuals
    changes: list[Change] = [
        *((row.year, row.county, None, row.individuals) for row in plan.new),
        *((row.year, row.county, before, row.individuals) for row, before in plan.changed),
    ]
    context = {
        "file": file,
        "hidden": found.hidden,
        "source": source,
        "source_date": day,
        "sums": sorted(sums.items()),
        "plan": plan,
        "changes": _named(sorted(changes, key=lambda one: one[:2])),
        "ticket": put_aside(_FOLDER, file, user_id=signed_in(request).pk, about=about),
    }
    return render(request, "population/preview.html", context)


@right_required(Right.KEEP_POPULATION)
@require_POST
def population_confirm(request: HttpRequest) -> HttpResponse:
    """Read in the file that was shown."""
    user = signed_in(request)
    try:
        waiting = waiting_file(_FOLDER, request.POST.get("ticket", ""))
        if waiting.user_id != user.pk:
            raise Http404
        imported = services.import_population(
            file=waiting.file,
            source=waiting.about["source"],
            source_date=datetime.date.fromisoformat(waiting.about["source_date"]),
            by=user,
            at=timezone.now(),
        )
    except NoLongerWaitingError:
        messages.error(request, "Filen väntar inte längre på att läsas in. Ladda upp den igen.")
        return redirect("population:population")
    except services.PopulationError as error:
        messages.error(request, str(error))
        return redirect("population:population")
    waiting.clear()
    messages.success(request, f"”{imported.file_name}” är inläst.")
    return redirect("population:import_detail", pk=imported.pk)


@right_required(Right.KEEP_POPULATION)
@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: who, when, from where, and what it changed."""
    imported: PopulationImport = get_object_or_404(population_imports_for(signed_in(request)), pk=pk)
    changes: list[Change] = [(year, code, before, after) for year, code, before, after in imported.changes]
    facts = [
        ("Källa", imported.source),
        ("Källans datum", format_date(imported.source_date)),
        ("Inläst", f"{format_datetime(imported.imported_at)} av {imported.imported_by.display_name}"),
        ("Nya uppgifter", format_number(imported.added)),
        ("Ändrade uppgifter", format_number(imported.changed)),
        ("Oförändrade uppgifter", format_number(imported.unchanged)),
        ("Filens kontrollsumma (SHA-256)", imported.sha256),
    ]
    context = {"imported": imported, "facts": facts, "changes": _named(changes)}
    return render(request, "population/import_detail.html", context)


@right_required(Right.KEEP_POPULATION)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in, for the earliest year that is missing."""
    last_year = _last_year()
    year = next(iter(missing_years(known_years(), last_year=last_year)), last_year)
    headers = {"Content-Disposition": 'attachment; filename="mall-folkmangd.xlsx"'}
    return HttpResponse(population_template(year, counties()), content_type=XLSX, headers=headers)
