"""Pages of releases, for those who prepare and sign them."""

from collections import Counter
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nch.accounts.doors import View, right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from nch.common.lists import PAGE_SIZE
from nch.common.transitions import TransitionError
from nch.common.work import standing_of
from reports.enums import ReleaseState
from reports.forms import ReleaseForm, SignReleaseForm, WithdrawReleaseForm
from reports.models import Preparation, Release
from reports.selectors import latest_signing, preparations_for, releases_for, version_before
from reports.services.preparations import ask_again, ask_for_release
from reports.services.releases import (
    ReleaseError,
    discard_release,
    releasable_years,
    withdraw_release,
)
from reports.services.signings import ask_to_sign
from reports.statistics.cube import Cube, thaw
from reports.statistics.disclosure.policy import Reason
from reports.statistics.glance import changes_between
from reports.statistics.grid import lay_out
from reports.statistics.registry import RELEASABLE
from reports.statistics.renderers.figure import to_figure
from reports.views import figures

TONES = {
    ReleaseState.DRAFT: "neutral",
    ReleaseState.SIGNED: "success",
    ReleaseState.DISCARDED: "neutral",
    ReleaseState.WITHDRAWN: "danger",
}
REASONS = {
    Reason.SMALL: "litet tal",
    Reason.RESPONDENTS: "för få som har svarat",
    Reason.EARLIER: "dolt i en tidigare publicering",
    Reason.SECONDARY: "skulle avslöja ett annat tal",
    Reason.DERIVED: "räknat på ett dolt tal",
}
MOST_CHANGES = 200
MOST_PREPARATIONS = 5
"""Drafts that are being prepared, or could not be, that the list shows."""


def _for_publishers(view: View) -> View:
    """Open a page to those who prepare or sign releases."""

    @wraps(view)
    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        access = access_of(request.user)
        if not (access.may(Right.PREPARE_RELEASES) or access.may(Right.SIGN_RELEASES)):
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(closed)


@_for_publishers
@require_GET
@never_cache
def release_list(request: HttpRequest) -> HttpResponse:
    """All releases, the latest first."""
    now = timezone.now()
    page = Paginator(releases_for(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "releases": [(one, *_standing(one)) for one in page],
        "preparations": [
            (one, standing_of(one, at=now))
            for one in preparations_for(request.user).filter(release=None)[:MOST_PREPARATIONS]
        ],
        "may_prepare": access_of(request.user).may(Right.PREPARE_RELEASES),
    }
    return render(request, "reports/releases/list.html", context)


@right_required(Right.PREPARE_RELEASES)
@require_http_methods(["GET", "HEAD", "POST"])
def release_create(request: HttpRequest) -> HttpResponse:
    """Choose tables and years; a draft with everything hidden that has to be is prepared while one follows it."""
    user, now = signed_in(request), timezone.now()
    offered = releasable_years(user, at=now)
    form = ReleaseForm(request.POST if request.method == "POST" else None, offered=offered)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            preparation = ask_for_release(
                title=chosen["title"],
                table_ids=chosen["tables"],
                first_year=chosen["first_year"],
                last_year=chosen["last_year"],
                by=user,
                at=now,
            )
        except ReleaseError as error:
            form.add_error(error.field or None, str(error))
        else:
            return redirect("reports:preparation_detail", pk=preparation.pk)
    context = {"form": form, "offered": offered}
    return render(request, "reports/releases/create.html", context, status=422 if form.errors else 200)


@right_required(Right.PREPARE_RELEASES)
@require_GET
@never_cache
def preparation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a draft has come; when it is there, the draft."""
    preparation = _preparation(request, pk)
    if preparation.release_id is not None:
        return redirect("reports:release_detail", pk=preparation.release_id)
    context = {"preparation": preparation, "standing": standing_of(preparation, at=timezone.now())}
    return render(request, "reports/releases/preparation.html", context)


@right_required(Right.PREPARE_RELEASES)
@require_GET
@never_cache
def preparation_status(request: HttpRequest, pk: int) -> JsonResponse:
    """How far the draft has come, for the page's script."""
    return standing_of(_preparation(request, pk), at=timezone.now()).answer()


@right_required(Right.PREPARE_RELEASES)
@require_POST
def preparation_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask again for a draft that failed."""
    try:
        ask_again(preparation=_preparation(request, pk), by=signed_in(request), at=timezone.now())
    except TransitionError as error:
        messages.error(request, str(error))
    return redirect("reports:preparation_detail", pk=pk)


@_for_publishers
@require_GET
@never_cache
def release_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One release: its tables, what is hidden, the audit, and what can be done with it."""
    return _page(request, _release(request, pk))


@right_required(Right.SIGN_RELEASES)
@require_POST
def release_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a draft off; that takes effect when it has been attacked, which the page of the release follows."""
    release, form = _release(request, pk), SignReleaseForm(request.POST)
    if form.is_valid():
        try:
            ask_to_sign(
                release=release, publish_at=form.cleaned_data["publish_at"], by=signed_in(request), at=timezone.now()
            )
        except ReleaseError as error:
            form.add_error(error.field or None, str(error))
        else:
            return redirect("reports:release_detail", pk=pk)
    return _page(request, _release(request, pk), sign=form, status=422)


@_for_publishers
@require_GET
@never_cache
def release_signing(request: HttpRequest, pk: int) -> JsonResponse:
    """How far the attack on a signed draft has come, for the page's script."""
    signing = latest_signing(_release(request, pk))
    if signing is None:
        raise Http404
    return standing_of(signing, at=timezone.now()).answer()


@right_required(Right.PREPARE_RELEASES)
@require_POST
def release_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft aside."""
    try:
        discard_release(release=_release(request, pk), by=signed_in(request), at=timezone.now())
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Utkastet är kasserat.")
    return redirect("reports:release_detail", pk=pk)


@right_required(Right.SIGN_RELEASES)
@require_POST
def release_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a signed release back."""
    release, form = _release(request, pk), WithdrawReleaseForm(request.POST)
    if form.is_valid():
        try:
            withdraw_release(
                release=release, reason=form.cleaned_data["reason"], by=signed_in(request), at=timezone.now()
            )
        except (ReleaseError, TransitionError) as error:
            form.add_error(getattr(error, "field", "") or None, str(error))
        else:
            messages.success(request, "Publiceringen är återkallad.")
            return redirect("reports:release_detail", pk=pk)
    return _page(request, _release(request, pk), withdraw=form, status=422)


@_for_publishers
@require_GET
@never_cache
def release_table(request: HttpRequest, pk: int, table_id: str) -> HttpResponse:
    """One table of a release as it will be seen: what is hidden and why, and what has changed."""
    release = _release(request, pk)
    table = get_object_or_404(release.tables, table_id=table_id)
    cube, before = thaw(table.frozen["sv"]), version_before(table)
    changes = changes_between(thaw(before.frozen["sv"]), cube) if before else []
    context = {
        "release": release,
        "cube": cube,
        "grid": lay_out(cube),
        "figures": [to_figure(one) for one in figures.drawn(cube, RELEASABLE[table_id].more_charts).values()],
        "hidden": [(REASONS[Reason(reason)], number) for reason, number in Counter(table.hidden.values()).items()],
        "before": before,
        "changes": changes[:MOST_CHANGES],
        "number_of_changes": len(changes),
    }
    return render(request, "reports/releases/table.html", context)


def _preparation(request: HttpRequest, pk: int) -> Preparation:
    return get_object_or_404(preparations_for(request.user), pk=pk)


def _release(request: HttpRequest, pk: int) -> Release:
    return get_object_or_404(releases_for(request.user), pk=pk)


def _page(
    request: HttpRequest,
    release: Release,
    *,
    sign: SignReleaseForm | None = None,
    withdraw: WithdrawReleaseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user, access = signed_in(request), access_of(request.user)
    label, tone = _standing(release)
    tables = [
        (table, RELEASABLE[table.table_id].title.sv, _size(thaw(table.frozen["sv"])), len(table.hidden))
        for table in release.tables.defer("ground")
        if table.table_id in RELEASABLE
    ]
    signing = latest_signing(release) if release.state == ReleaseState.DRAFT else None
    standing = standing_of(signing, at=timezone.now()) if signing else None
    is_attacked = standing is not None and standing.under_way and not standing.stuck
    is_draft, is_signed = release.state == ReleaseState.DRAFT, release.state == ReleaseState.SIGNED
    may_sign = access.may(Right.SIGN_RELEASES)
    context = {
        "release": release,
        "label": label,
        "tone": tone,
        "tables": tables,
        "audit": release.audit,
        "hidden": [(REASONS[Reason(one)], count) for one, count in release.audit["hidden"].items() if count],
        "own": is_draft and release.prepared_by_id == user.pk,
        "signing": signing,
        "standing": standing,
        "sign": sign or SignReleaseForm()
        if is_draft and may_sign and release.prepared_by_id != user.pk and not is_attacked
        else None,
        "may_discard": is_draft and access.may(Right.PREPARE_RELEASES),
        "withdraw": withdraw or WithdrawReleaseForm() if is_signed and may_sign else None,
    }
    return render(request, "reports/releases/detail.html", context, status=status)


def _size(cube: Cube) -> int:
    return len(cube.values)


def _standing(release: Release) -> tuple[str, str]:
    """How a release stands, in words and as a tone; whether it is public follows from the clock."""
    state = ReleaseState(release.state)
    if state == ReleaseState.SIGNED and release.publish_at is not None:
        is_out = release.publish_at <= timezone.now()
        return ("Publicerad", "success") if is_out else ("Godkänd, väntar på sin dag", "info")
    return state.label, TONES[state]
