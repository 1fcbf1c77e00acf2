"""Tying calls about the same matter together by a code that the caller keeps."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.attempts import AttemptLimit
from stodtelefon.matter_codes import new_code, read_code
from stodtelefon.models import Matter, SupportCall
from stodtelefon.selectors.matters import MatterCodeError, UnknownCodeError, digest_of, find_matter
from stodtelefon.selectors.tallies import counted_calls
from stodtelefon.services.locks import lock_matters, locked_call
from stodtelefon.services.tallies import add_to_tally

VALID_FOR = datetime.timedelta(days=365)
"""A code lasts a year from the last call that used it."""

DRAWN_AT_MOST = 10
"""Of 148 million codes hardly one is drawn twice; ten in a row that somebody has mean that something else is wrong."""

WRONG_CODES = AttemptLimit("matter_codes", most=10, within=datetime.timedelta(hours=1))
"""How many codes that do not exist one person may ask for; mistyped ones, caught by their check character, are free."""

_STANDS = ("repeats", "up_before", "up_before_here")
"""How a call stands to the earlier ones of its matter."""


def look_up_matter(*, typed: str, by: User, at: datetime.datetime) -> Matter:
    """The matter of a code as the caller read it out. Raises MatterCodeError, also for whoever has guessed too often.

    Unknown codes are counted, and the log tells how many: never which.
    """
    require(by, Right.LOG_CALLS)
    if WRONG_CODES.is_reached(by.pk):
        raise MatterCodeError(
            f"Du har angett {WRONG_CODES.most} koder som inte finns. Vänta en timme, eller lämna fältet tomt och ge "
            "en ny kod efter samtalet."
        )
    try:
        return find_matter(typed, at=at)
    except UnknownCodeError as error:
        tried = WRONG_CODES.count(by.pk, error.digest)
        if tried is not None:
            record("unknown_matter_code", by=by, details={"codes": tried}, at=at)
        raise


@transaction.atomic
def give_code(*, call: SupportCall, by: User, at: datetime.datetime) -> str:
    """Make a code for the call's matter and return it, to be read out: it is shown only now.

    A matter that has a code already gets the new one instead, for a caller who has lost it.
    """
    require(by, Right.LOG_CALLS, call.line.organisation_id)
    call = locked_call(call)
    code, matter = _with_new_code(call.matter or Matter(opened_at=at), expires_at=at + VALID_FOR)
    if call.matter_id is None:
        call.matter = matter
        call.save(update_fields=["matter"])
    record("matter_code_given", by=by, subject=call, organisation_id=call.line.organisation_id, at=at)
    return code


def _with_new_code(matter: Matter, *, expires_at: datetime.datetime) -> tuple[str, Matter]:
    """Save a matter with a code that no other has: one that turns out to be somebody's is drawn again."""
    matter.expires_at = expires_at
    for drawn in range(1, DRAWN_AT_MOST + 1):
        code = new_code()
        matter.code_digest = digest_of(read_code(code))
        try:
            with transaction.atomic():
                matter.save()
        except IntegrityError:
            if drawn == DRAWN_AT_MOST:
                raise
        else:
            break
    return code, matter


@transaction.atomic
def tie_to_matter(*, call: SupportCall, matter: Matter, by: User, at: datetime.datetime) -> None:
    """Say that a call is about a matter that others were about; its code lasts another year."""
    require(by, Right.LOG_CALLS, call.line.organisation_id)
    Matter.objects.filter(pk=matter.pk).update(expires_at=at + VALID_FOR)
    add_to_tally([], removed=counted_calls(SupportCall.objects.filter(pk=call.pk)))
    SupportCall.objects.filter(pk=call.pk).update(matter=matter, repeats=False, up_before=None, up_before_here=None)
    add_to_tally(counted_calls(SupportCall.objects.filter(pk=call.pk)))
    count_matter_once(matter)
    record("call_tied_to_matter", by=by, subject=call, organisation_id=call.line.organisation_id, at=at)


@transaction.atomic
def count_matter_once(matter: Matter) -> None:
    """Let the earliest call of a matter that is not struck count as the matter, and the others as repeats of it.

    Each of those says in which month the matter was up last. Calls made up for demonstration are a matter of their own:
    what is counted without them is then as if they were not there. Called whenever a call enters a matter, leaves it,
    or changes its time; the tally follows.
    """
    Matter.objects.select_for_update().get(pk=matter.pk)
    calls = SupportCall.objects.filter(matter=matter, struck_at__isnull=True).order_by("started_at", "pk")
    last: dict[tuple[bool, int | None], datetime.date] = {}
    for call in calls.only("line_id", "started_at", "constructed", *_STANDS):
        anywhere, here = (call.constructed, None), (call.constructed, call.line_id)
        before, before_here = last.get(anywhere), last.get(here)
        stands = {"repeats": before is not None, "up_before": before, "up_before_here": before_here}
        last[anywhere] = last[here] = timezone.localdate(call.started_at).replace(day=1)
        if stands != {name: getattr(call, name) for name in _STANDS}:
            one = SupportCall.objects.filter(pk=call.pk)
            add_to_tally([], removed=counted_calls(one))
            one.update(**stands)
            add_to_tally(counted_calls(one))


@transaction.atomic
def expire_codes(*, at: datetime.datetime) -> int:
    """Wipe the codes that have expired, and return how many; their calls still count as one matter."""
    expired = Matter.objects.filter(expires_at__lte=at, code_digest__isnull=False)
    lock_matters(expired)
    wiped = expired.update(code_digest=None)
    if wiped:
        record("matter_codes_expired", by=None, details={"codes": wiped}, at=at)
    return wiped
