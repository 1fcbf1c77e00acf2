"""The demo's calls in every table that counts them, live, narrowed and for release, all published together with what
was printed."""

import numpy as np
import pytest
from scipy.optimize import linprog

from nch.accounts.enums import Role
from reports.statistics.cube import resolve
from reports.statistics.disclosure.building import build
from reports.statistics.disclosure.policy import Count, Derived, DisclosurePolicy, Open
from reports.statistics.disclosure.report import apply, check, protect
from reports.statistics.disclosure.system import System
from reports.statistics.disclosure.tables import FrozenTable
from reports.statistics.question import Period, Question, Reading
from reports.statistics.registry import LINE_TABLES, RELEASABLE_CALLS, TABLES
from stodtelefon.enums import CodeKind
from stodtelefon.models import Code, Matter, SupportCall, SupportLine
from stodtelefon.selectors.recorded import recorded_months
from stodtelefon.selectors.tallies import tallied_lines_for, tallies_for
from stodtelefon.services import mend_tallies
from stodtelefon.services.constructed import construct_calls_2023
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import make_answerer, make_line, swedish
from tests.reports.facts import load_facts

AT = swedish(2024, 2, 1, 12, 0)
CALLS, INDIVIDUALS = Count("calls"), Count("individuals", overlapping=frozenset({"Exposure"}))
BOTH = {"calls": CALLS, "individuals": INDIVIDUALS}
SHARE = Derived(("calls",), of_total=("Category", "Topic"))
LIVE = {
    "line-per-month": BOTH,
    "line-per-week": BOTH,
    "line-per-day": BOTH,
    "line-load": {"calls": CALLS},
    "line-matters": {
        "calls": CALLS,
        "matters": Count("calls", at={"Repeated in the month": "no"}),
        "repeated": Count("calls", at={"Repeated": "yes"}),
        "share": Derived(("repeated", "calls")),
    },
    "line-per-county": {
        **BOTH,
        "population": Open(),
        "rate": Derived(("calls",), also={("County", "00"): ("unknown",)}),
    },
    "line-per-category": {**BOTH, "share": SHARE},
    "line-unknown-county": {
        "calls": CALLS,
        "unknown": Count("calls", at={"County": "unknown"}),
        "share": Derived(("unknown", "calls")),
        "target": Open(),
    },
    "line-topics": {**BOTH, "share": SHARE},
    "line-exposure": {"individuals": INDIVIDUALS},
    "line-individuals": {"individuals": INDIVIDUALS},
    "line-referrals": {"calls": CALLS},
}
NARROWED = {
    "line-per-month": [{"county": "12"}, {"category": "polis"}],
    "line-per-county": [{"category": "polis"}, {"category": "skola"}],
    "line-per-category": [{"county": "12"}, {"county": "unknown"}],
}
NAMES = {"county": "County", "category": "Category"}
PRINTED = {
    "calls-per-year": {"calls": Count("printed calls"), "individuals": Count("printed individuals")},
    "calls-per-category": {"calls": Count("printed calls")},
    "calls-per-county": {"calls": Count("printed calls")},
    "grant-money-per-year": {"set_aside": Open(), "handed_out": Open()},
    "resource-centres": {
        "centres": Count("centres"),
        "counties": Count("counties with a centre", overlapping=frozenset({"Round", "Phase"})),
    },
}


def _some_come_back_and_some_are_followed_up() -> None:
    """Constructed calls do neither; tables of matters and of outcomes would have nothing to hide."""
    matter = Matter.objects.create(opened_at=AT, expires_at=AT.replace(year=2025))
    calls = list(SupportCall.objects.order_by("pk").values_list("pk", flat=True))
    again = {"repeats": True, "up_before": AT.date().replace(year=2023), "up_before_here": None}
    SupportCall.objects.filter(pk__in=calls[::17]).update(matter=matter, **again)
    outcomes = Code.objects.filter(kind=CodeKind.REFERRAL_OUTCOME).order_by("pk")
    for place, outcome in enumerate(outcomes):
        known = SupportCall.objects.filter(pk__in=calls[place :: 13 + place], referral__isnull=False)
        known.update(referral_outcome=outcome)
    mend_tallies(at=AT)


@pytest.fixture
def everything(db: None) -> list[FrozenTable]:
    load_facts()
    line = SupportLine.objects.first() or make_line()
    construct_calls_2023(by=make_answerer(line), at=AT)
    _some_come_back_and_some_are_followed_up()
    reader = make_user(Role.NCH_ANALYST)
    tallies = tallies_for(reader)
    recorded = recorded_months(tallies, AT.date())
    found = []
    for table_id, measures in LIVE.items():
        policy = DisclosurePolicy(measures=measures, ranked=frozenset({"County", "Category", "Topic", "Exposure"}))
        for filters in ({}, *NARROWED.get(table_id, ())):
            question = Question(
                Period.of_year(2023),
                AT,
                Reading(tallies),
                tuple(tallied_lines_for(reader)),
                recorded=recorded,
                **filters,
            )
            cube = resolve(LINE_TABLES[table_id], "sv", question)
            context = {"Time": "2023", **{NAMES[name]: code for name, code in filters.items()}}
            found.append(FrozenTable(cube, policy, context))
    whole_year = Question(
        Period.of_year(2023), AT, Reading(tallies), tuple(tallied_lines_for(reader)), recorded=recorded
    )
    for definition in RELEASABLE_CALLS.values():
        assert definition.policy
        found.append(FrozenTable(resolve(definition, "sv", whole_year), definition.policy))
    for table_id, measures in PRINTED.items():
        policy = DisclosurePolicy(measures=measures, published_before=True)
        found.append(FrozenTable(resolve(TABLES[table_id], "sv"), policy))
    return found


def narrowed_by_scipy(system: System, hidden: frozenset[int], cells: list[int]) -> list[str]:
    """The cells that linear programming in another library narrows to within the threshold."""
    unknown = sorted(system.unknown(hidden | system.forced))
    place = {cell: column for column, cell in enumerate(unknown)}
    rows = [[term for term in relation if term[0] in place] for relation in system.relations]
    matrix = np.zeros((len(rows), len(unknown)))
    for number, row in enumerate(rows):
        for cell, sign in row:
            matrix[number, place[cell]] = sign
    truth = np.array([system.cells[cell].value for cell in unknown], dtype=float)
    bounds = [(system.cells[cell].lower, 100_000) for cell in unknown]
    found = []
    for cell in cells:
        goal = np.zeros(len(unknown))
        goal[place[cell]] = 1
        ends = [sign * linprog(sign * goal, A_eq=matrix, b_eq=matrix @ truth, bounds=bounds).fun for sign in (1, -1)]
        if ends[1] - ends[0] <= system.cells[cell].threshold:
            found.append(system.cells[cell].name)
    return found


@pytest.mark.one_database
def test_all_tables_of_the_demo_together(everything: list[FrozenTable]) -> None:
    protection = protect(everything)
    assert protection.audit.passed
    system = build(everything)
    flats = {(place, flat) for place, pattern in enumerate(protection.patterns) for flat in pattern}
    hidden = frozenset(number for number, cell in enumerate(system.cells) if flats.intersection(cell.places))
    small = [
        number
        for number, cell in enumerate(system.cells)
        if cell.places and not cell.known and cell.value in range(1, 5)
    ]
    assert len(small) > 100
    assert hidden.issuperset(small)
    assert narrowed_by_scipy(system, hidden, sorted(hidden)[::7]) == []
    # One table for itself is hidden less, and shown so beside the others it gives small numbers away.
    alone = [protect([one]).patterns[0] for one in everything]
    assert not check(everything, alone).passed
    shown = [apply(one, pattern) for one, pattern in zip(everything, protection.patterns, strict=True)]
    for one, cube in zip(everything, shown, strict=True):
        if one.policy.published_before:
            assert cube == one.cube
    month = next(cube for cube in shown if cube.table_id == "line-per-month")
    assert sum(cell.value or 0 for cell in month.cells() if cell.categories[-1].code == "calls") == 395
