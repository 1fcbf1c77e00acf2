"""Two guards on every signed-in request: a second factor exists, and the session has not stood idle too long."""

import time
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

GetResponse = Callable[[HttpRequest], HttpResponse]
_SECONDS_BETWEEN_MARKS = 60


def _wants_data(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


class IdleTimeoutMiddleware:
    """Sign out a session that has stood idle for SESSION_IDLE_MINUTES; drafts are saved already."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get("seen_at", now)
            if now - seen > settings.SESSION_IDLE_MINUTES * 60:
                logout(request)
                if _wants_data(request):
                    return JsonResponse({"message": "Du har loggats ut."}, status=401)
                messages.info(request, "Du har loggats ut eftersom sidan inte använts på en stund. Utkast är sparade.")
                return redirect(f"{reverse('account_login')}?next={request.path}")
            if "seen_at" not in request.session or now - seen > _SECONDS_BETWEEN_MARKS:
                request.session["seen_at"] = now
        return self.get_response(request)


class RequireMfaMiddleware:
    """Lead whoever has no second factor yet to the page that sets one up; nothing else opens before that."""

    open_paths = ("/konto/", "/static/", "/halsa/")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        concerned = settings.MFA_REQUIRED and request.user.is_authenticated
        if concerned and not request.path.startswith(self.open_paths) and not self._has_second_factor(request):
            return redirect("mfa_index")
        return self.get_response(request)

    @staticmethod
    def _has_second_factor(request: HttpRequest) -> bool:
        if not request.session.get("has_second_factor"):
            factors = Authenticator.objects.filter(user_id=request.user.pk)
            if not factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
                return False
            # Safe to remember: RequiredMfaAdapter never lets the last factor go.
            request.session["has_second_factor"] = True
        return True
