"""Preparing a release that was asked for: claimed once, with its progress told as it goes, ended as done or failed."""

import structlog
from django.db import transaction
from django.utils import timezone

from nch.common.transitions import TransitionError, move
from reports.enums import PREPARATION_TRANSITIONS, PreparationState
from reports.models import Preparation, PreparationMove, Release
from reports.services.releases import ReleaseError, discard_release, prepare_release

log = structlog.get_logger(__name__)

_LONGEST_FAILURE = 500
WENT_WRONG = "Ett fel uppstod när tabellerna räknades."


def prepare(preparation_id: int) -> None:
    """Prepare the draft if it waits for that; a second delivery finds it claimed or done and changes nothing."""
    asked = Preparation.objects.select_related("requested_by").get(pk=preparation_id)
    try:
        _go_on(asked, PreparationState.WORKING, progress=1, stage="Räknar tabellerna")
    except TransitionError:
        return
    try:
        release = prepare_release(
            title=asked.title,
            table_ids=asked.table_ids,
            first_year=asked.first_year,
            last_year=asked.last_year,
            by=asked.requested_by,
            at=timezone.now(),
            progress=lambda per_cent, stage: _tell(asked, per_cent, stage),
        )
    except ReleaseError as error:
        _go_on(asked, PreparationState.FAILED, failure=str(error)[:_LONGEST_FAILURE], stage="")
    except Exception:
        log.exception("preparation_failed", preparation=asked.pk)
        _go_on(asked, PreparationState.FAILED, failure=WENT_WRONG, stage="")
    else:
        _finish(asked, release)


def _finish(asked: Preparation, release: Release) -> None:
    try:
        _go_on(asked, PreparationState.DONE, release=release, progress=100, stage="")
    except TransitionError:
        # Silent for too long: another worker has made a draft meanwhile, and one is enough.
        log.warning("preparation_made_already", preparation=asked.pk)
        discard_release(release=release, by=asked.requested_by, at=timezone.now())


def _tell(asked: Preparation, per_cent: int, stage: str) -> None:
    working = Preparation.objects.filter(pk=asked.pk, state=PreparationState.WORKING)
    working.update(progress=per_cent, stage=stage, touched_at=timezone.now())


@transaction.atomic
def _go_on(asked: Preparation, state: PreparationState, **changes: object) -> None:
    now = timezone.now()
    move(
        asked,
        to=state,
        transitions=PREPARATION_TRANSITIONS,
        moves=PreparationMove,
        by=asked.requested_by,
        at=now,
        touched_at=now,
        **changes,
    )
