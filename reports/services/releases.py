"""Making statistics public: prepare and protect, sign off by somebody else, publish on a day, withdraw.

A release is frozen when it is prepared. Nobody outside can tell that there is one before its day, and what has been
public stays in the knowledge of whoever attacks later releases, also after it has been withdrawn.
"""

import datetime
import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.transitions import move
from nch.common.work import REFUSED, Tell
from reports.enums import RELEASE_TRANSITIONS, ReleaseState
from reports.models import Release, ReleasedTable, ReleaseMove
from reports.statistics.cube import Cube, freeze, resolve, thaw
from reports.statistics.definitions import LANGUAGES, TableDefinition
from reports.statistics.disclosure.policy import CannotProtectError, DisclosureError, DisclosurePolicy, PolicyError
from reports.statistics.disclosure.report import Protection, apply, protect
from reports.statistics.disclosure.tables import FrozenTable
from reports.statistics.question import Period, Question, Reading
from reports.statistics.registry import RELEASABLE
from stodtelefon.selectors.recorded import recorded_months
from stodtelefon.selectors.tallies import tallied_lines_for, tallies_for

MOST_CELLS: Final = 100_000
"""Most cells of a release: what a worker protects and attacks in minutes (docs/decisions/0037 has the seconds)."""


class ReleaseError(Exception):
    """The release cannot be prepared, signed or withdrawn; the message says why, in Swedish, and `field` where.

    `code` says the same in the log, for what a task refuses.
    """

    def __init__(self, message: str, field: str = "", code: str = REFUSED) -> None:
        self.field, self.code = field, code
        super().__init__(message)


def releasable_years(by: User, *, at: datetime.datetime) -> dict[str, Sequence[int]]:
    """Each table that can be released, with the calendar years that it tells of and that are over, in order."""
    question = _question(by, Period.of_year(timezone.localdate(at).year), at=at)
    years = {table_id: _years_over(definition, question) for table_id, definition in RELEASABLE.items()}
    return {table_id: there for table_id, there in years.items() if there}


def check_asked(
    table_ids: Collection[str], *, first_year: int, last_year: int, by: User, at: datetime.datetime
) -> tuple[list[TableDefinition], Question]:
    """What is asked for, as definitions and the question that they are to answer; small enough to do while one waits.

    Raises ReleaseError where no table is chosen, a year is not over or a table does not tell of it.
    """
    require(by, Right.PREPARE_RELEASES)
    definitions = [definition for table_id, definition in RELEASABLE.items() if table_id in table_ids]
    if not definitions:
        raise ReleaseError("Välj minst en tabell.", "tables")
    if first_year > last_year:
        raise ReleaseError("Det första året är senare än det sista.", "last_year")
    period = Period(datetime.date(first_year, 1, 1), datetime.date(last_year, 12, 31))
    question = _question(by, period, at=at)
    for one in definitions:
        years = _years_over(one, question)
        if not years:
            raise ReleaseError(f"Tabellen ”{one.title.sv}” har inga uppgifter från år som är slut.", "tables")
        if first_year < years[0] or last_year > years[-1]:
            known = years_in_words(years)
            raise ReleaseError(f"Tabellen ”{one.title.sv}” har uppgifter för {known}. Välj andra år.", "last_year")
    return definitions, question


@dataclass(frozen=True)
class ProtectedRelease:
    """A draft before it is stored: each table in every language, and what is hidden in them."""

    title: str
    period: Period
    by: User
    at: datetime.datetime
    definitions: Sequence[TableDefinition]
    cubes: Sequence[Sequence[Cube]]
    protection: Protection


def protect_release(
    *,
    title: str,
    table_ids: Collection[str],
    first_year: int,
    last_year: int,
    by: User,
    at: datetime.datetime,
    tell: Tell = lambda per_cent, stage: None,
) -> ProtectedRelease:
    """Count tables over whole years, hide what has to be hidden, and attack all that will be public together.

    Raises ReleaseError as `check_asked` does, and where nothing protects a cell.
    """
    definitions, question = check_asked(table_ids, first_year=first_year, last_year=last_year, by=by, at=at)
    cubes = [[resolve(one, language, question) for language in LANGUAGES] for one in definitions]
    if (cells := sum(len(one.values) for one, *_ in cubes)) > MOST_CELLS:
        raise ReleaseError(f"Urvalet har {cells} celler, fler än {MOST_CELLS}. Välj färre år.", "last_year")
    grounds = [FrozenTable(cube, policy_of(cube.table_id)) for cube, *_ in cubes]
    stage = "Döljer små tal och angriper det som blir offentligt"
    try:
        protection = protect(grounds, published_before(), told=lambda share: tell(10 + round(80 * share), stage))
    except CannotProtectError as error:
        count = len(error.cells)
        raise ReleaseError(
            f"{count} celler går inte att skydda, eftersom det som redan är publicerat avslöjar dem. "
            "Välj färre tabeller eller andra år.",
            "tables",
        ) from error
    except DisclosureError as error:
        raise ReleaseError(f"Tabellerna går inte att granska tillsammans: {error}", "tables") from error
    return ProtectedRelease(title, question.period, by, at, definitions, cubes, protection)


@transaction.atomic
def store_release(protected: ProtectedRelease) -> Release:
    """Freeze what has been protected as a draft."""
    by, at, definitions = protected.by, protected.at, protected.definitions
    release = Release.objects.create(
        title=protected.title,
        since=protected.period.since,
        until=protected.period.until,
        prepared_by=by,
        prepared_at=at,
        audit=protected.protection.as_json(),
    )
    for definition, in_languages, pattern in zip(
        definitions, protected.cubes, protected.protection.patterns, strict=True
    ):
        shown = {
            cube.language: freeze(apply(FrozenTable(cube, policy_of(cube.table_id)), pattern)) for cube in in_languages
        }
        ReleasedTable.objects.create(
            release=release,
            table_id=definition.id,
            frozen=shown,
            ground=freeze(in_languages[0]),
            hidden={str(flat): reason.value for flat, reason in pattern.items()},
            sha256=digest(shown),
        )
    record("release_prepared", by=by, subject=release, details={"tables": [one.id for one in definitions]}, at=at)
    return release


def prepare_release(
    *, title: str, table_ids: Collection[str], first_year: int, last_year: int, by: User, at: datetime.datetime
) -> Release:
    """Prepare a draft before returning. Raises ReleaseError as `protect_release` does."""
    return store_release(
        protect_release(title=title, table_ids=table_ids, first_year=first_year, last_year=last_year, by=by, at=at)
    )


@transaction.atomic
def discard_release(*, release: Release, by: User, at: datetime.datetime) -> None:
    """Put a draft aside; nothing of it has been public. Raises TransitionError where it is no draft."""
    require(by, Right.PREPARE_RELEASES)
    move(release, to=ReleaseState.DISCARDED, transitions=RELEASE_TRANSITIONS, moves=ReleaseMove, by=by, at=at)
    record("release_discarded", by=by, subject=release, at=at)


@transaction.atomic
def withdraw_release(*, release: Release, reason: str, by: User, at: datetime.datetime) -> None:
    """Take a signed release back, before or after its day; its tables are gone until a new version is released.

    Raises ReleaseError without a reason, TransitionError where it is not signed.
    """
    require(by, Right.SIGN_RELEASES)
    if not reason:
        raise ReleaseError("Skriv varför publiceringen återkallas.", "reason")
    move(
        release,
        to=ReleaseState.WITHDRAWN,
        transitions=RELEASE_TRANSITIONS,
        moves=ReleaseMove,
        by=by,
        at=at,
        withdrawn_at=at,
        withdrawal_reason=reason,
    )
    record("release_withdrawn", by=by, subject=release, at=at)


def frozen_table(table: ReleasedTable) -> FrozenTable:
    """The table with nothing hidden, as the protection and the attack want it."""
    hidden = flats(table) if table.version is not None else None
    return FrozenTable(thaw(table.ground), policy_of(table.table_id), release=table.release_id, suppressed=hidden)


def policy_of(table_id: str) -> DisclosurePolicy:
    """How a releasable table is protected. Raises PolicyError where its definition does not say: a mistake in it."""
    policy = RELEASABLE[table_id].policy
    if policy is None:
        raise PolicyError(f"{table_id} has no policy")
    return policy


def digest(frozen: object) -> str:
    """What stands for the content of a released table."""
    written = json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def content_digest(tables: Sequence[ReleasedTable]) -> str:
    """What stands for all that a draft shows and hides."""
    return digest([[one.table_id, one.sha256, digest(one.frozen), digest(one.ground), one.hidden] for one in tables])


def flats(table: ReleasedTable) -> frozenset[int]:
    """The flat indexes that are hidden in the table."""
    return frozenset(map(int, table.hidden))


def signed_tables() -> QuerySet[ReleasedTable]:
    """All that has been signed, ever: the embargoed is about to be known, and the withdrawn has been."""
    return ReleasedTable.objects.filter(version__isnull=False, table_id__in=RELEASABLE).order_by("pk")


def published_before() -> list[FrozenTable]:
    """What whoever attacks a draft knows already."""
    return [frozen_table(one) for one in signed_tables()]


def _years_over(definition: TableDefinition, question: Question) -> Sequence[int]:
    """The years that the table tells of and that are over when it is asked."""
    return [year for year in definition.years(question) if year < question.asked_at.year]


def years_in_words(years: Sequence[int]) -> str:
    """`2023–2025`, or `2023`."""
    return f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])


def _question(by: User, period: Period, *, at: datetime.datetime) -> Question:
    """All lines, everything that is registered; calls made up for demonstration only where all is demonstration.

    Of what does not rest on calls it reads what is public, whoever prepares the release.
    """
    tallies = tallies_for(by)
    if not settings.DEMO:
        tallies = tallies.filter(constructed=False)
    return Question(
        period=period,
        asked_at=timezone.localtime(at),
        reading=Reading(tallies),
        lines=tuple(tallied_lines_for(by)),
        recorded=recorded_months(tallies, timezone.localdate(at)),
    )
