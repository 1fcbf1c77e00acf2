"""The tables of grants, reports and centres: every cell against numbers worked out by hand, and who sees which."""

import datetime
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from django.utils import timezone
from jsonstat_validator import validate_jsonstat
from pytest_django import DjangoAssertNumQueries

from grants.enums import Outcome, RepaymentState
from grants.models import FinancialReport, FundingCall, Repayment
from grants.services.decisions import propose_decision, sign_decision
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.services import declare_interest
from nch.counties.models import County, Organisation
from nch.demo.means import fill_in
from nch.demo.texts import SITUATION_REPORT_ANSWERS
from reports.services.releases import ReleaseError, policy_of, prepare_release, releasable_years
from reports.services.signings import sign_release
from reports.statistics.asking import follow_up_question, follow_up_tables_for, live_cube, over_years
from reports.statistics.cube import Cube, resolve, thaw
from reports.statistics.definitions import LANGUAGES, Language
from reports.statistics.disclosure.report import protect
from reports.statistics.disclosure.tables import FrozenTable
from reports.statistics.follow_up import LIVE
from reports.statistics.glance import at_a_glance
from reports.statistics.question import Period, Question, Reading
from reports.statistics.registry import FOLLOW_UP_TABLES, RELEASABLE_FOLLOW_UP, RELEASABLE_RETURNS
from reports.statistics.renderers import jsonstat, px
from reports.statistics.renderers.figure import to_figure
from reports.statistics.selection import select
from resurscentra.enums import Availability, Financing, Phase, TargetGroup
from resurscentra.models import (
    CentreFinancing,
    CentreService,
    FundingRound,
    PhasePeriod,
    ReportingPeriod,
    ResourceCentre,
    SituationReport,
)
from resurscentra.selectors import themes
from resurscentra.services import open_period, start_report, submit_report
from resurscentra.services.themes import code_report, end_theme, load_themes
from stodtelefon.models import CallTally
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.financial_reports import BUDGETS, GrantWorld, approve, hand_in, pay, world_of
from tests.factories.grants import assess, make_board_grant, make_call, make_decider, make_submitted, proposal
from tests.factories.stodtelefon import swedish

pytestmark = pytest.mark.django_db

AT = swedish(2027, 2, 1, 12, 0)
MONEY = ("applications", "grants", "applied", "granted", "paid", "used", "repaid")
REPORTS = ("asked", "in_time", "late", "missing", "waiting")
YEARS = (2024, 2025)


@dataclass
class World:
    """Skåne (12), whose grant is decided, paid and accounted for; Östergötland (05), rejected once, waiting once."""

    main: FundingCall
    other: FundingCall
    south: GrantWorld
    east: User
    periods: list[ReportingPeriod] = field(default_factory=list)


@pytest.fixture
def world() -> World:
    """What is counted by hand below.

    Call 1, 2024 and 2025: Skåne applies for 230 000 a year and is granted half. It is paid 115 000 for 2024, uses
    100 000 and pays 15 000 back. Östergötland applies for 360 000 a year and waits for a decision. Call 2, 2025:
    Östergötland applies for 230 000 and is refused. A grant of Östergötland's own board to a municipality is not NCH's.

    Skåne's economic report of 2024 was due on 15 February 2025 and is in time; that of 2025 was due a year later and is
    missing. Lägesbilder: of spring 2025 Skåne's is late, Östergötland's in time; of autumn 2025 Skåne's is in time (in
    operation, within a Barnahus, own line), Östergötland's missing. NCH has coded those of spring: one theme in both,
    another in Skåne's; that of autumn is not coded yet.
    """
    south, east = make_county("12", "Skåne län"), make_county("05", "Östergötlands län")
    boards = {one.code: make_organisation("county_board", county=one) for one in (south, east)}
    signatories = {code: make_user(Role.COUNTY_SIGNATORY, board) for code, board in boards.items()}
    main = make_call(title="Utlysning 1", budgets=BUDGETS)
    other = make_call(title="Utlysning 2", budgets={2025: BUDGETS[2025]})
    granted = world_of(make_submitted(main, signatories["12"]), signatories["12"])
    make_submitted(main, signatories["05"], salaries=200_000)
    _refuse(other, signatories["05"])
    make_board_grant("05", budgets=BUDGETS)
    _account_for_2024(granted)
    for code, phase, group in (("12", Phase.OPERATION, TargetGroup.PROFESSIONALS), ("05", Phase.DEVELOPMENT, None)):
        _centre(make_county(code, ""), phase, group)
    periods = _situation_reports(signatories)
    return World(main, other, granted, signatories["05"], periods)


def _refuse(call: FundingCall, signatory: User) -> None:
    application = make_submitted(call, signatory)
    officers = [make_user(Role.NCH_OFFICER) for _ in range(2)]
    assess(application, *officers)
    refusal = proposal(application, outcome=Outcome.REJECTED, amounts={}, conditions=[])
    now = timezone.now()
    decision = propose_decision(application=application, content=refusal, by=officers[0], at=now)
    sign_decision(decision=decision, by=make_decider(application), at=now)


def _account_for_2024(world: GrantWorld) -> None:
    pay(world, 2024, 115_000)
    hand_in(world, 2024, {"salaries": 100_000})
    report = approve(world, 2024)
    Repayment.objects.all().delete()
    Repayment.objects.create(
        grant=world.grant,
        report=report,
        amount=15_000,
        state=RepaymentState.REPAID,
        due_on=datetime.date(2025, 4, 1),
        created_at=timezone.now(),
        repaid_on=datetime.date(2025, 3, 20),
        voucher="B 7",
    )
    for year, came_in in ((2024, datetime.datetime(2025, 2, 14, 12, tzinfo=datetime.UTC)), (2025, None)):
        one = FinancialReport.objects.get(grant=world.grant, year=year)
        FinancialReport.objects.filter(pk=one.pk).update(due_on=datetime.date(year + 1, 2, 15))
        # Moves are never changed: the first day it came in is read from them, so that one is put before.
        if came_in:
            one.moves.model.objects.create(
                subject=one, source="draft", target="submitted", at=came_in, by=world.signatory
            )


def _centre(county: County, phase: Phase, group: TargetGroup | None) -> None:
    round_, _ = FundingRound.objects.get_or_create(number=1, defaults={"year": 2018})
    organisation: Organisation = make_organisation("resource_centre", county=county)
    centre = ResourceCentre.objects.create(
        organisation=organisation, round=round_, host="", organisation_model="barnahus"
    )
    changed = datetime.date(2025, 3, 1)
    first = PhasePeriod.objects.create(centre=centre, phase=Phase.ORIENTATION, valid_from=datetime.date(2024, 6, 1))
    PhasePeriod.objects.filter(pk=first.pk).update(valid_to=changed - datetime.timedelta(days=1))
    PhasePeriod.objects.create(centre=centre, phase=phase, valid_from=changed)
    if group:
        for day, availability in ((changed, Availability.PLANNED), (datetime.date(2025, 9, 1), Availability.YES)):
            CentreService.objects.create(centre=centre, target_group=group, availability=availability, as_of=day)
        CentreFinancing.objects.create(centre=centre, year=2025, status=Financing.SECURED)


def _situation_reports(signatories: Mapping[str, User]) -> list[ReportingPeriod]:
    officer, periods = make_user(Role.NCH_OFFICER), []
    for title, since, until, due, came_in in (
        ("Våren 2025", (2025, 1, 1), (2025, 6, 30), (2025, 8, 15), {"12": (2025, 8, 20), "05": (2025, 8, 15)}),
        ("Hösten 2025", (2025, 7, 1), (2025, 12, 31), (2026, 1, 31), {"12": (2026, 1, 20)}),
    ):
        period = open_period(
            title=title,
            starts_on=datetime.date(*since),
            ends_on=datetime.date(*until),
            due_on=datetime.date(*due),
            by=officer,
            at=swedish(*since, 9, 0),
        )
        periods.append(period)
        for code, day in came_in.items():
            report = SituationReport.objects.select_related("period__version", "organisation", "centre").get(
                period=period, organisation__county=code
            )
            by, at = signatories[code], swedish(*day, 22, 0)
            start_report(report=report, by=by, at=at)
            report.refresh_from_db()
            assert report.response is not None
            answers = SITUATION_REPORT_ANSWERS if code == "12" else {**SITUATION_REPORT_ANSWERS, "egen_telefon": "no"}
            fill_in(report.response, answers, by=by, at=at)
            submit_report(report=report, by=by, at=at)
    load_themes()
    for code, found in (("12", ["success_factor_behovet_syns", "challenge_glesbygd"]), ("05", ["challenge_glesbygd"])):
        report = SituationReport.objects.get(period=periods[0], organisation__county=code)
        ticked = [theme for theme in themes() if theme.key in found]
        code_report(report=report, themes=ticked, version=0, by=officer, at=swedish(2025, 9, 1, 9, 0))
    return periods


def rows(measures: tuple[str, ...], numbers: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """Cells that are not 0, by their codes with the measure last, out of whole rows."""
    return {
        f"{codes} {measure}": number
        for codes, row in numbers.items()
        for measure, number in zip(measures, row, strict=False)
        if number
    }


def by_hand(world: World) -> dict[str, dict[str, int]]:
    """Every cell that is not 0, by table."""
    spring, autumn = (f"P{one.pk}" for one in world.periods)
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
        "centres-by-year-county-and-phase": rows(
            ("centres",),
            {
                "2024 12 orientation": (1,),
                "2024 12 total": (1,),
                "2024 05 orientation": (1,),
                "2024 05 total": (1,),
                "2024 00 orientation": (2,),
                "2024 00 total": (2,),
                **{
                    f"{year} {codes}": (number,)
                    for year in (2025, 2026)
                    for codes, number in (
                        ("12 operation", 1),
                        ("12 total", 1),
                        ("05 development", 1),
                        ("05 total", 1),
                        ("00 operation", 1),
                        ("00 development", 1),
                        ("00 total", 2),
                    )
                },
            },
        ),
        "centre-services-by-year-and-county": rows(
            ("centres",),
            {
                **{
                    f"2024 {county} {group} {availability}": (number,)
                    for county, number in (("12", 1), ("05", 1), ("00", 2))
                    for group in TargetGroup
                    for availability in ("unknown", "total")
                },
                **{
                    f"{year} {county} {group} {availability}": (number,)
                    for year in (2025, 2026)
                    for county, number in (("12", 1), ("05", 1), ("00", 2))
                    for group in (TargetGroup.EXPOSED_ADULTS, TargetGroup.EXPOSED_CHILDREN)
                    for availability in ("unknown", "total")
                },
                **{
                    f"{year} {codes}": (number,)
                    for year in (2025, 2026)
                    for codes, number in (
                        ("12 professionals yes", 1),
                        ("12 professionals total", 1),
                        ("05 professionals unknown", 1),
                        ("05 professionals total", 1),
                        ("00 professionals yes", 1),
                        ("00 professionals unknown", 1),
                        ("00 professionals total", 2),
                    )
                },
            },
        ),
        "centre-financing-by-year-and-county": rows(
            ("centres",),
            {
                "2025 12 secured": (1,),
                "2025 12 total": (1,),
                "2025 05 unknown": (1,),
                "2025 05 total": (1,),
                "2025 00 secured": (1,),
                "2025 00 unknown": (1,),
                "2025 00 total": (2,),
            },
        ),
    }


def public(table_id: str, language: Language = "sv") -> Cube:
    """The table as it would be released, over all years that are over."""
    table = RELEASABLE_FOLLOW_UP[table_id]
    question = Question(Period.of_year(2026), AT, Reading(CallTally.objects.none()))
    return resolve(table, language, over_years(table, question, last_year=2026))


def numbers(cube: Cube) -> dict[str, object]:
    """Every cell that is not 0, by its codes."""
    keys = itertools.product(*(one.codes for one in cube.dimensions))
    return {" ".join(key): value for key, value in zip(keys, cube.values, strict=True) if value != 0}


FINDINGS = {
    "grants-by-year-and-county": "230 000 av 690 000 sökta kronor beviljades för 2024–2025",
    "grants-by-year-and-call": "230 000 av 690 000 sökta kronor beviljades för 2024–2025",
    "reports-on-time-by-year-and-county": "3 av 6 rapporter lämnades i tid 2025–2026",
    "situation-reports-by-period-and-county": "2 av 4 rapporter lämnades i tid 2025",
    "situation-reports-by-phase": "3 lägesbilder lämnades för 2025",
    "situation-reports-by-organisation": "3 lägesbilder lämnades för 2025",
    "situation-reports-by-own-line": "3 lägesbilder lämnades för 2025",
    "situation-reports-by-theme": "Utmaning: Glesbygd och långa avstånd: i 2 av 2 kodade lägesbilder för 2025",
    "centres-by-year-county-and-phase": "1 av 2 resurscentrum är i drift 2026-12-31",
    "centre-services-by-year-and-county": "0 av 2 resurscentrum ger stöd till utsatta barn 2026-12-31",
    "centre-financing-by-year-and-county": "1 av 2 resurscentrum har långsiktig finansiering 2025-12-31",
}


def test_every_cell_is_what_was_worked_out_by_hand(world: World) -> None:
    expected = by_hand(world)
    assert set(expected) == set(RELEASABLE_FOLLOW_UP)
    for table_id in RELEASABLE_FOLLOW_UP:
        cube = public(table_id)
        assert numbers(cube) == expected[table_id], table_id
        assert cube.finding.replace("\u00a0", " ") == FINDINGS[table_id]
        latest = select(cube, {cube.dimensions[0].id: ["top(1)"]})
        for drawn in (cube, at_a_glance(cube), at_a_glance(latest)):
            assert to_figure(drawn).svg.startswith("<svg")
        assert validate_jsonstat(jsonstat.to_dataset(cube)) is True
        assert px.render(cube)
        # Nothing is hidden, in whatever combination: a table of authorities' papers holds no small number to protect.
        assert not protect([FrozenTable(cube, policy_of(table_id))]).patterns[0]


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


# --- Releasing ------------------------------------------------------------------------------------------------------


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


# --- Live -----------------------------------------------------------------------------------------------------------


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
