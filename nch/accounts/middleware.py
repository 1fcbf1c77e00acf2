"""Guards on every signed-in request: a second factor exists, the session has not stood idle too long, and what is
answered is kept nowhere."""

import time
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from nch.common.answers import wants_data

GetResponse = Callable[[HttpRequest], HttpResponse]
_SECONDS_BETWEEN_MARKS = 60


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
                if wants_data(request):
                    return JsonResponse({"message": "Du har loggats ut."}, status=401)
                messages.info(request, "Du har loggats ut eftersom sidan inte använts på en stund. Utkast är sparade.")
                return redirect(f"{reverse('account_login')}?next={request.path}")
            if "seen_at" not in request.session or now - seen > _SECONDS_BETWEEN_MARKS:
                request.session["seen_at"] = now
        return self.get_response(request)


class KeepNowhereMiddleware:
    """Ask browsers and everything between to keep nothing of what a signed-in user is answered.

    So that the next person at the same computer finds nothing by going back. A page that has said otherwise itself,
    such as figures that are public, is left alone.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Asked before the answer: the page that signs out is private as well.
        is_private = request.user.is_authenticated
        response = self.get_response(request)
        if is_private:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


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
