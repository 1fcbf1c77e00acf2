"""Pages of statistics and reports: who gets in, what they show, what they do."""

from contextlib import closing

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import RIGHTS, Right, Role
from nch.audit.models import AuditEvent
from nch.common.work import WorkState
from reports.enums import ReportKind
from reports.models import Report
from reports.services.reports import request_report
from reports.statistics.registry import TABLES
from tests.factories.accounts import make_user
from tests.http import body_of


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def analyst(facts):
    return make_user(Role.NCH_ANALYST)


@pytest.fixture
def client(analyst):
    return signed_in(analyst)


@pytest.fixture
def done(analyst):
    """A finished report whose file is as good as any here."""
    now = timezone.now()
    return Report.objects.create(
        kind=ReportKind.ANNUAL,
        year=2023,
        state=WorkState.DONE,
        progress=100,
        requested_by=analyst,
        requested_at=now,
        touched_at=now,
        finished_at=now,
        bound={},
        file=ContentFile(b"%PDF-1.7", name="report.pdf"),
        size=8,
        sha256="0" * 64,
    )


def status_of(client, path):
    with closing(client.get(path)) as response:
        return response.status_code


def addresses(report):
    statistics = [
        reverse("reports:table_list"),
        reverse("reports:table_detail", args=["calls-per-year"]),
        reverse("reports:table_file", args=["calls-per-year", "csv"]),
    ]
    made = [reverse("reports:report_list")]
    made += [reverse(f"reports:report_{name}", args=[report.pk]) for name in ("detail", "status", "download")]
    return statistics, made


@pytest.mark.parametrize("role", [*Role, None])
def test_pages_open_for_those_with_the_right_only(done, role):
    client = signed_in(make_user(role))
    rights = RIGHTS[role] if role else frozenset()
    for right, paths in zip((Right.SEE_STATISTICS, Right.MAKE_REPORTS), addresses(done), strict=True):
        for path in paths:
            assert status_of(client, path) == (200 if right in rights else 404), path


def test_pages_send_strangers_to_sign_in(done):
    for path in (*addresses(done)[0], *addresses(done)[1]):
        response = Client().get(path)
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]


@pytest.mark.parametrize("table_id", TABLES)
def test_table_page_shows_figure_table_notes_and_downloads(client, table_id):
    page = client.get(reverse("reports:table_detail", args=[table_id])).content.decode()
    assert "<svg" in page
    assert "Källa:" in page
    assert page.count("<table") >= 2
    for kind in ("csv", "json"):
        response = client.get(reverse("reports:table_file", args=[table_id, kind]))
        assert f'filename="{table_id}.{kind}"' in response["Content-Disposition"]


def test_unknown_table_and_report_are_404(client):
    assert client.get("/statistik/no-such-table/").status_code == 404
    assert client.get("/statistik/no-such-table/fil.csv").status_code == 404
    assert client.get("/rapporter/999/").status_code == 404
    assert client.get("/rapporter/999/status/").status_code == 404
    assert client.get("/rapporter/999/pdf/").status_code == 404


def test_table_pages_take_few_queries(client, django_assert_max_num_queries):
    for path in (reverse("reports:table_list"), reverse("reports:table_detail", args=["calls-per-year"])):
        client.get(path)
        with django_assert_max_num_queries(12):
            client.get(path)


def test_ordering_leads_to_the_reports_page(client):
    response = client.post(reverse("reports:report_list"), {"kind": "annual", "year": "2023"})
    report = Report.objects.get()
    assert response["Location"] == reverse("reports:report_detail", args=[report.pk])
    page = client.get(response["Location"]).content.decode()
    assert reverse("reports:report_status", args=[report.pk]) in page
    assert "js/progress.js" in page
    assert "Uppdatera" in page


@pytest.mark.parametrize("year", ["2021", "x", "", "99999999999999999999"])
def test_ordering_an_impossible_year_shows_why(client, year):
    response = client.post(reverse("reports:report_list"), {"kind": "annual", "year": year})
    assert response.status_code == 422
    assert not Report.objects.exists()


def test_ordering_one_under_way_shows_why(client, analyst):
    request_report(kind=ReportKind.ANNUAL, year=2023, by=analyst, at=timezone.now())
    response = client.post(reverse("reports:report_list"), {"kind": "annual", "year": "2023"})
    assert response.status_code == 422
    assert "tas redan fram" in response.content.decode()


def test_ordering_is_closed_to_others(facts):
    response = signed_in(make_user(Role.NCH_OFFICER)).post(
        reverse("reports:report_list"), {"kind": "annual", "year": "2023"}
    )
    assert response.status_code == 404
    assert not Report.objects.exists()


def test_status_tells_how_far_it_has_come(client, analyst):
    report = request_report(kind=ReportKind.ANNUAL, year=2023, by=analyst, at=timezone.now())
    Report.objects.update(state=WorkState.WORKING, progress=40, stage="Sätter sidorna")
    response = client.get(reverse("reports:report_status", args=[report.pk]))
    assert response.json() == {
        "state": "working",
        "label": "Pågår",
        "progress": 40,
        "words": "Pågår: 40 procent. Sätter sidorna",
        "underWay": True,
        "stuck": False,
    }
    assert "no-cache" in response["Cache-Control"]
    assert client.get(reverse("reports:report_download", args=[report.pk])).status_code == 404


def test_download_gives_the_file_and_is_logged(client, done):
    with closing(client.get(reverse("reports:report_download", args=[done.pk]))) as response:
        assert response["Content-Type"] == "application/pdf"
        assert body_of(response) == b"%PDF-1.7"
    assert AuditEvent.objects.filter(action="read", subject_id=str(done.pk)).count() == 1


def test_a_failed_report_offers_another_try(client, analyst):
    report = request_report(kind=ReportKind.ANNUAL, year=2023, by=analyst, at=timezone.now())
    Report.objects.update(state=WorkState.FAILED, failure="Ett fel uppstod.")
    page = client.get(reverse("reports:report_detail", args=[report.pk])).content.decode()
    assert "Försök igen" in page
    again = client.post(reverse("reports:report_retry", args=[report.pk]))
    assert again.status_code == 302
    report.refresh_from_db()
    assert report.state == WorkState.REQUESTED
    assert client.get(reverse("reports:report_retry", args=[report.pk])).status_code == 405


def test_report_list_pages_and_asks_no_more_for_more_rows(client, analyst, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def add(number):
        Report.objects.bulk_create(
            Report(
                kind="annual",
                year=2023,
                state=WorkState.FAILED,
                failure="data",
                requested_by=make_user(Role.NCH_ANALYST),
                requested_at=timezone.now(),
                touched_at=timezone.now(),
            )
            for _ in range(number)
        )

    path = reverse("reports:report_list")
    add(1)
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    add(2)
    with django_assert_num_queries(len(one)):
        client.get(path)
    add(30)
    assert "page=2" in client.get(path).content.decode()
