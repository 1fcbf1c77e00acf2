"""The way into an application: the call's eligibility questions first, where it has any."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from grants.enums import EligibilityEffect
from grants.forms.eligibility import EligibilityForm
from grants.selectors.applications import organisations_that_may_apply
from grants.selectors.calls import calls_for
from grants.services.applications import start_application
from grants.services.eligibility import NotEligibleError, deviating
from grants.services.errors import GrantError
from nch.accounts.doors import signed_in

WARNED = "vidare"
ANSWERED = "svar"


@login_required
def application_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an application for one of the user's organisations (POST).

    Where the call has eligibility questions they are asked first. An answer that ends the application is met with the
    reason, and nothing is created; one that warns with the warning, after which one may go on.
    """
    call = get_object_or_404(calls_for(request.user), pk=pk)
    if request.method != "POST":
        return redirect("grants:call_detail", pk=pk)
    by = signed_in(request)
    possible = organisations_that_may_apply(by, call)
    organisation = next((o for o in possible if str(o.pk) == request.POST.get("organisation")), None)
    if organisation is None:
        messages.error(request, "Er organisation har redan en ansökan, eller kan inte söka.")
        return redirect("grants:call_detail", pk=pk)
    questions = list(call.eligibility_questions.all())
    form = EligibilityForm(request.POST if ANSWERED in request.POST else None, questions=questions)
    context = {"call": call, "organisation": organisation, "form": form}
    answers: dict[int, str] = {}
    if questions:
        if not form.is_valid():
            return render(request, "grants/application_start.html", context, status=422 if form.is_bound else 200)
        answers = form.answers()
        ending = deviating(call, answers, EligibilityEffect.END)
        warnings = deviating(call, answers, EligibilityEffect.WARN)
        shown = request.POST.getlist(WARNED)
        if not ending and not {str(question.pk) for question in warnings} <= set(shown):
            return render(request, "grants/application_start.html", {**context, "warnings": warnings})
    try:
        application = start_application(
            call=call, organisation=organisation, eligibility_answers=answers, by=by, at=timezone.now()
        )
    except NotEligibleError as refused:
        context["ending"] = refused.questions
        return render(request, "grants/application_start.html", context, status=422)
    except GrantError as error:
        messages.error(request, str(error))
        return redirect("grants:call_detail", pk=pk)
    return redirect("grants:application_detail", pk=application.pk)
