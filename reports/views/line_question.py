"""The question that an address asks of live tables, within the reader's reach; shared by all pages that show them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from nch.accounts.doors import signed_in
from nch.accounts.enums import Right
from nch.accounts.permissions import access_of
from reports.forms import LEFT_OUT, LineFilterForm
from reports.statistics.definitions import Disclosure, Filter, TableDefinition
from reports.statistics.live import constructed_in
from reports.statistics.question import Question, Reading, whole_time
from reports.statistics.reach import Reach
from stodtelefon.selectors.recorded import recorded_months
from stodtelefon.selectors.tallies import tallied_lines_for, tallies_for

View = Callable[..., HttpResponse]
FILTER_NAMES = {
    Filter.LINE: "telefon",
    Filter.COUNTY: "län",
    Filter.CATEGORY: "den som ringer",
    Filter.EXPOSURE: "utsatthet",
}


@dataclass(frozen=True)
class Asked:
    """What the page is asked, and the form that says so."""

    question: Question
    form: LineFilterForm


def open_to_readers(view: View) -> View:
    """Open a page to those who see calls or statistics; what they see there is the tally's matter."""

    @wraps(view)
    def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        access = access_of(request.user)
        if not (access.may(Right.SEE_STATISTICS) or access.may(Right.SEE_CALLS)):
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(closed)


def ask(request: HttpRequest) -> Asked:
    """The question in the address. 404 for a line that the reader may not read."""
    user, now = signed_in(request), timezone.now()
    lines = tuple(tallied_lines_for(user))
    wanted = request.GET.get("telefon", "")
    line = next((one for one in lines if str(one.pk) == wanted), None)
    if wanted and line is None:
        raise Http404
    tallies = tallies_for(user)
    if line is not None:
        tallies = tallies.filter(line_id=line.pk)
    if not (constructed := request.GET.get("konstruerade") != LEFT_OUT):
        tallies = tallies.filter(constructed=False)
    recorded, reading = recorded_months(tallies, timezone.localdate(now)), Reading(tallies)
    form = LineFilterForm(request.GET, lines=lines, recorded=whole_time(recorded), reading=reading, at=now)
    question = Question(
        period=form.period_asked(),
        asked_at=timezone.localtime(now),
        reading=reading,
        lines=lines,
        chosen_line=line,
        constructed=constructed,
        recorded=recorded,
        reach=Reach(user),
        **form.narrowing(),
    )
    return Asked(question, form)


def answers(table: TableDefinition, question: Question) -> bool:
    """Whether the table can be narrowed as asked; a published one is as it is."""
    return table.disclosure == Disclosure.PUBLISHED or question.narrowed() <= table.answers_to


def settle_form(asked: Asked, table: TableDefinition | None = None) -> None:
    """Leave out of the form what does not help: constructed calls where there are none, filters that the table has not.

    Whether constructed calls count is asked where there are any, or where they have just been left out.
    """
    question = asked.question
    whole = whole_time(question.recorded)
    if question.constructed and not (whole and constructed_in(question, whole)):
        del asked.form.fields["konstruerade"]
    for one in Filter:
        if table is not None and one not in table.answers_to:
            asked.form.fields.pop(one.value, None)
