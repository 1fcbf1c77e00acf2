"""How allauth is bent to our rules: accounts come by invitation, and the second factor is not optional."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up without an invitation (see services.accept_invitation)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class RequiredMfaAdapter(DefaultMFAAdapter):
    """The last second factor cannot be removed where one is required."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not settings.MFA_REQUIRED:
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
