"""Personal keys to the API: making one, showing it once, using it, withdrawing it."""

import datetime
import hashlib
import secrets

from django.db import transaction
from django.db.models import Q

from nch.accounts.enums import TokenScope
from nch.accounts.models import ApiToken, User
from nch.audit.services import record

PREFIX = "nch_"
LONGEST_DAYS = 365
MOST_TOKENS = 10
_SECONDS_BETWEEN_MARKS = 60
_HINT = 8


class TokenError(Exception):
    """The key cannot be made; the message says why, in Swedish."""


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def make_token(
    *, name: str, days: int, scope: TokenScope = TokenScope.READ, by: User, at: datetime.datetime
) -> tuple[ApiToken, str]:
    """Make a key for oneself that expires in so many days; the key itself is returned once and never kept."""
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenError(f"En nyckel gäller i högst {LONGEST_DAYS} dagar.")
    if ApiToken.objects.filter(owner=by, withdrawn_at__isnull=True, expires_at__gt=at).count() >= MOST_TOKENS:
        raise TokenError(f"Du har redan {MOST_TOKENS} nycklar. Återkalla en som inte används.")
    key = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        owner=by,
        name=name,
        scope=scope,
        hint=key[:_HINT],
        hash=_hash(key),
        created_at=at,
        expires_at=at + datetime.timedelta(days=days),
    )
    record("api_token_made", by=by, subject=token, details={"days": days, "scope": scope.value}, at=at)
    return token, key


@transaction.atomic
def withdraw_token(*, token: ApiToken, by: User, at: datetime.datetime) -> None:
    """End an own key at once."""
    if token.owner_id != by.pk:
        raise TokenError("Bara den som äger nyckeln kan återkalla den.")
    if ApiToken.objects.filter(pk=token.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        record("api_token_withdrawn", by=by, subject=token, at=at)


def token_for(key: str, *, at: datetime.datetime) -> ApiToken | None:
    """The valid token behind a key, marked as used (once a minute at most); None for every other key."""
    token = ApiToken.objects.filter(hash=_hash(key)).first()
    if token is None or not token.is_valid_at(at):
        return None
    marked_before = Q(last_used_at__lt=at - datetime.timedelta(seconds=_SECONDS_BETWEEN_MARKS))
    ApiToken.objects.filter(Q(last_used_at__isnull=True) | marked_before, pk=token.pk).update(last_used_at=at)
    return token
