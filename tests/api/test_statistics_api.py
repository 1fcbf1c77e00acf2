"""The open statistics API: what a client gets, and what it is told where it asks for something that is not there."""

import csv
import io
import json

import pytest
from django.test import Client
from jsonstat_validator import validate_jsonstat

from nch.api.statistics import answers
from reports.statistics.registry import TABLES

BASE = "/api/statistics/v2"
CALLS = f"{BASE}/tables/calls-per-year"


@pytest.mark.usefixtures("facts")
class TestReading:
    def test_config_says_what_clients_of_pxwebapi_ask(self, api):
        config = api.get(f"{BASE}/config").json()
        assert config["apiVersion"] >= "2.0.0"
        assert config["maxDataCells"] == answers.MAX_CELLS
        assert (config["maxCallsPerTimeWindow"], config["timeWindow"]) == (600, 60)
        assert config["dataFormats"] == ["json-stat2", "px", "csv", "xlsx", "html"]
        assert [language["id"] for language in config["languages"]] == ["sv", "en"]

    def test_tables_lists_all_with_their_periods(self, api):
        answer = api.get(f"{BASE}/tables").json()
        assert [table["id"] for table in answer["tables"]] == list(TABLES)
        assert answer["page"]["totalElements"] == len(TABLES)
        first = answer["tables"][0]
        assert (first["firstPeriod"], first["lastPeriod"]) == ("2014", "2023")
        assert first["updated"].endswith("Z")

    def test_tables_pages_without_loss(self, api):
        seen = []
        address = f"{BASE}/tables?pageSize=2"
        while address:
            answer = api.get(address).json()
            seen += [table["id"] for table in answer["tables"]]
            address = next((one["href"] for one in answer["page"]["links"] if one["rel"] == "next"), None)
        assert seen == list(TABLES)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("LÄN", ["calls-per-county", "grant-money-per-year"]),
            ("samtal yrkesverksamma", ["calls-per-year"]),
            ("finns inte", []),
        ],
    )
    def test_tables_are_found_by_words(self, api, query, found):
        answer = api.get(f"{BASE}/tables", {"query": query}).json()
        assert [table["id"] for table in answer["tables"]] == found
        assert answer["page"]["totalElements"] == len(found)

    def test_links_of_a_table_lead_somewhere(self, api):
        table = api.get(CALLS).json()
        assert {link["rel"] for link in table["links"]} == {"self", "metadata", "data"}
        for link in table["links"]:
            assert api.get(link["href"]).status_code == 200

    def test_metadata_is_the_dataset_without_numbers(self, api):
        metadata = api.get(f"{CALLS}/metadata").json()
        assert metadata["value"] == []
        assert metadata["dimension"]["Year"]["category"]["label"]["2023"] == "2023"

    def test_data_is_valid_jsonstat(self, api):
        response = api.get(f"{CALLS}/data")
        assert response["Content-Type"] == "application/json"
        assert validate_jsonstat(response.json()) is True
        assert response.json()["value"][-2:] == [395, None]

    def test_parameter_names_are_read_in_any_case(self, api):
        plain = api.get(f"{CALLS}/data", {"valueCodes[Year]": "top(1)", "outputFormat": "csv"})
        odd = api.get(f"{CALLS}/data", {"VALUECODES[year]": "TOP(1)", "outputformat": "CSV"})
        assert plain.content == odd.content

    def test_post_and_get_choose_the_same(self, api):
        selection = [{"variableCode": "Year", "valueCodes": ["2019", "range(2022,2023)"]}]
        posted = api.post(f"{CALLS}/data", json.dumps({"selection": selection}), content_type="application/json")
        got = api.get(f"{CALLS}/data", {"valueCodes[Year]": "2019,range(2022,2023)"})
        assert posted.content == got.content
        assert got.json()["value"] == [1019, 1054, None, None, 395, None]

    def test_csv_is_the_same_cells(self, api):
        values = api.get(f"{CALLS}/data").json()["value"]
        text = api.get(f"{CALLS}/data?outputFormat=csv").content.decode("utf-8-sig")
        written = [row["Värde"] for row in csv.DictReader(io.StringIO(text))]
        assert written == ["" if value is None else str(value) for value in values]

    def test_csv_separator_can_be_chosen(self, api):
        response = api.get(f"{CALLS}/data?outputFormat=csv&outputFormatParams=SeparatorSemicolon")
        assert ";2014;" in response.content.decode() or "2014;2014;" in response.content.decode()

    def test_html_and_english(self, api):
        page = api.get(f"{CALLS}/data?outputFormat=html&lang=en").content.decode()
        assert '<html lang="en">' in page
        assert "not published" in page

    def test_unchanged_answer_is_304(self, api):
        first = api.get(f"{CALLS}/data")
        again = api.get(f"{CALLS}/data", headers={"If-None-Match": first["ETag"]})
        assert first["Cache-Control"] == again["Cache-Control"] == "public, no-cache"
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        other = api.get(f"{CALLS}/data?lang=en", headers={"If-None-Match": first["ETag"]})
        assert other.status_code == 200

    def test_scripts_of_other_sites_may_read(self, api):
        assert api.get(f"{CALLS}/data")["Access-Control-Allow-Origin"] == "*"
        assert api.get(f"{BASE}/nothing")["Access-Control-Allow-Origin"] == "*"
        asked = api.options(f"{CALLS}/data", headers={"Origin": "https://example.se"})
        assert asked.status_code == 204
        assert "POST" in asked["Access-Control-Allow-Methods"]
        assert "Access-Control-Allow-Credentials" not in asked

    def test_nobody_is_turned_away_for_the_accept_header(self, api):
        for accept in ("text/csv", "application/vnd.foo+json", "*/*"):
            assert api.get(f"{CALLS}/data", headers={"Accept": accept}).status_code == 200

    def test_no_session_is_begun(self, api):
        response = api.get(f"{CALLS}/data")
        assert not response.cookies

    @pytest.mark.parametrize("path", ["config", "tables/calls-per-year", "tables/calls-per-year/data"])
    def test_answers_take_few_queries(self, api, path, django_assert_max_num_queries):
        with django_assert_max_num_queries(4):
            assert api.get(f"{BASE}/{path}").status_code == 200


BAD = [
    ("/config?lang=fi", 400, "fi"),
    ("/tables?lang=fi", 400, "fi"),
    ("/tables?pageSize=0", 400, "pageSize"),
    ("/tables?pageSize=abc", 400, "pageSize"),
    ("/tables?pageNumber=99", 404, "99"),
    ("/tables?pageNumber=-1", 400, "pageNumber"),
    ("/tables?page=2", 400, "page"),
    ("/tables/nothing", 404, "nothing"),
    ("/tables/nothing/metadata", 404, "nothing"),
    ("/tables/nothing/data", 404, "nothing"),
    ("/tables/calls-per-year/data?lang=", 400, "lang"),
    ("/tables/calls-per-year/data?outputFormat=docx", 400, "docx"),
    ("/tables/calls-per-year/data?outputFormat=csv&outputFormatParams=Colours", 400, "Colours"),
    ("/tables/calls-per-year/data?valueCodes[Month]=1", 400, "Month"),
    ("/tables/calls-per-year/data?valueCodes[Year]=1999", 400, "1999"),
    ("/tables/calls-per-year/data?valueCodes[Year]=", 400, "Year"),
    ("/tables/calls-per-year/data?valueCodes[Year]=range(2020,2019)", 400, "range"),
    ("/tables/calls-per-year/data?valueCodes[Year]=2019&valueCodes[year]=2020", 400, "mer än en gång"),
    ("/tables/calls-per-year/data?codelist[Year]=x", 400, "codelist"),
    ("/tables/calls-per-year/data?valueCodes=2019", 400, "valueCodes"),
    ("/tables/calls-per-year/data?outputvalues[Year]=single", 400, "outputvalues"),
    ("/tables/calls-per-year/data?outputFormat=csv&outputFormatParams=UseCodes,UseTexts", 400, "UseTexts"),
    ("/tables/calls-per-year/data?outputFormat=px&outputFormatParams=UseCodes", 400, "UseCodes"),
    ("/tables/calls-per-year/data?outputFormat=html&outputFormatParams=SeparatorTab", 400, "SeparatorTab"),
    ("/tables/calls-per-year/data?heading=Month", 400, "Month"),
    ("/tables/calls-per-year/data?heading=Year&stub=Year", 400, "Year"),
    ("/tables/calls-per-year/metadata?defaultSelection=ja", 400, "defaultSelection"),
    ("/tables/nothing/defaultselection", 404, "nothing"),
    ("/tables?includeDiscontinued=1", 400, "includeDiscontinued"),
    ("/codelists/agg_Lan", 404, "agg_Lan"),
    ("/nothing", 404, "Adressen"),
    ("", 404, "Adressen"),
]


def assert_problem(response, status, words):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert body["status"] == status
    assert words in json.dumps(body, ensure_ascii=False)


@pytest.mark.usefixtures("facts")
class TestProblems:
    @pytest.mark.parametrize(("path", "status", "words"), BAD)
    def test_bad_request_is_told_what_is_wrong(self, api, path, status, words):
        assert_problem(api.get(BASE + path), status, words)

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "{",
            "[]",
            "null",
            '{"selection": {}}',
            '{"selection": [1]}',
            '{"selection": [{"variableCode": "Year"}]}',
            '{"selection": [{"variableCode": 1, "valueCodes": []}]}',
            '{"selection": [{"variableCode": "Year", "valueCodes": [2019]}]}',
            '{"selection": [{"variableCode": "Year", "valueCodes": []}]}',
            '{"selection": [{"variableCode": "Year", "valueCodes": ["2019"], "codelist": "x"}]}',
            '{"selection": [{"variableCode": "Year", "valueCodes": ["2019"], "codeList": "x"}]}',
            '{"selection": [], "placement": {"heading": ["Month"]}}',
            '{"selection": [], "placement": {"heading": "Year"}}',
            '{"selection": [], "placement": ["Year"]}',
            '{"selection": [{"variableCode": "Year", "valueCodes": ["2019"]},'
            ' {"variableCode": "Year", "valueCodes": ["2020"]}]}',
            '{"selection": [{"variableCode": "Year", "valueCodes": ["2019"]},'
            ' {"variableCode": "YEAR", "valueCodes": ["2020"]}]}',
        ],
    )
    def test_bad_body_is_told_what_is_wrong(self, api, body):
        assert_problem(api.post(f"{CALLS}/data", body, content_type="application/json"), 400, "")

    def test_other_content_is_415(self, api):
        assert_problem(api.post(f"{CALLS}/data", "a=1", content_type="application/x-www-form-urlencoded"), 415, "")

    def test_wrong_method_is_405(self, api):
        response = api.delete(CALLS)
        assert_problem(response, 405, "DELETE")
        assert "GET" in response["Allow"]

    def test_too_many_cells_are_refused(self, api, monkeypatch):
        monkeypatch.setattr(answers, "MAX_CELLS", 3)
        assert_problem(api.get(f"{CALLS}/data?valueCodes[Year]=2019,2020"), 403, "4 celler")
        assert api.get(f"{CALLS}/data?valueCodes[Year]=2019").status_code == 200

    def test_too_many_calls_are_told_when_to_come_back(self, api, monkeypatch):
        from rest_framework.throttling import AnonRateThrottle

        monkeypatch.setattr(AnonRateThrottle, "get_rate", lambda self: "2/minute")
        answers = [api.get(f"{BASE}/config") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert_problem(answers[-1], 429, "sekunder")
        assert 0 < int(answers[-1]["Retry-After"]) <= 60

    @pytest.mark.parametrize("opening", ['{"selection":' + "[" * 200_000, '{"a":' * 100_000])
    def test_deep_nesting_is_a_problem(self, api, opening):
        assert_problem(api.post(f"{CALLS}/data", opening, content_type="application/json"), 400, "djupt")

    def test_half_a_character_is_a_problem(self, api):
        body = json.dumps({"selection": [{"variableCode": "\ud800", "valueCodes": ["1"]}]})
        assert_problem(api.post(f"{CALLS}/data", body, content_type="application/json"), 400, "ingen variabel")

    def test_too_much_content_is_413(self, api, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
        assert_problem(api.post(f"{CALLS}/data", " " * 101, content_type="application/json"), 413, "100 byte")

    def test_too_many_parameters_are_a_problem(self, api):
        assert_problem(api.get(f"{CALLS}/data?" + "a=1&" * 2000), 400, "tolka")

    def test_our_own_faults_are_problems_too(self, monkeypatch):
        def fails(*args):
            raise RuntimeError("hemligt")

        monkeypatch.setattr(answers, "select", fails)
        response = Client(raise_request_exception=False).get(f"{CALLS}/data")
        assert_problem(response, 500, "registrerat")
        assert "hemligt" not in response.content.decode()

    def test_our_own_faults_are_heard_of(self, api, monkeypatch):
        def fails(*args):
            raise RuntimeError("hemligt")

        monkeypatch.setattr(answers, "select", fails)
        with pytest.raises(RuntimeError, match="hemligt"):
            api.get(f"{CALLS}/data")

    def test_an_unknown_api_elsewhere_is_a_problem_too(self, api):
        assert_problem(api.get("/api/other/v1"), 404, "")
        assert_problem(api.get("/api"), 404, "")


def test_api_info_follows_the_profile(api):
    info = api.get("/api-info").json()
    assert set(info) == {"apiName", "apiVersion", "apiReleased", "apiDocumentation", "apiStatus"}
    assert info["apiStatus"] == "active"
    assert Client().get(info["apiDocumentation"]).status_code == 200


def test_schema_describes_every_path(api):
    response = api.get("/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"})
    schema = json.loads(response.content)
    assert {path for path in schema["paths"] if path.startswith(BASE)} == {
        f"{BASE}/codelists/{{codelist_id}}",
        f"{BASE}/config",
        f"{BASE}/savedqueries",
        f"{BASE}/savedqueries/{{query_id}}",
        f"{BASE}/savedqueries/{{query_id}}/data",
        f"{BASE}/savedqueries/{{query_id}}/selection",
        f"{BASE}/tables",
        f"{BASE}/tables/{{table_id}}",
        f"{BASE}/tables/{{table_id}}/data",
        f"{BASE}/tables/{{table_id}}/defaultselection",
        f"{BASE}/tables/{{table_id}}/metadata",
    }
    assert schema["info"]["contact"]
    assert schema["info"]["license"]
    assert api.get("/api/schema").status_code == 200


def test_docs_have_no_inline_script_or_style(api):
    page = api.get("/api/docs").content.decode()
    assert "<style" not in page
    assert "style=" not in page
    assert page.count("<script") == page.count("<script src=")
    script = api.get("/api/docs?script=")
    assert "javascript" in script["Content-Type"]
    assert b"/api/schema" in script.content
