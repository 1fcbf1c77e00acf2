"""Finding the matter of a code, and the calls of a matter within the user's reach."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.utils.crypto import salted_hmac

from nch.accounts.models import User
from stodtelefon.matter_codes import MistypedCodeError, read_code
from stodtelefon.models import Matter, SupportCall
from stodtelefon.selectors.calls import calls_for


class MatterCodeError(Exception):
    """The code cannot be used; the message says why in Swedish."""


class UnknownCodeError(MatterCodeError):
    """The code could be one, but no matter has it (any more); `digest` tells it apart from others without naming it."""

    def __init__(self, digest: str) -> None:
        super().__init__("Koden finns inte eller har gått ut. Lämna fältet tomt och ge en ny kod efter samtalet.")
        self.digest = digest


def digest_of(code: str) -> str:
    """A digest that cannot be made without the system's secret key, so that a stolen table gives no codes away."""
    return salted_hmac("stodtelefon.matter", code, algorithm="sha256").hexdigest()


def find_matter(typed: str, *, at: datetime.datetime) -> Matter:
    """The matter of a code as it was typed. Raises MatterCodeError: mistyped, or (UnknownCodeError) unknown or expired.

    Whoever lets a person ask goes by services.matters.look_up_matter, which counts the wrong ones.
    """
    try:
        code = read_code(typed)
    except MistypedCodeError as error:
        raise MatterCodeError("Koden stämmer inte. Kontrollera tecknen med den som ringer.") from error
    digest = digest_of(code)
    matter = Matter.objects.filter(code_digest=digest, expires_at__gt=at).first()
    if matter is None:
        raise UnknownCodeError(digest)
    return matter


@dataclass(frozen=True)
class MatterCalls:
    """The other calls of a call's matter: those the user may see, and how many there are at lines that one may not."""

    own: Sequence[SupportCall]
    elsewhere: int


def other_calls_of(call: SupportCall, user: User | AnonymousUser) -> MatterCalls:
    """What a call's page says of its matter (one query; none for a call without one)."""
    if call.matter_id is None:
        return MatterCalls([], 0)
    others = SupportCall.objects.filter(matter=call.matter_id, struck_at__isnull=True).exclude(pk=call.pk)
    within_reach = Exists(calls_for(user).filter(pk=OuterRef("pk")))
    found = others.select_related("caller_category", "topic").annotate(may_see=within_reach)
    rows = list(found.order_by("started_at", "pk"))
    own = [row for row in rows if row.may_see]
    return MatterCalls(own, len(rows) - len(own))
