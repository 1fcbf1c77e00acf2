"""Pages of the code lists: what a call can be coded with, from when and until when."""

import datetime
from collections.abc import Iterable
from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.common.code_lists import breaks_in, chain_of, validity_of, words_of
from nch.common.code_lists.forms import EndCodeForm
from nch.common.formats import format_date
from stodtelefon.enums import CodeKind, Stage
from stodtelefon.forms.codes import CallCodeForm, NewCallCodeForm
from stodtelefon.models import Code, Guidance
from stodtelefon.selectors.code_changes import series_of
from stodtelefon.selectors.codes import codes
from stodtelefon.selectors.guidance import GUIDED, guidance_for
from stodtelefon.services import codes as services

LISTS: Final[dict[str, CodeKind]] = {
    "den-som-ringer": CodeKind.CALLER_CATEGORY,
    "fragan": CodeKind.TOPIC,
    "rad": CodeKind.ADVICE,
    "hanvisning": CodeKind.REFERRAL,
    "hanvisningens-utfall": CodeKind.REFERRAL_OUTCOME,
    "utsatthet": CodeKind.EXPOSURE,
}
"""The lists by their names in addresses, in the order in which a call is asked about."""

NAMES: Final = {kind: name for name, kind in LISTS.items()}
Tag = tuple[str, str]


def _kind(name: str) -> CodeKind:
    if name not in LISTS:
        raise Http404
    return LISTS[name]


def _code(pk: int) -> Code:
    return get_object_or_404(Code.objects.select_related("successor"), pk=pk)


def review_of(guidance: Guidance | None, today: datetime.date) -> Tag:
    """How the guidance of a code stands today."""
    if guidance is None:
        return "Saknas", "warning"
    if guidance.review_on < today:
        return "Ska ses över", "danger"
    return f"Ses över {format_date(guidance.review_on)}", "neutral"


@right_required(Right.KEEP_CODES)
@require_safe
def code_list(request: HttpRequest, name: str = "den-som-ringer") -> HttpResponse:
    """One of the lists with everything that has been in it, is, or will be, and the breaks that follow."""
    kind, today = _kind(name), timezone.localdate()
    entries = list(codes(kind).select_related("successor"))
    is_guided = kind in GUIDED
    guidance = {one.code_id: one for one in guidance_for(request.user).filter(code__kind=kind)} if is_guided else {}
    context = {
        "name": name,
        "kind": kind,
        "lists": [(one, LISTS[one].label) for one in LISTS],
        "rows": [(one, validity_of(one, today), review_of(guidance.get(one.pk), today)) for one in entries],
        "is_guided": is_guided,
        "has_stages": kind == CodeKind.EXPOSURE,
        "breaks": [words_of(one)[0] for one in breaks_in(entries, datetime.date.min, datetime.date.max)],
    }
    return render(request, "stodtelefon/code_list.html", context)


@right_required(Right.KEEP_CODES)
@require_safe
def code_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One code: how it stands, what came before and after, its series over the change, its guidance."""
    code, today = _code(pk), timezone.localdate()
    entries = list(codes(CodeKind(code.kind)))
    chain = chain_of(code, entries)
    is_guided = code.kind in GUIDED
    guidance = guidance_for(request.user).filter(code=code).first() if is_guided else None
    facts = [
        ("Kod", code.code),
        ("Engelsk benämning", code.label_en),
        ("Gäller från", format_date(code.valid_from)),
        ("Gäller till och med", format_date(code.valid_to) if code.valid_to else "Tills vidare"),
        ("Ersätter", ", ".join(one.label for one in entries if one.successor_id == code.pk)),
        ("Ersätts av", code.successor.label if code.successor else ""),
    ]
    if code.kind == CodeKind.EXPOSURE:
        facts.append(("Skeden", ", ".join(stage.label for stage in code.permitted_stages)))
    context = {
        "code": code,
        "name": NAMES[CodeKind(code.kind)],
        "list_label": CodeKind(code.kind).label,
        "facts": facts,
        "validity": validity_of(code, today),
        "may_end": code.valid_to is None,
        "may_undo": code.valid_to is not None and code.valid_to >= today,
        "may_remove": code.valid_from > today,
        "wordings": code.earlier_wordings.select_related("changed_by"),
        "chain": chain,
        "series": series_of(chain, entries, by=signed_in(request)),
        "is_guided": is_guided,
        "guidance": guidance,
        "review": review_of(guidance, today),
    }
    return render(request, "stodtelefon/code_detail.html", context)


def _ask(
    request: HttpRequest, *, heading: str, says: Iterable[str], yes: str, back: str, **values: Any
) -> HttpResponse:
    """Say what a change means before it is made; what was filled in is sent along."""
    kept = [(name, one) for name, many in request.POST.lists() for one in many if name not in values]
    kept = [(name, one) for name, one in kept if name != "csrfmiddlewaretoken"]
    context = {"heading": heading, "says": list(says), "yes": yes, "back": back, "kept": [*kept, *values.items()]}
    return render(request, "stodtelefon/code_confirm.html", context)


def _point_out(form: Form, error: services.CodeError) -> None:
    form.add_error(error.field if error.field in form.fields else None, error.message)


@right_required(Right.KEEP_CODES)
@require_http_methods(["GET", "HEAD", "POST"])
def code_new(request: HttpRequest, name: str) -> HttpResponse:
    """Add a code: first what it means for the statistics, then for real."""
    kind, now = _kind(name), timezone.now()
    last = codes(kind).last()
    initial = {"valid_from": timezone.localdate(now) + datetime.timedelta(days=1), "after": last}
    form = NewCallCodeForm(request.POST if request.method == "POST" else None, kind=kind, initial=initial)
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        values = form.cleaned_data
        values.setdefault("stages", [])
        try:
            if "confirmed" in request.POST:
                code = services.add_code(kind=kind, **values, by=signed_in(request), at=now)
                messages.success(request, f"”{code.label}” är tillagd i listan ”{kind.label}”.")
                return redirect("stodtelefon:code_detail", pk=code.pk)
            checked = {name: values[name] for name in ("letters", "valid_from", "stages")}
            services.check_new_code(kind=kind, **checked, at=now)
        except services.CodeError as error:
            _point_out(form, error)
        else:
            day = format_date(values["valid_from"])
            says = [
                f"Koden blir {values['letters']}. När den har börjat gälla kan den varken ändras eller tas bort.",
                f"”{values['label']}” kan väljas för samtal från och med {day}.",
                f"Serien bryts {day}: samtal som hade fått den nya koden är före dess kodade på annat sätt. "
                "Tabeller över listan får en anmärkning om det.",
                "Samtal som redan är registrerade ändras inte.",
            ]
            heading = f"Lägga till ”{values['label']}”?"
            return _ask(
                request, heading=heading, says=says, yes="Ja, lägg till koden", back=name, letters=values["letters"]
            )
    context = {"form": form, "name": name, "list_label": kind.label}
    return render(request, "stodtelefon/code_new.html", context, status=422 if form.errors else 200)


@right_required(Right.KEEP_CODES)
@require_http_methods(["GET", "HEAD", "POST"])
def code_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change wording, place and stages; another wording or other stages are asked about first, with what they mean."""
    code = _code(pk)
    kind = CodeKind(code.kind)
    before = codes(kind).filter(position__lt=code.position).last()
    initial = {"label": code.label, "label_en": code.label_en, "after": before, "stages": code.stages}
    form = CallCodeForm(request.POST if request.method == "POST" else None, kind=kind, code=code, initial=initial)
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        values = form.cleaned_data
        stages: list[Stage] = values.setdefault("stages", [])
        says = [*_about_wording(code, values["label"], values["label_en"]), *_about_stages(code, stages)]
        if says and "confirmed" not in request.POST:
            return _ask(request, heading=f"Ändra ”{code.label}”?", says=says, yes="Ja, ändra koden", back=NAMES[kind])
        try:
            services.change_code(code=code, **values, by=signed_in(request), at=timezone.now())
        except services.CodeError as error:
            _point_out(form, error)
        else:
            messages.success(request, "Ändringarna är sparade.")
            return redirect("stodtelefon:code_detail", pk=code.pk)
    context = {"form": form, "code": code, "name": NAMES[kind], "list_label": kind.label}
    return render(request, "stodtelefon/code_change.html", context, status=422 if form.errors else 200)


def _about_wording(code: Code, label: str, label_en: str) -> list[str]:
    """What another wording means; nothing where it stays."""
    pairs = ((code.label, label), (code.label_en, label_en))
    changed = [f"”{before}” blir ”{after}”." for before, after in pairs if before != after]
    if not changed:
        return []
    return [
        *changed,
        "Alla samtal som har koden visas med den nya benämningen, även äldre samtal och statistik.",
        "Den tidigare benämningen står kvar på kodens sida, med dagen och vem som ändrade.",
    ]


def _about_stages(code: Code, stages: list[Stage]) -> list[str]:
    """What other stages mean; nothing where they stay."""
    if {*stages} == {*code.stages}:
        return []
    gone = [stage.label for stage in code.permitted_stages if stage not in stages and stage != Stage.NONE]
    new = [stage.label for stage in stages if stage not in code.stages]
    says = [f"Nya skeden: {', '.join(new)}."] if new else []
    says += [f"Skeden som inte längre kan väljas: {', '.join(gone)}."] if gone else []
    return [
        *says,
        f"Serien bryts {format_date(timezone.localdate())} för ”{code.label}” efter skede. "
        "Antalet individer med utsattheten kan fortfarande jämföras.",
        "Individer som redan är registrerade behåller sitt skede.",
    ]


@right_required(Right.KEEP_CODES)
@require_http_methods(["GET", "HEAD", "POST"])
def code_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a code from a day, with or without a successor: first what it means, then for real."""
    code, now = _code(pk), timezone.now()
    form = EndCodeForm(
        request.POST if request.method == "POST" else None, entries=codes(CodeKind(code.kind)), code=code
    )
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        last_day, successor = form.cleaned_data["last_day"], form.cleaned_data["successor"]
        try:
            if "confirmed" in request.POST:
                services.end_code(code=code, last_day=last_day, successor=successor, by=signed_in(request), at=now)
                messages.success(request, f"”{code.label}” upphör efter {format_date(last_day)}.")
                return redirect("stodtelefon:code_detail", pk=code.pk)
            services.check_ending(code=code, last_day=last_day, successor=successor, at=now)
        except services.CodeError as error:
            _point_out(form, error)
        else:
            next_day = format_date(last_day + datetime.timedelta(days=1))
            after = f"därefter räknas de som ”{successor.label}”" if successor else "därefter finns ingen kod för dem"
            says = [
                f"Serien bryts {next_day}: samtal räknas som ”{code.label}” till och med {format_date(last_day)}, "
                f"{after}. Tabeller över listan får en anmärkning om det.",
                "Samtal som redan har koden behåller den, och den står kvar i statistiken för tiden före.",
                f"Du kan ångra till och med {format_date(last_day)}. Sedan kan koden inte tas i bruk igen.",
            ]
            return _ask(
                request,
                heading=f"Avsluta ”{code.label}”?",
                says=says,
                yes="Ja, avsluta koden",
                back=NAMES[CodeKind(code.kind)],
            )
    context = {"form": form, "code": code, "name": NAMES[CodeKind(code.kind)], "list_label": CodeKind(code.kind).label}
    return render(request, "stodtelefon/code_end.html", context, status=422 if form.errors else 200)


@right_required(Right.KEEP_CODES)
@require_POST
def code_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a code go on whose last day has not passed."""
    code = _code(pk)
    try:
        services.undo_ending(code=code, by=signed_in(request), at=timezone.now())
    except services.CodeError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"”{code.label}” gäller tills vidare.")
    return redirect("stodtelefon:code_detail", pk=code.pk)


@right_required(Right.KEEP_CODES)
@require_POST
def code_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a code that has not begun to be valid."""
    code = _code(pk)
    try:
        services.remove_code(code=code, by=signed_in(request), at=timezone.now())
    except services.CodeError as error:
        messages.error(request, error.message)
        return redirect("stodtelefon:code_detail", pk=code.pk)
    messages.success(request, f"”{code.label}” är borttagen. Den hade aldrig använts.")
    return redirect("stodtelefon:code_list", name=NAMES[CodeKind(code.kind)])
