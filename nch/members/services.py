"""Giving and ending access: invitations, memberships. Everything here is written to the log."""

import datetime
import hashlib
import logging
import secrets

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import ROLE_HOMES, Right, Role
from nch.accounts.models import Membership, User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.counties.models import Organisation
from nch.members.models import Invitation

INVITATION_DAYS = 14
_log = logging.getLogger(__name__)


class MembershipError(Exception):
    """The invitation or membership cannot be made; the message says why, in Swedish."""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def check_role_fits(role: str, organisation: Organisation) -> None:
    """Raise MembershipError where the role cannot be held at this kind of organisation."""
    if organisation.kind not in ROLE_HOMES[role]:
        raise MembershipError(f"Rollen ”{Role(role).label}” kan inte ges vid {organisation.name}.")


@transaction.atomic
def invite(
    *, email: str, organisation: Organisation, role: str, by: User, at: datetime.datetime | None = None
) -> Invitation:
    """Invite a person by mail to one role. The link holds the only copy of the token and works once for 14 days.

    Once the transaction is through, `invitation.sent` says whether the mail server took the mail.
    """
    require(by, Right.MANAGE_USERS)
    check_role_fits(role, organisation)
    _refuse_oneself(email=email, by=by)
    now = at or timezone.now()
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email.lower(),
        organisation=organisation,
        role=role,
        token_hash=_hash(token),
        invited_by=by,
        invited_at=now,
        expires_at=now + datetime.timedelta(days=INVITATION_DAYS),
    )
    record("user_invited", by=by, subject=invitation, organisation_id=organisation.pk, details={"role": role}, at=now)
    link = settings.SITE_URL + reverse("accept_invitation", args=[token])
    text = render_to_string("members/mail/invitation.txt", {"invitation": invitation, "link": link})
    transaction.on_commit(lambda: _send(invitation, text))
    return invitation


def _refuse_oneself(*, email: str, by: User) -> None:
    if email.lower() == by.email.lower():
        raise MembershipError("Du kan inte ge dig själv en roll. Be en annan administratör.")


def _send(invitation: Invitation, text: str) -> None:
    """Mail the link. A mail server that is down is told of in the log, without the address and the link."""
    try:
        send_mail("Inbjudan till NCH:s system", text, None, [invitation.email])
    except OSError as error:  # smtplib's errors are among them
        _log.error("invitation %s was not sent: %s", invitation.pk, type(error).__name__)
    else:
        invitation.sent = True


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Take back an invitation that nobody has accepted; its link no longer works."""
    require(by, Right.MANAGE_USERS)
    waiting = Invitation.objects.select_for_update().filter(pk=invitation.pk, accepted_at__isnull=True).first()
    if waiting is None:
        raise MembershipError("Inbjudan är redan besvarad eller borttagen.")
    record(
        "invitation_withdrawn",
        by=by,
        subject=waiting,
        organisation_id=waiting.organisation_id,
        details={"role": waiting.role},
    )
    waiting.delete()


def open_invitation(token: str) -> Invitation | None:
    """Return the invitation that the token opens, if it is neither used nor too old."""
    return (
        Invitation.objects.select_related("organisation")
        .filter(token_hash=_hash(token), accepted_at__isnull=True, expires_at__gt=timezone.now())
        .first()
    )


def invited_user(invitation: Invitation) -> User | None:
    """The account that already has the invited address, if there is one."""
    return User.objects.filter(email__iexact=invitation.email).first()


@transaction.atomic
def accept_invitation(*, token: str, display_name: str = "", password: str | None = None) -> User:
    """Make the account (or use the one with that address) and give it the role of the invitation.

    The right to give roles was the inviter's to have when inviting; that it has been lost since changes nothing.
    An existing account keeps its name and password: whoever holds the link proves the address, not the account.
    Raises MembershipError where the invitation has been used or is too old.
    """
    invitation = open_invitation(token)
    now = timezone.now()
    if not invitation or not Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True).update(
        accepted_at=now
    ):
        raise MembershipError("Inbjudan har redan använts eller är för gammal. Be om en ny.")
    user = invited_user(invitation)
    if user is None:
        if not password:
            raise MembershipError("Ange namn och lösenord för det nya kontot.")
        user = User.objects.create_user(invitation.email, password, display_name=display_name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _give(user=user, organisation=invitation.organisation, role=invitation.role, by=invitation.invited_by)
    return user


@transaction.atomic
def give_role(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    by: User | None,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
) -> Membership:
    """Give somebody else a role from a day on. `by` is None only where the system itself sets up its first users."""
    if by is not None:
        require(by, Right.MANAGE_USERS)
        _refuse_oneself(email=user.email, by=by)
    return _give(user=user, organisation=organisation, role=role, by=by, valid_from=valid_from, valid_to=valid_to)


def _give(
    *,
    user: User,
    organisation: Organisation,
    role: str,
    by: User | None,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
) -> Membership:
    """Make the membership and log it, whatever `by` may do today."""
    check_role_fits(role, organisation)
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                user=user,
                organisation=organisation,
                role=role,
                valid_from=valid_from or timezone.localdate(),
                valid_to=valid_to,
            )
    except IntegrityError as error:
        raise MembershipError(
            "Personen har redan den rollen, eller så ligger slutdatumet före startdatumet."
        ) from error
    record(
        "role_given",
        by=by,
        subject=membership,
        organisation_id=organisation.pk,
        details={"role": role, "user": user.pk},
    )
    return membership


@transaction.atomic
def end_role(*, membership: Membership, by: User, on: datetime.date | None = None) -> Membership:
    """End a membership; the person has it to the day before `on` (today, where nothing is said).

    Raises MembershipError where it has ended by then: when somebody had access is not rewritten.
    """
    require(by, Right.MANAGE_USERS)
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    last_day = (on or timezone.localdate()) - datetime.timedelta(days=1)
    if membership.valid_to is not None and membership.valid_to <= last_day:
        raise MembershipError("Rollen är redan avslutad.")
    if last_day < membership.valid_from:
        # It never came to hold a whole day: the constraint wants an end that is not before the beginning.
        membership.valid_from = last_day
    membership.valid_to = last_day
    membership.save(update_fields=["valid_from", "valid_to"])
    record(
        "role_ended",
        by=by,
        subject=membership,
        organisation_id=membership.organisation_id,
        details={"role": membership.role},
    )
    return membership
