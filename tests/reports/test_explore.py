"""Exploring tables: no cell changes by choosing and turning, what cannot be added up is not, and reach stays reach."""

import dataclasses
import datetime
import io
import json
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonstat_validator import validate_jsonstat
from openpyxl import load_workbook

from nch.accounts.enums import Role
from nch.accounts.models import SavedView
from nch.audit.models import AuditEvent
from nch.counties.models import County
from nch.counties.selectors import county_boards
from reports.exploring.choice import MOST_CELLS, TimeSpan, shown_part, span_of, stands
from reports.exploring.forms import ExploreForm
from reports.exploring.pivot import Head, Pivot, PivotCell, PivotRow, pivot
from reports.exploring.rates import with_rates
from reports.exploring.tables import explorable_for
from reports.exploring.together import SUM, NotAddableError, put_together
from reports.services.releases import prepare_release
from reports.services.signings import sign_release
from reports.statistics.cube import Category, Cube, CubeDimension
from reports.statistics.definitions import (
    COUNT,
    METRIC_ID,
    Adds,
    CellStatus,
    Dimension,
    Measure,
    TableDefinition,
    Text,
)
from reports.statistics.definitions import (
    Role as Kind,
)
from reports.statistics.registry import TABLES
from reports.statistics.selection import select
from reports.templatetags.reports import pivot_rows
from stodtelefon.enums import CodeKind
from stodtelefon.models import Code
from tests.factories.accounts import make_county, make_user
from tests.factories.grants import make_call as make_funding_call
from tests.factories.grants import make_decided, make_submitted
from tests.factories.stodtelefon import make_answerer, make_call, make_centre_line, make_line, siblings, swedish
from tests.reports.test_formats import cube_of, cubes

BY_PLACE = "line-calls-by-year-county-and-caller"
ANY = next(iter(TABLES.values()))


def named(cube: Cube) -> Cube:
    """The table with labels that say where they stand."""
    return dataclasses.replace(
        cube,
        dimensions=tuple(
            dataclasses.replace(
                one, categories=tuple(dataclasses.replace(two, label=f"{one.id}={two.code}") for two in one.categories)
            )
            for one in cube.dimensions
        ),
    )


def read(found: Pivot) -> dict[frozenset[str], str]:
    """Each cell of a page's table by the labels of its heads, found as a screen reader finds them."""
    deep = any(head.id for level in found.levels for head in level)
    labels = {head.id: head.label for level in found.levels for head in level}
    labels |= {head.id: head.label for row in found.rows for head in row.heads}
    cells = {}
    for row in found.rows:
        for place, cell in enumerate(row.cells):
            if deep:
                heads = [labels[one] for one in cell.headers.split()]
            else:
                assert all(head.scope for head in (*found.levels[0], *row.heads))
                heads = [head.label for head in (*row.heads, found.levels[0][place])]
            cells[frozenset(one for one in heads if "=" in one)] = cell.text
    return cells


@settings(max_examples=150, deadline=None)
@given(whole=cubes().map(named), data=st.data())
def test_choosing_and_turning_never_changes_a_cell(whole: Cube, data: st.DataObject) -> None:
    chosen = {
        f"v.{one.id}": ",".join(data.draw(st.lists(st.sampled_from(one.codes), min_size=1, unique=True)))
        for one in whole.dimensions
        if data.draw(st.booleans())
    }
    order = data.draw(st.permutations([one.id for one in whole.dimensions]))
    down = data.draw(st.integers(0, len(order)))
    address = urlencode({**chosen, "rad": ",".join(order[:down]), "kolumn": ",".join(order[down:])})
    form = ExploreForm(QueryDict(address), whole)
    assert not form.errors
    again = ExploreForm(QueryDict(urlencode(form.choice.parameters())), whole)
    assert again.choice == form.choice  # the address that is shared says the same
    part = shown_part(whole, form.choice, ANY)
    assert {one.id: set(one.codes) for one in part.dimensions if f"v.{one.id}" in chosen} == {
        name.removeprefix("v."): set(codes.split(",")) for name, codes in chosen.items()
    }
    cells = read(pivot(part, stands(part, form.choice)))
    single = {f"{one.id}={one.codes[0]}" for one in part.dimensions if len(one.codes) == 1}
    expected = {
        frozenset(one.label for one in cell.categories) - single: cell.status or whole.written(cell)
        for cell in whole.cells()
        if all(one.code in dimension.codes for one, dimension in zip(cell.categories, part.dimensions, strict=True))
    }
    assert {key - single: text for key, text in cells.items()} == expected


@settings(max_examples=100, deadline=None)
@given(whole=cubes(), data=st.data())
def test_a_sum_is_that_of_its_cells_and_says_nothing_where_one_is_hidden(whole: Cube, data: st.DataObject) -> None:
    variable = data.draw(st.sampled_from([one for one in whole.dimensions if one.id != METRIC_ID]))
    text, others = Text("x", "x"), [one for one in whole.dimensions if one is not variable]
    definition = dataclasses.replace(
        ANY,
        dimensions=tuple(Dimension(one.id, text) for one in whole.dimensions),
        measures=tuple(Measure(code, text, text, adds=Adds.ALWAYS) for code in whole.metric.codes),
    )
    chosen = data.draw(st.lists(st.sampled_from(variable.codes), min_size=1, unique=True))
    together = put_together(select(whole, {variable.id: chosen}), variable.id, whole, definition)
    for cell in together.cells():
        key = {
            one.id: code.code for one, code in zip(together.dimensions, cell.categories, strict=True) if one in others
        }
        parts = [whole.cell(**key, **{variable.id: code}) for code in chosen]
        if all(part.value is not None for part in parts):
            assert cell.value == sum(part.value for part in parts if part.value is not None)
        else:
            assert cell.value is None
            assert cell.status in {part.status for part in parts}


# --- Adding up and rates ----------------------------------------------------------------------------------------------


def table(*measures: Measure, overlaps: bool = False) -> TableDefinition:
    place, time = Dimension("County", Text("Län", "County"), Kind.GEO, overlaps=overlaps), ANY.dimensions[0]
    return dataclasses.replace(ANY, dimensions=(time, place), measures=measures)


CALLS = Measure("calls", Text("Samtal", "Calls"), COUNT, adds=Adds.ALWAYS, per_inhabitants=True)
SHARE = Measure("share", Text("Andel", "Share"), COUNT)
STOCK = Measure("stock", Text("Centrum", "Centres"), COUNT, adds=Adds.EXCEPT_OVER_TIME)


def by_year_and_county(definition: TableDefinition, *values: int | None, total: bool = True) -> Cube:
    codes = ("12", "14", "unknown", *(("00",) if total else ()))
    counties = tuple(Category(code, f"Län {code}", is_total=code == "00") for code in codes)
    measures = tuple(Category(one.code, one.text.sv, unit=one.unit.sv) for one in definition.measures)
    return cube_of(
        [
            CubeDimension("Year", "År", Kind.TIME, (Category("2023", "2023"), Category("2024", "2024"))),
            CubeDimension("County", "Län", Kind.GEO, counties),
            CubeDimension(METRIC_ID, "Innehåll", Kind.METRIC, measures),
        ],
        values,
        {place: CellStatus.SUPPRESSED.value for place, value in enumerate(values) if value is None},
    )


def test_values_are_added_up_and_a_hidden_part_hides_the_sum() -> None:
    definition = table(CALLS)
    cube = by_year_and_county(definition, 5, 7, 1, None, 9, 3, total=False)
    part = put_together(select(cube, {"County": ["12", "14"]}), "County", cube, definition)
    assert part.dimension("County").codes == [SUM]
    assert (part.values, part.statuses) == ((12, None), {1: ".."})


def test_a_tables_own_total_is_taken_and_never_added_to_its_parts() -> None:
    definition = table(CALLS)
    cube = by_year_and_county(definition, 5, 7, 1, 14, 8, 9, 3, 20)  # the total knows more than the parts
    assert put_together(cube, "County", cube, definition).values == (14, 20)
    with pytest.raises(NotAddableError, match="redan summan"):
        put_together(select(cube, {"County": ["12", "00"]}), "County", cube, definition)


@pytest.mark.parametrize(
    ("measure", "overlaps", "variable", "fits"),
    [
        (CALLS, False, "County", True),
        (CALLS, False, "Year", True),
        (CALLS, True, "County", False),
        (SHARE, False, "County", False),
        (SHARE, False, "Year", False),
        (STOCK, False, "County", True),
        (STOCK, False, "Year", False),
    ],
)
def test_what_cannot_be_added_up_is_not(measure: Measure, overlaps: bool, variable: str, fits: bool) -> None:
    definition = table(measure, overlaps=overlaps)
    cube = by_year_and_county(definition, *range(6), total=False)
    if fits:
        assert put_together(cube, variable, cube, definition).values
    else:
        with pytest.raises(NotAddableError):
            put_together(cube, variable, cube, definition)


def test_rates_take_the_population_of_their_year_and_hide_with_their_count() -> None:
    definition = table(CALLS, SHARE)
    values = [5, 0, None, 0, 1, 0, 6, 0, 8, 0, 9, 0, 3, 0, 20, 0]
    cube = with_rates(by_year_and_county(definition, *values), definition, {2023: {"12": 100_000, "14": 50_000}})
    assert cube.metric.codes == ["calls", "share", "calls_per_100000"]  # a share has no rate

    def rate(year: str, county: str) -> Decimal | str:
        cell = cube.cell(Year=year, County=county, Contents="calls_per_100000")
        return cell.status if cell.value is None else Decimal(cell.value)

    assert rate("2023", "12") == Decimal("5.0")
    assert rate("2023", "14") == ".."
    assert rate("2023", "unknown") == "."
    assert rate("2023", "00") == Decimal("3.3")  # those with a known county: 5 of 150 000
    assert rate("2024", "12") == "...."
    assert any("2024" in note for note in cube.metric.categories[-1].notes)
    # What was there before has not changed.
    for cell in by_year_and_county(definition, *values).cells():
        year, county, measure = (one.code for one in cell.categories)
        assert cube.cell(Year=year, County=county, Contents=measure).value == cell.value
    with pytest.raises(NotAddableError, match="per 100 000"):
        put_together(select(cube, {"County": ["12", "14"]}), "County", cube, definition)


# --- Pages ------------------------------------------------------------------------------------------------------------


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def address(table_id=BY_PLACE, kind=""):
    if kind:
        return reverse("reports:explore_file", args=[table_id, kind])
    return reverse("reports:explore_table", args=[table_id])


def cells(client, query, table_id=BY_PLACE):
    """The values that the address gives its reader."""
    dataset = json.loads(client.get(f"{address(table_id, 'json')}?{query}").content)
    validate_jsonstat(dataset)
    return dataset["value"]


@pytest.fixture
def lines(db):
    """The national line and two centres', with a call each from Skåne; Skåne's has two. Before them a year with one."""
    own, other, national = make_centre_line(), make_centre_line("05", "Östergötlands län"), make_line()
    for line in (own, own, other, national):
        make_call(line, make_answerer(line))
    began = swedish(2025, 3, 10, 9, 0)
    make_call(national, make_answerer(national), started_at=began, at=began + datetime.timedelta(hours=1))
    return own, other, national


@pytest.fixture
def analyst(lines):
    return signed_in(make_user(Role.NCH_ANALYST))


TOTALS = "v.County=12&v.Category=total&v.Contents=calls"


@pytest.mark.django_db
def test_a_shared_address_shows_its_readers_own_reach(lines):
    own, other, _ = lines
    owner, stranger = make_answerer(own), make_answerer(other)
    query = f"{TOTALS}&visa=staplar"
    assert cells(signed_in(owner), query) == [2]
    assert cells(signed_in(stranger), query) == [1]
    narrowed = f"telefon={own.pk}&{query}"
    analyst = signed_in(make_user(Role.NCH_ANALYST))
    assert cells(analyst, query) == [4]
    assert cells(analyst, narrowed) == [2]
    for kind in ("", "csv", "xlsx", "px", "json", "svg"):
        assert signed_in(stranger).get(f"{address(kind=kind)}?{narrowed}").status_code == 404
    # Whoever sees no calls does not see that there is such a table.
    outsider = signed_in(make_user(Role.COUNTY_OFFICER))
    assert outsider.get(f"{address()}?{query}").status_code == 404
    assert BY_PLACE not in outsider.get(reverse("reports:explore")).content.decode()


@pytest.mark.usefixtures("country")
def test_live_tables_of_grants_hold_ones_own_county_and_cost_the_same_for_one_and_three():
    call, (first, *others) = make_funding_call(), list(county_boards())[:3]
    table_id, costs = "live-grants-by-year-and-county", []
    for boards in ([first], others):
        for board in boards:
            make_decided(make_submitted(call, make_user(Role.COUNTY_SIGNATORY, board)))
        costs.append(queries(signed_in(make_user(Role.NCH_ANALYST)), address(table_id)))
    assert costs[0] == costs[1] <= 12
    whole, own = (signed_in(one) for one in (make_user(Role.NCH_ANALYST), make_user(Role.COUNTY_OFFICER, first)))
    mine, other = (f"v.County={board.county_id}&v.Contents=grants&v.Year=top(1)" for board in (first, others[0]))
    assert cells(whole, other, table_id) == cells(whole, mine, table_id) == cells(own, mine, table_id)
    assert own.get(f"{address(table_id)}?{other}").status_code == 422
    assert own.get(f"{address(table_id, 'csv')}?{other}").status_code == 404
    # Kronor of years and counties add up, applications not over years: one counts in each of its years.
    assert whole.get(f"{address(table_id)}?v.Contents=granted&ihop=Year,County").status_code == 200
    assert "kan inte läggas ihop" in whole.get(f"{address(table_id)}?v.Contents=grants&ihop=Year").content.decode()


@pytest.mark.django_db
def test_every_table_opens_before_anything_is_in_it_and_says_what_to_wait_for():
    analyst = make_user(Role.NCH_ANALYST)
    client, empty = signed_in(analyst), 0
    for table_id in explorable_for(analyst):
        page = client.get(address(table_id))
        assert page.status_code == 200, table_id
        empty += "Tabellen fylls när uppgifterna finns" in page.content.decode()
    assert empty
    assert "Tabellen fylls" in client.get(address("live-situation-reports-by-period-and-county")).content.decode()


@pytest.mark.django_db
def test_everybody_signed_in_explores_what_is_published_and_nothing_before_its_day():
    maker, signer, reader = make_user(Role.NCH_ANALYST), make_user(Role.NCH_DECISION_MAKER), make_user(None)
    line, began, now = make_line(), swedish(2025, 3, 10, 9, 0), timezone.now()
    east = make_county("05", "Östergötlands län")
    for number in range(11):
        place = {"county": east} if number > 8 else {}
        make_call(line, make_answerer(line), started_at=began, at=began + datetime.timedelta(hours=1), **place)
    table_id, client = "released-calls-by-month-and-county", signed_in(reader)
    chosen = "v.County=05,00&v.Month=2025M03&v.Contents=calls"
    release = prepare_release(title="Samtal", table_ids=[table_id], first_year=2025, last_year=2025, by=maker, at=now)
    assert client.get(address(table_id)).status_code == 404
    sign_release(release=release, publish_at=now, by=signer, at=now)
    page = client.get(f"{address(table_id)}?{chosen}").content.decode()
    assert '<span aria-hidden="true">..</span><span class="sr-only">uppgift skyddas av sekretess</span>' in page
    assert cells(client, chosen, table_id) == [None, 11]
    drawn = client.get(
        f"{address(table_id)}?v.County=05&v.Month=2025M03&v.Contents=calls&visa=staplar"
    ).content.decode()
    assert ">..</text>" in drawn
    # Neither adding up nor turning brings out what is hidden.
    assert cells(client, "v.County=05,12&ihop=County&v.Month=2025M03&v.Contents=calls", table_id) == [None]
    found = client.get(f"{reverse('reports:explore')}?q=månad+LÄN").content.decode()
    assert table_id in found
    assert "calls-per-year" not in found
    assert "line-" not in found
    assert not AuditEvent.objects.filter(action="explored_statistics_fetched").exists()


@pytest.mark.parametrize(
    ("query", "said", "kept"),
    [
        ("v.County=12,99", "99 finns inte bland", "2 av 4"),
        ("v.Planet=1&v.County=12", "Tabellen har ingen variabel ”Planet”", "1 av 4"),
        ("rad=Planet&v.County=12", "Tabellen har ingen variabel ”Planet”", "1 av 4"),
        ("rad=County&kolumn=County&v.County=12", "placerad mer än en gång", "1 av 4"),
        ("v.Year=1066&v.County=12", "1066 finns inte bland", "1 av 4"),
        ("period=alla&v.Year=range(2026,1066)&v.County=12", "1066 finns inte bland", "1 av 4"),
        ("visa=glaskula&v.County=12", "glaskula finns inte bland", "1 av 4"),
        ("lan=99&v.County=12", "kan inte avgränsas till län", "1 av 4"),
        ("lan=12&v.County=12", "kan inte avgränsas till län", "1 av 4"),
        ("form=1&period=alla&v.County=12&sen.Year=3&v.Year=2026", "Välj tid på ett sätt", "1 av 4"),
        ("ihop=County&v.County=12,00", "redan summan", "2 av 4"),
        ("ihop=Contents&v.County=12", "Olika slags innehåll", "1 av 4"),
    ],
)
def test_what_cannot_be_read_is_pointed_out_and_the_rest_is_kept(analyst, query, said, kept):
    answer = analyst.get(f"{address()}?{query}")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert kept in page
    assert "<caption>" not in page
    assert analyst.get(f"{address(kind='csv')}?{query}").status_code == 404


@pytest.mark.django_db
def test_filter_that_does_not_exist_is_pointed_out_at_its_field(analyst):
    answer = analyst.get(f"{address('line-per-month')}?lan=99&v.Month=top(3)")
    assert answer.status_code == 422
    assert 'id="id_lan_error"' in answer.content.decode()
    assert "de senaste 3" in answer.content.decode()


@pytest.mark.django_db
def test_too_large_a_choice_says_how_large_and_is_kept(analyst, monkeypatch):
    monkeypatch.setattr("reports.exploring.choice.MOST_CELLS", 50)
    monkeypatch.setattr("reports.views.explore.MOST_CELLS", 50)
    answer = analyst.get(f"{address()}?period=alla&v.Category=*&ihop=Year")
    assert answer.status_code == 422
    page = answer.content.decode()
    cells = 4 * Code.objects.filter(kind=CodeKind.CALLER_CATEGORY).count() * 2 + 4 * 2
    assert f"{cells} celler. Högst 50 visas" in page
    assert "alla 2, ihoplagda" in page
    assert MOST_CELLS >= 10_000
    assert analyst.get(address()).status_code == 200  # what one gets without choosing always fits


@pytest.mark.django_db
def test_form_leads_to_the_address_that_is_shared(analyst):
    form = {
        "form": "1",
        "period": "alla",
        "v.County": ["12", "00"],
        "sen.Year": "1",
        "ihop.Category": "on",
        "v.Contents": "calls",
        "plats.County": "r1",
        "plats.Year": "k1",
        "plats.Category": "k2",
        "plats.Contents": "k3",
        "visa": "staplar",
    }
    answer = analyst.get(address(), form)
    assert answer.status_code == 302
    assert answer["Location"] == (
        f"{address()}?period=alla&v.Year=top(1)&v.County=12,00&v.Contents=calls&ihop=Category"
        "&rad=County&kolumn=Year,Category,Contents&visa=staplar#resultat"
    )
    page = analyst.get(answer["Location"]).content.decode()
    assert "<svg" in page
    assert "ihop=Category&amp;kolumn=County&amp;visa=staplar#resultat" in page
    assert "Samtal efter län, 2026" in page
    # Narrowed otherwise, what it does not have any more is left out.
    narrowed = analyst.get(f"{address()}?period=2026&v.Year=2025,2026&v.County=12&byt=1")
    assert narrowed["Location"] == f"{address()}?period=2026&v.County=12#resultat"


@pytest.mark.django_db
def test_files_hold_exactly_what_is_shown_and_live_ones_are_logged(analyst):
    query = "period=alla&ihop=Year&v.County=12,05,00&v.Category=total&rad=County&kolumn=Contents"
    values = cells(analyst, query)
    assert values[-2:] == [5, 0]
    book = load_workbook(io.BytesIO(analyst.get(f"{address(kind='xlsx')}?{query}").content))
    assert [row[4] for row in book["En rad per uppgift"].iter_rows(min_row=2, values_only=True)] == values
    shown = [value for row in book["Tabell"].iter_rows(min_row=3, values_only=True) for value in row]
    assert [value for value in shown if not isinstance(value, str)] == values
    for kind in ("csv", "px"):
        assert analyst.get(f"{address(kind=kind)}?{query}").status_code == 200
    assert AuditEvent.objects.filter(action="explored_statistics_fetched").count() == 4
    assert analyst.get(f"{address(kind='svg')}?{query}").content.startswith(b"<svg")
    assert analyst.get(f"{address(kind='png')}?{query}").content.startswith(b"\x89PNG")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("visa=karta&v.Category=total", "kartan behöver"),
        ("visa=lan&v.Contents=calls", "små diagram behöver"),
        ("visa=linjer", "inte flera år"),
        ("visa=staplade&v.Category=total", "behöver ett slags innehåll"),
        ("period=alla&visa=staplar", "går att läsa"),
    ],
)
def test_what_cannot_be_drawn_says_why_and_still_has_its_table(analyst, query, said):
    page = analyst.get(f"{address()}?{query}").content.decode()
    assert said in page.lower()
    assert "<caption>" in page


@pytest.mark.django_db
@pytest.mark.parametrize("drawn", ["staplar", "staplade", "linjer", "karta", "lan"])
def test_every_kind_of_figure_is_drawn_without_its_totals(analyst, drawn):
    if drawn == "karta":
        chosen = "period=2026&v.County=05,12,00&v.Category=total&v.Contents=calls"
    else:
        chosen = "period=alla&v.County=05,12,00&v.Category=total&v.Contents=calls"
    figure = analyst.get(f"{address(kind='svg')}?{chosen}&visa={drawn}").content.decode()
    assert "Skåne" in figure
    assert "Hela landet" not in figure


@pytest.mark.django_db
def test_views_are_saved_shared_renamed_and_deleted(lines):
    own, other, _ = lines
    owner, colleague, stranger = make_answerer(own), make_answerer(own), make_answerer(other)
    client, query = signed_in(owner), f"{TOTALS}&visa=staplar"
    answer = client.post(f"{address()}?{query}", {"vy-name": "Skåne", "vy-organisation": own.organisation_id})
    assert answer["Location"].startswith(f"{address()}?v.County=12&v.Category=total")
    view = SavedView.objects.get()
    assert view.query.startswith(f"tabell={BY_PLACE}&v.County=12")
    lists = reverse("reports:explore")
    assert "Skåne</a>" in signed_in(colleague).get(lists).content.decode()
    assert "Skåne</a>" in signed_in(colleague).get(address()).content.decode()
    assert "Skåne</a>" not in signed_in(stranger).get(lists).content.decode()
    # The neighbours' pages for views lead back here, by the list.
    renamed = client.post(reverse("view_edit", args=[view.pk]), {"name": "Länet", "organisation": 0})
    assert client.get(renamed["Location"])["Location"] == answer["Location"]
    assert "Länet</a>" not in signed_in(colleague).get(lists).content.decode()
    assert client.post(f"{address()}?{query}", {"vy-name": "Länet", "vy-organisation": 0}).status_code == 422
    assert signed_in(stranger).get(f"{lists}?tabell=line-nonsense").status_code == 404
    assert client.get(client.post(reverse("view_delete", args=[view.pk]))["Location"]).status_code == 200
    assert not SavedView.objects.exists()


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return sum(1 for query in captured.captured_queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE")))


@pytest.mark.parametrize("query", ["", "?lan=12&v.Month=top(3)", "?rad=County&kolumn=Year&visa=staplar&v.County=12"])
def test_pages_cost_the_same_queries_for_any_number_of_calls_and_views(query, country):
    line = make_line()
    answerer, reader = make_answerer(line), make_user(Role.NCH_ANALYST)
    table_id = "line-per-month" if "Month" in query else BY_PLACE
    path, client = f"{address(table_id)}{query}", signed_in(reader)

    def more(number):
        for code in ("01", "05", "14")[:number]:
            make_call(line, answerer, county=County.objects.get(code=code), individuals=siblings())
        for one in range(number):
            name = f"{number} {one}"
            SavedView.objects.create(
                owner=reader, page="reports:explore", name=name, query=f"tabell={table_id}", created_at=timezone.now()
            )

    more(1)
    costs = [queries(client, path), queries(client, reverse("reports:explore"))]
    more(3)
    assert [queries(client, path), queries(client, reverse("reports:explore"))] == costs
    assert max(costs) <= 12


def test_long_row_of_blanks_is_no_span_and_takes_no_time() -> None:
    assert span_of([f"from({' ' * 50_000}x"]) is None
    assert span_of(["range( 2023 , 2025 )"]) == TimeSpan(since="2023", until="2025")


# --- Written without a template -------------------------------------------------------------------------------------


def test_rows_of_a_turned_table_are_written_as_a_template_would() -> None:
    """What people have named is text and never markup; heads and symbols are said to those who listen."""
    hostile = """<script>alert("å")</script> & 'co'"""
    head = Head(hostile, span=2, id="r0-1", is_total=True)
    row = PivotRow((head, Head("2026", scope="row")), (PivotCell("12"), PivotCell("<..>", hostile, "r0-1 k1")))

    written = pivot_rows(Pivot((), (), (row,), ""))

    text = "&lt;script&gt;alert(&quot;å&quot;)&lt;/script&gt; &amp; &#x27;co&#x27;"
    assert written == (
        f'\n<tr><th id="r0-1" rowspan="2" class="nch-pivot__total">{text}</th><th scope="row">2026</th>'
        '<td class="num">12</td><td class="num" headers="r0-1 k1">'
        f'<span aria-hidden="true">&lt;..&gt;</span><span class="sr-only">{text}</span></td></tr>'
    )
