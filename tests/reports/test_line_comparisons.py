"""Who calls less than expected, and calls before and after an opening: the live tables, by calls put in the tally."""

import dataclasses
import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from nch.accounts.enums import Role
from nch.counties.models import CountyPopulation
from reports.statistics.definitions import CellStatus
from reports.statistics.intervals import Spread, share_interval
from reports.statistics.question import Period, add_months
from reports.statistics.renderers.figure import draw
from resurscentra.enums import Phase
from resurscentra.models import FundingRound, PhasePeriod, ResourceCentre
from resurscentra.selectors import first_openings
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.models import CallTally, Code
from stodtelefon.services import load_published_figures
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.factories.stodtelefon import make_answerer, make_centre_line, make_line, swedish
from tests.reports.test_line_tables import asked, cube_of, value

pytestmark = pytest.mark.django_db

AT_END_OF_SEPTEMBER = swedish(2025, 10, 1, 12)
THE_REMIT = "Tidsseriebrott: från 2023 ger den nationella stödtelefonen"


@pytest.fixture
def line(db):
    make_county("05", "Östergötlands län")
    make_county("12", "Skåne län")
    return make_line()


def enter(line, month, county="", category="socialtjanst", calls=1):
    """Calls straight into the tally: what these tables count is many months of many calls."""
    day = month.replace(day=15)
    for cut, keys in ((Cut.DAY, (day.isoformat(), "", "")), (Cut.PLACE, (county, category, ""))):
        CallTally.objects.create(
            line=line,
            month=month,
            cut=cut,
            calls=calls,
            matters=calls,
            individuals=0,
            minutes=10 * calls,
            outside_hours=0,
            summed=True,
            **dict(zip(("first_key", "second_key", "third_key"), keys, strict=True)),
        )


def months(first, number):
    return [add_months(first, step) for step in range(number)]


def may(year):
    return datetime.date(year, 5, 1)


def live_in(people):
    for county, individuals in people.items():
        CountyPopulation.objects.create(county_id=county, year=2025, individuals=individuals)


class TestCounties:
    def test_who_calls_less_than_people_and_history_say_is_named(self, line):
        live_in({"05": 500_000, "12": 500_000})
        for month in months(datetime.date(2024, 1, 1), 24):  # history: as many from each, the same every year
            for county in ("05", "12"):
                enter(line, month, county, calls=10)
        enter(line, datetime.date(2026, 3, 1), "05", calls=20)
        enter(line, datetime.date(2026, 3, 1), "12", calls=180)
        enter(line, datetime.date(2026, 3, 1), "", calls=50)
        cube = cube_of("line-fewer-counties", asked())
        row = {one.code: value(cube, County="05", Basis="history", Contents=one.code) for one in cube.metric.categories}
        widened = Spread(0, 1).dispersion(0.975)  # two years and two counties: one degree of freedom
        low, high = share_interval(20, 200, confidence=0.975, dispersion=widened * (1 + 200 / 480))
        assert row == {
            "observed": 20,
            "expected": 100,
            "ratio": Decimal("0.20"),
            "low": Decimal(str(round(low / 0.5, 2))),
            "high": Decimal(str(round(high / 0.5, 2))),
        }
        assert value(cube, County="05", Basis="population", Contents="expected") == 100
        # A third county makes that spread better known than by a single degree of freedom.
        assert cube.finding == "Inget län ringer säkert mindre än folkmängden och tidigare år talar för"
        make_county("08", "Kalmar län")
        live_in({"08": 500_000})
        for month in months(datetime.date(2022, 1, 1), 48):
            enter(line, month, "08", calls=10)
        for month in months(datetime.date(2022, 1, 1), 24):
            for county in ("05", "12"):
                enter(line, month, county, calls=10)
        enter(line, datetime.date(2026, 3, 1), "08", calls=100)
        cube = cube_of("line-fewer-counties", asked())
        assert cube.finding == "Östergötlands län ringer mindre än folkmängden och tidigare år talar för"

    def test_two_years_have_to_be_known_before_anybody_is_named(self, line):
        live_in({"05": 500_000, "12": 500_000})
        for month in (datetime.date(2024, 2, 1), datetime.date(2025, 12, 1)):
            enter(line, month, "05", calls=100)
            enter(line, month, "12", calls=100)
        enter(line, may(2026), "12", calls=300)
        cube = cube_of("line-fewer-counties", asked())
        assert cube.finding.startswith("Inget län kan sägas ringa mindre än väntat: det finns inte två års samtal")
        assert any("inte känt hur mycket andelarna brukar variera" in note for note in cube.notes)
        assert value(cube, County="05", Basis="history", Contents="ratio") == 0
        assert cube.cell(County="05", Basis="history", Contents="high").status == CellStatus.NOT_KNOWN
        assert cube.cell(County="05", Basis="population", Contents="high").status == CellStatus.NOT_KNOWN
        assert "<svg" in draw(cube)

    def test_page_with_a_short_history_answers(self, line, client):
        enter(line, datetime.date(2025, 12, 1), "12", calls=3)
        enter(line, datetime.date(2025, 12, 1), "05", calls=2)
        enter(line, may(2026), "12", calls=999)
        enter(line, may(2026), "05", calls=1)
        cube = cube_of("line-fewer-counties", asked())
        assert any("färre än en fjärdedel" in note for note in cube.notes)
        client.force_login(make_user(Role.NCH_ANALYST))
        page = client.get(reverse("reports:line_table", args=["line-fewer-counties"]) + "?period=2026")
        assert page.status_code == 200

    def test_new_regional_line_does_not_make_other_counties_call_less(self, line):
        counties = ["05", "12", "01", "03", "04", "06", "07"]
        for county in counties[2:]:
            make_county(county, f"Län {county}")
        home = make_county("14", "Västra Götalands län")
        for year in (2022, 2023, 2024, 2025, 2026):
            for county in (*counties, "14"):
                enter(line, may(year), county, calls=100)
        own = make_line(make_organisation("resource_centre", county=home))
        enter(own, may(2026), "14", calls=1500)
        live_in(dict.fromkeys((*counties, "14"), 100_000))
        cube = cube_of("line-fewer-counties", asked())
        assert cube.finding == "Inget län ringer säkert mindre än folkmängden och tidigare år talar för"
        assert value(cube, County="14", Basis="history", Contents="observed") == 100
        assert cube.notes[-1].startswith("Siffrorna är levande")
        assert f"Avser {line.name}, 2026." in cube.notes

    def test_counties_are_not_compared_for_a_regional_line(self, line):
        regional = make_centre_line()
        enter(regional, may(2026), "12", calls=200)
        live_in({"05": 500_000, "12": 500_000})
        for question in (asked(user=make_answerer(regional)), asked(line=regional)):
            cube = cube_of("line-fewer-counties", question)
            assert cube.finding.startswith("Länen jämförs bara för den nationella stödtelefonen")
            assert value(cube, County="12", Basis="history", Contents="observed") == 200
            assert cube.cell(County="12", Basis="population", Contents="expected").status == CellStatus.NOT_APPLICABLE
            assert "<svg" in draw(cube)

    def test_history_over_the_new_remit_of_2023_says_so(self, line):
        for year in (2022, 2024, 2025, 2026):
            for county in ("05", "12"):
                enter(line, may(year), county, calls=20)
        assert any(note.startswith(THE_REMIT) for note in cube_of("line-fewer-counties", asked()).notes)
        later = asked(Period.of_months(datetime.date(2028, 12, 1), 12))  # its history begins in 2023
        assert not any(note.startswith(THE_REMIT) for note in cube_of("line-fewer-counties", later).notes)


def replace_police(last_day=datetime.date(2025, 12, 31), *, successor=True):
    """`polis` ends that day, and `rattsvasende` begins the next."""
    police = Code.objects.get(kind=CodeKind.CALLER_CATEGORY, code="polis")
    new = Code.objects.create(
        kind=police.kind,
        code="rattsvasende",
        label="Rättsväsende",
        label_en="Justice",
        valid_from=last_day + datetime.timedelta(days=1),
        position=99,
    )
    Code.objects.filter(pk=police.pk).update(valid_to=last_day, successor=new if successor else None)


class TestCallers:
    def history(self, line, *categories):
        for year in (2022, 2023, 2024, 2025):
            for category in categories:
                enter(line, may(year), category=category, calls=100)

    @pytest.mark.parametrize("last_day", [datetime.date(2025, 12, 31), datetime.date(2026, 6, 30)])
    def test_replaced_category_counts_with_the_one_that_took_over(self, line, last_day):
        replace_police(last_day)
        self.history(line, "polis", "socialtjanst")
        enter(line, may(2026), category="rattsvasende" if last_day.year == 2025 else "polis", calls=60)
        enter(line, datetime.date(2026, 9, 1), category="rattsvasende", calls=40)
        enter(line, may(2026), category="socialtjanst", calls=100)
        cube = cube_of("line-fewer-callers", asked())
        assert cube.finding == "Ingen grupp ringer säkert mindre än tidigare år talar för"
        assert value(cube, Category="rattsvasende", Basis="history", Contents="observed") == 100
        assert value(cube, Category="rattsvasende", Basis="history", Contents="ratio") == 1
        assert "polis" not in cube.dimension("Category").codes
        assert any("”Polis” ersattes av ”Rättsväsende”" in note for note in cube.notes)

    def test_category_without_successor_is_not_judged(self, line):
        replace_police(datetime.date(2026, 6, 30), successor=False)
        self.history(line, "polis", "socialtjanst", "skola")
        for category in ("socialtjanst", "skola"):
            enter(line, may(2026), category=category, calls=100)
        enter(line, may(2026), category="polis", calls=5)
        enter(line, datetime.date(2026, 9, 1), category="rattsvasende", calls=95)
        cube = cube_of("line-fewer-callers", asked())
        assert cube.finding == "Ingen grupp ringer säkert mindre än tidigare år talar för"
        assert value(cube, Category="polis", Basis="history", Contents="observed") == 5
        for category in ("polis", "rattsvasende"):
            status = cube.cell(Category=category, Basis="history", Contents="expected").status
            assert status == CellStatus.NOT_KNOWN, category

    def test_new_category_does_not_make_others_call_less(self, line):
        self.history(line, "polis", "socialtjanst", "skola")
        for category in ("polis", "socialtjanst", "skola"):
            enter(line, may(2026), category=category, calls=100)
        for new, since in (("ny", datetime.date(2026, 1, 1)), ("nyss", datetime.date(2025, 1, 1))):
            Code.objects.create(
                kind=CodeKind.CALLER_CATEGORY, code=new, label=new, label_en=new, valid_from=since, position=99
            )
        enter(line, may(2026), category="ny", calls=150)
        # New since the history began: what little of it there is would make the others' shares seem to fall.
        enter(line, may(2025), category="nyss", calls=1)
        enter(line, may(2026), category="nyss", calls=150)
        cube = cube_of("line-fewer-callers", asked())
        assert cube.finding == "Ingen grupp ringer säkert mindre än tidigare år talar för"
        assert value(cube, Category="polis", Basis="history", Contents="ratio") == 1
        for category in ("ny", "nyss"):
            status = cube.cell(Category=category, Basis="history", Contents="ratio").status
            assert status == CellStatus.NOT_KNOWN, category

    def test_who_calls_less_is_named(self, line):
        categories = ("polis", "socialtjanst", "skola", "halso_sjukvard")
        self.history(line, *categories)
        for category in categories:
            enter(line, may(2026), category=category, calls=10 if category == "polis" else 100)
        assert cube_of("line-fewer-callers", asked()).finding == "Polis ringer mindre än tidigare år talar för"

    def test_published_breakdown_is_compared_with_but_names_nobody(self, line):
        load_published_figures()
        enter(line, datetime.date(2026, 3, 1), "12", "socialtjanst", calls=100)
        enter(line, datetime.date(2026, 3, 1), "12", "polis", calls=1)
        cube = cube_of("line-fewer-callers", asked())
        assert any("publicerade fördelningen för 2019" in note for note in cube.notes)
        assert any(note.startswith(THE_REMIT) for note in cube.notes)
        expected = value(cube, Category="socialtjanst", Basis="history", Contents="expected")
        assert expected == Decimal("54.7")  # 552 of 1 019 in 2019, of 101 calls
        assert cube.finding.startswith("Ingen grupp kan sägas ringa mindre än väntat: det finns inte två års samtal")
        # A county's calls have no published breakdown.
        narrowed = cube_of("line-fewer-callers", asked(county="12"))
        assert narrowed.finding == "Det finns inga tidigare år att jämföra med"

    def test_several_regional_lines_are_not_compared_together(self, line):
        who = make_user(Role.NCH_ANALYST)
        first, second = (
            make_centre_line(),
            make_line(make_organisation("resource_centre", county=make_county("12", "Skåne län"))),
        )
        enter(first, may(2026), "12", calls=5)
        question = dataclasses.replace(asked(user=who), lines=(first, second))
        cube = cube_of("line-fewer-callers", question)
        assert cube.finding.startswith("Välj en telefon")


def centre(county, *phases, year=2018):
    """A resource centre with its phases: each from a day on."""
    funding = FundingRound.objects.get_or_create(year=year, defaults={"number": year - 2017})[0]
    made = ResourceCentre.objects.create(
        organisation=make_organisation("resource_centre", county=county, name=f"RC {county.code} {year}"),
        round=funding,
        host="x",
        organisation_model="barnahus",
    )
    for place, (phase, first) in enumerate(phases):
        last = phases[place + 1][1] - datetime.timedelta(days=1) if place + 1 < len(phases) else None
        PhasePeriod.objects.create(centre=made, phase=phase, valid_from=first, valid_to=last)
    return made


def opened(county, day, year=2018):
    return centre(county, (Phase.DEVELOPMENT, datetime.date(2018, 1, 1)), (Phase.OPERATION, day), year=year)


class TestOpenings:
    def test_calls_are_held_against_counties_without_a_centre(self, line):
        skane, gavleborg = make_county("12", "Skåne län"), make_county("21", "Gävleborgs län")
        opened(skane, datetime.date(2025, 1, 10))
        centre(gavleborg, (Phase.OPERATION, datetime.date(2023, 12, 31)))  # when it opened is not known
        for month in months(datetime.date(2024, 7, 1), 6):
            enter(line, month, "12", calls=4)
            enter(line, month, "05", calls=5)
        enter(line, datetime.date(2025, 1, 1), "12", calls=99)  # the month of the opening is on neither side
        for month in months(datetime.date(2025, 2, 1), 8):
            enter(line, month, "12", calls=2)
            enter(line, month, "05", calls=5)
        cube = cube_of("line-around-openings", asked(at=AT_END_OF_SEPTEMBER))
        row = {one.code: value(cube, County="12", Contents=one.code) for one in cube.metric.categories}
        # Six and eight months without any variation: 5 + 7 degrees of freedom; 40 calls here against 70.
        widened = Spread(0, 12).dispersion(0.95) * (1 + 40 / 70)
        low, high = share_interval(16, 40, dispersion=widened)
        elsewhere = 40 / 30
        assert row == {
            "months_before": 6,
            "before": 4,
            "months_after": 8,
            "after": 2,
            "change": Decimal("0.5"),
            "others": 1,
            "ratio": Decimal("0.5"),
            "low": Decimal(str(round(low / (1 - low) / elsewhere, 2))),
            "high": Decimal(str(round(high / (1 - high) / elsewhere, 2))),
            "own_before": None,
            "own_after": None,
        }
        assert cube.cell(County="12", Contents="own_after").status == CellStatus.NOT_KNOWN
        assert cube.cell(County="21", Contents="ratio").status == CellStatus.NOT_KNOWN
        notes = {label: note for label, note in cube.value_notes if "första medel" in note}
        assert "2018" in notes["Gävleborgs län"]
        assert any("regression mot medelvärdet" in note for note in cube.notes)

    def test_own_line_of_a_centre_is_not_read_as_growth(self, line):
        home = make_county("12", "Skåne län")
        made = opened(home, datetime.date(2025, 1, 1))
        for month in months(datetime.date(2023, 1, 1), 48):
            enter(line, month, "12", calls=10 if month < datetime.date(2025, 1, 1) else 5)
            enter(line, month, "05", calls=20)
        own = make_line(made.organisation)
        for month in months(datetime.date(2025, 1, 1), 24):
            enter(own, month, "12", calls=15)
        cube = cube_of("line-around-openings", asked(at=swedish(2027, 1, 15, 12)))
        assert value(cube, County="12", Contents="ratio") == Decimal("0.5")
        assert cube.cell(County="12", Contents="own_before").status == CellStatus.NOT_KNOWN
        assert value(cube, County="12", Contents="own_after") == 15
        assert cube.finding == "Skåne län: samtalen har ändrats annorlunda än i län utan centrum"
        regional = cube_of("line-around-openings", asked(line=own))
        assert regional.finding.startswith("Länen jämförs bara för den nationella")
        assert regional.cell(County="12", Contents="ratio").status == CellStatus.NOT_APPLICABLE

    def test_calls_that_stop_altogether_are_told(self, line):
        opened(make_county("12", "Skåne län"), datetime.date(2025, 1, 1))
        for month in months(datetime.date(2023, 1, 1), 48):
            if month < datetime.date(2025, 1, 1):
                enter(line, month, "12", calls=5)
            enter(line, month, "05", calls=20)
        cube = cube_of("line-around-openings", asked())
        assert value(cube, County="12", Contents="ratio") == 0
        assert value(cube, County="12", Contents="high") < Decimal("0.2")
        assert cube.finding.startswith("Skåne län:")

    def test_a_few_old_calls_do_not_make_years_of_noughts_before_an_opening(self, line):
        opened(make_county("12", "Skåne län"), datetime.date(2024, 1, 1))
        enter(line, datetime.date(2019, 6, 1), "05", calls=12)
        for month in months(datetime.date(2024, 1, 1), 24):
            enter(line, month, "12", calls=5)
            enter(line, month, "05", calls=9)
        cube = cube_of("line-around-openings", asked())
        assert value(cube, County="12", Contents="months_before") == 0
        assert cube.cell(County="12", Contents="before").status == CellStatus.NOT_KNOWN

    def test_months_of_other_lines_are_none_of_the_national_one(self, line):
        """Before the national line was recorded here, a regional one was."""
        opened(make_county("12", "Skåne län"), datetime.date(2025, 1, 1))
        regional = make_centre_line()
        for month in months(datetime.date(2023, 1, 1), 48):
            enter(regional, month, "14", calls=3)
            if month >= datetime.date(2025, 1, 1):
                enter(line, month, "12", calls=5)
                enter(line, month, "05", calls=5)
        assert value(cube_of("line-around-openings", asked()), County="12", Contents="months_before") == 0

    def test_only_comparisons_over_2023_tell_of_the_new_remit(self, line):
        opened(make_county("12", "Skåne län"), datetime.date(2023, 1, 1))
        opened(make_county("14", "Västra Götalands län"), datetime.date(2025, 1, 1))
        for month in months(datetime.date(2022, 1, 1), 60):
            for county in ("05", "12", "14"):
                enter(line, month, county, calls=5)
        cube = cube_of("line-around-openings", asked())
        assert any(note.startswith(THE_REMIT) for note in cube.notes)
        assert [label for label, note in cube.value_notes if "ändringen av uppdraget" in note] == ["Skåne län"]

    def test_first_of_two_centres_in_one_year(self):
        county = make_county("14", "Västra Götalands län")
        opened(county, datetime.date(2025, 11, 1), year=2021)
        opened(county, datetime.date(2025, 2, 1), year=2023)
        assert [one.opened_on for one in first_openings()] == [datetime.date(2025, 2, 1)]

    def test_centre_whose_day_is_not_known_may_have_been_the_first_of_its_year(self):
        county = make_county("14", "Västra Götalands län")
        opened(county, datetime.date(2021, 2, 1), year=2020)
        centre(county, (Phase.OPERATION, datetime.date(2023, 12, 31)), year=2021)
        [fact] = first_openings()
        assert (fact.opened_on, fact.funded_year) == (None, 2021)
