"""Asking for a draft of a release, which a task then prepares, and asking again where something went wrong."""

import datetime
from collections.abc import Collection

from django.db import transaction

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common import work
from reports.models import Preparation
from reports.services.releases import check_asked
from reports.tasks import prepare_asked_release


@transaction.atomic
def ask_for_release(
    *, title: str, table_ids: Collection[str], first_year: int, last_year: int, by: User, at: datetime.datetime
) -> Preparation:
    """Ask for a draft. Raises ReleaseError where no table is chosen, or one does not tell of the years."""
    check_asked(table_ids, first_year=first_year, last_year=last_year, by=by, at=at)
    preparation = Preparation.objects.create(
        title=title,
        table_ids=list(table_ids),
        first_year=first_year,
        last_year=last_year,
        requested_by=by,
        requested_at=at,
        touched_at=at,
    )
    record("release_asked_for", by=by, subject=preparation, details={"tables": list(table_ids)}, at=at)
    transaction.on_commit(lambda: prepare_asked_release.delay(preparation.pk), robust=True)
    return preparation


@transaction.atomic
def ask_again(*, preparation: Preparation, by: User, at: datetime.datetime) -> None:
    """Ask anew for a draft that failed or whose worker fell silent. Raises TransitionError where it did neither."""
    require(by, Right.PREPARE_RELEASES)
    work.ask_again(preparation, by=by, at=at)
    record("release_asked_for_again", by=by, subject=preparation, at=at)
    transaction.on_commit(lambda: prepare_asked_release.delay(preparation.pk), robust=True)
