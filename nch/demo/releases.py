"""Releases of the calls of 2023 and of what is followed up of 2025, and a draft that waits for somebody to sign it."""

from nch.accounts.models import User
from nch.common.constructed import MARK
from nch.demo.means import moment
from reports.services.releases import prepare_release, releasable_years
from reports.services.signings import sign_release
from reports.statistics.registry import RELEASABLE_CALLS, RELEASABLE_FOLLOW_UP, RELEASABLE_RETURNS
from reports.statistics.tables.released_calls import YEAR_AGE_AND_GENDER

YEAR = 2023
FOLLOWED_UP_YEAR = 2025


def release_calls(cast: dict[str, User]) -> None:
    """The tables of calls are public; that of individuals lies in a draft."""
    analyst, decider = cast["analyst"], cast["decision-maker"]
    drafted, signed = moment(2024, 3, 4), moment(2024, 3, 11)
    for tables, title in (
        (
            [one for one in RELEASABLE_CALLS if one != YEAR_AGE_AND_GENDER.id],
            f"Samtal till stödtelefonen {YEAR} {MARK}",
        ),
        ([YEAR_AGE_AND_GENDER.id], f"Utsatta individer {YEAR} {MARK}"),
    ):
        release = prepare_release(
            title=title, table_ids=tables, first_year=YEAR, last_year=YEAR, by=analyst, at=drafted
        )
        if YEAR_AGE_AND_GENDER.id not in tables:
            sign_release(release=release, publish_at=moment(2024, 3, 14), by=decider, at=signed)


def release_follow_up(cast: dict[str, User]) -> None:
    """Grants, reporting and resource centres of 2025 are public, and what the centres have handed in as statistics."""
    drafted, signed = moment(2026, 11, 16), moment(2026, 11, 18)
    years = releasable_years(cast["analyst"], at=drafted)
    for tables, title in (
        (RELEASABLE_FOLLOW_UP, "Bidrag, rapportering och resurscentrum"),
        (RELEASABLE_RETURNS, "Statistik från resurscentrumen"),
    ):
        release = prepare_release(
            title=f"{title} {FOLLOWED_UP_YEAR} {MARK}",
            table_ids=[one for one in tables if FOLLOWED_UP_YEAR in years.get(one, ())],
            first_year=FOLLOWED_UP_YEAR,
            last_year=FOLLOWED_UP_YEAR,
            by=cast["analyst"],
            at=drafted,
        )
        sign_release(release=release, publish_at=signed, by=cast["decision-maker"], at=signed)
