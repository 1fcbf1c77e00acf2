"""Every cell of the tables of calls that can be released, against numbers counted by hand on a few calls."""

import itertools

import pytest

from nch.accounts.enums import Role
from reports.statistics.cube import Cube, resolve
from reports.statistics.definitions import CellStatus
from reports.statistics.question import Period, Question, Reading
from reports.statistics.registry import RELEASABLE_CALLS
from stodtelefon.enums import AgeGroup, CodeKind, Gender, Stage
from stodtelefon.models import Matter, SupportCall, SupportLine
from stodtelefon.selectors.recorded import recorded_months
from stodtelefon.selectors.tallies import tallied_lines_for, tallies_for
from stodtelefon.services import load_published_figures, note_referral_outcome
from stodtelefon.services.matters import tie_to_matter
from tests.factories.accounts import make_county, make_user
from tests.factories.stodtelefon import code, exposure, individual, make_answerer, make_call, make_line, swedish

pytestmark = pytest.mark.django_db

AT = swedish(2027, 2, 1, 12, 0)
GIRL, BOY = Gender.GIRL_OR_WOMAN, Gender.BOY_OR_MAN

# Counted by hand from the four calls of the fixture below; a combination that is not here has to be 0.
BY_HAND: dict[str, dict[str, int]] = {
    "released-calls-by-month-and-county": {
        "2025M03 12 calls": 1,
        "2025M03 12 individuals": 2,
        "2025M03 05 calls": 1,
        "2025M03 00 calls": 2,
        "2025M03 00 individuals": 2,
        "2025M04 unknown calls": 1,
        "2025M04 unknown individuals": 1,
        "2025M04 00 calls": 1,
        "2025M04 00 individuals": 1,
        "2026M01 12 calls": 1,
        "2026M01 12 individuals": 1,
        "2026M01 00 calls": 1,
        "2026M01 00 individuals": 1,
    },
    "released-calls-by-year-and-caller": {
        "2025 socialtjanst calls": 2,
        "2025 socialtjanst individuals": 3,
        "2025 polis calls": 1,
        "2025 total calls": 3,
        "2025 total individuals": 3,
        "2026 socialtjanst calls": 1,
        "2026 socialtjanst individuals": 1,
        "2026 total calls": 1,
        "2026 total individuals": 1,
    },
    "released-calls-by-year-and-topic": {
        "2025 rutiner calls": 2,
        "2025 pagaende_arende calls": 1,
        "2025 total calls": 3,
        "2026 rutiner calls": 1,
        "2026 total calls": 1,
    },
    "released-matters-by-year-and-caller": {
        "2025 socialtjanst calls": 2,
        "2025 socialtjanst matters": 1,
        "2025 socialtjanst repeated_in_year": 1,
        "2025 polis calls": 1,
        "2025 polis matters": 1,
        "2025 total calls": 3,
        "2025 total matters": 2,
        "2025 total repeated_in_year": 1,
        "2026 socialtjanst calls": 1,
        "2026 socialtjanst matters": 1,
        "2026 total calls": 1,
        "2026 total matters": 1,
    },
    "released-calls-by-year-and-referral": {
        "2025 polis stod_gavs calls": 1,
        "2025 polis not_heard calls": 1,
        "2025 polis total calls": 2,
        "2025 none none calls": 1,
        "2025 none total calls": 1,
        "2025 total stod_gavs calls": 1,
        "2025 total not_heard calls": 1,
        "2025 total none calls": 1,
        "2025 total total calls": 3,
        "2026 none none calls": 1,
        "2026 none total calls": 1,
        "2026 total none calls": 1,
        "2026 total total calls": 1,
    },
    "released-individuals-by-year-age-and-gender": {
        f"2025 {AgeGroup.FROM_16} {GIRL} individuals": 1,
        f"2025 {AgeGroup.FROM_16} total individuals": 1,
        f"2025 {AgeGroup.FROM_26} {GIRL} individuals": 1,
        f"2025 {AgeGroup.FROM_26} {BOY} individuals": 1,
        f"2025 {AgeGroup.FROM_26} total individuals": 2,
        f"2025 total {GIRL} individuals": 2,
        f"2025 total {BOY} individuals": 1,
        "2025 total total individuals": 3,
        f"2026 {AgeGroup.FROM_16} {GIRL} individuals": 1,
        f"2026 {AgeGroup.FROM_16} total individuals": 1,
        f"2026 total {GIRL} individuals": 1,
        "2026 total total individuals": 1,
    },
    "released-individuals-by-year-and-exposure": {
        f"2025 marriage {Stage.PLANNED} individuals": 2,
        "2025 marriage total individuals": 2,
        f"2025 fgm {Stage.WORRY} individuals": 1,
        "2025 fgm total individuals": 1,
        f"2026 abduction {Stage.WORRY} individuals": 1,
        "2026 abduction total individuals": 1,
    },
}
FINDINGS = dict.fromkeys(BY_HAND, "4 samtal 2025–2026") | {
    one: "4 utsatta individer 2025–2026" for one in BY_HAND if one.startswith("released-individuals")
}


@pytest.fixture
def line() -> SupportLine:
    """Three calls of 2025 and one of 2026.

    March 2025: social services in Skåne about two people, a girl (marriage planned, worry of mutilation) and a man
    without exposure; the police in Östergötland about nobody, referred to the police, where support was given. April:
    social services that do not tell their county, in the matter of the first call, about a woman (marriage planned),
    referred to the police. January 2026: social services in Skåne about a girl (worry of abduction), in the same
    matter: up before, but once in that year.
    """
    load_published_figures()
    east, south = make_county("05", "Östergötlands län"), make_county("12", "Skåne län")
    line = make_line()
    by = make_answerer(line)
    police = code(CodeKind.REFERRAL, "polis")
    planned, cut = exposure("marriage", Stage.PLANNED), exposure("fgm", Stage.WORRY)
    girl, man = individual(planned, cut), individual(age=AgeGroup.FROM_26, gender=BOY)
    woman, taken = individual(planned, age=AgeGroup.FROM_26), individual(exposure("abduction", Stage.WORRY))

    def call(*when: int, **values: object) -> SupportCall:
        began = swedish(*when, 9, 0)
        return make_call(line, by, started_at=began, at=began.replace(hour=17), **values)

    first = call(2025, 3, 3, county=south, individuals=(girl, man))
    case = code(CodeKind.TOPIC, "pagaende_arende")
    caller = code(CodeKind.CALLER_CATEGORY, "polis")
    followed = call(2025, 3, 10, county=east, caller_category=caller, topic=case, referral=police)
    outcome = code(CodeKind.REFERRAL_OUTCOME, "stod_gavs")
    note_referral_outcome(call=followed, outcome=outcome, by=by, at=AT)
    again = call(2025, 4, 1, county=None, county_known=False, individuals=(woman,), referral=police)
    matter = Matter.objects.create(opened_at=first.started_at, expires_at=AT)
    for one in (first, again):
        tie_to_matter(call=one, matter=matter, by=by, at=one.logged_at)
    tie_to_matter(call=call(2026, 1, 15, county=south, individuals=(taken,)), matter=matter, by=by, at=AT)
    return line


def released(table_id: str) -> Cube:
    """The table over both years, with nothing hidden."""
    reader = make_user(Role.NCH_ANALYST)
    both = Period(swedish(2025, 1, 1).date(), swedish(2026, 12, 31).date())
    tallies = tallies_for(reader)
    recorded = recorded_months(tallies, AT.date())
    question = Question(both, AT, Reading(tallies), tuple(tallied_lines_for(reader)), recorded=recorded)
    return resolve(RELEASABLE_CALLS[table_id], "sv", question)


@pytest.mark.parametrize("table_id", RELEASABLE_CALLS)
def test_every_cell_is_what_was_counted_by_hand(line: SupportLine, table_id: str) -> None:
    cube, expected = released(table_id), dict(BY_HAND[table_id])
    keys = [" ".join(codes) for codes in itertools.product(*(one.codes for one in cube.dimensions))]
    for key, cell in zip(keys, cube.cells(), strict=True):
        number = expected.pop(key, 0)
        # Before the first call, and after the last: the line has then been silent for a year.
        not_recorded = key[4] == "M" and not "2025M03" <= key[:7] <= "2026M01"
        absent = CellStatus.NOT_KNOWN if not_recorded else CellStatus.NOT_APPLICABLE
        empty = cell.value is None and cell.status == absent and number == 0
        assert empty or cell.value == number, key
    assert not expected
    assert cube.finding == FINDINGS[table_id]


def test_combinations_that_there_cannot_be_are_no_zeros(line: SupportLine) -> None:
    exposures, referrals = (
        released(f"released-{one}") for one in ("individuals-by-year-and-exposure", "calls-by-year-and-referral")
    )
    # Mutilation is not planned, but suspected; and whoever is referred nowhere cannot be helped there.
    cells = [exposures.cell(Year="2025", Exposure="fgm", Stage=stage) for stage in (Stage.PLANNED, Stage.SUSPICION)]
    assert [(cell.value, cell.status) for cell in cells] == [(None, CellStatus.NOT_APPLICABLE), (0, "")]
    cells = [referrals.cell(Year="2025", Referral=one, Outcome="stod_gavs") for one in ("none", "barnahus")]
    assert [(cell.value, cell.status) for cell in cells] == [(None, CellStatus.NOT_APPLICABLE), (0, "")]
    cells = [referrals.cell(Year="2025", Referral=one, Outcome="not_heard") for one in ("none", "barnahus")]
    assert [(cell.value, cell.status) for cell in cells] == [(None, CellStatus.NOT_APPLICABLE), (0, "")]
