"""Tables of lägesbilder, and of reports on time: every cell by hand, and who sees which."""

import datetime

import pytest

from grants.models import FinancialReport
from nch.accounts.enums import Role
from reports.statistics.asking import live_cube
from resurscentra.selectors import themes
from resurscentra.services.themes import end_theme
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import swedish
from tests.reports.follow_up.reading import AT, assert_as_by_hand, numbers, public, rows
from tests.reports.follow_up.world import World

pytestmark = pytest.mark.django_db
REPORTS = ("asked", "in_time", "late", "missing", "waiting")
FINDINGS = {
    "reports-on-time-by-year-and-county": "3 av 6 rapporter lämnades i tid 2025–2026",
    "situation-reports-by-period-and-county": "2 av 4 rapporter lämnades i tid 2025",
    "situation-reports-by-phase": "3 lägesbilder lämnades för 2025",
    "situation-reports-by-organisation": "3 lägesbilder lämnades för 2025",
    "situation-reports-by-own-line": "3 lägesbilder lämnades för 2025",
    "situation-reports-by-theme": "Utmaning: Glesbygd och långa avstånd: i 2 av 2 kodade lägesbilder för 2025",
}


def by_hand(world: World) -> dict[str, dict[str, int]]:
    """Every cell that is not 0, by table."""
    spring, autumn = (f"P{one.pk}" for one in world.periods)
    return {
        "reports-on-time-by-year-and-county": rows(
            REPORTS,
            {
                "2025 12 situation_report": (1, 0, 1),
                "2025 12 economic_report": (1, 1),
                "2025 12 total": (2, 1, 1),
                "2025 05 situation_report": (1, 1),
                "2025 05 total": (1, 1),
                "2025 00 situation_report": (2, 1, 1),
                "2025 00 economic_report": (1, 1),
                "2025 00 total": (3, 2, 1),
                "2026 12 situation_report": (1, 1),
                "2026 12 economic_report": (1, 0, 0, 1),
                "2026 12 total": (2, 1, 0, 1),
                "2026 05 situation_report": (1, 0, 0, 1),
                "2026 05 total": (1, 0, 0, 1),
                "2026 00 situation_report": (2, 1, 0, 1),
                "2026 00 economic_report": (1, 0, 0, 1),
                "2026 00 total": (3, 1, 0, 2),
            },
        ),
        "situation-reports-by-period-and-county": rows(
            REPORTS,
            {
                f"{spring} 12": (1, 0, 1),
                f"{spring} 05": (1, 1),
                f"{spring} 00": (2, 1, 1),
                f"{autumn} 12": (1, 1),
                f"{autumn} 05": (1, 0, 0, 1),
                f"{autumn} 00": (2, 1, 0, 1),
            },
        ),
        "situation-reports-by-phase": rows(
            ("reports",),
            {
                f"{period} {county} {answer}": (number,)
                for answer in ("operation", "total")
                for period, county, number in (
                    (spring, "12", 1),
                    (spring, "05", 1),
                    (spring, "00", 2),
                    (autumn, "12", 1),
                    (autumn, "00", 1),
                )
            },
        ),
        "situation-reports-by-organisation": rows(
            ("reports",),
            {
                f"{period} {county} {answer}": (number,)
                for answer in ("barnahus", "total")
                for period, county, number in (
                    (spring, "12", 1),
                    (spring, "05", 1),
                    (spring, "00", 2),
                    (autumn, "12", 1),
                    (autumn, "00", 1),
                )
            },
        ),
        "situation-reports-by-own-line": rows(
            ("reports",),
            {
                f"{spring} 12 yes": (1,),
                f"{spring} 12 total": (1,),
                f"{spring} 05 no": (1,),
                f"{spring} 05 total": (1,),
                f"{spring} 00 yes": (1,),
                f"{spring} 00 no": (1,),
                f"{spring} 00 total": (2,),
                f"{autumn} 12 yes": (1,),
                f"{autumn} 12 total": (1,),
                f"{autumn} 00 yes": (1,),
                f"{autumn} 00 total": (1,),
            },
        ),
        "situation-reports-by-theme": rows(
            ("reports",),
            {
                f"{spring} 12 coded": (1,),
                f"{spring} 05 coded": (1,),
                f"{spring} 00 coded": (2,),
                f"{spring} 12 success_factor_behovet_syns": (1,),
                f"{spring} 00 success_factor_behovet_syns": (1,),
                f"{spring} 12 challenge_glesbygd": (1,),
                f"{spring} 05 challenge_glesbygd": (1,),
                f"{spring} 00 challenge_glesbygd": (2,),
            },
        ),
    }


def test_every_cell_is_what_was_worked_out_by_hand(world: World) -> None:
    assert_as_by_hand(by_hand(world), FINDINGS)


def test_answers_of_another_county_are_nowhere_in_the_live_tables(world: World) -> None:
    east = live_cube("live-situation-reports-by-own-line", by=world.east, at=AT)
    spring = f"P{world.periods[0].pk}"
    one = {f"{spring} {county} {answer}": (1,) for county in ("05", "total") for answer in ("no", "total")}
    assert numbers(east) == rows(("reports",), one)
    on_time = live_cube("live-reports-on-time-by-year-and-county", by=world.east, at=swedish(2025, 8, 1, 9, 0))
    assert on_time.dimension("County").codes == ["05", "total"]
    # Handed in a fortnight later, as the test has it; what is not due yet is waited for.
    assert on_time.cell(Year="2026", County="05", Kind="situation_report", Contents="waiting").value == 1
    # What is known of centres is public: everybody who may see centres sees all.
    centres = live_cube("live-centres-by-year-county-and-phase", by=world.east, at=AT)
    assert centres.cell(Year="2026", County="12", Phase="operation").value == 1


def test_themes_say_what_is_not_coded_and_when_a_theme_was_in_use(world: World) -> None:
    officer = make_user(Role.NCH_OFFICER)
    [ended, after] = [one for one in themes() if one.key in ("challenge_lagkonjunktur", "challenge_skolan")]
    end_theme(
        theme=ended, last_day=datetime.date(2025, 9, 30), successor=after, by=officer, at=swedish(2025, 9, 2, 9, 0)
    )
    cube = public("situation-reports-by-theme")
    spring, autumn = cube.dimension("Period").categories
    assert not [note for note in spring.notes if "kodade" in note]
    assert "1 av 1 inlämnade lägesbilder är inte kodade och räknas inte." in autumn.notes
    notes = {one.code: one.notes for one in public("situation-reports-by-theme", "en").dimension("Theme").categories}
    assert notes["challenge_lagkonjunktur"] == ("In use until 2025-09-30, then “Schools as a partner”.",)
    assert notes["challenge_skolan"] == ("Includes “The recession” from 2025-10-01.",)
    # A county sees its own, and that its neighbour has the same theme nowhere.
    east = live_cube("live-situation-reports-by-theme", by=world.east, at=AT)
    assert numbers(east) == {
        f"P{world.periods[0].pk} {county} {key} reports": 1
        for county in ("05", "total")
        for key in ("coded", "challenge_glesbygd")
    }


def test_economic_report_is_in_time_until_midnight_of_its_last_day_by_the_swedish_clock(world: World) -> None:
    report = FinancialReport.objects.get(grant=world.south.grant, year=2025)
    assert report.due_on == datetime.date(2026, 2, 15)
    table_id, row = "reports-on-time-by-year-and-county", {"Year": "2026", "County": "12", "Kind": "economic_report"}

    def came_in(at: datetime.datetime) -> dict[str, object]:
        report.moves.model.objects.create(
            subject=report, source="draft", target="submitted", at=at, by=world.south.signatory
        )
        cube = public(table_id)
        return {measure: cube.cell(**row, Contents=measure).value for measure in REPORTS[:4]}

    # The earliest counts: what is sent back and comes again is not late for that, and this test puts earlier before.
    assert came_in(swedish(2026, 2, 16, 0, 30)) == {"asked": 1, "in_time": 0, "late": 1, "missing": 0}
    assert came_in(swedish(2026, 2, 15, 23, 30)) == {"asked": 1, "in_time": 1, "late": 0, "missing": 0}
