"""Centres as published, and lägesbilder from request to hand-in."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.cases.selectors import open_tasks_for
from nch.counties.models import County
from nch.counties.selectors import county_boards
from nch.demo.build import fill_in
from nch.demo.texts import SITUATION_REPORT_ANSWERS
from nch.questionnaires.handing_in import IncompleteResponseError
from nch.questionnaires.services import NotOpenForAnswersError
from resurscentra.enums import ReportState
from resurscentra.models import FundingRound, PhasePeriod, ResourceCentre, SituationReport
from resurscentra.selectors import centres_at
from resurscentra.services import ReportingError, load_known_centres, open_period, start_report, submit_report
from tests.factories.accounts import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
YEAR_END = datetime.date(2023, 12, 31)
ASKED = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)


def signatory(county_code: str) -> User:
    return make_user(Role.COUNTY_SIGNATORY, county_boards().get(county_id=county_code))


def ask(officer: User, month: int = 1, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "title": f"Månad {month}",
        "starts_on": datetime.date(2026, month, 1),
        "ends_on": datetime.date(2026, month, 28),
        "due_on": datetime.date(2026, month, 28),
    }
    open_period(**{**fields, **changes}, by=officer, at=ASKED)


def report_of(county_code: str, month: int = 1) -> SituationReport:
    reports = SituationReport.objects.select_related("period__version", "organisation", "centre__organisation")
    return reports.get(organisation__county_id=county_code, period__title=f"Månad {month}")


def test_known_centres_are_the_sixteen_of_three_rounds(officer: User) -> None:
    load_known_centres(by=officer, at=timezone.now())
    rounds = centres_at(YEAR_END)
    assert [(r.number, r.year, len(r.centres)) for r in rounds] == [(1, 2018, 5), (2, 2021, 4), (3, 2023, 7)]
    assert ResourceCentre.objects.count() == 16
    assert FundingRound.objects.count() == 3


def test_centre_is_listed_with_the_phase_of_the_day_asked_for(officer: User) -> None:
    centre = ResourceCentre.objects.get(organisation__name="Resurscentrum Dalarna")
    PhasePeriod.objects.filter(centre=centre).update(valid_to=datetime.date(2024, 5, 31))
    PhasePeriod.objects.create(centre=centre, phase="drift", valid_from=datetime.date(2024, 6, 1))
    phases = [
        next(c.phase for r in centres_at(day) for c in r.centres if c.name == "Resurscentrum Dalarna")
        for day in (YEAR_END, datetime.date(2024, 6, 1))
    ]
    assert phases == ["Utveckling", "Drift"]
    before = [c.name for r in centres_at(datetime.date(2023, 1, 1)) for c in r.centres]
    assert before == []


def test_centres_at_takes_three_queries_whatever_their_number(officer: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        centres_at(YEAR_END)


def test_each_county_with_a_centre_is_asked_and_one_with_several_once_per_centre(officer: User) -> None:
    ask(officer)
    assert SituationReport.objects.count() == 16
    assert SituationReport.objects.filter(organisation__county_id="14").exclude(centre=None).count() == 4
    assert SituationReport.objects.filter(organisation__county_id="21").get().centre is None
    without = County.objects.get(code="01")
    assert not SituationReport.objects.filter(organisation__county=without).exists()
    assert [task.due_on for task in open_tasks_for(signatory("21"))] == [datetime.date(2026, 1, 28)]
    assert len(open_tasks_for(signatory("14"))) == 4


@pytest.mark.parametrize("changes", [{"ends_on": datetime.date(2025, 1, 1)}, {"due_on": datetime.date(2025, 1, 1)}])
def test_impossible_period_is_refused(officer: User, changes: dict[str, Any]) -> None:
    with pytest.raises(ReportingError):
        ask(officer, **changes)
    assert not SituationReport.objects.exists()


def test_period_is_asked_for_once_and_not_with_a_day_that_has_passed(officer: User) -> None:
    ask(officer)
    with pytest.raises(ReportingError, match="redan begärda"):
        ask(officer)
    with pytest.raises(ReportingError, match="redan passerat"):
        open_period(
            title="Förra året",
            starts_on=datetime.date(2025, 1, 1),
            ends_on=datetime.date(2025, 6, 30),
            due_on=datetime.date(2025, 8, 1),
            by=officer,
            at=ASKED,
        )
    assert SituationReport.objects.count() == 16


def test_report_is_handed_in_once_and_registered(officer: User, background: Any) -> None:
    ask(officer)
    by, report = signatory("21"), report_of("21")
    start_report(report=report, by=by, at=timezone.now())
    with pytest.raises(IncompleteResponseError):
        submit_report(report=report, by=by, at=timezone.now())
    assert report.response is not None
    fill_in(report.response, SITUATION_REPORT_ANSWERS, by=by, at=timezone.now())
    with background():
        submit_report(report=report, by=by, at=timezone.now())
    assert report.case is not None
    assert [document.title for document in report.case.documents.all()] == ["Lägesbild"]
    assert not open_tasks_for(by).exists()
    with pytest.raises(NotOpenForAnswersError, match="inlämnat eller stängt"):
        submit_report(report=report, by=by, at=timezone.now())


def test_another_county_cannot_start_or_submit(officer: User) -> None:
    ask(officer)
    with pytest.raises(PermissionDenied):
        start_report(report=report_of("21"), by=signatory("12"), at=timezone.now())


def test_overview_shows_nch_all_and_a_county_its_own(officer: User, client: Client) -> None:
    ask(officer)
    client.force_login(officer)
    assert "0 av 16 är inlämnade" in client.get(reverse("resurscentra:report_overview")).content.decode()
    client.force_login(signatory("21"))
    text = client.get(reverse("resurscentra:report_overview")).content.decode()
    assert "0 av 1 är inlämnade" in text
    assert "Länsstyrelsen Skåne" not in text


def test_late_report_is_flagged_by_the_clock_and_not_stored(officer: User, client: Client) -> None:
    ask(officer, due_on=datetime.date(2026, 1, 28))
    client.force_login(officer)
    assert "Försenad" in client.get(reverse("resurscentra:report_overview")).content.decode()
    assert set(SituationReport.objects.values_list("state", flat=True)) == {ReportState.EXPECTED}


def test_last_answers_are_shown_beside_the_questions(officer: User, client: Client) -> None:
    ask(officer, month=1)
    ask(officer, month=2)
    by, first, second = signatory("21"), report_of("21", 1), report_of("21", 2)
    start_report(report=first, by=by, at=timezone.now())
    assert first.response is not None
    fill_in(first.response, SITUATION_REPORT_ANSWERS, by=by, at=timezone.now())
    submit_report(report=first, by=by, at=timezone.now())
    start_report(report=second, by=by, at=timezone.now())
    client.force_login(by)
    text = client.get(reverse("resurscentra:report_section", args=[second.pk, "framat"])).content.decode()
    assert "Utbilda rektorer och utöka telefontiden." in text
