"""Guidance: read while one talks, and kept beside the code lists."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from stodtelefon.enums import CodeKind
from stodtelefon.forms.codes import AdviceForm, GuidanceForm
from stodtelefon.guidance_text import written
from stodtelefon.models import Code
from stodtelefon.selectors.codes import codes
from stodtelefon.selectors.guidance import GUIDED, advice_for, versions_for
from stodtelefon.services.guidance import GuidanceError, write_guidance
from stodtelefon.views.codes import NAMES


@right_required(Right.SEE_CALLS)
@require_safe
@vary_on_headers("HX-Request")
def guidance(request: HttpRequest) -> HttpResponse:
    """The guidance for a topic and exposures, and the centres of a county: a page, or for a script a part of one."""
    user, asked, today = signed_in(request), request.GET, timezone.localdate()
    topic, county = asked.get("topic", ""), asked.get("county", "")
    advice = advice_for(user, topic=topic, exposures=asked.getlist("exposure"), county=county, on=today)
    if request.headers.get("HX-Request"):
        return render(request, "stodtelefon/guidance_fragment.html", {"advice": advice})
    topics, exposures = (list(codes(kind, on=today)) for kind in (CodeKind.TOPIC, CodeKind.EXPOSURE))
    form = AdviceForm(
        topics=topics, exposures=exposures, initial=asked.dict() | {"exposure": asked.getlist("exposure")}
    )
    context = {"advice": advice, "form": form, "may_log": access_of(user).may(Right.LOG_CALLS)}
    return render(request, "stodtelefon/guidance_page.html", context)


@right_required(Right.KEEP_CODES)
@require_http_methods(["GET", "HEAD", "POST"])
def guidance_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the next version of a code's guidance, with the earlier ones to read below."""
    user = signed_in(request)
    code = get_object_or_404(Code, pk=pk)
    if code.kind not in GUIDED:
        raise Http404
    versions = list(versions_for(user, code))
    current = versions[0] if versions else None
    initial = {"seen": 0, "responsible": user}
    if current is not None:
        initial = {
            "text": current.text,
            "links": written(current.named_links),
            "review_on": current.review_on,
            "responsible": current.responsible,
            "seen": current.number,
        }
    number = current.number if current else 0
    posted = request.POST.copy() if request.method == "POST" else None
    form = GuidanceForm(posted, initial=initial)
    was_overtaken = False
    if posted is not None and form.is_valid():
        was_overtaken = form.cleaned_data["seen"] != number
        try:
            write_guidance(code=code, **form.cleaned_data, by=user, at=timezone.now())
        except GuidanceError as error:
            form.add_error(error.field or None, error.message)
            # Whoever saves again has seen what the other one wrote: it is shown above the form.
            posted["seen"] = str(number)
        else:
            messages.success(request, f"Vägledningen för ”{code.label}” är sparad.")
            return redirect("stodtelefon:code_detail", pk=code.pk)
    context = {
        "form": form,
        "code": code,
        "name": NAMES[CodeKind(code.kind)],
        "list_label": CodeKind(code.kind).label,
        "versions": versions,
        "overtaken_by": current if was_overtaken else None,
    }
    return render(request, "stodtelefon/guidance_edit.html", context, status=422 if form.errors else 200)
