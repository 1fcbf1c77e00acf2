"""Pages for asking centres for statistics, and for taking back what was asked by mistake."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from nch.accounts.doors import right_required, signed_in
from nch.accounts.enums import Right
from nch.common.answers import status_of
from nch.common.formats import as_key
from resurscentra.forms import PeriodForm
from resurscentra.models import StatisticsRound
from resurscentra.selectors.rounds import begun_returns
from resurscentra.services.asking import ReportingError
from resurscentra.services.rounds import OthersAreAskedError, check_round, open_round, withdraw_round


@right_required(Right.MANAGE_REPORTING)
def round_open(request: HttpRequest) -> HttpResponse:
    """Ask the working centres for statistics: first it is shown who they are, then they are asked."""
    form = PeriodForm(request.POST or None)
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        try:
            if "confirmed" not in request.POST:
                return _confirm(request, form)
            shown = [as_key(number) or 0 for number in request.POST.getlist("centre")]
            round_ = open_round(**form.cleaned_data, shown=shown, by=signed_in(request), at=timezone.now())
        except OthersAreAskedError as error:
            return _confirm(request, form, changed=str(error))
        except ReportingError as error:
            form.add_error(None, str(error))
        else:
            asked = "1 resurscentrum" if len(shown) == 1 else f"{len(shown)} resurscentrum"
            messages.success(request, f"Statistik för {round_} är begärd av {asked} och deras länsstyrelser.")
            return redirect("resurscentra:return_list")
    return render(request, "resurscentra/round_form.html", {"form": form}, status=status_of(form))


def _confirm(request: HttpRequest, form: PeriodForm, *, changed: str = "") -> HttpResponse:
    """Show who will be asked and who not. Raises ReportingError where the round cannot be opened."""
    days = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on", "due_on")}
    who = check_round(**days, at=timezone.now())
    kept = [(name, request.POST.get(name, "")) for name in form.fields]
    context = {
        "round": form.cleaned_data,
        "asked": who.asked,
        "left_out": who.left_out,
        "kept": [*kept, *(("centre", centre.pk) for centre in who.asked)],
        "changed": changed,
    }
    return render(request, "resurscentra/round_confirm.html", context, status=422 if changed else 200)


@right_required(Right.MANAGE_REPORTING)
def round_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a round that was opened by mistake, while nothing is begun in it; who has begun is said."""
    round_, refused = get_object_or_404(StatisticsRound, pk=pk), False
    if round_.withdrawn_at is not None:
        messages.info(request, f"Begäran om statistik för {round_} är redan tillbakatagen.")
        return redirect("resurscentra:return_list")
    if request.method == "POST":
        try:
            withdraw_round(round_=round_, by=signed_in(request), at=timezone.now())
        except ReportingError:
            # What stands in the way is told by the page itself.
            refused = True
        else:
            messages.success(request, f"Begäran om statistik för {round_} är tillbakatagen.")
            return redirect("resurscentra:return_list")
    context = {"round": round_, "begun": list(begun_returns(round_)), "asked": round_.returns.count()}
    return render(request, "resurscentra/round_withdraw.html", context, status=422 if refused else 200)
