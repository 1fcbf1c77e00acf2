"""Centres beside each other: what they handed in of a round, and whether they handed in, round after round."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from nch.accounts.doors import right_required
from nch.accounts.enums import Right
from nch.counties.selectors import counties
from nch.questionnaires.counts import CountSums, in_words
from resurscentra.enums import ReturnState
from resurscentra.forms import ComparisonForm
from resurscentra.selectors.returns import ReturnedStatistics, returned_statistics, returns_for, rounds_for
from resurscentra.statistics_form import (
    CONTACTS,
    INDIVIDUALS,
    MEETINGS,
    OCCASIONS,
    PARTICIPANTS,
    TRAININGS,
)

NOT_APPLICABLE = "e.t."
_NUMBERS: tuple[tuple[str, str, Callable[[CountSums], int | None]], ...] = (
    ("Individer som fått stöd", INDIVIDUALS, lambda sums: sums.total),
    ("Kontakter med yrkesverksamma", CONTACTS, lambda sums: sums.total),
    ("Utbildningstillfällen", TRAININGS, lambda sums: sums.column(OCCASIONS)),
    ("Deltagare", TRAININGS, lambda sums: sums.column(PARTICIPANTS)),
    ("Möten", MEETINGS, lambda sums: sums.total),
)


@right_required(Right.SEE_RETURNS)
def return_comparison(request: HttpRequest) -> HttpResponse:
    """The centres within the reader's reach, by the round that is chosen, and by all rounds."""
    rounds = list(rounds_for(request.user))
    returned = returned_statistics(returns_for(request.user))
    form = ComparisonForm(request.GET or None, rounds=rounds)
    wanted = form.cleaned_data["round"] if form.is_valid() else None
    # Without a choice, the latest round in which something counts.
    wanted = wanted or next((one.round for one in reversed(returned) if one.is_counted), None)
    chosen = next((round_ for round_ in rounds if round_.pk == wanted), None)
    form.initial = {"round": chosen.pk if chosen else None}
    names = {county.code: county.name for county in counties()}
    rows = [one for one in returned if chosen is not None and one.round == chosen.pk]
    context = {
        "filter_form": form,
        "round": chosen,
        "heads": [label for label, _, _ in _NUMBERS],
        "rows": [(names.get(one.county, ""), one.centre, _numbers(one)) for one in rows],
        "handed_in": sum(1 for one in rows if one.is_counted),
        "rounds": list(reversed(rounds)),
        "history": _history(returned, [round_.pk for round_ in reversed(rounds)], names),
    }
    return render(request, "resurscentra/return_comparison.html", context)


def _numbers(one: ReturnedStatistics) -> list[str]:
    return [
        NOT_APPLICABLE if grid in one.not_applicable else in_words(number(CountSums(one.tables.get(grid))))
        for _, grid, number in _NUMBERS
    ]


def _history(
    returned: list[ReturnedStatistics], rounds: list[int], names: dict[str, str]
) -> list[tuple[str, str, list[tuple[str, str, str] | None]]]:
    """County, centre, and for each round the label, its tone and what more there is to say; None where not asked."""
    of_centre: dict[tuple[str, str], dict[int, ReturnedStatistics]] = {}
    for one in returned:
        of_centre.setdefault((one.county, one.centre), {})[one.round] = one
    order = list(names)
    return [
        (names.get(county, ""), centre, [_state(there[pk]) if pk in there else None for pk in rounds])
        for (county, centre), there in sorted(of_centre.items(), key=lambda item: order.index(item[0][0]))
    ]


def _state(one: ReturnedStatistics) -> tuple[str, str, str]:
    if one.state == ReturnState.RETURNED:
        return "Återsänd", "warning", ""
    if one.handed_in_on is None:
        late = one.due_on < timezone.localdate()
        return ("Saknas", "danger", "") if late else ("Väntar", "neutral", "")
    left_out = len(one.not_applicable)
    told = f"{left_out} ej tillämplig{'' if left_out == 1 else 'a'}" if left_out else ""
    return ("I tid" if one.handed_in_on <= one.due_on else "Sent"), "success", told
