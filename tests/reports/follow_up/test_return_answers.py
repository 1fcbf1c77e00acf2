"""Tables of returned statistics say whose figures are in them: which centres have answered the very table, by hand."""

import datetime

import pytest
from django.utils import timezone

from nch.accounts.enums import Role
from nch.common.constructed import MARK
from nch.questionnaires.counts import NOT_APPLICABLE
from reports.services.releases import prepare_release
from reports.statistics.asking import live_cube
from reports.statistics.cube import Cube, thaw
from reports.statistics.registry import RELEASABLE_RETURNS
from resurscentra.models import StatisticsRound
from resurscentra.services import load_known_centres
from resurscentra.statistics_form import CONTACTS, EXPOSURES, INDIVIDUALS, SUPPORT, TRAININGS
from tests.factories.accounts import make_user
from tests.factories.statistics_returns import hand_in, make_round, return_of
from tests.reports.follow_up.reading import AT, numbers, public

pytestmark = pytest.mark.django_db
NOT_RECORDED = {NOT_APPLICABLE: {"reason": "not_recorded"}}
EXPOSURE = "returned-individuals-by-year-and-exposure"
BY_SUPPORT = "returned-individuals-by-year-and-support"
BY_AGE = "returned-individuals-by-year-age-and-gender"
BY_COUNTY = "returned-statistics-by-year-and-county"
BY_CONTACT = "returned-contacts-by-year-organisation-and-form"
YEAR_2025 = "2025-01 till 2025-12"
ASKED = f"{YEAR_2025}, 2025-01-01 till 2025-12-31: siffror från 4 av 9 resurscentrum."


@pytest.fixture
def year(country: None) -> StatisticsRound:
    """2025, of nine centres asked: Skåne and Fyrbodal answer everything, Gävleborg and Skaraborg leave tables out.

    Skåne supports 12 children and has 30 contacts; Fyrbodal 6 adults and 8 contacts. Gävleborg supports 9 children, and
    knows neither what they are exposed to (A2) nor its contacts (B1), and holds no trainings (B2). Skaraborg
    has no individuals at all (A1 to A3). Nobody knows what support was given (A3). Fyrbodal holds three trainings.
    """
    officer = make_user(Role.NCH_OFFICER)
    load_known_centres(by=officer, at=timezone.now())
    year = make_round(2025, months=(1, 12), officer=officer)
    for centre, answers in {
        "Skåne": {
            INDIVIDUALS: {("13_15", "girl_woman"): 12},
            EXPOSURES: {("marriage-worry", "under_18"): 10, ("fgm-worry", "under_18"): 5},
            CONTACTS: {("skola", "phone"): 30},
        },
        "Fyrbodal": {
            INDIVIDUALS: {("26_plus", "girl_woman"): 6},
            EXPOSURES: {("other-none", "18_plus"): 6},
            CONTACTS: {("polis", "phone"): 8},
            TRAININGS: {
                ("lecture", "occasions"): 2,
                ("lecture", "participants"): 3,
                ("network", "occasions"): 1,
                ("network", "participants"): 40,
            },
        },
        "Gävleborg": {
            INDIVIDUALS: {("16_17", "boy_man"): 9},
            EXPOSURES: NOT_RECORDED,
            CONTACTS: NOT_RECORDED,
            TRAININGS: {NOT_APPLICABLE: {"reason": "no_such_support"}},
        },
        "Skaraborg": {INDIVIDUALS: NOT_RECORDED, EXPOSURES: NOT_RECORDED, CONTACTS: {("skola", "phone"): 7}},
    }.items():
        hand_in(return_of(year, centre), {**answers, SUPPORT: NOT_RECORDED})
    return year


def of_year(cube: Cube) -> tuple[str, ...]:
    """What is said of the only year."""
    [year] = cube.dimension("Year").categories
    return year.notes


@pytest.mark.usefixtures("year")
def test_rows_of_exposure_leave_out_who_has_not_answered_and_the_year_says_so() -> None:
    cube = public(EXPOSURE)
    expected = {
        "marriage-worry under_18": 10,
        "fgm-worry under_18": 5,
        "other-none 18_plus": 6,
        "marriage-worry total": 10,
        "fgm-worry total": 5,
        "other-none total": 6,
        "total under_18": 21,
        "total 18_plus": 6,
        "total total": 27,
    }
    assert numbers(cube) == {f"2025 {codes} individuals": number for codes, number in expected.items()}
    assert not cube.statuses
    assert of_year(cube) == (
        f"{ASKED} Svar på ”A2 Vad individerna är utsatta för” från 2. Bara med i ”Alla individer”: 1.",
    )
    assert of_year(public(EXPOSURE, "en")) == (
        "2025-01-01 to 2025-12-31: figures from 4 of 9 resource centres. "
        "Answers to “A2 What the individuals are exposed to” from 2. Only in “All individuals”: 1.",
    )


@pytest.mark.usefixtures("year")
def test_rows_that_nobody_has_answered_have_no_number_which_is_not_0() -> None:
    cube = public(BY_SUPPORT)
    assert numbers(cube) == {"2025 total under_18 individuals": 21} | {
        f"2025 total {age} individuals": number for age, number in (("18_plus", 6), ("total", 27))
    }
    assert cube.cell(Year="2025", Support="counselling", Age="under_18").status == "."
    assert cube.cell(Year="2025", Support="counselling", Age="total").status == "."
    assert cube.cell(Year="2025", Support="total", Age="unknown").value == 0
    assert of_year(cube) == (f"{ASKED} Svar på ”A3 Stöd som har getts” från 0. Bara med i ”Alla individer”: 3.",)


@pytest.mark.usefixtures("year")
def test_tables_of_one_question_say_how_many_have_answered_it() -> None:
    assert of_year(public(BY_AGE)) == (f"{ASKED} Svar på ”A1 Individer som har fått stöd” från 3.",)
    assert of_year(public(BY_CONTACT)) == (f"{ASKED} Svar på ”B1 Kontakter med yrkesverksamma” från 3.",)
    assert of_year(public(BY_CONTACT, "en"))[0].endswith("Answers to “B1 Contacts with professionals” from 3.")


@pytest.mark.usefixtures("year")
def test_sums_of_a_county_say_which_tables_some_of_its_centres_have_not_answered() -> None:
    cube = public(BY_COUNTY)
    counties = {"12": (12, 30), "14": (6, 15), "21": (9, None), "00": (27, 45)}
    for code, (individuals, contacts) in counties.items():
        assert cube.cell(Year="2025", County=code, Contents="individuals").value == individuals
        assert cube.cell(Year="2025", County=code, Contents="contacts").value == contacts
    assert cube.cell(Year="2025", County="21", Contents="contacts").status == "."
    assert of_year(cube) == (
        f"{ASKED} Svar på ”A1 Individer som har fått stöd” från 3, ”B1 Kontakter med yrkesverksamma” från 3, "
        "”B2 Utbildningar” från 3, ”C1 Möten” från 4.",
    )
    assert {one.code: one.notes for one in cube.dimension("County").categories if one.notes} == {
        "14": (
            f"{YEAR_2025}: av 2 resurscentrum vars siffror räknas har 1 svarat på ”A1 Individer som har fått stöd”.",
        ),
        "21": (
            f"{YEAR_2025}: av 1 resurscentrum vars siffror räknas har 0 svarat på ”B1 Kontakter med yrkesverksamma”.",
            f"{YEAR_2025}: av 1 resurscentrum vars siffror räknas har 0 svarat på ”B2 Utbildningar”.",
        ),
    }
    english = public(BY_COUNTY, "en").dimension("County").categories
    assert [one.notes for one in english if one.code == "14"] == [
        ("2025-01-01 to 2025-12-31: of 2 resource centres whose figures count, 1 answered “A1 Individuals supported”.",)
    ]


@pytest.mark.usefixtures("year")
def test_reasons_are_counted_by_table() -> None:
    cube = public("statistics-returns-by-period-table-and-reason")
    [period] = cube.dimension("Period").codes
    answered = {"individer": 3, "utsatthet": 2, "stod": 0, "kontakter": 3, "utbildningar": 3, "moten": 4}
    not_recorded = {"individer": 1, "utsatthet": 2, "stod": 4, "kontakter": 1}
    expected = {f"{period} {grid} answered centres": number for grid, number in answered.items() if number}
    expected |= {f"{period} {grid} not_recorded centres": number for grid, number in not_recorded.items()}
    expected |= {f"{period} utbildningar no_such_support centres": 1}
    expected |= {f"{period} {grid} total centres": 4 for grid in answered}
    assert numbers(cube) == expected
    assert not cube.statuses
    assert cube.finding == "9 av 24 tabeller var inte tillämpliga 2025"
    labels = {one.code: one.label for one in cube.dimension("Answer").categories}
    assert labels["no_such_support"] == "Vi arbetar inte med det som tabellen frågar om"


@pytest.mark.usefixtures("year")
def test_trainings_of_a_county_are_those_of_the_centres_that_have_answered() -> None:
    cube = public("returned-trainings-by-year-county-and-kind")
    one_county = {"lecture trainings": 2, "lecture participants": 3, "network trainings": 1, "network participants": 40}
    one_county |= {"total trainings": 3, "total participants": 43}
    assert numbers(cube) == {f"2025 {county} {codes}": n for county in ("14", "00") for codes, n in one_county.items()}
    assert cube.cell(Year="2025", County="12", TrainingKind="total", Contents="trainings").value == 0
    # Gävleborg holds no trainings and says so; Kronoberg has handed in nothing.
    assert cube.cell(Year="2025", County="21", TrainingKind="total", Contents="trainings").status == "."
    assert cube.cell(Year="2025", County="07", TrainingKind="lecture", Contents="participants").status == "."
    assert cube.finding == "3 utbildningstillfällen hölls 2025"
    assert of_year(cube) == (f"{ASKED} Svar på ”B2 Utbildningar” från 3.",)
    assert {one.code: one.notes for one in cube.dimension("County").categories if one.notes} == {
        "21": (f"{YEAR_2025}: av 1 resurscentrum vars siffror räknas har 0 svarat på ”B2 Utbildningar”.",)
    }
    meetings = public("returned-meetings-by-year-county-and-group")
    assert meetings.cell(Year="2025", County="21", Group="steering", Contents="meetings").value == 0
    assert of_year(meetings) == (f"{ASKED} Svar på ”C1 Möten” från 4.",)


def test_everything_that_is_said_of_the_answers_is_kept_in_a_release_and_gives_nothing_away(
    year: StatisticsRound,
) -> None:
    release = prepare_release(
        title="x",
        table_ids=RELEASABLE_RETURNS,
        first_year=2025,
        last_year=2025,
        by=make_user(Role.NCH_ANALYST),
        at=AT,
    )
    assert release.audit["passed"]
    frozen = thaw(release.tables.get(table_id=EXPOSURE).frozen["sv"])
    assert of_year(frozen) == of_year(public(EXPOSURE))
    # The centre and its county read of themselves alone.
    coordinator = make_user(Role.RC_COORDINATOR, return_of(year, "Gävleborg").centre.organisation)
    mine = live_cube(f"live-{EXPOSURE}", by=coordinator, at=AT, first_year=2025, last_year=2025)
    assert of_year(mine)[0].endswith(
        "siffror från 1 av 1 resurscentrum. Svar på ”A2 Vad individerna är utsatta för” "
        "från 0. Bara med i ”Alla individer”: 1."
    )


@pytest.mark.usefixtures("year")
def test_years_without_any_round_have_no_numbers() -> None:
    earlier = make_round(2024, officer=make_user(Role.NCH_OFFICER))
    hand_in(return_of(earlier, "Skåne"))
    # A round cannot be opened when its last day has passed, so that this one is put back to the year before.
    StatisticsRound.objects.filter(pk=earlier.pk).update(
        starts_on=datetime.date(2023, 7, 1), ends_on=datetime.date(2023, 12, 31)
    )
    for table_id in (BY_COUNTY, BY_AGE, BY_CONTACT, EXPOSURE):
        cube = public(table_id)
        assert cube.dimension("Year").codes == ["2023", "2024", "2025"]
        of_2024 = [cell for cell in cube.cells() if cell.categories[0].code == "2024"]
        assert {cell.status for cell in of_2024} == {"."}
        assert cube.dimension("Year").categories[1].notes == ()


def test_what_is_constructed_is_called_so_in_both_languages(year: StatisticsRound) -> None:
    StatisticsRound.objects.filter(pk=year.pk).update(title=f"Helåret 2025 {MARK}")
    assert of_year(public(EXPOSURE))[0].startswith("Helåret 2025 (konstruerat exempel), 2025-01-01 till 2025-12-31: ")
    assert of_year(public(EXPOSURE, "en"))[0].startswith("2025-01-01 to 2025-12-31 (constructed example): ")
    [period] = public("statistics-returns-by-period-and-county", "en").dimension("Period").categories
    assert period.label == "2025-01-01 to 2025-12-31 (constructed example)"
    [county] = [one for one in public(BY_COUNTY, "en").dimension("County").categories if one.code == "21"]
    assert all("(constructed example): " in note for note in county.notes)
