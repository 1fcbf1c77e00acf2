"""The pages of the support lines' statistics: who sees which calls, what the address narrows, files, the target."""

import csv
import io
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from jsonstat_validator import validate_jsonstat
from openpyxl import load_workbook

from nch.accounts.enums import RIGHTS, Right, Role
from nch.audit.models import AuditEvent
from nch.counties.models import County
from reports.statistics.registry import LINE_SECTIONS, LINE_TABLES
from stodtelefon.services import load_published_figures, set_unknown_county_target
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import MORNING, make_answerer, make_call, make_centre_line, make_line, siblings

pytestmark = pytest.mark.django_db
DASHBOARD = "/statistik/stodtelefon/"


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def text(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200, address
    return response.content.decode()


def rows(client, table_id, **query):
    """The values of a table's CSV file, by its codes."""
    answer = client.get(reverse("reports:line_table_file", args=[table_id, "csv"]), query)
    assert answer.status_code == 200
    body = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    return {tuple(row[: len(row) - 3 : 2]): row[-3] for row in body[1:]}


@pytest.fixture
def lines(db):
    """The national line and two centres', with a call each; Skåne's has two."""
    own, other, national = make_centre_line(), make_centre_line("05", "Östergötlands län"), make_line()
    for line in (own, own, other, national):
        make_call(line, make_answerer(line))
    return own, other, national


@pytest.mark.parametrize("role", [*Role, None])
def test_dashboard_opens_for_those_who_see_calls_or_statistics(role, db):
    rights = RIGHTS[role] if role else frozenset()
    expected = 200 if {Right.SEE_CALLS, Right.SEE_STATISTICS} & rights else 404
    assert signed_in(make_user(role)).get(DASHBOARD).status_code == expected


def test_figures_without_calls_are_told_apart_by_ear(lines):
    """All of them find “Inga samtal december 2026”, or as long as it has not come that they are not known."""
    page = text(signed_in(make_user(Role.NCH_ANALYST)), DASHBOARD, period="2026", manad="12")
    labels = re.findall(r'role="region" aria-label="([^"]*)"', page)
    assert len([one for one in labels if re.search("Inga samtal|Uppgift om samtal saknas", one)]) > 1
    assert len(labels) == len(set(labels))


def test_everybody_counts_the_calls_within_reach(lines):
    own, other, national = lines

    def calls(user, **query):
        return rows(signed_in(user), "line-per-category", period="2026", **query)["total", "calls"]

    assert calls(make_answerer(own)) == "2"
    assert calls(make_answerer(other)) == "1"
    assert calls(make_answerer(national)) == "1"
    analyst = make_user(Role.NCH_ANALYST)
    assert calls(analyst) == "4"
    assert calls(analyst, telefon=own.pk) == "2"


def test_another_lines_statistics_are_404(lines):
    own, other, _ = lines
    client = signed_in(make_answerer(own))
    addresses = [DASHBOARD, *(reverse("reports:line_section", args=[one.slug]) for one in LINE_SECTIONS[:-1])]
    for table_id in LINE_TABLES:
        addresses.append(reverse("reports:line_table", args=[table_id]))
        addresses += [
            *(reverse("reports:line_table_file", args=[table_id, kind]) for kind in ("csv", "xlsx", "json")),
            reverse("reports:line_table_figure", args=[table_id, "figur", "svg"]),
        ]
    for address in addresses:
        assert client.get(address, {"telefon": other.pk}).status_code == 404, address
    assert client.get(reverse("reports:line_target", args=[other.pk])).status_code == 404


def test_coordinator_reads_the_published_figures_of_the_country(lines):
    load_published_figures()
    page = text(signed_in(make_answerer(lines[0])), reverse("reports:line_section", args=["landet"]))
    assert "395 samtal 2023" in page
    assert "har publicerats" in page


def test_empty_dashboard_says_what_to_wait_for(db):
    line = make_line()
    for section in LINE_SECTIONS:
        page = text(signed_in(make_answerer(line)), reverse("reports:line_section", args=[section.slug]))
        assert section.slug == "landet" or "Inga samtal är registrerade än" in page
    assert text(signed_in(make_user(Role.NCH_ANALYST)), DASHBOARD)


def test_figures_carry_finding_table_and_files(lines):
    client = signed_in(make_user(Role.NCH_ANALYST))
    page = text(client, reverse("reports:line_section", args=["vilka"]))
    assert page.count('class="nch-figure"') == page.count("<table") == 5
    for table in LINE_SECTIONS[1].tables:
        assert reverse("reports:line_table_figure", args=[table.id, "figur", "svg"]) in page
        assert reverse("reports:line_table", args=[table.id]) in page
    address = reverse("reports:line_table_figure", args=["line-per-category", "figur", "svg"])
    inline, file = client.get(address, headers={"HX-Request": "true"}), client.get(address)
    for answer in (inline, file):
        assert answer["Content-Type"] == "image/svg+xml"
        assert "<title>Socialtjänst ringer oftast: 4 av 4 samtal, 100 procent</title>" in answer.content.decode()
    # The page says title and source beside the drawing; the file has to say them itself.
    assert "Källa:" in file.content.decode()
    assert "Källa:" not in inline.content.decode()


def test_table_by_county_has_a_map(lines):
    client = signed_in(make_user(Role.NCH_ANALYST))
    page = text(client, reverse("reports:line_table", args=["line-per-county"]), lan="")
    address = reverse("reports:line_table_figure", args=["line-per-county", "karta", "png"])
    assert "Kartan som PNG" in page
    assert address in page
    assert client.get(address).content.startswith(b"\x89PNG")
    other = reverse("reports:line_table_figure", args=["line-per-category", "karta", "png"])
    assert client.get(other).status_code == 404


def test_page_of_one_table_has_its_figure_and_notes(lines):
    client = signed_in(make_user(Role.NCH_ANALYST))
    page = text(client, reverse("reports:line_table", args=["line-fewer-counties"]))
    assert "<svg" in page
    assert "Clopper–Pearson" in page
    assert 'name="ringer"' in page
    assert 'name="utsatthet"' not in page  # the table cannot be narrowed to it


def test_address_narrows_and_what_cannot_be_narrowed_is_left_out(lines):
    client = signed_in(make_user(Role.NCH_ANALYST))
    page = text(client, DASHBOARD, lan="12")
    assert "Räknas inte med den här avgränsningen" in page
    assert "Samtal efter veckodag och timme" in page
    assert 'id="line-load"' not in page
    assert 'id="line-per-month"' in page
    assert client.get(reverse("reports:line_table", args=["line-load"]), {"lan": "12"}).status_code == 404
    assert rows(client, "line-per-month", lan="05", period="2026")["2026M03", "calls"] == "0"
    assert rows(client, "line-per-month", lan="12", period="2026")["2026M03", "calls"] == "4"


@pytest.mark.parametrize(
    ("query", "first", "months"),
    [
        ({"period": "2026"}, "2026M01", 12),
        ({"period": "2026", "manad": "3"}, "2026M03", 1),
        ({"period": "alla"}, "2026M01", 12),
        ({"period": "12m"}, None, 12),
        ({}, "2026M01", 12),
        ({"period": "1066"}, "2026M01", 12),
    ],
)
def test_periods(lines, query, first, months):
    found = rows(signed_in(make_user(Role.NCH_ANALYST)), "line-per-month", **query)
    codes = sorted({code for code, _ in found})
    assert len(codes) == months
    assert first is None or codes[0] == first


def test_month_without_a_year_and_unknown_values_are_pointed_out(lines):
    client = signed_in(make_user(Role.NCH_ANALYST))
    assert "Välj ett år som period" in text(client, DASHBOARD, period="alla", manad="3")
    assert "finns inte" in text(client, DASHBOARD, lan="99") or "giltigt" in text(client, DASHBOARD, lan="99")


def test_files_carry_the_same_cells(lines):
    client = signed_in(make_user(Role.NCH_ANALYST))

    def content(kind):
        address = reverse("reports:line_table_file", args=["line-per-county", kind])
        return client.get(address, {"period": "2026"}).content

    def written(value):
        return "" if value is None else str(value).replace(".", ",")

    values = list(rows(client, "line-per-county", period="2026").values())
    book = load_workbook(io.BytesIO(content("xlsx")))
    each = list(book["En rad per uppgift"].iter_rows(min_row=2, values_only=True))
    assert [written(row[2]) for row in each] == values
    title, heads, *shown = book["Tabell"].iter_rows(values_only=True)
    assert title[0].startswith("Samtal per län")
    assert heads[0] == "Län"
    assert [None if isinstance(value, str) else value for row in shown for value in row[1:]] == [row[2] for row in each]
    dataset = json.loads(content("json"))
    validate_jsonstat(dataset)
    assert list(map(written, dataset["value"])) == values
    assert AuditEvent.objects.filter(action="line_statistics_fetched").count() == 3


def test_lead_sets_the_target_and_others_do_not(lines):
    own, _, national = lines
    lead = make_user(Role.NCH_LINE_LEAD, national.organisation)
    address = reverse("reports:line_target", args=[national.pk])
    assert signed_in(make_answerer(national)).get(address).status_code == 404
    client = signed_in(lead)
    assert client.post(address, {"percent": "101"}).status_code == 422
    assert client.post(address, {"percent": "15"}).status_code == 302
    national.refresh_from_db()
    assert national.unknown_county_target == 15
    event = AuditEvent.objects.get(action="line_target_set")
    assert event.details == {"from": 10, "to": 15}
    assert "Målet är högst 15 procent" in text(client, DASHBOARD)
    assert client.get(reverse("reports:line_target", args=[own.pk])).status_code == 404
    set_unknown_county_target(line=national, percent=15, by=lead, at=MORNING)
    assert AuditEvent.objects.filter(action="line_target_set").count() == 1


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return sum(1 for query in captured.captured_queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE")))


@pytest.mark.parametrize("section", [section.slug for section in LINE_SECTIONS])
def test_section_costs_the_same_queries_for_any_number_of_calls_and_counties(section, country):
    load_published_figures()
    line = make_line()
    answerer = make_answerer(line)
    client, address = signed_in(make_user(Role.NCH_ANALYST)), reverse("reports:line_section", args=[section])
    make_call(line, answerer)
    one = queries(client, address)
    for code in ("01", "05", "14", "25"):
        make_call(line, answerer, county=County.objects.get(code=code), individuals=siblings())
    assert queries(client, address) == one
    assert one <= 12
