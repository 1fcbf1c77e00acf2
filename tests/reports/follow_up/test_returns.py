"""The tables of what resource centres hand in: every cell by hand, small numbers hidden, and who sees which."""

from dataclasses import dataclass

import pytest
from django.utils import timezone
from jsonstat_validator import validate_jsonstat

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.questionnaires.counts import NOT_APPLICABLE
from reports.services.releases import ReleaseError, prepare_release, releasable_years
from reports.services.signings import sign_release
from reports.statistics.asking import live_cube
from reports.statistics.cube import thaw
from reports.statistics.definitions import LANGUAGES
from reports.statistics.glance import at_a_glance
from reports.statistics.registry import RELEASABLE_RETURNS
from reports.statistics.renderers import jsonstat, px
from reports.statistics.renderers.figure import to_figure
from resurscentra.models import StatisticsRound
from resurscentra.services import load_known_centres
from resurscentra.services.corrections import send_back
from resurscentra.statistics_form import CONTACTS, EXPOSURES, GRIDS, INDIVIDUALS, MEETINGS, SUPPORT, TRAININGS
from tests.factories.accounts import make_user
from tests.factories.statistics_returns import hand_in, make_round, return_of
from tests.factories.stodtelefon import swedish
from tests.reports.follow_up.reading import AT, numbers, public

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
LATER = swedish(2027, 3, 1, 12, 0)


@dataclass
class World:
    half: StatisticsRound
    year: StatisticsRound
    south: User


@pytest.fixture
def world() -> World:
    """What is counted by hand below.

    The second half of 2024: Skåne supports 12 individuals. 2025: Skåne 20 and Gävleborg 9; Gävleborg counts no
    contacts. Kronoberg's 50 of 2025 are sent back and do not count. Six centres have handed in nothing at all.
    """
    officer = make_user(Role.NCH_OFFICER)
    load_known_centres(by=officer, at=timezone.now())
    half, year = make_round(2024, officer=officer), make_round(2025, months=(1, 12), officer=officer)
    south = hand_in(return_of(half, "Skåne"), {**twelve(), MEETINGS: {("steering", "held"): 2}})
    comments = dict.fromkeys(
        (f"{grid}_kommentar" for grid in (INDIVIDUALS, CONTACTS, TRAININGS, MEETINGS)), "Så är det."
    )
    hand_in(
        return_of(year, "Skåne"),
        {
            INDIVIDUALS: {("13_15", "girl_woman"): 11, ("26_plus", "girl_woman"): 7, ("unknown", "unknown"): 2},
            EXPOSURES: {("marriage-worry", "under_18"): 9, ("fgm-worry", "under_18"): 6, ("other-none", "18_plus"): 7},
            SUPPORT: {("counselling", "under_18"): 11, ("guided", "18_plus"): 5},
            CONTACTS: {("skola", "phone"): 30, ("polis", "consultation"): 2},
            TRAININGS: {("course", "occasions"): 3, ("course", "participants"): 60},
            **comments,
        },
        by=south,
    )
    hand_in(
        return_of(year, "Gävleborg"),
        {
            INDIVIDUALS: {("16_17", "boy_man"): 9},
            EXPOSURES: {("marriage-worry", "under_18"): 9},
            SUPPORT: {("counselling", "under_18"): 9},
            CONTACTS: {NOT_APPLICABLE: {"reason": "not_recorded"}},
        },
    )
    back = return_of(year, "Kronoberg")
    fifty = {("7_12", "girl_woman"): 50}
    known = {EXPOSURES: {("unknown", "under_18"): 50}, SUPPORT: {("other", "under_18"): 50}}
    hand_in(back, {INDIVIDUALS: fifty, **known})
    due_on = timezone.localdate()
    send_back(
        submission=1,
        statistics=back,
        sections=[INDIVIDUALS],
        reason="Fel.",
        due_on=due_on,
        by=officer,
        at=timezone.now(),
    )
    return World(half, year, south)


def twelve() -> dict[str, object]:
    """Individuals of one age and gender, what they are exposed to and the support they get."""
    return {
        INDIVIDUALS: {("13_15", "girl_woman"): 12},
        EXPOSURES: {("marriage-worry", "under_18"): 12},
        SUPPORT: {("counselling", "under_18"): 12},
    }


def by_hand(world: World) -> dict[str, dict[str, int]]:
    """Every cell that is not 0, by table."""
    half, year = f"R{world.half.pk}", f"R{world.year.pk}"
    ages = {"13_15 girl_woman": 11, "16_17 boy_man": 9, "26_plus girl_woman": 7, "unknown unknown": 2}
    ages |= {"13_15 total": 11, "16_17 total": 9, "26_plus total": 7, "unknown total": 2}
    ages |= {"total girl_woman": 18, "total boy_man": 9, "total unknown": 2, "total total": 29}
    every = {"total under_18": 20, "total 18_plus": 7, "total unknown": 2, "total total": 29}
    exposed = {"marriage-worry under_18": 18, "fgm-worry under_18": 6, "other-none 18_plus": 7}
    exposed |= {"marriage-worry total": 18, "fgm-worry total": 6, "other-none total": 7}
    helped = {"counselling under_18": 20, "guided 18_plus": 5, "counselling total": 20, "guided total": 5}
    contacts = {"skola phone": 30, "polis consultation": 2, "skola total": 30, "polis total": 2}
    contacts |= {"total phone": 30, "total consultation": 2, "total total": 32}
    before = {"total under_18": 12, "total total": 12}

    def individuals(now: dict[str, int], then: dict[str, int]) -> dict[str, int]:
        return {f"{y} {codes} individuals": n for y, of in (("2025", now), ("2024", then)) for codes, n in of.items()}

    return {
        "returned-statistics-by-year-and-county": {
            **{
                f"2024 {county} {what}": n
                for county in ("12", "00")
                for what, n in (("individuals", 12), ("meetings", 2))
            },
            "2025 12 individuals": 20,
            "2025 21 individuals": 9,
            "2025 00 individuals": 29,
            **{
                f"2025 {county} {what}": n
                for county in ("12", "00")
                for what, n in (("contacts", 32), ("trainings", 3), ("participants", 60))
            },
        },
        "returned-individuals-by-year-age-and-gender": individuals(
            ages, {"13_15 girl_woman": 12, "13_15 total": 12, "total girl_woman": 12, "total total": 12}
        ),
        "returned-individuals-by-year-and-exposure": individuals(
            every | exposed, before | {"marriage-worry under_18": 12, "marriage-worry total": 12}
        ),
        "returned-individuals-by-year-and-support": individuals(
            every | helped, before | {"counselling under_18": 12, "counselling total": 12}
        ),
        "returned-contacts-by-year-organisation-and-form": {
            f"2025 {codes} contacts": n for codes, n in contacts.items()
        },
        "returned-trainings-by-year-county-and-kind": {
            f"2025 {county} {kind} {what}": number
            for county in ("12", "00")
            for kind in ("course", "total")
            for what, number in (("trainings", 3), ("participants", 60))
        },
        "returned-meetings-by-year-county-and-group": {
            f"2024 {county} {group} meetings": 2 for county in ("12", "00") for group in ("steering", "total")
        },
        "statistics-returns-by-period-table-and-reason": {
            **{f"{half} {grid} {answer} centres": 1 for grid in GRIDS for answer in ("answered", "total")},
            **{f"{year} {grid} {answer} centres": 2 for grid in GRIDS for answer in ("answered", "total")},
            f"{year} kontakter answered centres": 1,
            f"{year} kontakter not_recorded centres": 1,
        },
        "statistics-returns-by-period-and-county": {
            **{f"{half} {codes}": number for codes, number in asked_and_late("12").items()},
            **{f"{year} {codes}": number for codes, number in asked_and_late("12", "21", "07").items()},
            f"{year} 07 sent_back": 1,
            f"{year} 00 sent_back": 1,
            f"{year} 21 not_applicable": 1,
            f"{year} 00 not_applicable": 1,
        },
    }


def asked_and_late(*late: str) -> dict[str, int]:
    """Nine centres in six counties are asked; what came in came too late."""
    asked = {"07": 1, "12": 1, "14": 4, "19": 1, "21": 1, "25": 1}
    cells = {f"{county} asked": number for county, number in {**asked, "00": 9}.items()}
    cells |= {f"{county} late": 1 for county in late} | {"00 late": len(late)}
    missing = {county: number for county, number in asked.items() if county not in late}
    return cells | {f"{county} missing": number for county, number in {**missing, "00": 9 - len(late)}.items()}


def test_every_cell_is_what_was_worked_out_by_hand(world: World) -> None:
    expected = by_hand(world)
    assert set(expected) == set(RELEASABLE_RETURNS)
    for table_id in RELEASABLE_RETURNS:
        cube = public(table_id)
        assert numbers(cube) == expected[table_id], table_id
        assert to_figure(at_a_glance(cube)).svg.startswith("<svg")
        assert validate_jsonstat(jsonstat.to_dataset(cube)) is True
        assert px.render(cube)
        english = public(table_id, "en")
        notes = [note for one in english.dimensions for category in one.categories for note in category.notes]
        labels = [c.label for one in english.dimensions if one.id != "County" for c in one.categories if not c.is_total]
        texts = [english.title, english.description, english.finding, english.source, *english.notes, *labels, *notes]
        assert not [text for text in texts if any(letter in text.lower() for letter in "åäö")]


def test_county_without_figures_has_no_number(world: World) -> None:
    cube = public("returned-statistics-by-year-and-county")
    assert cube.cell(Year="2025", County="07", Contents="individuals").status == "."
    assert cube.cell(Year="2025", County="21", Contents="contacts").status == "."
    assert cube.cell(Year="2025", County="21", Contents="meetings").value == 0
    assert cube.finding == "41 individer fick stöd 2024–2025"


def test_tables_are_protected_and_attacked_together_in_a_release(world: World) -> None:
    maker = make_user(Role.NCH_ANALYST)
    years = releasable_years(maker, at=AT)
    assert all(list(years[table_id]) == [2024, 2025] for table_id in RELEASABLE_RETURNS)
    release = prepare_release(
        title="Resurscentrum", table_ids=RELEASABLE_RETURNS, first_year=2025, last_year=2025, by=maker, at=AT
    )
    assert release.audit["passed"]
    sign_release(release=release, publish_at=LATER, by=make_user(Role.NCH_DECISION_MAKER), at=LATER)
    shown = {table.table_id: {lang: thaw(table.frozen[lang]) for lang in LANGUAGES} for table in release.tables.all()}
    by_age = shown["returned-individuals-by-year-age-and-gender"]["en"]
    # Two of unknown age and gender are hidden wherever they stand, and no margin gives them away.
    for codes in (("unknown", "unknown"), ("unknown", "total"), ("total", "unknown")):
        assert by_age.cell(Year="2025", Age=codes[0], Gender=codes[1], Contents="individuals").status == ".."
    exposure = shown["returned-individuals-by-year-and-exposure"]["sv"]
    assert exposure.cell(Year="2025", ExposureStage="total", Age="unknown", Contents="individuals").status == ".."
    contacts = shown["returned-contacts-by-year-organisation-and-form"]["sv"]
    assert contacts.cell(Year="2025", Organisation="polis", ContactForm="total", Contents="contacts").status == ".."
    by_county = shown["returned-statistics-by-year-and-county"]["sv"]
    assert by_county.cell(Year="2025", County="12", Contents="trainings").value == 3
    for table_id in ("returned-trainings-by-year-county-and-kind", "returned-meetings-by-year-county-and-group"):
        assert ".." not in shown[table_id]["sv"].statuses.values()
    for table_id in ("statistics-returns-by-period-and-county", "statistics-returns-by-period-table-and-reason"):
        assert shown[table_id]["sv"].statuses == {}
    assert any("1 till 4 visas inte" in note for note in by_county.notes)


def test_round_is_first_released_when_its_last_day_has_passed(world: World) -> None:
    maker = make_user(Role.NCH_ANALYST)
    early = swedish(2026, 1, 10, 9, 0)
    assert list(releasable_years(maker, at=early)["returned-statistics-by-year-and-county"]) == [2024]
    with pytest.raises(ReleaseError, match="2024"):
        prepare_release(
            title="x",
            table_ids=["returned-statistics-by-year-and-county"],
            first_year=2025,
            last_year=2025,
            by=maker,
            at=early,
        )


def test_centre_and_county_see_their_own_figures_live(world: World) -> None:
    own = {
        "2024 12 individuals": 12,
        "2024 12 meetings": 2,
        "2025 12 individuals": 20,
        "2025 12 contacts": 32,
        "2025 12 trainings": 3,
        "2025 12 participants": 60,
    }
    board = return_of(world.year, "Skåne").organisation
    for user in (world.south, make_user(Role.COUNTY_OFFICER, board)):
        cube = live_cube("live-returned-statistics-by-year-and-county", by=user, at=AT)
        assert cube.dimension("County").codes == ["12", "total"]
        assert numbers(cube) == own | {key.replace(" 12 ", " total "): number for key, number in own.items()}
        assert not [note for note in cube.notes if "visas inte" in note]
    other = make_user(Role.RC_COORDINATOR, return_of(world.year, "Kronoberg").centre.organisation)
    cube = live_cube("live-statistics-returns-by-period-and-county", by=other, at=AT)
    assert cube.cell(Period=f"R{world.year.pk}", County="07", Contents="sent_back").value == 1
    cube = live_cube("live-returned-statistics-by-year-and-county", by=other, at=AT)
    assert cube.cell(Year="2027", County="07", Contents="individuals").status == "."
