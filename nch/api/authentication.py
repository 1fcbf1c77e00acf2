"""Who is behind a call of the closed API: a personal key, or the session of somebody who is signed in."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from nch.accounts.backends import MembershipBackend
from nch.accounts.models import ApiToken, User
from nch.members.tokens import token_for


class WrongKeyThrottle(SimpleRateThrottle):
    """So many wrong keys per address.

    Keys that are right are let through meanwhile: nobody guesses 256 random bits, and colleagues behind the same
    address need not suffer from a program that goes on with a key that has expired.
    """

    scope = "wrong_key"

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}

    def count(self, request: Request) -> None:
        """Count one more wrong key. Raises Throttled where there have been too many."""
        view: Any = None  # who calls is known before there is a view to ask for
        if not self.allow_request(request, view):
            raise Throttled(self.wait())


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer nch_…`: opens what the key's owner may read; what its scope is, the views ask."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        kind, _, key = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = token_for(key.strip(), at=timezone.now())
        user = MembershipBackend().get_user(token.owner_id) if token is not None else None
        if token is None or user is None or not user.is_active:
            WrongKeyThrottle().count(request)
            raise AuthenticationFailed("Nyckeln gäller inte. Den kan ha gått ut eller återkallats.")
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="NCH"'


class TokenScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI description tells of it."""

    target_class = "nch.api.authentication.TokenAuthentication"
    name = "personalKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": (
                "En personlig nyckel, skapad under Min behörighet. Den ger ägarens läsrätt, och får "
                "lämna lägesbilder och statistik om den är skapad för det."
            ),
        }


class ReaderRateThrottle(SimpleRateThrottle):
    """So many calls per key, or per person who is signed in."""

    scope = "reader"

    def get_cache_key(self, request: Request, view: Any) -> str:
        reader = f"key-{request.auth.pk}" if isinstance(request.auth, ApiToken) else f"user-{request.user.pk}"
        return self.cache_format % {"scope": self.scope, "ident": reader}


AUTHENTICATION = (TokenAuthentication, SessionAuthentication)
