"""Preparing a release that was asked for."""

from django.db import transaction

from nch.common.work import Claim, carry_out
from reports.models import Preparation
from reports.services.releases import ReleaseError, protect_release, store_release

WENT_WRONG = "Ett fel uppstod när tabellerna räknades."


def prepare(preparation_id: int, *, task: str = "") -> None:
    """Prepare the draft if it waits for that; of two workers only one leaves a draft."""
    asked = Preparation.objects.select_related("requested_by").get(pk=preparation_id)

    def do(claim: Claim) -> None:
        protected = protect_release(
            title=asked.title,
            table_ids=asked.table_ids,
            first_year=asked.first_year,
            last_year=asked.last_year,
            by=asked.requested_by,
            at=claim.clock(),
            tell=claim.tell,
        )
        claim.tell(95, "Sparar utkastet")
        with transaction.atomic():
            claim.finish(release=store_release(protected))

    carry_out(asked, do, stage="Räknar tabellerna", broken=WENT_WRONG, refusals=(ReleaseError,), task=task)
