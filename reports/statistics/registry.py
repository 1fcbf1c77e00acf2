"""All statistical tables."""

from collections.abc import Mapping
from typing import Final

from reports.statistics.definitions import TableDefinition
from reports.statistics.tables import (
    calls_per_category,
    calls_per_county,
    calls_per_year,
    grant_money_per_year,
    resource_centres,
)

TABLES: Final[Mapping[str, TableDefinition]] = {
    module.TABLE.id: module.TABLE
    for module in (calls_per_year, calls_per_category, calls_per_county, grant_money_per_year, resource_centres)
}
"""By identity, in the order in which lists show them."""
