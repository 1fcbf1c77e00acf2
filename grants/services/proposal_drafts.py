"""What a presenter has typed of a proposal is kept until it is handed over."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction

from grants.models import Application, ProposalDraft
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require


def plain(amount: Decimal) -> str:
    """An amount as one would type it."""
    return f"{amount.normalize():f}".replace(".", ",")


@transaction.atomic
def keep_draft(
    *, application: Application, subject: str, typed: Mapping[str, Sequence[str]], by: User, at: datetime.datetime
) -> ProposalDraft:
    """Keep what was typed, in the place of what was typed before; only who typed it sees it."""
    require(by, Right.PROPOSE_DECISIONS, application.call.grantor_id)
    kept = {name: list(texts) for name, texts in typed.items()}
    return ProposalDraft.objects.update_or_create(
        application=application, subject=subject, by=by, defaults={"typed": kept, "saved_at": at}
    )[0]


def drop_draft(*, application: Application, subject: str, by: User) -> None:
    """Throw away what was typed, once it has been handed over."""
    ProposalDraft.objects.filter(application=application, subject=subject, by=by).delete()
