"""Making a signature take effect: what was signed is attacked together with all that is public or will be."""

import datetime
from collections.abc import Callable, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.transitions import TransitionError, move
from nch.common.work import Claim, Failure, carry_out
from reports.enums import RELEASE_TRANSITIONS, ReleaseState
from reports.models import Release, ReleasedTable, ReleaseMove, Signing
from reports.services.releases import (
    ReleaseError,
    content_digest,
    flats,
    frozen_table,
    published_before,
    signed_tables,
)
from reports.statistics.disclosure.audit import Audit
from reports.statistics.disclosure.report import check
from reports.statistics.registry import RELEASABLE

STAGE = "Angriper tabellerna tillsammans med allt som är godkänt"
AGAIN = "Något annat godkändes under tiden. Angriper på nytt"
WENT_WRONG = "Ett fel uppstod när tabellerna angreps. Publiceringen är inte godkänd."


def sign(signing_id: int, *, task: str = "", clock: Callable[[], datetime.datetime] = timezone.now) -> None:
    """Attack what was signed, and let the signature take effect if nothing is found.

    The attack takes no lock. It counts only if what has been signed is still the same when it is over, which is looked
    at under the lock that every signature takes: two drafts that are safe each by itself may give each other away.
    """
    signing = Signing.objects.select_related("requested_by", "release").get(pk=signing_id)

    def do(claim: Claim) -> None:
        stage = STAGE
        while True:
            # The neighbours are noted before they are read: one that comes between is attacked twice, never missed.
            neighbours = _neighbours()
            _attack(signing, claim, stage)
            if _take_effect(signing, neighbours, claim):
                return
            stage = AGAIN

    carry_out(
        signing,
        do,
        stage=STAGE,
        broken=WENT_WRONG,
        refusals=(ReleaseError, TransitionError),
        failed=_fail,
        task=task,
        clock=clock,
    )


def _neighbours() -> list[int]:
    return list(signed_tables().values_list("pk", flat=True))


def _attack(signing: Signing, claim: Claim, stage: str) -> None:
    tables = list(signing.release.tables.all())
    _check_unchanged(signing, tables)
    grounds = [frozen_table(one) for one in tables]
    found = check(
        grounds,
        [flats(one) for one in tables],
        published_before(),
        told=lambda share: claim.tell(5 + round(90 * share), stage),
    )
    if not found.passed:
        raise ReleaseError(_what_to_narrow(found, tables), code="numbers_exposed")


def _what_to_narrow(found: Audit, tables: Sequence[ReleasedTable]) -> str:
    count = len(found.exposed)
    places = sorted({place for one in found.exposed for place in one.tables})
    titles = ", ".join(f"”{RELEASABLE[tables[place].table_id].title.sv}”" for place in places)
    where = f"Talen står i {titles}." if titles else "Talen är dolda i det som redan är publicerat."
    can_be = "ett skyddat tal" if count == 1 else f"{count} skyddade tal"
    return (
        f"Tillsammans med det som har godkänts sedan utkastet gjordes går {can_be} att räkna ut. {where} Publiceringen "
        "är inte godkänd. Kassera utkastet och förbered den på nytt: fler tal döljs då. Räcker inte det, välj färre "
        "tabeller eller färre år."
    )


@transaction.atomic
def _take_effect(signing: Signing, neighbours: list[int], claim: Claim) -> bool:
    """Sign the release; False if something else has been signed since the neighbours were noted."""
    # One signature at a time. All are locked, since the other one is a draft until the moment it is signed.
    list(Release.objects.select_for_update().order_by("pk").values_list("pk"))
    if _neighbours() != neighbours:
        return False
    release, by, now = Release.objects.get(pk=signing.release_id), signing.requested_by, claim.clock()
    try:
        require(by, Right.SIGN_RELEASES)
    except PermissionDenied as error:
        gone = "Den som godkände har inte längre rätt att godkänna publiceringar."
        raise ReleaseError(gone, code="signer_not_entitled") from error
    tables = list(release.tables.all())
    _check_unchanged(signing, tables)
    publish_at = max(signing.publish_at or now, now)
    move(
        release,
        to=ReleaseState.SIGNED,
        transitions=RELEASE_TRANSITIONS,
        moves=ReleaseMove,
        by=by,
        at=now,
        signed_by=by,
        signed_at=now,
        publish_at=publish_at,
    )
    for table in tables:
        latest = ReleasedTable.objects.filter(table_id=table.table_id).aggregate(latest=Max("version"))["latest"]
        table.version = (latest or 0) + 1
        table.save(update_fields=["version"])
    details = {"tables": {one.table_id: one.version for one in tables}, "publish_at": publish_at.isoformat()}
    record("release_signed", by=by, subject=release, details=details, at=now)
    claim.finish()
    return True


def _check_unchanged(signing: Signing, tables: Sequence[ReleasedTable]) -> None:
    if content_digest(tables) != signing.digest:
        changed = "Utkastet är inte som när det godkändes. Kassera det och förbered publiceringen på nytt."
        raise ReleaseError(changed, code="draft_changed")


@transaction.atomic
def _fail(claim: Claim, failure: Failure) -> None:
    claim.fail(failure.reason)
    signing, details = claim.work, {"failure": failure.code}
    record("release_signing_failed", by=signing.requested_by, subject=signing, details=details, at=claim.clock())
