"""The page of one's own keys to the API."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from nch.accounts.doors import signed_in
from nch.accounts.enums import TokenScope
from nch.accounts.selectors import tokens_of
from nch.common.fields import LineField
from nch.members.tokens import LONGEST_DAYS, TokenError, make_token, withdraw_token


class TokenForm(forms.Form):
    """What the key is for, what it opens, and how long it is to last."""

    name = LineField(label="Vad ska nyckeln användas till?", max_length=80)
    scope = forms.TypedChoiceField(
        label="Vad får programmet göra?",
        coerce=TokenScope,
        choices=TokenScope.choices,
        initial=TokenScope.READ,
        widget=forms.RadioSelect,
        help_text="Aldrig mer än du själv har rätt till. Behöriga företrädare lämnar in lägesbilder och statistik. "
        "Resurscentrumets samordnare lämnar in statistik.",
    )
    days = forms.TypedChoiceField(
        label="Hur länge ska den gälla?",
        coerce=int,
        choices=[(30, "30 dagar"), (90, "90 dagar"), (LONGEST_DAYS, "Ett år")],
        initial=90,
    )


@login_required
def api_tokens(request: HttpRequest) -> HttpResponse:
    """The user's keys, and a form for one more; a new key is shown in the answer and never again."""
    user = signed_in(request)
    form = TokenForm(request.POST or None)
    key = ""
    if request.method == "POST" and form.is_valid():
        try:
            _, key = make_token(**form.cleaned_data, by=user, at=timezone.now())
        except TokenError as error:
            form.add_error(None, str(error))
        else:
            form = TokenForm()
    now = timezone.now()
    rows = [(token, token.is_valid_at(now)) for token in tokens_of(user)]
    status = 422 if form.errors else 200
    answer = render(request, "members/api_tokens.html", {"form": form, "rows": rows, "key": key}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
def api_token_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an own key (POST)."""
    user = signed_in(request)
    token = get_object_or_404(tokens_of(user), pk=pk)
    if request.method == "POST":
        withdraw_token(token=token, by=user, at=timezone.now())
        messages.success(request, f"Nyckeln ”{token.name}” är återkallad.")
    return redirect("api_tokens")
