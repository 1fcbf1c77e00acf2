"""Signing a release: asked for by a person, in force when a task has attacked it and found nothing."""

import datetime

from django.db import IntegrityError, transaction

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common.work import UNDER_WAY, WorkState, give_up
from reports import signing as background
from reports.enums import ReleaseState
from reports.models import Release, Signing
from reports.services.releases import ReleaseError, content_digest, digest
from reports.tasks import attack_signed_release

NO_ANSWER = "Ingen har hört av arbetet på länge. Publiceringen är inte godkänd."


def ask_to_sign(*, release: Release, publish_at: datetime.datetime | None, by: User, at: datetime.datetime) -> Signing:
    """Sign a draft off, to be public from `publish_at`, or else at once; a task attacks it before that takes effect.

    Raises ReleaseError where the signer made the draft, it is no draft, the day is past, or it is attacked already.
    """
    return _signed(release=release, publish_at=publish_at, by=by, at=at, in_background=True)


def sign_release(*, release: Release, publish_at: datetime.datetime | None, by: User, at: datetime.datetime) -> None:
    """Sign a draft off and wait until that has taken effect; each table gets its next version.

    Raises ReleaseError as `ask_to_sign` does, and where the attack finds something.
    """
    signing = _signed(release=release, publish_at=publish_at, by=by, at=at, in_background=False)
    background.sign(signing.pk, clock=lambda: at)
    signing.refresh_from_db()
    if signing.state != WorkState.DONE:
        raise ReleaseError(signing.failure)
    release.refresh_from_db()


@transaction.atomic
def _signed(
    *, release: Release, publish_at: datetime.datetime | None, by: User, at: datetime.datetime, in_background: bool
) -> Signing:
    require(by, Right.SIGN_RELEASES)
    if release.prepared_by_id == by.pk:
        raise ReleaseError("Den som har förberett publiceringen kan inte också godkänna den.")
    if release.state != ReleaseState.DRAFT:
        raise ReleaseError("Publiceringen är inget utkast och kan inte godkännas.")
    if publish_at is not None and publish_at < at:
        raise ReleaseError("Dagen för publicering har passerat.", "publish_at")
    tables = list(release.tables.all())
    for table in tables:
        if table.sha256 != digest(table.frozen):
            raise ReleaseError(f"Tabellen {table.table_id} är inte som när den förbereddes.")
    before = Signing.objects.filter(release=release, state__in=UNDER_WAY).first()
    if before is not None and before.is_stuck(at):
        give_up(before, reason=NO_ANSWER, by=by, at=at)
    try:
        with transaction.atomic():
            signing = Signing.objects.create(
                release=release,
                publish_at=publish_at,
                digest=content_digest(tables),
                requested_by=by,
                requested_at=at,
                touched_at=at,
            )
    except IntegrityError as error:
        raise ReleaseError("Utkastet är redan godkänt och angrips just nu. Vänta tills det är klart.") from error
    details = {"publish_at": publish_at.isoformat() if publish_at else None}
    record("release_signing_asked_for", by=by, subject=signing, details=details, at=at)
    if in_background:
        transaction.on_commit(lambda: attack_signed_release.delay(signing.pk), robust=True)
    return signing
