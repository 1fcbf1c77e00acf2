"""All statistical tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reports.statistics.definitions import TableDefinition
from reports.statistics.tables import (
    calls_per_category,
    calls_per_county,
    calls_per_year,
    grant_money_per_year,
    line_around_openings,
    line_exposure,
    line_fewer_callers,
    line_fewer_counties,
    line_individuals,
    line_load,
    line_matters,
    line_per_category,
    line_per_county,
    line_per_day,
    line_per_month,
    line_per_week,
    line_per_year,
    line_referrals,
    line_staffing,
    line_topics,
    line_unknown_county,
    released_calls,
    resource_centres,
)

TABLES: Final[Mapping[str, TableDefinition]] = {
    module.TABLE.id: module.TABLE
    for module in (calls_per_year, calls_per_category, calls_per_county, grant_money_per_year, resource_centres)
}
"""By identity, in the order in which lists show them. These are published, and open to everybody."""

RELEASABLE: Final[Mapping[str, TableDefinition]] = {
    table.id: table
    for table in (
        released_calls.MONTH_AND_COUNTY,
        released_calls.YEAR_AND_CATEGORY,
        released_calls.YEAR_AND_TOPIC,
        released_calls.YEAR_AGE_AND_GENDER,
    )
}
"""What may be released, by identity in the order of lists: counted from records, and protected before it is shown."""


@dataclass(frozen=True)
class Section:
    """Live tables that are read together."""

    slug: str
    label: str
    tables: tuple[TableDefinition, ...]


LINE_SECTIONS: Final = (
    Section(
        "volym",
        "Hur mycket",
        (
            line_per_year.TABLE,
            line_per_month.TABLE,
            line_per_week.TABLE,
            line_per_day.TABLE,
            line_load.TABLE,
            line_staffing.TABLE,
            line_matters.TABLE,
        ),
    ),
    Section(
        "vilka",
        "Vilka som ringer",
        (
            line_per_county.TABLE,
            line_per_category.TABLE,
            line_unknown_county.TABLE,
            line_fewer_counties.TABLE,
            line_fewer_callers.TABLE,
        ),
    ),
    Section(
        "vad",
        "Vad det gäller",
        (line_topics.TABLE, line_exposure.TABLE, line_individuals.TABLE, line_referrals.TABLE),
    ),
    Section("centrum", "När centrum öppnar", (line_around_openings.TABLE,)),
    Section("landet", "Landet, publicerat", (calls_per_year.TABLE, calls_per_category.TABLE, calls_per_county.TABLE)),
)
"""The dashboard of the support lines, section by section; the last one holds published tables."""

LINE_TABLES: Final[Mapping[str, TableDefinition]] = {
    table.id: table for section in LINE_SECTIONS for table in section.tables
}
"""The tables of that dashboard. Those that are live are for staff only, and answer within each person's reach."""
