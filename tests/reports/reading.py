"""Reading releasable tables in tests: as they would be released, and their cells by codes."""

import datetime
import itertools

from reports.statistics.asking import over_years
from reports.statistics.cube import Cube, resolve
from reports.statistics.definitions import Language
from reports.statistics.question import Period, Question, Reading
from reports.statistics.registry import RELEASABLE
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
