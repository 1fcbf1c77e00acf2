"""All tables of grants, lägesbilder and centres: released together, of which years, in English, live for whom."""

import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from nch.accounts.enums import Role
from nch.accounts.models import User
from reports.services.releases import ReleaseError, prepare_release, releasable_years
from reports.services.signings import sign_release
from reports.statistics.asking import follow_up_question, follow_up_tables_for, live_cube, over_years
from reports.statistics.cube import Cube, resolve, thaw
from reports.statistics.definitions import LANGUAGES
from reports.statistics.follow_up import LIVE
from reports.statistics.registry import FOLLOW_UP_TABLES, RELEASABLE_FOLLOW_UP, RELEASABLE_RETURNS
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import swedish
from tests.reports.follow_up import test_centres, test_grants, test_situation_reports
from tests.reports.follow_up.reading import AT, numbers, public
from tests.reports.follow_up.world import World

pytestmark = pytest.mark.django_db


def by_hand(world: World) -> dict[str, dict[str, int]]:
    """Every cell that is not 0, by table, as the tests of each kind have worked them out."""
    return {**test_grants.by_hand(world), **test_situation_reports.by_hand(world), **test_centres.by_hand()}


def test_every_table_has_been_worked_out_by_hand(world: World) -> None:
    assert set(by_hand(world)) == set(RELEASABLE_FOLLOW_UP)


@pytest.mark.usefixtures("world")
def test_english_tables_have_no_swedish_left() -> None:
    for table_id in RELEASABLE_FOLLOW_UP:
        cube = public(table_id, "en")
        names = [one.label for one in cube.dimensions if one.id not in ("County", "Call")]
        labels = [
            category.label
            for one in cube.dimensions
            if one.id not in ("County", "Call")
            for category in one.categories
            if not category.is_total
        ]
        notes = [note for one in cube.dimensions for category in one.categories for note in category.notes]
        texts = [cube.title, cube.description, cube.finding, cube.source, *cube.notes, *names, *labels, *notes]
        assert not [text for text in texts if any(letter in text.lower() for letter in "åäö")]
        assert cube.size == public(table_id).size


def test_all_of_them_are_released_together_and_hold_nothing_undecided(world: World) -> None:
    maker = make_user(Role.NCH_ANALYST)
    release = prepare_release(
        title="Uppföljning 2025", table_ids=RELEASABLE_FOLLOW_UP, first_year=2025, last_year=2025, by=maker, at=AT
    )
    assert release.audit["passed"]
    sign_release(release=release, publish_at=AT, by=make_user(Role.NCH_DECISION_MAKER), at=AT)
    expected = by_hand(world)
    for table in release.tables.all():
        for language in LANGUAGES:
            cube = thaw(table.frozen[language])
            assert not cube.statuses
            of_year = {
                key: value for key, value in expected[table.table_id].items() if not key.startswith(("2024", "2026"))
            }
            assert numbers(cube) == of_year


def test_each_table_says_which_years_it_tells_of(world: World) -> None:
    maker = make_user(Role.NCH_ANALYST)
    years = {table_id: list(there) for table_id, there in releasable_years(maker, at=AT).items()}
    situation = {one for one in RELEASABLE_FOLLOW_UP if one.startswith("situation-reports")}
    assert years == {
        "grants-by-year-and-county": [2024, 2025],
        "grants-by-year-and-call": [2024, 2025],
        "reports-on-time-by-year-and-county": [2025, 2026],
        **{table_id: [2025] for table_id in situation},
        "centres-by-year-county-and-phase": [2024, 2025, 2026],
        "centre-services-by-year-and-county": [2024, 2025, 2026],
        "centre-financing-by-year-and-county": [2025],
    }
    # While the last day to hand in has not come, nobody can be late, and the round is not released.
    early = releasable_years(maker, at=swedish(2026, 1, 31, 9, 0))
    assert list(early["situation-reports-by-period-and-county"]) == [2025]
    cube = _released("situation-reports-by-period-and-county", maker, at=swedish(2026, 1, 31, 9, 0))
    assert cube.dimension("Period").codes == [f"P{world.periods[0].pk}"]
    for table_id, year, words in (
        ("grants-by-year-and-county", 2026, "2024–2025"),
        ("released-calls-by-year-and-topic", 2025, "inga uppgifter"),
    ):
        with pytest.raises(ReleaseError, match=words):
            prepare_release(title="x", table_ids=[table_id], first_year=year, last_year=year, by=maker, at=AT)


def _released(table_id: str, by: User, *, at: datetime.datetime) -> Cube:
    release = prepare_release(title="x", table_ids=[table_id], first_year=2025, last_year=2025, by=by, at=at)
    return thaw(release.tables.get().frozen["sv"])


@pytest.mark.usefixtures("world")
def test_live_tables_are_for_those_whose_rights_open_them() -> None:
    everything, money = len(FOLLOW_UP_TABLES), 2
    expected = {
        Role.NCH_OFFICER: everything,
        Role.NCH_ANALYST: everything,
        Role.AUDITOR: everything,
        Role.COUNTY_OFFICER: everything,
        Role.NCH_FINANCE: money,
        Role.GRANT_FINANCE: money,
        Role.APPLICANT_OFFICER: money,
        Role.NCH_LINE: 0,
        Role.NCH_ADMIN: 0,
        Role.RC_COORDINATOR: len(RELEASABLE_RETURNS),
        None: 0,
    }
    for role, number in expected.items():
        user = make_user(role)
        assert len(follow_up_tables_for(user)) == number, role
        if not number:
            with pytest.raises(KeyError):
                live_cube("live-grants-by-year-and-county", by=user, at=AT)


def test_live_tables_share_a_definition_with_the_released_ones_and_take_few_queries(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    assert list(FOLLOW_UP_TABLES) == [f"{LIVE}{one}" for one in (*RELEASABLE_FOLLOW_UP, *RELEASABLE_RETURNS)]
    reader = make_user(Role.NCH_ANALYST)
    question = follow_up_question(reader, at=AT)
    with django_assert_max_num_queries(24):
        tables = follow_up_tables_for(reader)
        cubes = [resolve(table, "sv", over_years(table, question)) for table in tables]
    assert all(cube.notes[-1].startswith("Siffrorna är levande") for cube in cubes)
    narrowed = over_years(tables[0], question, first_year=2025, last_year=2031)
    assert resolve(tables[0], "sv", narrowed).dimension("Year").codes == ["2025"]
