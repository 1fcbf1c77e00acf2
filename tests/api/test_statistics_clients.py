"""The statistics API as its clients meet it: their own libraries against a running server, and the guide's examples."""

import datetime
import json
import math
import re
import shutil
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonstat_validator import validate_jsonstat
from pxweb import PxApi
from pyaxis import pyaxis
from pyjstat import pyjstat
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, URIRef
from rest_framework.throttling import AnonRateThrottle
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from nch.api.statistics.catalogue import SERIALISATIONS, VCARD
from reports.models import SavedQuery
from reports.statistics.cube import Cube
from reports.statistics.published import published_tables
from reports.statistics.renderers.formats import FORMATS
from reports.statistics.renderers.px import dots_for

pytestmark = [
    pytest.mark.usefixtures("facts"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyjstat"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib"),
]
BASE = "/api/statistics/v2"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KNOWN = {"table_id": "calls-per-county", "query_id": "nagonsfraga1"}
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "statistics-api.md"


def cubes(language: Any = "sv") -> dict[str, Cube]:
    return {table.id: table.cube(language) for table in published_tables().values()}


@pytest.fixture(autouse=True)
def _no_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clients may ask as much as they like here."""
    monkeypatch.setattr(AnonRateThrottle, "get_rate", lambda self: "100000/minute")


def test_pxwebpy_reads_every_table_unchanged(server: str) -> None:
    for language in ("sv", "en"):
        api = PxApi(f"{server}{BASE}", language=language)
        tables = cubes(language)
        assert [table["id"] for table in api.all_tables()] == list(tables)
        for table_id, cube in tables.items():
            numbers = [None if value is None else float(value) for value in cube.values]
            for rows in (api.get_table_data(table_id), api.get_table_data_all(table_id)):
                assert [row["value"] for row in rows] == numbers
                assert [list(row)[:-1] for row in rows[:1]] == [[one.label for one in cube.dimensions]]
            codes = api.get_table_data(table_id, {one.id: one.codes[:2] for one in cube.dimensions}, show="code")
            assert list(codes[0].values())[:-1] == [one.codes[0] for one in cube.dimensions]
        api._client.session.close()


def test_pyjstat_reads_every_table_unchanged(server: str) -> None:
    for table_id, cube in cubes().items():
        frame = pyjstat.Dataset.read(f"{server}{BASE}/tables/{table_id}/data").write("dataframe")
        read = [None if value is None or math.isnan(value) else value for value in frame["value"]]
        assert read == [None if value is None else float(value) for value in cube.values]


def test_pyaxis_reads_every_px_file(server: str) -> None:
    for table_id, cube in cubes("en").items():
        told = pyaxis.parse(f"{server}{BASE}/tables/{table_id}/data?outputFormat=px&lang=en", encoding="utf-8")
        down = [one.label for one in cube.dimensions if one.id != cube.heading]
        assert told["METADATA"].get("STUB", []) == down
        assert told["METADATA"]["HEADING"] == [cube.dimension(cube.heading).label]
        assert sorted(told["DATA"]["DATA"].dropna().astype(str)) == sorted(
            str(value) if value is not None else f'"{dots_for(cube.symbols)[cube.statuses[flat]]}"'
            for flat, value in enumerate(cube.values)
            if value is not None or cube.statuses[flat] != ".."
        )


def test_validator_accepts_every_answer(api: Client) -> None:
    for table_id in published_tables():
        for language in ("sv", "en"):
            for part in ("metadata", "data"):
                answer = api.get(f"{BASE}/tables/{table_id}/{part}?lang={language}").json()
                assert validate_jsonstat(answer) is True


def test_no_call_gives_a_fault_or_an_answer_outside_the_description(server: str) -> None:
    found = schemathesis.openapi.from_url(f"{server}/api/schema")
    schema = found.include(path_regex=rf"^({BASE}|/api/dcat|/api-info)")
    SavedQuery.objects.create(
        key=KNOWN["query_id"],
        digest="x",
        table_id=KNOWN["table_id"],
        language="sv",
        output_format="json-stat2",
        selection={"values": [["Year", ["top(2)"]]], "stub": [], "heading": []},
        created_on=datetime.date(2026, 11, 21),
    )
    asked = []
    for result in schema.get_all_operations():
        operation = result.ok()
        cases = operation.as_strategy()

        @settings(
            max_examples=16,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases, known=st.booleans())
        def ask(case: Any, known: bool) -> None:
            for name, identity in KNOWN.items():
                if known and name in (case.path_parameters or {}):
                    case.path_parameters[name] = identity
            case.call_and_validate(checks=CHECKS)

        ask()
        asked.append(operation.label)
    assert len(asked) == 14


# --- The catalogue --------------------------------------------------------------------------------------------------

# What DCAT-AP-SE calls mandatory, and what it recommends that we have.
MANDATORY = {
    DCAT.Catalog: [DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license, DCAT.dataset],
    FOAF.Agent: [FOAF.name],
    VCARD.Organization: [VCARD.fn, VCARD.hasEmail],
    DCAT.DataService: [DCTERMS.title, DCAT.endpointURL],
    DCAT.Dataset: [DCTERMS.title, DCTERMS.description, DCTERMS.publisher],
    DCAT.Distribution: [DCAT.accessURL],
    DCTERMS.PeriodOfTime: [DCAT.startDate, DCAT.endDate],
}
RECOMMENDED = {
    DCAT.Catalog: [DCTERMS.issued, DCTERMS.language, DCTERMS.modified, DCTERMS.spatial, DCAT.themeTaxonomy],
    DCAT.Dataset: [
        DCAT.contactPoint,
        DCAT.distribution,
        DCAT.keyword,
        DCAT.theme,
        DCTERMS.spatial,
        DCTERMS.issued,
        DCTERMS.accessRights,
    ],
    DCAT.Distribution: [DCTERMS.format, DCTERMS.license],
}


def read_catalogue(api: Client, accept: str) -> Graph:
    answer = api.get("/api/dcat", headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert "Accept" in answer["Vary"]
    kind = answer["Content-Type"].split(";")[0]
    assert kind == (accept if accept in SERIALISATIONS else "application/rdf+xml")
    return Graph().parse(data=answer.content, format=SERIALISATIONS[kind])


def test_catalogue_is_the_same_in_every_serialisation(api: Client) -> None:
    graphs = [set(read_catalogue(api, accept)) for accept in (*SERIALISATIONS, "", "text/html")]
    assert graphs[0]
    assert all(graph == graphs[0] for graph in graphs)


def test_catalogue_has_what_dcat_ap_se_asks_for(api: Client) -> None:
    graph = read_catalogue(api, "text/turtle")
    for wanted in (MANDATORY, RECOMMENDED):
        for kind, properties in wanted.items():
            things = list(graph.subjects(RDF.type, kind))
            assert things, kind
            for thing in things:
                missing = [name for name in properties if not list(graph.objects(thing, name))]
                assert not missing, (thing, missing)
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert graph.value(catalogue, DCTERMS.license) == URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    datasets = list(graph.objects(catalogue, DCAT.dataset))
    assert {str(one).rsplit("/", 1)[-1] for one in datasets} == set(published_tables())
    for dataset in datasets:
        assert {text.language for text in graph.objects(dataset, DCTERMS.title)} == {"sv", "en"}
        distributions = list(graph.objects(dataset, DCAT.distribution))
        assert len(distributions) == len(FORMATS)
        assert api.get(str(dataset)).status_code == 200
    for address in graph.objects(distributions[0], DCAT.accessURL):
        assert api.get(str(address)).status_code == 200
    calls = next(one for one in datasets if str(one).endswith("calls-per-year"))
    period = graph.value(calls, DCTERMS.temporal)
    assert [str(graph.value(period, name)) for name in (DCAT.startDate, DCAT.endDate)] == ["2014-01-01", "2023-12-31"]


def test_catalogue_is_known_again_and_tells_no_table_that_is_not_published(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports.statistics import published

    first = api.get("/api/dcat")
    assert api.get("/api/dcat", headers={"If-None-Match": first["ETag"]}).status_code == 304
    left = {key: table for key, table in published_tables().items() if key != "calls-per-year"}
    monkeypatch.setattr(published, "published_tables", lambda: left)
    after = api.get("/api/dcat", headers={"If-None-Match": first["ETag"]})
    assert (after.status_code, b"calls-per-year" in after.content) == (200, False)
    monkeypatch.setattr(published, "published_tables", dict)
    assert list(read_catalogue(api, "text/turtle").subjects(RDF.type, DCAT.Catalog))


# --- The guide ------------------------------------------------------------------------------------------------------


def blocks(language: str) -> list[str]:
    """The guide's examples in a language."""
    return re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_python_examples_of_the_guide_give_the_same_numbers(server: str) -> None:
    expected = {"2019": 1019, "2020": 784, "2021": None, "2022": None, "2023": 395}
    for example in blocks("python"):
        names: dict[str, Any] = {}
        exec(compile(example.replace("https://nch.example.se", server), str(GUIDE), "exec"), names)
        result = {
            year: None if value is None or math.isnan(value) else value for year, value in names["result"].items()
        }
        assert result == expected
        if "api" in names:
            names["api"]._client.session.close()
    assert len(blocks("python")) == 4


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not at hand")
def test_curl_examples_of_the_guide_work(server: str, tmp_path: Path) -> None:
    answers = []
    for block in blocks("sh"):
        for line in block.replace("https://nch.example.se", server).splitlines():
            done = subprocess.run(line, shell=True, cwd=tmp_path, capture_output=True, text=True, check=True)
            answers.append(done.stdout)
    assert (tmp_path / "calls.px").read_text(encoding="utf-8").startswith('CHARSET="ANSI";')
    assert len(answers[1].splitlines()) == 5
    assert json.loads(answers[2])["size"] == [4, 2]
    with urllib.request.urlopen(json.loads(answers[3])["links"][1]["href"]) as data:
        assert "2023" in data.read().decode("utf-8-sig")


@pytest.mark.skipif(not shutil.which("Rscript"), reason="Rscript is not at hand")
def test_r_example_of_the_guide_works(server: str, tmp_path: Path) -> None:
    script = tmp_path / "example.R"
    script.write_text(blocks("r")[0].replace("https://nch.example.se", server), encoding="utf-8")
    printed = subprocess.run(["Rscript", str(script)], capture_output=True, text=True, check=True).stdout
    assert "1019" in printed


def test_excel_example_of_the_guide_asks_for_what_there_is(api: Client) -> None:
    (query,) = blocks("powerquery")
    (address,) = re.findall(r'"https://nch\.example\.se(/[^"]+)"', query)
    parameters = dict(re.findall(r'(\w+) = "([^"]+)"', query.split("Query = [")[1].split("]")[0]))
    answer = api.get(address, parameters)
    (column,) = re.findall(r'\{\{"([^"]+)", type number', query)
    assert column in answer.content.decode("utf-8-sig").splitlines()[0].split(",")
