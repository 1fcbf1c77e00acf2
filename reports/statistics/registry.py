"""All statistical tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reports.statistics.definitions import TableDefinition
from reports.statistics.follow_up import live
from reports.statistics.tables import (
    calls_per_category,
    calls_per_county,
    calls_per_year,
    centres_by_county,
    grant_money_per_year,
    grants_by_call,
    grants_by_county,
    line_around_openings,
    line_crosses,
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
    reporting_on_time,
    resource_centres,
    returned_by_county,
    returned_contacts,
    returned_exposure,
    returned_individuals,
    returned_meetings,
    returned_support,
    returned_trainings,
    returns_by_county,
    returns_not_applicable,
    situation_answers,
    situation_reports,
    situation_themes,
)

TABLES: Final[Mapping[str, TableDefinition]] = {
    module.TABLE.id: module.TABLE
    for module in (calls_per_year, calls_per_category, calls_per_county, grant_money_per_year, resource_centres)
}
"""By identity, in the order in which lists show them. These are published, and open to everybody."""

RELEASABLE_CALLS: Final[Mapping[str, TableDefinition]] = {
    table.id: table
    for table in (
        released_calls.MONTH_AND_COUNTY,
        released_calls.YEAR_AND_CATEGORY,
        released_calls.YEAR_AND_TOPIC,
        released_calls.YEAR_AND_MATTERS,
        released_calls.YEAR_AND_REFERRAL,
        released_calls.YEAR_AGE_AND_GENDER,
        released_calls.YEAR_AND_EXPOSURE,
    )
}
"""Counted from the calls of the support lines; they say the same of each number that two of them have."""

RELEASABLE_FOLLOW_UP: Final[Mapping[str, TableDefinition]] = {
    table.id: table
    for table in (
        grants_by_county.TABLE,
        grants_by_call.TABLE,
        reporting_on_time.TABLE,
        situation_reports.TABLE,
        situation_answers.PHASES_ANSWERED,
        situation_answers.MODELS_ANSWERED,
        situation_answers.LINES_ANSWERED,
        situation_themes.TABLE,
        centres_by_county.BY_PHASE,
        centres_by_county.SERVICES,
        centres_by_county.FINANCED,
    )
}
"""Counted from grants, reports and centres, which are public one by one once they are decided or handed in."""

RELEASABLE_RETURNS: Final[Mapping[str, TableDefinition]] = {
    table.id: table
    for table in (
        returned_by_county.TABLE,
        returned_individuals.TABLE,
        returned_exposure.TABLE,
        returned_support.TABLE,
        returned_contacts.TABLE,
        returned_trainings.TABLE,
        returned_meetings.TABLE,
        returns_by_county.TABLE,
        returns_not_applicable.TABLE,
    )
}
"""Counted from what resource centres hand in as statistics; small numbers of individuals and contacts are hidden."""

RELEASABLE: Final[Mapping[str, TableDefinition]] = {**RELEASABLE_CALLS, **RELEASABLE_FOLLOW_UP, **RELEASABLE_RETURNS}
"""What may be released, by identity in the order of lists: counted from records, and protected before it is shown."""

FOLLOW_UP_TABLES: Final[Mapping[str, TableDefinition]] = {
    table.id: table
    for table in (
        live(one, reporting_on_time.WAITING) if reporting_on_time.ASKED in one.measures else live(one)
        for one in ({**RELEASABLE_FOLLOW_UP, **RELEASABLE_RETURNS}).values()
    )
}
"""The same for staff, always fresh and within each person's reach; reports/statistics/asking.py says how to ask."""


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

EXPLORED_SECTIONS: Final = (
    Section("over-tid", "Stödtelefonen: flera variabler över tid", line_crosses.TABLES),
    *(Section(one.slug, f"Stödtelefonen: {one.label[:1].lower()}{one.label[1:]}", one.tables) for one in LINE_SECTIONS),
)
"""Where the live tables that may be explored are found; published ones are explored as they were published."""

LINE_TABLES: Final[Mapping[str, TableDefinition]] = {
    table.id: table for section in LINE_SECTIONS for table in section.tables
}
"""The tables of that dashboard. Those that are live are for staff only, and answer within each person's reach."""
