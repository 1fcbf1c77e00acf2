"""What the pages of proposing share: the draft that saves itself, conditions in order, the budget shared out."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from grants.forms.decisions import ProposalForm, rearranged
from grants.models import Application, ProposalDraft
from grants.services.errors import GrantError, YearError
from grants.services.proposal_drafts import drop_draft, keep_draft, plain
from nch.accounts.doors import signed_in
from nch.common.answers import wants_data
from nch.common.formats import NotANumberError, format_time, parse_number

SharedOut = Callable[[int, Decimal], dict[str, Decimal]]


def grid_of(budget: dict[int, dict[str, Decimal]]) -> dict[str, dict[str, str]]:
    """A budget (year, category) as the grid of a form holds it (category, year)."""
    grid: dict[str, dict[str, str]] = {}
    for year, lines in budget.items():
        for category, amount in lines.items():
            grid.setdefault(category, {})[str(year)] = plain(amount)
    return grid


def typed_in(data: QueryDict) -> QueryDict:
    """What was typed on the page, without what the page itself sends along."""
    typed = data.copy()
    for name in ("csrfmiddlewaretoken", "action"):
        typed.pop(name, None)
    return typed


def kept_draft(application: Application, subject: str, request: HttpRequest) -> QueryDict | None:
    """What the user has typed of this proposal before, if anything."""
    draft = ProposalDraft.objects.filter(application=application, subject=subject, by=signed_in(request)).first()
    if draft is None:
        return None
    typed = QueryDict(mutable=True)
    for name, texts in draft.typed.items():
        typed.setlist(name, texts)
    return typed


def proposal_form(
    request: HttpRequest,
    *,
    application: Application,
    subject: str,
    form_class: type[ProposalForm],
    years: Sequence[int],
    initial: dict[str, Any],
    conditions: Sequence[str],
    shared_out: SharedOut,
    hand_over: Callable[[Any], object],
    done: str,
) -> tuple[ProposalForm, HttpResponse | None]:
    """The form of a page of proposing, and what to answer instead of showing it.

    `initial` and `conditions` are what it begins with where nothing was typed before; `hand_over` proposes what was
    filled in; `done` is where it then leads. Whatever is typed is kept, also when it cannot be handed over.
    """
    user, now = signed_in(request), timezone.now()
    if request.method != "POST":
        typed = kept_draft(application, subject, request)
        if typed is not None:
            return form_class.as_typed(typed, years=years), None
        start = {**initial, **{f"condition_{number}": text for number, text in enumerate(conditions)}}
        return form_class(years=years, conditions=len(conditions), initial=start), None
    action, typed = request.POST.get("action", "save"), typed_in(request.POST)
    if action == "share":
        typed = _with_budget_shared_out(typed, years, shared_out)
    elif action not in ("propose", "save"):
        typed = rearranged(typed, action)
    keep_draft(application=application, subject=subject, typed=dict(typed.lists()), by=user, at=now)
    if wants_data(request):
        return form_class.as_typed(typed, years=years), JsonResponse({"saved_at": format_time(now), "revisions": {}})
    if action != "propose":
        messages.info(request, "Utkastet är sparat. Bara du ser det.")
        return form_class.as_typed(typed, years=years), None
    form = form_class(typed, years=years, conditions=len([name for name in typed if name.startswith("condition_")]))
    if form.is_valid():
        try:
            hand_over(form)
        except YearError as error:
            name = f"amount_{error.year}"
            form.add_error(name if name in form.fields else None, str(error))
        except GrantError as error:
            form.add_error(None, str(error))
        else:
            drop_draft(application=application, subject=subject, by=user)
            messages.success(request, "Förslaget är lämnat till beslutsfattaren.")
            return form, redirect(done)
    return form, None


def _with_budget_shared_out(typed: QueryDict, years: Sequence[int], shared_out: SharedOut) -> QueryDict:
    """What was typed with every year's amount shared between the categories; unreadable amounts are left alone."""
    for year in years:
        try:
            amount = parse_number(typed.get(f"amount_{year}", "") or "0")
        except NotANumberError:
            continue
        for name in [name for name in typed if name.startswith("budget__") and name.endswith(f"__{year}")]:
            typed[name] = ""
        if amount > 0:
            for category, part in shared_out(year, amount).items():
                typed[f"budget__{category}__{year}"] = plain(part) if part else ""
    return typed
