"""What earlier rounds gave, year by year, with every total that its source gives otherwise than its parts add up to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from grants.outcomes import closing_of, cost_of, differences, total_of
from grants.selectors.earlier import earlier_outcomes_for
from nch.accounts.doors import right_required
from nch.accounts.enums import Right


@right_required(Right.SEE_CASES)
def earlier_outcomes(request: HttpRequest) -> HttpResponse:
    """The outcomes that the user may see; nothing in them is corrected."""
    years: dict[int, list[dict[str, object]]] = {}
    for row in earlier_outcomes_for(request.user):
        differing = {difference.label: difference for difference in differences(row)}
        years.setdefault(row.year, []).append(
            {
                "row": row,
                "total": (total_of(row), differing.get("Totalt belopp")),
                "cost": (cost_of(row), differing.get("Total kostnad")),
                "closing": (closing_of(row), differing.get("Utgående balans")),
            }
        )
    return render(request, "grants/ledger_earlier.html", {"years": sorted(years.items(), reverse=True)})
