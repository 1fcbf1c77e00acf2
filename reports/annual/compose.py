"""Fetching what the yearly report prints, and binding every number to where it comes from."""

import datetime
from typing import Any, Final

from django.utils import timezone

from reports.annual.bound import Binder, BoundReport, MissingNumberError
from reports.enums import ReportKind
from reports.statistics.cube import Cube, resolve
from reports.statistics.registry import TABLES
from reports.statistics.selection import select
from resurscentra.selectors import centres_at

CALLS, CATEGORIES, COUNTIES = "calls-per-year", "calls-per-category", "calls-per-county"
MONEY, CENTRES = "grant-money-per-year", "resource-centres"
USED_TABLES: Final = (CENTRES, MONEY, CALLS, CATEGORIES, COUNTIES)


class ReportDataError(Exception):
    """The report cannot be composed; `missing` says in Swedish what it lacks."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__("; ".join(missing))


def annual_years() -> list[int]:
    """The years a yearly report can be made for, the latest first: calls, money and centres have been published."""
    tables = {table_id: resolve(TABLES[table_id], "sv") for table_id in (CALLS, MONEY, CENTRES)}
    years = tables[CALLS].dimension("Year").codes
    return [int(year) for year in reversed(years) if not _missing(tables, year)]


def compose_annual(year: int, *, at: datetime.datetime | None = None) -> BoundReport:
    """Fetch and bind what the yearly report prints. Raises ReportDataError where something has not been published."""
    time = str(year)
    tables = {table_id: resolve(TABLES[table_id], "sv") for table_id in USED_TABLES}
    if missing := _missing(tables, time):
        raise ReportDataError(missing)
    for table_id in (CALLS, MONEY):
        tables[table_id] = select(tables[table_id], {"Year": [f"to({time})"]})
    binder = Binder(tables)
    try:
        _bind_calls(binder, time)
        _bind_centres(binder, time)
        _bind_money(binder, time)
    except MissingNumberError as error:
        raise ReportDataError([f"Uppgift saknas: {error}"]) from error
    return BoundReport(
        kind=ReportKind.ANNUAL.value,
        year=year,
        composed_at=at or timezone.now(),
        numbers=binder.numbers,
        tables=tables,
        rounds=_rounds(year),
    )


def _missing(tables: dict[str, Cube], time: str) -> list[str]:
    lacking = []
    for table_id, contents, what in (
        (CALLS, ("calls",), "antalet samtal till stödtelefonen"),
        (MONEY, ("set_aside", "handed_out"), "medel och lämnade bidrag till resurscentrum"),
        (CENTRES, (), "resurscentrum vid årets slut"),
    ):
        cube = tables[table_id]
        known = time in cube.dimension("Year").codes and all(
            cube.cell(Year=time, Contents=code).value is not None for code in contents
        )
        if table_id == CENTRES and known:
            known = bool(cube.cell(Year=time, Round="total", Phase="total", Contents="centres").value)
        if not known:
            lacking.append(f"För {time} saknas publicerade uppgifter om {what}.")
    return lacking


def _bind_calls(binder: Binder, time: str) -> None:
    calls = binder.tables[CALLS]
    binder.year("year", CALLS, time)
    binder.year("first_year", CALLS, calls.dimension("Year").codes[0])
    this_year = binder.cell("calls", CALLS, Year=time, Contents="calls")
    earlier = [
        (cell.categories[0].code, cell.value)
        for cell in select(calls, {"Contents": ["calls"]}).cells()
        if cell.value is not None and cell.categories[0].code != time
    ]
    if fewer := [code for code, value in earlier if value < this_year]:
        binder.year("fewer_year", CALLS, fewer[-1])
        binder.cell("fewer_calls", CALLS, Year=fewer[-1], Contents="calls")
    if earlier:
        most = max(earlier, key=lambda pair: pair[1])[0]
        binder.year("most_year", CALLS, most)
        binder.cell("most_calls", CALLS, Year=most, Contents="calls")

    for prefix, table_id, dimension in (("category", CATEGORIES, "Category"), ("county", COUNTIES, "County")):
        table = binder.tables[table_id]
        parts = table.dimension(dimension)
        binder.year(f"{prefix}_year", table_id, table.dimension("Year").codes[0])
        total = next(one.code for one in parts.categories if one.is_total)
        binder.cell(f"{prefix}_total", table_id, **{dimension: total})
        binder.cell(f"{prefix}_first", table_id, **{dimension: parts.codes[0]})
        binder.cell(f"{prefix}_second", table_id, **{dimension: parts.codes[1]})
        binder.work_out(f"{prefix}_first_share", "per_cent", f"{prefix}_first", f"{prefix}_total")
        binder.work_out(f"{prefix}_second_share", "per_cent", f"{prefix}_second", f"{prefix}_total")
    binder.cell("county_unknown", COUNTIES, County="unknown")
    binder.work_out("county_unknown_share", "per_cent", "county_unknown", "county_total")
    binder.cell("county_other", COUNTIES, County="other")


def _bind_centres(binder: Binder, time: str) -> None:
    binder.cell("centres", CENTRES, Year=time, Round="total", Phase="total", Contents="centres")
    for phase in ("orientation", "development", "implementation", "operation"):
        binder.cell(f"centres_{phase}", CENTRES, Year=time, Round="total", Phase=phase, Contents="centres")
    binder.cell("counties_with_centre", CENTRES, Year=time, Round="total", Phase="total", Contents="counties")
    for one in binder.tables[CENTRES].dimension("Round").categories:
        if not one.is_total:
            key = f"centres_round_{one.code}"
            binder.cell(key, CENTRES, Year=time, Round=one.code, Phase="total", Contents="centres")


def _bind_money(binder: Binder, time: str) -> None:
    binder.cell("set_aside", MONEY, unit="kr", Year=time, Contents="set_aside")
    binder.cell("handed_out", MONEY, unit="kr", Year=time, Contents="handed_out")
    binder.work_out("money_left", "difference", "set_aside", "handed_out", unit="kr")
    binder.work_out("handed_out_share", "per_cent", "handed_out", "set_aside")


def _rounds(year: int) -> list[dict[str, Any]]:
    return [
        {
            "number": one.number,
            "year": one.year,
            "centres": [
                {
                    "name": centre.name,
                    "county": centre.county,
                    "phase": centre.phase,
                    "organisation_model": centre.organisation_model,
                    "host": centre.host,
                }
                for centre in one.centres
            ],
        }
        for one in centres_at(datetime.date(year, 12, 31))
        if one.centres
    ]
