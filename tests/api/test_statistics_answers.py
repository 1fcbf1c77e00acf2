"""The open statistics API beyond one answer: what is kept and for how long, what is withdrawn, and saved queries."""

import dataclasses
import datetime
import io
import json
from collections.abc import Mapping
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from openpyxl import load_workbook

from nch.api.statistics import answers
from reports.models import SavedQuery
from reports.services.saved_queries import MOST_BYTES
from reports.statistics import published
from reports.statistics.cube import Cube
from reports.statistics.default_selection import default_selection
from reports.statistics.published import PublishedTable
from reports.statistics.renderers.formats import FORMATS
from reports.tasks import remove_unused_queries

pytestmark = pytest.mark.usefixtures("facts")
BASE = "/api/statistics/v2"
CALLS = f"{BASE}/tables/calls-per-year"
SELECTION = {"selection": [{"variableCode": "Year", "valueCodes": ["top(2)"]}]}
QUERY: dict[str, Any] = {
    "tableId": "calls-per-year",
    "language": "sv",
    "outputFormat": "csv",
    "outputFormatParams": ["UseCodes"],
    "selection": SELECTION,
}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, PublishedTable]:
    """What is published, to be changed by the test."""
    tables = dict(published.published_tables())
    monkeypatch.setattr(published, "published_tables", lambda: tables)
    monkeypatch.setattr(published, "published_table", tables.get)
    return tables


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every cube that is fetched leaves its table's identity here."""
    fetched: list[str] = []
    real = PublishedTable.cube

    def cube(self: PublishedTable, language: Any) -> Cube:
        fetched.append(self.id)
        return real(self, language)

    monkeypatch.setattr(PublishedTable, "cube", cube)
    return fetched


def save(api: Client, **changes: Any) -> Any:
    return api.post(f"{BASE}/savedqueries", json.dumps({**QUERY, **changes}), content_type="application/json")


def kept(api: Client) -> dict[str, str]:
    """Save the query; return the addresses of its parts."""
    return {link["rel"]: link["href"] for link in save(api).json()["links"]}


class TestKept:
    @pytest.mark.parametrize("name", FORMATS)
    def test_second_answer_fetches_nothing(self, api: Client, resolved: list[str], name: str) -> None:
        first, second = (api.get(f"{CALLS}/data?outputFormat={name}&valueCodes[Year]=top(3)") for _ in range(2))
        assert first.content == second.content
        assert resolved == ["calls-per-year"]
        same = api.get(f"{CALLS}/data?valueCodes[YEAR]=TOP(3)&outputFormat={name.upper()}")
        assert (same["ETag"], same.content) == (first["ETag"], first.content)
        other = api.get(f"{CALLS}/data?outputFormat={name}&valueCodes[Year]=top(2)")
        assert other["ETag"] != first["ETag"]
        assert len(resolved) == 2

    def test_unchanged_answer_is_304_though_nothing_is_kept(self, api: Client, resolved: list[str]) -> None:
        first = api.get(f"{CALLS}/data")
        cache.clear()
        answers.at_hand.clear()
        again = api.get(f"{CALLS}/data", headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again["ETag"], len(resolved)) == (304, first["ETag"], 1)

    def test_asterisk_is_no_way_around_what_is_wrong(self, api: Client) -> None:
        asked = {"If-None-Match": "*"}
        assert api.get(f"{CALLS}/data?valueCodes[Year]=1999", headers=asked).status_code == 400
        assert api.get(f"{BASE}/tables/nothing", headers=asked).status_code == 404

    def test_new_version_is_another_answer_at_once(self, api: Client, shown: dict[str, PublishedTable]) -> None:
        paths = ("", "/metadata", "/defaultselection", "/data")
        before = {path: api.get(CALLS + path) for path in paths}
        shown["calls-per-year"] = dataclasses.replace(shown["calls-per-year"], version=2)
        for path, answer in before.items():
            asked = api.get(CALLS + path, headers={"If-None-Match": answer["ETag"]})
            assert asked.status_code == 200, path

    def test_withdrawn_table_is_gone_at_once(self, api: Client, shown: dict[str, PublishedTable]) -> None:
        links = kept(api)
        paths = [CALLS, *(f"{CALLS}/{part}" for part in ("metadata", "defaultselection", "data")), *links.values()]
        paths += [f"{CALLS}/data?outputFormat={name}" for name in FORMATS]
        tags = {path: api.get(path)["ETag"] for path in paths}
        nothing = api.get(f"{BASE}/tables/nothing").json()
        del shown["calls-per-year"]
        for path, tag in tags.items():
            answer = api.get(path, headers={"If-None-Match": tag})
            assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json"), path
        assert api.post(f"{CALLS}/data", json.dumps(SELECTION), content_type="application/json").status_code == 404
        told = api.get(CALLS).json()
        assert {**told, "detail": "", "instance": ""} == {**nothing, "detail": "", "instance": ""}
        assert told["detail"] == nothing["detail"].replace("nothing", "calls-per-year")
        listed = api.get(f"{BASE}/tables").json()
        assert "calls-per-year" not in [table["id"] for table in listed["tables"]]
        assert len(listed["tables"]) == listed["page"]["totalElements"] == len(shown)
        assert save(api).json()["parameter"] == "tableId"

    def test_ever_new_selections_do_not_fill_the_cache(
        self, api: Client, resolved: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(answers, "MOST_KEPT", 1)
        monkeypatch.setattr(answers, "at_hand", answers._AtHand(2_000))
        for _ in range(2):
            assert api.get(f"{CALLS}/data").status_code == 200
        assert len(resolved) == 2
        for year in (2014, 2015, 2016, 2014):
            api.get(f"{CALLS}/data?outputFormat=csv&valueCodes[Year]={year}")
            assert answers.at_hand._size <= 2_000


class TestSelections:
    def test_default_selection_is_what_comes_without_choosing(self, api: Client) -> None:
        told = api.get(f"{CALLS}/defaultselection").json()
        chosen = {one["variableCode"]: one["valueCodes"] for one in told["selection"]}
        assert chosen == {"Year": [str(year) for year in range(2014, 2024)], "Contents": ["calls", "individuals"]}
        assert told["placement"] == {"heading": ["Contents"], "stub": ["Year"]}
        whole = api.get(f"{CALLS}/data").json()
        body = json.dumps({"selection": told["selection"], "placement": told["placement"]})
        assert api.post(f"{CALLS}/data", body, content_type="application/json").json() == whole

    def test_default_selection_of_a_table_that_is_too_large_is_the_latest_that_fits(
        self, api: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(answers, "MAX_CELLS", 7)
        assert api.get(f"{CALLS}/data").json()["size"] == [3, 2]
        metadata = api.get(f"{CALLS}/metadata?defaultSelection=true").json()
        assert list(metadata["dimension"]["Year"]["category"]["index"]) == ["2021", "2022", "2023"]
        assert len(api.get(f"{CALLS}/metadata").json()["dimension"]["Year"]["category"]["index"]) == 10
        cube = published.published_tables()["calls-per-county"].cube("sv")
        for most in (1, 5, 100_000):
            cells = 1
            for codes in default_selection(cube, most).values():
                cells *= len(codes)
            assert 0 < cells <= most

    def test_placement_moves_variables_in_px_html_and_jsonstat(self, api: Client) -> None:
        asked = f"{CALLS}/data?heading=year&valueCodes[Year]=top(2)"
        assert api.get(asked).json()["extension"]["px"]["heading"] == ["Year"]
        assert 'HEADING="År";' in api.get(f"{asked}&outputFormat=px").content.decode()
        assert '<th scope="col" class="num">2023</th>' in api.get(f"{asked}&outputFormat=html").content.decode()
        body = {**SELECTION, "placement": {"stub": ["Contents"]}}
        posted = api.post(f"{CALLS}/data?outputFormat=px", json.dumps(body), content_type="application/json")
        assert posted.content == api.get(f"{asked}&outputFormat=px").content

    def test_files_are_named_and_styled_as_asked(self, api: Client) -> None:
        asked = f"{CALLS}/data?outputFormatParams=UseCodes,IncludeTitle&outputFormatParams=SeparatorTab&lang=en"
        answer = api.get(f"{asked}&outputFormat=csv")
        assert answer["Content-Disposition"] == 'attachment; filename="calls-per-year_en.csv"'
        assert answer.content.decode("utf-8-sig").splitlines()[1] == "Year\tContents\tValue\tStatus\tUnit"
        book = load_workbook(io.BytesIO(api.get(f"{CALLS}/data?outputFormat=xlsx&lang=en").content))
        assert book.sheetnames == ["Table", "About the table"]

    def test_many_selections_and_values_are_told_off_in_time(self, api: Client) -> None:
        many = [{"variableCode": f"V{number}", "valueCodes": ["*"]} for number in range(10_000)]
        answer = api.post(f"{CALLS}/data", json.dumps({"selection": many}), content_type="application/json")
        assert (answer.status_code, answer.json()["parameter"]) == (400, "V0")
        values = [str(number) for number in range(10_001)]
        body = {"selection": [{"variableCode": "Year", "valueCodes": values}]}
        answer = api.post(f"{CALLS}/data", json.dumps(body), content_type="application/json")
        assert "fler än 10000" in answer.json()["detail"]

    def test_head_says_what_get_would(self, api: Client) -> None:
        head, whole = api.head(f"{CALLS}/data?outputFormat=px"), api.get(f"{CALLS}/data?outputFormat=px")
        assert (head.status_code, head.content) == (200, b"")
        for name in ("ETag", "Content-Type", "Cache-Control", "Access-Control-Allow-Origin"):
            assert head[name] == whole[name]


class TestSavedQueries:
    def test_query_is_saved_once_and_gives_the_numbers_it_asks_for(self, api: Client) -> None:
        answer = save(api)
        told = answer.json()
        assert (answer.status_code, answer["Location"]) == (201, told["links"][0]["href"])
        assert len(told["id"]) == 12
        assert told["savedQuery"] == {
            "id": told["id"],
            **QUERY,
            "selection": {
                "selection": [{"variableCode": "Year", "codelist": None, "valueCodes": ["top(2)"]}],
                "placement": {"heading": [], "stub": []},
            },
        }
        assert api.get(answer["Location"]).json() == told
        data = api.get(f"{answer['Location']}/data")
        direct = f"{CALLS}/data?outputFormat=csv&outputFormatParams=UseCodes&valueCodes[Year]=top(2)"
        assert data.content == api.get(direct).content
        assert api.get(f"{answer['Location']}/data", headers={"If-None-Match": data["ETag"]}).status_code == 304
        assert save(api).json()["id"] == told["id"]
        assert save(api, language="en").json()["id"] != told["id"]
        assert SavedQuery.objects.count() == 2

    def test_language_and_format_can_be_others_when_it_is_asked(self, api: Client) -> None:
        data = kept(api)["data"]
        other = api.get(f"{data}?outputFormat=json-stat2&lang=en").json()
        assert (other["size"], other["extension"]["language"]) == ([2, 2], "en")
        assert api.get(f"{data}?outputFormat=docx").status_code == 400

    def test_selection_is_told_with_the_codes_of_the_day(self, api: Client) -> None:
        told = api.get(kept(api)["selection"]).json()
        assert told["selection"][0] == {"variableCode": "Year", "codelist": None, "valueCodes": ["2022", "2023"]}
        assert told["placement"] == {"heading": ["Contents"], "stub": ["Year"]}

    @pytest.mark.parametrize(
        ("changes", "status", "parameter"),
        [
            ({"tableId": "nothing"}, 400, "tableId"),
            ({"tableId": "line-per-county"}, 400, "tableId"),
            ({"tableId": None}, 400, "tableId"),
            ({"language": "fi"}, 400, "lang"),
            ({"outputFormat": "docx"}, 400, "outputFormat"),
            ({"outputFormat": 1}, 400, "outputFormat"),
            ({"outputFormatParams": "UseCodes"}, 400, "outputFormatParams"),
            ({"outputFormat": "px"}, 400, "outputFormatParams"),
            ({"selection": None}, 400, "selection"),
            ({"selection": {"selection": [{"variableCode": "Year", "valueCodes": ["1999"]}]}}, 400, "Year"),
            ({"selection": {"selection": [{"variableCode": "Year\x00", "valueCodes": ["*"]}]}}, 400, "Year\x00"),
            ({"selection": {"selection": [], "placement": {"heading": ["Month"]}}}, 400, "Month"),
        ],
    )
    def test_what_cannot_be_asked_is_not_saved(
        self, api: Client, changes: Mapping[str, Any], status: int, parameter: str
    ) -> None:
        answer = save(api, **changes)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        assert answer.json()["parameter"] == parameter
        assert not SavedQuery.objects.exists()

    def test_query_that_is_too_large_is_refused(self, api: Client) -> None:
        values = [f"{'top(1)':<90}" for _ in range(MOST_BYTES // 90)]
        answer = save(api, selection={"selection": [{"variableCode": "Year", "valueCodes": values}]})
        assert answer.status_code == 413
        assert not SavedQuery.objects.exists()

    @pytest.mark.parametrize("key", ["finnsinte000", "%00", "å", "x" * 500])
    def test_unknown_query_is_404(self, api: Client, key: str) -> None:
        for part in ("", "/data", "/selection"):
            answer = api.get(f"{BASE}/savedqueries/{key}{part}")
            assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")

    def test_saving_has_a_rate_of_its_own(self, api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("nch.api.statistics.saved.SavingThrottle.rate", "2/hour", raising=False)
        tried = [save(api) for _ in range(3)]
        assert [answer.status_code for answer in tried] == [201, 201, 429]
        assert 0 < int(tried[-1]["Retry-After"]) <= 3600
        assert api.get(tried[0]["Location"]).status_code == 200

    def test_what_nobody_asks_goes_away(self, api: Client) -> None:
        with time_machine.travel(datetime.datetime(2026, 1, 10, 12, tzinfo=datetime.UTC)):
            never, once, often = (save(api, language=language, **more).json() for language, more in WAYS)
            for told in (once, often):
                api.get(f"{BASE}/savedqueries/{told['id']}/data")
        with time_machine.travel(datetime.datetime(2026, 2, 9, 12, tzinfo=datetime.UTC)):
            assert remove_unused_queries() == 0
        with time_machine.travel(datetime.datetime(2026, 2, 11, 12, tzinfo=datetime.UTC)):
            assert remove_unused_queries() == 1
            assert api.get(f"{BASE}/savedqueries/{never['id']}").status_code == 404
        with time_machine.travel(datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)):
            assert api.get(f"{BASE}/savedqueries/{often['id']}").status_code == 200
        with time_machine.travel(datetime.datetime(2027, 2, 1, 12, tzinfo=datetime.UTC)):
            assert remove_unused_queries() == 1
            assert api.get(f"{BASE}/savedqueries/{once['id']}").status_code == 404
            assert api.get(f"{BASE}/savedqueries/{often['id']}").status_code == 200


WAYS: list[tuple[str, dict[str, Any]]] = [("sv", {}), ("en", {}), ("en", {"outputFormatParams": ["UseTexts"]})]
