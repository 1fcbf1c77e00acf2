"""How a page is closed: to the sign-in page for those who have not signed in, 404 for those without the right."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponseBase

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of

View = Callable[..., HttpResponseBase]


def signed_in(request: HttpRequest) -> User:
    """The user behind a request that only those who have signed in can make; 404 for anybody else."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def right_required(right: Right) -> Callable[[View], View]:
    """Open a page to those who hold the right somewhere; what they see there is the selectors' matter."""

    def close(view: View) -> View:
        @wraps(view)
        def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not access_of(request.user).may(right):
                raise Http404
            return view(request, *args, **kwargs)

        return login_required(closed)

    return close


class RightRequiredMixin(LoginRequiredMixin):
    """The same for a class-based page."""

    right: ClassVar[Right]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not access_of(request.user).may(self.right):
            raise Http404
        return super().dispatch(request, *args, **kwargs)
