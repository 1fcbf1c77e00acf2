"""Tables of grants: every cell by hand, and who sees which."""

import pytest

from nch.accounts.enums import Role
from nch.cases.services import declare_interest
from reports.services.releases import prepare_release
from reports.statistics.asking import live_cube
from reports.statistics.cube import thaw
from tests.factories.accounts import make_user
from tests.reports.follow_up.reading import AT, assert_as_by_hand, numbers, rows
from tests.reports.follow_up.world import World

pytestmark = pytest.mark.django_db
MONEY = ("applications", "grants", "applied", "granted", "paid", "used", "repaid")
FINDINGS = {
    "grants-by-year-and-county": "230 000 av 690 000 sökta kronor beviljades för 2024–2025",
    "grants-by-year-and-call": "230 000 av 690 000 sökta kronor beviljades för 2024–2025",
}


def by_hand(world: World) -> dict[str, dict[str, int]]:
    """Every cell that is not 0, by table."""
    first, second = world.main.pk, world.other.pk
    one_year = (1, 1, 230_000, 115_000)
    accounted = (*one_year, 115_000, 100_000, 15_000)
    return {
        "grants-by-year-and-county": rows(
            MONEY,
            {
                "2024 12": accounted,
                "2024 00": accounted,
                "2025 12": one_year,
                "2025 05": (1, 0, 230_000),
                "2025 00": (2, 1, 460_000, 115_000),
            },
        ),
        "grants-by-year-and-call": rows(
            MONEY,
            {
                f"2024 {first}": accounted,
                "2024 total": accounted,
                f"2025 {first}": one_year,
                f"2025 {second}": (1, 0, 230_000),
                "2025 total": (2, 1, 460_000, 115_000),
            },
        ),
    }


def test_every_cell_is_what_was_worked_out_by_hand(world: World) -> None:
    assert_as_by_hand(by_hand(world), FINDINGS)


def test_recusal_of_whoever_prepares_changes_nothing_that_is_public(world: World) -> None:
    maker = make_user(Role.NCH_ANALYST)
    officer = maker.memberships.get()
    maker.memberships.create(organisation=officer.organisation, role=Role.NCH_OFFICER, valid_from=officer.valid_from)
    declare_interest(case=world.south.grant.case, recused=True, by=maker, at=AT)
    release = prepare_release(
        title="Bidrag", table_ids=["grants-by-year-and-county"], first_year=2025, last_year=2025, by=maker, at=AT
    )
    cube = thaw(release.tables.get().frozen["sv"])
    assert cube.cell(Year="2025", County="12", Contents="granted").value == 115_000
    mine = live_cube("live-grants-by-year-and-county", by=maker, at=AT)
    assert mine.cell(Year="2025", County="12", Contents="granted").value == 0


def test_centre_sees_what_is_handed_in_and_each_county_only_its_own(world: World) -> None:
    table_id = "live-grants-by-year-and-county"
    all_of_it = {
        "2024 12": (1, 1, 230_000, 115_000, 115_000, 100_000, 15_000),
        "2024 05": (1, 0, 360_000),
        "2024 00": (2, 1, 590_000, 115_000, 115_000, 100_000, 15_000),
        "2025 12": (1, 1, 230_000, 115_000),
        "2025 05": (2, 0, 590_000),
        "2025 00": (3, 1, 820_000, 115_000),
    }
    assert numbers(live_cube(table_id, by=make_user(Role.NCH_ANALYST), at=AT)) == rows(MONEY, all_of_it)
    for signatory, code in ((world.south.signatory, "12"), (world.east, "05")):
        cube = live_cube(table_id, by=signatory, at=AT)
        assert cube.dimension("County").codes == [code, "total"]
        own = {key: row for key, row in all_of_it.items() if key.endswith(code)}
        own |= {key.replace(code, "total"): row for key, row in own.items()}
        assert numbers(cube) == rows(MONEY, own)
    # The board's own officer for grants sees the municipality's, which NCH does not.
    officer = make_user(Role.GRANT_OFFICER, world.east.memberships.get().organisation)
    cube = live_cube(table_id, by=officer, at=AT)
    assert cube.cell(Year="2024", County="05", Contents="granted").value == 115_000
