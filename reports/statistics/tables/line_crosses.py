"""The live twins of the tables that are released, and one more: calls over time by several variables, for exploring.

They hold what the releases hold before small numbers are hidden, within each person's reach: they are for staff only.
"""

import dataclasses
from collections.abc import Iterable

from reports.statistics.definitions import YEAR, Disclosure, TableDefinition, Text
from reports.statistics.live import CALLS, INDIVIDUALS, LINE_ONLY, READERS, SMALL_NUMBERS, monthly
from reports.statistics.question import Question
from reports.statistics.tables import released_calls
from stodtelefon.enums import Cut
from stodtelefon.selectors.tallies import Need


def live_twin(released: TableDefinition) -> TableDefinition:
    """The same table of calls, always fresh and with small numbers."""

    def needs(question: Question) -> Iterable[Need]:
        return (monthly(question), *released.needs(question))

    return dataclasses.replace(
        released,
        id=released.id.replace("released-", "line-", 1),
        description=Text(
            released.description.sv.replace(", alla stödtelefoner", ""),
            released.description.en.replace(", all support lines", ""),
        ),
        notes=(*(note for note in released.notes if note is not released_calls.PROTECTED), SMALL_NUMBERS),
        disclosure=Disclosure.STAFF,
        needs=needs,
        answers_to=LINE_ONLY,
        policy=None,
        readers=READERS,
    )


YEAR_COUNTY_AND_CATEGORY = released_calls.crossed_table(
    id="line-calls-by-year-county-and-caller",
    title=Text("Samtal per år, län och vem som ringer", "Calls by year, county and caller"),
    description=Text(
        "Samtal och utsatta individer efter år, det län som den som ringer arbetar i, och vilken verksamhet.",
        "Calls and exposed individuals by year, the caller's county and organisation.",
    ),
    time=YEAR,
    cut=Cut.PLACE,
    ways={"first_key": released_calls.BY_COUNTY, "second_key": released_calls.BY_CATEGORY},
    measures=(CALLS, INDIVIDUALS),
)

TABLES = tuple(
    map(
        live_twin,
        (
            YEAR_COUNTY_AND_CATEGORY,
            released_calls.MONTH_AND_COUNTY,
            released_calls.YEAR_AND_CATEGORY,
            released_calls.YEAR_AND_TOPIC,
            released_calls.YEAR_AND_MATTERS,
            released_calls.YEAR_AND_REFERRAL,
            released_calls.YEAR_AGE_AND_GENDER,
            released_calls.YEAR_AND_EXPOSURE,
        ),
    )
)
