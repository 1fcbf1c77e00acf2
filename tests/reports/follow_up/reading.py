"""Reading releasable tables in tests: as they would be released, and their cells by codes."""

import datetime
import itertools
from collections.abc import Mapping

from jsonstat_validator import validate_jsonstat

from reports.services.releases import policy_of
from reports.statistics.asking import over_years
from reports.statistics.cube import Cube, resolve
from reports.statistics.definitions import Language
from reports.statistics.disclosure.report import protect
from reports.statistics.disclosure.tables import FrozenTable
from reports.statistics.glance import at_a_glance
from reports.statistics.question import Period, Question, Reading
from reports.statistics.registry import RELEASABLE
from reports.statistics.renderers import jsonstat, px
from reports.statistics.renderers.figure import to_figure
from reports.statistics.selection import select
from stodtelefon.models import CallTally
from tests.factories.stodtelefon import swedish

AT = swedish(2027, 2, 1, 12, 0)


def public(table_id: str, language: Language = "sv", *, at: datetime.datetime = AT) -> Cube:
    """The table as it would be released, over all years that are over."""
    table = RELEASABLE[table_id]
    question = Question(Period.of_year(at.year - 1), at, Reading(CallTally.objects.none()))
    return resolve(table, language, over_years(table, question, last_year=at.year - 1))


def numbers(cube: Cube) -> dict[str, object]:
    """Every number that is not 0, by its codes; cells without a number are left out (`cube.statuses` has them)."""
    keys = itertools.product(*(one.codes for one in cube.dimensions))
    return {" ".join(key): value for key, value in zip(keys, cube.values, strict=True) if value}


def rows(measures: tuple[str, ...], numbers: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """Cells that are not 0, by their codes with the measure last, out of whole rows."""
    return {
        f"{codes} {measure}": number
        for codes, row in numbers.items()
        for measure, number in zip(measures, row, strict=False)
        if number
    }


def assert_as_by_hand(expected: Mapping[str, Mapping[str, int]], findings: Mapping[str, str]) -> None:
    """Every cell of the tables is what was worked out, they can be drawn and written, and nothing in them is small."""
    assert set(expected) == set(findings)
    for table_id, cells in expected.items():
        cube = public(table_id)
        assert numbers(cube) == cells, table_id
        assert not cube.statuses
        assert cube.finding.replace("\u00a0", " ") == findings[table_id]
        latest = select(cube, {cube.dimensions[0].id: ["top(1)"]})
        for drawn in (cube, at_a_glance(cube), at_a_glance(latest)):
            assert to_figure(drawn).svg.startswith("<svg")
        assert validate_jsonstat(jsonstat.to_dataset(cube)) is True
        assert px.render(cube)
        # Nothing is hidden, in whatever combination: a table of authorities' papers holds no small number to protect.
        assert not protect([FrozenTable(cube, policy_of(table_id))]).patterns[0]
