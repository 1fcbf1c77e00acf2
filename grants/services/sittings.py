"""Many decisions in one sitting: each is its own, and one that cannot be made does not stop the others."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied

from grants.models import Decision
from grants.services.decisions import sign_decision
from grants.services.errors import GrantError
from nch.accounts.models import User


@dataclass
class Sitting:
    """What came of a sitting: the signed decisions, and those that could not be made, each with the reason."""

    signed: list[Decision] = field(default_factory=list)
    failed: list[tuple[Decision, str]] = field(default_factory=list)


def sign_decisions(*, decisions: Iterable[Decision], by: User, at: datetime.datetime) -> Sitting:
    """Sign the proposals in order, each in a transaction of its own with its own document."""
    sitting = Sitting()
    for decision in decisions:
        try:
            sitting.signed.append(sign_decision(decision=decision, by=by, at=at))
        except (GrantError, PermissionDenied) as error:
            sitting.failed.append((decision, str(error)))
    return sitting
