"""A release of the calls of 2023, signed and public, and a draft that waits for somebody else to sign it."""

from nch.accounts.models import User
from nch.demo.means import MARK, moment
from reports.services.releases import prepare_release, sign_release
from reports.statistics.registry import RELEASABLE
from reports.statistics.tables.released_calls import YEAR_AGE_AND_GENDER

YEAR = 2023


def release_calls(cast: dict[str, User]) -> None:
    """The tables of calls are public; that of individuals lies in a draft."""
    analyst, decider = cast["analyst"], cast["decision-maker"]
    drafted, signed = moment(2024, 3, 4), moment(2024, 3, 11)
    for tables, title in (
        ([one for one in RELEASABLE if one != YEAR_AGE_AND_GENDER.id], f"Samtal till stödtelefonen {YEAR} {MARK}"),
        ([YEAR_AGE_AND_GENDER.id], f"Utsatta individer {YEAR} {MARK}"),
    ):
        release = prepare_release(
            title=title, table_ids=tables, first_year=YEAR, last_year=YEAR, by=analyst, at=drafted
        )
        if YEAR_AGE_AND_GENDER.id not in tables:
            sign_release(release=release, publish_at=moment(2024, 3, 14), by=decider, at=signed)
