"""Reading in the counties' population, whole and with its source."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.files import CheckedFile
from nch.common.workbooks import FaultsError
from nch.counties.models import County, CountyPopulation
from nch.population.imports import PopulationFile, PopulationRow, read_population
from nch.population.models import PopulationImport


class PopulationError(Exception):
    """It cannot be read in; the message says why in Swedish."""


class PopulationFaultsError(FaultsError, PopulationError):
    """The file of the population is refused as a whole."""


@dataclass
class PopulationPlan:
    """What reading in rows would do: new cells, others with what stands there before, and how many stay."""

    new: list[PopulationRow] = field(default_factory=list)
    changed: list[tuple[PopulationRow, int]] = field(default_factory=list)
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether it would change nothing."""
        return not self.new and not self.changed


def check_population(file: CheckedFile, *, at: datetime.datetime) -> PopulationFile:
    """Read a file with all its faults; nothing is saved. A year is known when it is over."""
    return read_population(file, last_year=timezone.localdate(at).year - 1)


def plan_population(rows: Sequence[PopulationRow]) -> PopulationPlan:
    """Compare rows with what stands in their cells."""
    there = CountyPopulation.objects.filter(year__in={row.year for row in rows})
    before = {(one.year, one.county_id): one.individuals for one in there}
    plan = PopulationPlan()
    for row in rows:
        known = before.get((row.year, row.county))
        if known is None:
            plan.new.append(row)
        elif known != row.individuals:
            plan.changed.append((row, known))
        else:
            plan.unchanged += 1
    return plan


@transaction.atomic
def import_population(
    *, file: CheckedFile, source: str, source_date: datetime.date, by: User, at: datetime.datetime
) -> PopulationImport:
    """Read in a file whole and keep what it changed. What has been released stays as it was frozen.

    Raises PopulationFaultsError with every fault, PopulationError where nothing would change, the source is not said or
    its day has not come, PermissionDenied for whoever does not keep the population.
    """
    require(by, Right.KEEP_POPULATION)
    if not source.strip():
        raise PopulationError("Skriv vilken källa uppgifterna kommer från.")
    if source_date > timezone.localdate(at):
        raise PopulationError("Källans datum har inte varit än.")
    found = check_population(file, at=at)
    if found.faults:
        raise PopulationFaultsError(found.faults)
    list(County.objects.select_for_update().order_by("code"))  # one at a time: new cells cannot be locked themselves
    plan = plan_population(found.rows)
    if plan.is_empty:
        raise PopulationError("Filen säger inget annat än det som redan är inläst.")
    changes = [
        *((row.year, row.county, None, row.individuals) for row in plan.new),
        *((row.year, row.county, before, row.individuals) for row, before in plan.changed),
    ]
    CountyPopulation.objects.bulk_create(
        [
            CountyPopulation(county_id=code, year=year, individuals=people, source=source.strip())
            for year, code, _, people in changes
        ],
        update_conflicts=True,
        unique_fields=["county", "year"],
        update_fields=["individuals", "source"],
    )
    imported = PopulationImport.objects.create(
        file_name=file.name,
        sha256=file.sha256,
        source=source.strip(),
        source_date=source_date,
        unchanged=plan.unchanged,
        changes=[list(one) for one in sorted(changes, key=lambda one: one[:2])],
        imported_by=by,
        imported_at=at,
    )
    details = {"sha256": file.sha256, "added": len(plan.new), "changed": len(plan.changed), "years": imported.years}
    record("population_imported", by=by, subject=imported, details=details, at=at)
    return imported
