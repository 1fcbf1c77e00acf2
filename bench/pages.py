"""What is measured, as whom, and what it is measured against (design.md §9)."""

import datetime
import itertools
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from bench.seed.people import People
from bench.web import (
    MEASURED,
    WARM_UPS,
    Measurement,
    Question,
    Reply,
    Visitor,
    ask_in_turn,
    statements_of,
    summed_up,
)
from grants.enums import ApplicationState
from grants.models import Application
from grants.services.applications import start_application
from grants.services.calls import CallInput, CriterionInput, publish_call, save_call
from grants.standard_form import BUDGET_KEY
from nch.accounts.models import User
from nch.counties.models import County, Organisation
from nch.demo.build import budget, fill_in
from nch.demo.texts import APPLICATION_ANSWERS
from reports.statistics.registry import LINE_SECTIONS
from stodtelefon.enums import AgeGroup, CodeKind, Gender, Stage
from stodtelefon.selectors import codes

COUNTY = "12"  # Skåne
SECTION = "behov"
SUBMITS = 20
PAGE_TARGET, CALL_TARGET, STATISTICS_TARGET = 25.0, 20.0, 100.0
HYPHA_SUBMIT = 48.0
QUERY_TARGET = 12


def nothing(reply: Reply) -> None:
    """What most pages do with a reply."""


@dataclass(frozen=True)
class Page:
    """A page with its targets: the median in milliseconds and the number of queries, None where none has been set."""

    label: str
    make: Callable[[], Question]
    milliseconds: float | None = None
    queries: int | None = None
    expected: int = 200
    after: Callable[[Reply], None] = nothing
    measured: int = MEASURED

    def meets(self, found: Measurement) -> bool | None:
        """Whether both targets are kept; None where there are none."""
        if self.milliseconds is None and self.queries is None:
            return None
        slow = self.milliseconds is not None and found.median >= self.milliseconds
        return not slow and (self.queries is None or found.queries <= self.queries)

    def ask(self, port: int, times: int) -> list[Reply]:
        """Ask for the page so many times, one after another."""
        return ask_in_turn(port, self.make, expected=self.expected, after=self.after, times=times)

    def statements(self) -> tuple[int, int]:
        """How many queries it takes, and how many statements that begin and end transactions."""
        return statements_of(self.make, expected=self.expected, after=self.after)

    def run(self, port: int) -> Measurement:
        """Warm up, measure over HTTP, and count the queries of one more request in this process."""
        self.ask(port, WARM_UPS)
        return summed_up(self.ask(port, self.measured), *self.statements())


def reading_pages(people: People) -> list[Page]:
    """Lists, start pages and case pages: what must not grow with the number of applications."""
    return list(_reading(people))


def pages(people: People) -> list[Page]:
    """All pages, in the order in which they are measured; what they need is made here, through the services."""
    return [*_reading(people), *_applicants(people), *line_pages(people), *_statistics(people)]


def line_pages(people: People) -> list[Page]:
    """What is read and written of calls: what must not grow with their number."""
    return [*_support_line(people), *_line_statistics(people)]


def _reader(visitor: Visitor, path: str) -> Callable[[], Question]:
    return lambda: Question(visitor, path)


# --- Lists and cases ----------------------------------------------------------------------------------------------


def _reading(people: People) -> Iterator[Page]:
    officer = Visitor(people.officers[0])
    board = _busiest_board()
    county = Visitor(people.county_officers[board.pk])
    decided = Application.objects.filter(state=ApplicationState.DECIDED, organisation=board)
    address = reverse("grants:application_list")
    filtered = f"?q={quote('väst')}&state={ApplicationState.SUBMITTED}"
    for label, visitor, path in (
        ("applications, officer", officer, address),
        ("– sorted by organisation", officer, f"{address}?sort=organisation"),
        ("– text and state filtered", officer, address + filtered),
        ("– last page", officer, f"{address}?page=last"),
        ("– one county's own", county, address),
        ("cases, officer", officer, reverse("case_list")),
        ("start page, officer", officer, reverse("start")),
        ("start page, county", county, reverse("start")),
    ):
        yield Page(label, _reader(visitor, path), PAGE_TARGET, QUERY_TARGET)
    # As people work: an officer goes through the applications to one call, a county through its own latest ones.
    latest = decided.order_by("-submitted_at")
    of_a_call = Application.objects.filter(state=ApplicationState.DECIDED, call=latest[0].call_id)
    for label, visitor, shown, name, key in (
        ("decided application, officer", officer, of_a_call, "grants:application_detail", "pk"),
        ("– by its county", county, latest[:10], "grants:application_detail", "pk"),
        ("its case, officer", officer, of_a_call, "case_detail", "case_id"),
        ("– by its county", county, latest[:10], "case_detail", "case_id"),
    ):
        keys = itertools.cycle(shown.values_list(key, flat=True))
        yield Page(label, _page_of_next(visitor, name, keys), PAGE_TARGET, QUERY_TARGET)


def _busiest_board() -> Organisation:
    """The county with most to do: one with nothing to do has an empty start page, against which all others grow."""
    waiting = Count("tasks", filter=Q(tasks__done_at=None))
    return Organisation.objects.filter(kind="county_board").annotate(waiting=waiting).order_by("-waiting", "pk")[0]


def _page_of_next(visitor: Visitor, name: str, keys: Iterator[int]) -> Callable[[], Question]:
    return lambda: Question(visitor, reverse(name, args=[next(keys)]))


# --- Applicants ---------------------------------------------------------------------------------------------------


def _applicants(people: People) -> Iterator[Page]:
    first, *others = _fresh_drafts(people, SUBMITS + WARM_UPS + 3)
    writer = Visitor(first[1])
    autosave = _Autosave(writer, first[0])
    yield Page("draft's section, county", _reader(writer, autosave.path), PAGE_TARGET, QUERY_TARGET)
    yield Page("autosave of a section", autosave.make, after=autosave.after)
    submits = iter([(Visitor(user), application) for application, user in others])

    def submit() -> Question:
        visitor, application = next(submits)
        return Question(visitor, reverse("grants:application_submit", args=[application.pk]), form={})

    yield Page("submit an application", submit, HYPHA_SUBMIT, expected=302, measured=SUBMITS)


def _fresh_drafts(people: People, number: int) -> list[tuple[Application, User]]:
    """Complete drafts, each of another signatory as far as they suffice, in calls that open now."""
    now = timezone.now()
    officer, drafts = people.officers[0], []
    while len(drafts) < number:
        content = CallInput(
            title=f"Utvecklingsmedel {now:%Y-%m-%d %H:%M:%S}",
            purpose="Starta resurscentrum.",
            legal_basis="Förordningen (2022:1345)",
            opens_at=now - datetime.timedelta(hours=1),
            closes_at=now + datetime.timedelta(days=30),
            budgets={now.year: Decimal(15_000_000), now.year + 1: Decimal(15_000_000)},
            criteria=[CriterionInput("Behov i länet", "", 3)],
        )
        call = publish_call(call=save_call(content=content, by=officer, at=now), by=officer, at=now)
        answers = {**APPLICATION_ANSWERS, BUDGET_KEY: budget([now.year, now.year + 1], 400_000)}
        for user in people.signatories.values():
            organisation = user.memberships.get().organisation
            application = start_application(call=call, organisation=organisation, by=user, at=now)
            fill_in(application.response, answers, by=user, at=now)
            drafts.append((application, user))
    return drafts


class _Autosave:
    """A section that somebody writes in: each save changes one answer and names the revision that it builds on."""

    def __init__(self, visitor: Visitor, application: Application) -> None:
        self.visitor = visitor
        self.path = reverse("grants:application_section", args=[application.pk, SECTION])
        self.revision, self.saves = 1, 0

    def make(self) -> Question:
        self.saves += 1
        kept = {key: APPLICATION_ANSWERS[key] for key in ("har_resurscentrum", "forankring")}
        form = {
            **kept,
            **{f"rev_{key}": 1 for key in kept},
            "behovsinventering": f"{APPLICATION_ANSWERS['behovsinventering']} {self.saves}",
            "rev_behovsinventering": self.revision,
        }
        return Question(self.visitor, self.path, form=form, headers={"Accept": "application/json"})

    def after(self, reply: Reply) -> None:
        self.revision += 1


# --- The support line ---------------------------------------------------------------------------------------------


def _support_line(people: People) -> Iterator[Page]:
    staff = Visitor(people.line_staff)
    address = reverse("stodtelefon:call_list")
    year = timezone.localdate().year - 1
    yield Page("support calls", _reader(staff, address), STATISTICS_TARGET, QUERY_TARGET)
    yield Page(
        "– of one year and county", _reader(staff, f"{address}?period={year}&county={COUNTY}"), STATISTICS_TARGET
    )
    yield Page("form for a call", _reader(staff, reverse("stodtelefon:log_call")))
    chosen = {
        name: codes(kind).values_list("pk", flat=True)[0]
        for name, kind in (("caller_category", CodeKind.CALLER_CATEGORY), ("topic", CodeKind.TOPIC))
    }
    advice = list(codes(CodeKind.ADVICE).values_list("pk", flat=True)[:2])
    places = list(County.objects.values_list("code", flat=True))

    def log_call() -> Question:
        began = timezone.localtime(timezone.now() - datetime.timedelta(minutes=30))
        form = {
            **chosen,
            "idempotency_key": uuid.uuid4(),
            "county": random.choice(places),
            "municipality": "unknown",
            "advice": advice,
            "started_on": began.date().isoformat(),
            "started_time": f"{began:%H:%M}",
            "duration_minutes": 20,
            "channel": "phone",
            "individuals-TOTAL_FORMS": 2,
            "individuals-INITIAL_FORMS": 0,
        }
        for number in range(2):
            form |= {
                f"individuals-{number}-age_group": AgeGroup.FROM_13,
                f"individuals-{number}-gender": Gender.GIRL_OR_WOMAN,
                f"individuals-{number}-marriage": Stage.WORRY,
                f"individuals-{number}-abduction": "no",
                f"individuals-{number}-fgm": "no",
            }
        return Question(staff, reverse("stodtelefon:log_call"), form=form)

    yield Page("log a call, two individuals", log_call, CALL_TARGET, expected=302)


def _line_statistics(people: People) -> Iterator[Page]:
    officer, staff = Visitor(people.officers[0]), Visitor(people.line_staff)
    for section in LINE_SECTIONS:
        address = reverse("reports:line_section", args=[section.slug])
        label = f"dashboard: {section.label.lower()}"
        yield Page(label, _reader(officer, address), STATISTICS_TARGET, QUERY_TARGET)
    first, second = (reverse("reports:line_section", args=[section.slug]) for section in LINE_SECTIONS[:2])
    yield Page("– how much, all years", _reader(officer, f"{first}?period=alla"), STATISTICS_TARGET, QUERY_TARGET)
    yield Page("– who, all years", _reader(officer, f"{second}?period=alla"), STATISTICS_TARGET, QUERY_TARGET)
    yield Page("– how much, one county", _reader(officer, f"{first}?lan={COUNTY}"), STATISTICS_TARGET, QUERY_TARGET)
    yield Page("– how much, own line", _reader(staff, first), STATISTICS_TARGET, QUERY_TARGET)
    table = reverse("reports:line_table_file", args=["line-per-county", "csv"])
    yield Page("calls per county as CSV", _reader(officer, table), STATISTICS_TARGET, QUERY_TARGET)
    figure = reverse("reports:line_table_figure", args=["line-per-county", "figur", "svg"])
    yield Page("– as a figure, drawn before", _reader(officer, figure), STATISTICS_TARGET, QUERY_TARGET)
    explored = reverse("reports:explore_table", args=["line-calls-by-year-county-and-caller"])
    yield Page("explore: county and caller", _reader(officer, explored), STATISTICS_TARGET, QUERY_TARGET)
    by_month = reverse("reports:explore_table", args=["line-calls-by-month-and-county"])
    whole = reverse("reports:explore_file", args=["line-calls-by-month-and-county", "csv"])
    yield Page(
        "live table: month and county, all years, CSV", _reader(officer, f"{whole}?period=alla"), STATISTICS_TARGET
    )
    yield Page("– explored, some 6 000 cells", _reader(officer, f"{by_month}?period=alla"))
    turned = f"{explored}?period=alla&v.Category=total&v.Contents=calls&rad=County&kolumn=Year&visa=lan"
    yield Page("– county by year, all years", _reader(officer, turned), STATISTICS_TARGET, QUERY_TARGET)


# --- Statistics ---------------------------------------------------------------------------------------------------


def _statistics(people: People) -> Iterator[Page]:
    officer, anybody = Visitor(people.officers[0]), Visitor()
    table = reverse("reports:table_detail", args=["calls-per-year"])
    yield Page("table: calls per year", _reader(officer, table), STATISTICS_TARGET)
    data = reverse("api_data", args=["calls-per-year"])
    tags = [""]

    def remember(reply: Reply) -> None:
        tags[0] = reply.headers["ETag"]

    yield Page("API: the same as JSON-stat", _reader(anybody, data), STATISTICS_TARGET, after=remember)

    def ask_again() -> Question:
        return Question(anybody, data, headers={"If-None-Match": tags[0]})

    yield Page("– with If-None-Match", ask_again, STATISTICS_TARGET, expected=304)
