"""What a line has set itself to reach."""

import datetime

from django.db import transaction

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from stodtelefon.models import SupportLine
from stodtelefon.services.calls import CallError


@transaction.atomic
def set_unknown_county_target(*, line: SupportLine, percent: int, by: User, at: datetime.datetime) -> SupportLine:
    """Set how large a share of the line's calls may lack a county, in per cent.

    Raises CallError outside 0–100, PermissionDenied for anybody but the line's lead.
    """
    require(by, Right.LEAD_LINE, line.organisation_id)
    if not 0 <= percent <= 100:
        raise CallError("percent", "Ange en andel från 0 till 100 procent.")
    kept = SupportLine.objects.select_for_update().get(pk=line.pk)
    before, kept.unknown_county_target = kept.unknown_county_target, percent
    if before != percent:
        kept.save(update_fields=["unknown_county_target"])
        details = {"from": before, "to": percent}
        record("line_target_set", by=by, subject=kept, organisation_id=kept.organisation_id, details=details, at=at)
    return kept
