"""Meetings of the resource centres' groups, by year, county and group."""

from reports.statistics.definitions import Dimension, Text
from reports.statistics.returns import GROUP_MEETINGS
from reports.statistics.tables.returned_activities import activity_table
from resurscentra.statistics_form import GROUPS, HELD, MEETINGS

GROUP = Dimension("Group", Text("Grupp", "Group"))
_GROUPS_EN = {
    "steering": "Steering group",
    "working": "Working group",
    "reference": "Reference or cooperation group",
}

TABLE = activity_table(
    id="returned-meetings-by-year-county-and-group",
    title=Text("Möten per år, län och grupp", "Meetings by year, county and group"),
    description=Text(
        "Möten som resurscentrumens styrgrupper, arbetsgrupper och referensgrupper har haft.",
        "Meetings held by the resource centres' steering, working and reference groups.",
    ),
    grid=MEETINGS,
    dimension=GROUP,
    texts={code: Text(label, _GROUPS_EN[code]) for code, label in GROUPS},
    measures={HELD: GROUP_MEETINGS},
    finding_of=Text("möten hölls", "meetings were held"),
)
