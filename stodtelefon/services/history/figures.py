"""Reading in published totals, and putting back what they replaced.

What somebody reads in goes before what the product ships (services/reference.py): they have the source at hand.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.files import CheckedFile
from nch.counties.models import Organisation
from stodtelefon.enums import FigureDimension, HistoryKind, HistoryState
from stodtelefon.models import HistoryImport, PublishedFigure
from stodtelefon.services.history.rows import FIGURE_COLUMNS, FigureRow, FiguresPlan, HistoryError, Mismatch

PARTS = (FigureDimension.CALLER_CATEGORY, FigureDimension.COUNTY)


def plan_figures(rows: Sequence[FigureRow], *, lock: bool = False) -> FiguresPlan:
    """Compare rows with what stands in their cells, and add up the parts of their years; nothing is saved or mended."""
    years = {row.year for row in rows}
    figures = PublishedFigure.objects.filter(year__in=years)
    kept = {(one.year, one.dimension, one.code): one for one in (figures.select_for_update() if lock else figures)}
    plan = FiguresPlan(before={row.cell: kept[row.cell] for row in rows if row.cell in kept})
    for row in rows:
        before = kept.get(row.cell)
        if before is None:
            plan.new.append(row)
        elif all(getattr(before, name) == getattr(row, name) for name in FIGURE_COLUMNS):
            plan.unchanged += 1
        else:
            plan.changed.append(row)
    after: dict[tuple[int, str, str], Any] = {**kept, **{row.cell: row for row in rows}}
    plan.mismatches = [one for year in sorted(years) for one in _mismatches(year, after)]
    return plan


def _mismatches(year: int, figures: Mapping[tuple[int, str, str], Any]) -> Iterable[Mismatch]:
    """Where the parts that are given of a year differ from its given total."""
    total = figures.get((year, FigureDimension.TOTAL, ""))
    if total is None:
        return
    for dimension in PARTS:
        parts = [figure for (of, cut, _), figure in figures.items() if (of, cut) == (year, dimension)]
        for measure in ("calls", "individuals"):
            given = [number for part in parts if (number := getattr(part, measure)) is not None]
            whole = getattr(total, measure)
            if given and whole is not None and sum(given) != whole:
                yield Mismatch(year, dimension, measure, whole, sum(given))


def _said(figure: PublishedFigure) -> dict[str, Any]:
    """A figure as plain values, to be put back."""
    said = {name: getattr(figure, name) for name in (*FIGURE_COLUMNS, "year", "dimension", "code", "imported_id")}
    said["from_date"] = figure.from_date.isoformat() if figure.from_date else None
    return said


@transaction.atomic
def import_figures(
    *, file: CheckedFile, rows: Sequence[FigureRow], organisation: Organisation, by: User, at: datetime.datetime
) -> HistoryImport:
    """Read in published totals whole; what stood in their cells is kept, so that it can be put back.

    Raises HistoryError where nothing would change, PermissionDenied for whoever does not keep the code lists.
    """
    require(by, Right.KEEP_CODES, organisation.pk)
    plan = plan_figures(rows, lock=True)
    if plan.is_empty:
        raise HistoryError("Filen säger inget annat än det som redan är inläst.")
    imported = HistoryImport.objects.create(
        organisation=organisation,
        kind=HistoryKind.FIGURES,
        state=HistoryState.DONE,
        progress=100,
        touched_at=at,
        file_name=file.name,
        sha256=file.sha256,
        sources=sorted({row.source for row in rows}),
        rows=len(rows),
        added=len(plan.new),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        replaced=[_said(plan.before[row.cell]) for row in plan.changed],
        imported_by=by,
        imported_at=at,
    )
    for row in (*plan.new, *plan.changed):
        values = {name: getattr(row, name) for name in FIGURE_COLUMNS}
        PublishedFigure.objects.update_or_create(
            year=row.year, dimension=row.dimension, code=row.code, defaults={**values, "imported": imported}
        )
    details = {"sha256": file.sha256, "added": len(plan.new), "changed": len(plan.changed)}
    record("figures_imported", by=by, subject=imported, organisation_id=organisation.pk, details=details, at=at)
    return imported


@transaction.atomic
def withdraw_figures(*, imported: HistoryImport, by: User, at: datetime.datetime) -> None:
    """Take back published totals: what they replaced stands again, and cells that were new are gone.

    Raises HistoryError where a later import has replaced some of them: that one has to be withdrawn first.
    """
    require(by, Right.KEEP_CODES, imported.organisation_id)
    imported = HistoryImport.objects.select_for_update().get(pk=imported.pk)
    if imported.state != HistoryState.DONE:
        return
    there = PublishedFigure.objects.select_for_update().filter(imported=imported)
    if len(there) != imported.added + imported.changed:
        raise HistoryError("En senare import har ersatt några av uppgifterna. Återkalla den först.")
    replaced = {(said["year"], said["dimension"], said["code"]): said for said in imported.replaced}
    for figure in there:
        said = replaced.get((figure.year, figure.dimension, figure.code))
        if said is None:
            figure.delete()
            continue
        for name, value in said.items():
            setattr(figure, name, value)
        if said["from_date"]:
            figure.from_date = datetime.date.fromisoformat(said["from_date"])
        figure.save()
    HistoryImport.objects.filter(pk=imported.pk).update(
        state=HistoryState.WITHDRAWN, withdrawn_by=by, withdrawn_at=at, touched_at=at
    )
    details = {"sha256": imported.sha256, "figures": imported.added + imported.changed}
    record(
        "figures_withdrawn",
        by=by,
        subject=imported,
        organisation_id=imported.organisation_id,
        details=details,
        at=at,
    )
