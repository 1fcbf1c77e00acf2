"""Building the demo through the services, so that it also proves them: real published facts, constructed examples.

What is constructed says so: its title ends in ”(konstruerat exempel)”, calls carry a mark, and every page of the
demo has a banner.
"""

import datetime
from collections.abc import Callable
from decimal import Decimal

from django.utils import timezone

from grants.enums import Outcome
from grants.models import Application, FundingCall
from grants.selectors.calls import criteria
from grants.services.applications import start_application, submit_application
from grants.services.assessments import submit_assessment
from grants.services.decisions import ProposalInput, propose_decision, sign_decision
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.audit.services import record
from nch.common.constructed import MARK
from nch.demo.assessing import assess_and_allocate
from nch.demo.calls import more_calls, national_call
from nch.demo.cast import CAST, engage
from nch.demo.completions import ask_for_completion
from nch.demo.decisions import decide_change, propose_half
from nch.demo.economic_reports import account_for_2025
from nch.demo.facts import load_facts
from nch.demo.follow_up import build_follow_up
from nch.demo.guidance import keep_demo_codes, write_demo_guidance
from nch.demo.lines import lay_demo_rota, open_demo_lines
from nch.demo.means import budget, declare_impartial, fill_in, moment, wanted_answers
from nch.demo.payments import stage_payments
from nch.demo.releases import release_calls, release_follow_up
from nch.demo.statistics_returns import build_statistics_returns
from nch.demo.support_calls import construct_later_calls, log_recent_calls
from nch.demo.texts import APPLICATION_ANSWERS, SITUATION_REPORT_ANSWERS, SITUATION_REPORT_THEMES
from resurscentra.models import SituationReport
from resurscentra.selectors import themes
from resurscentra.services import open_period, start_report, submit_report
from resurscentra.services.themes import code_report
from stodtelefon.services import construct_calls_2023

BUILT = "demo_built"
Say = Callable[[str], None]
Cast = dict[str, User]


def build(say: Say) -> None:
    """Build everything into an empty, migrated database; `say` is told each step. `is_built` tells when it is whole."""
    say("Publicerade uppgifter: län, kommuner, organisationer, resurscentrum och stödtelefon")
    load_facts(at=moment(2024, 1, 8))
    cast: Cast = {part.key: engage(part) for part in CAST}
    say("Stödtelefonen med 395 konstruerade samtal för 2023 och några veckors samtal före i dag")
    _support_lines(cast)
    say("Publicering av statistik, med små tal skyddade")
    release_calls(cast)
    say("Utlysningar, ansökningar och beslut")
    _decided_call(cast)
    stage_payments(cast)
    _open_call(cast)
    assess_and_allocate(cast)
    account_for_2025(cast)
    decide_change(cast, "gavleborg", at=moment(2026, 9, 7))
    _call_to_be_decided(cast)
    more_calls(cast)
    say("Lägesbilder")
    _situation_reports(cast)
    say("Statistik från resurscentrum")
    build_statistics_returns(cast)
    release_follow_up(cast)
    say("Frågor och påminnelser")
    build_follow_up(cast)
    record(BUILT, by=None)


def is_begun() -> bool:
    """Whether the database holds a demo, whole or not."""
    return User.objects.filter(is_demo_cast=True).exists()


def is_built() -> bool:
    """Whether the database holds a whole demo."""
    return AuditEvent.objects.filter(action=BUILT).exists()


def _support_lines(cast: Cast) -> None:
    open_demo_lines()
    lay_demo_rota(cast, at=timezone.now())
    keep_demo_codes(cast)
    write_demo_guidance(cast)
    construct_calls_2023(by=cast["line"], at=moment(2024, 1, 15))
    construct_later_calls(cast, at=timezone.now())
    log_recent_calls(cast, at=timezone.now())


def _application(call: FundingCall, cast: Cast, key: str, salaries: int, *, at: datetime.datetime) -> Application:
    """A started and filled-in application."""
    officer = cast[f"officer-{key}"]
    organisation = officer.memberships.get().organisation
    application = start_application(
        call=call, organisation=organisation, eligibility_answers=wanted_answers(call), by=officer, at=at
    )
    years = [row.year for row in call.budgets.all()]
    answers = {**APPLICATION_ANSWERS, "budget": budget(years, salaries)}
    fill_in(application.response, answers, by=officer, at=at + datetime.timedelta(hours=2))
    return application


def _assess(application: Application, cast: Cast, scores: dict[str, int], *, at: datetime.datetime) -> None:
    wanted = criteria(application.call)
    for officer, score in scores.items():
        declare_impartial(application, cast[officer], at=at)
        submit_assessment(
            application=application,
            scores=dict.fromkeys(wanted, (score, "Beskrivningen är tydlig och bygger på angivna underlag.")),
            comment="Ansökan håller ihop. Finansieringen efter bidragsperioden bör följas upp.",
            by=cast[officer],
            at=at + datetime.timedelta(hours=1),
        )


def _decided_call(cast: Cast) -> None:
    """The round of 2025, closed, with one decision in part."""
    call = national_call(cast, year=2025, opens=moment(2025, 2, 3), closes=moment(2025, 3, 31, 16))
    application = _application(call, cast, "gavleborg", 900_000, at=moment(2025, 2, 20))
    submit_application(application=application, by=cast["signatory-gavleborg"], at=moment(2025, 3, 12))
    _assess(application, cast, {"officer1": 4, "officer2": 3}, at=moment(2025, 4, 8))
    proposal = ProposalInput(
        outcome=Outcome.GRANTED_IN_PART,
        amounts={2025: Decimal(1_000_000), 2026: Decimal(900_000)},
        reasons=(
            "Ansökan visar ett tydligt behov och ett väl förankrat arbete. Kostnaderna för lokaler och resor är inte "
            "tillräckligt motiverade, och beloppet sätts därför lägre än det sökta."
        ),
        conditions=[
            "Medlen får användas för de kostnader som anges i ansökan.",
            "En lägesbild lämnas för varje period som NCH begär.",
            "Medel som inte har använts betalas tillbaka.",
        ],
    )
    decision = propose_decision(application=application, content=proposal, by=cast["officer1"], at=moment(2025, 5, 6))
    declare_impartial(application, cast["decision-maker"], at=moment(2025, 5, 14))
    sign_decision(decision=decision, by=cast["decision-maker"], at=moment(2025, 5, 14))


def _call_to_be_decided(cast: Cast) -> None:
    """The round of 2027, closed: two counties are assessed and proposed, and wait for the decision-maker."""
    call = national_call(cast, year=2027, opens=moment(2026, 8, 3), closes=moment(2026, 9, 30, 16))
    applications = []
    for key, salaries in (("sodermanland", 640_000), ("skane", 980_000)):
        application = _application(call, cast, key, salaries, at=moment(2026, 8, 24))
        submit_application(application=application, by=cast[f"signatory-{key}"], at=moment(2026, 9, 14))
        _assess(application, cast, {"officer1": 4, "officer2": 4}, at=moment(2026, 10, 12))
        applications.append(application)
    propose_half(applications, cast["officer1"], at=moment(2026, 11, 9))


def _open_call(cast: Cast) -> None:
    """The round of 2026 stays open through the year, so that the demo can be tried."""
    call = national_call(cast, year=2026, opens=moment(2026, 1, 12), closes=moment(2027, 1, 29, 16))
    submitted = _application(call, cast, "sodermanland", 760_000, at=moment(2026, 2, 9))
    submit_application(application=submitted, by=cast["signatory-sodermanland"], at=moment(2026, 3, 2))
    incomplete = _application(call, cast, "vastra-gotaland", 1_150_000, at=moment(2026, 2, 12))
    submit_application(application=incomplete, by=cast["signatory-vastra-gotaland"], at=moment(2026, 3, 9))
    ask_for_completion(incomplete, cast["officer1"], due_on=datetime.date(2026, 12, 18), at=moment(2026, 11, 10))
    # Empty, so that the answers of the year before can be taken over.
    start_application(
        call=call,
        organisation=cast["officer-gavleborg"].memberships.get().organisation,
        eligibility_answers=wanted_answers(call),
        by=cast["officer-gavleborg"],
        at=moment(2026, 11, 12),
    )
    draft = start_application(
        call=call,
        organisation=cast["officer-skane"].memberships.get().organisation,
        eligibility_answers=wanted_answers(call),
        by=cast["officer-skane"],
        at=moment(2026, 3, 20),
    )
    begun = {key: APPLICATION_ANSWERS[key] for key in ("behovsinventering", "har_resurscentrum", "forankring")}
    fill_in(draft.response, begun, by=cast["officer-skane"], at=moment(2026, 3, 20, 14))


def _situation_reports(cast: Cast) -> None:
    """One period that two counties have answered, and one that waits."""
    past = open_period(
        title=f"April–december 2025 {MARK}",
        starts_on=datetime.date(2025, 4, 1),
        ends_on=datetime.date(2025, 12, 31),
        due_on=datetime.date(2026, 1, 31),
        by=cast["officer1"],
        at=moment(2025, 12, 1),
    )
    for key in ("gavleborg", "skane"):
        officer, signatory = cast[f"officer-{key}"], cast[f"signatory-{key}"]
        organisation = officer.memberships.get().organisation
        report = SituationReport.objects.select_related("period__version", "organisation", "centre").get(
            period=past, organisation=organisation
        )
        start_report(report=report, by=officer, at=moment(2026, 1, 12))
        report.refresh_from_db()
        if report.response is not None:
            fill_in(report.response, SITUATION_REPORT_ANSWERS, by=officer, at=moment(2026, 1, 13))
        submit_report(report=report, by=signatory, at=moment(2026, 1, 20))
        # As the constructed text has it: what is needed is seen, what is there is built on; distances and schools.
        found = [theme for theme in themes() if theme.key in SITUATION_REPORT_THEMES]
        code_report(report=report, themes=found, version=0, by=cast["officer1"], at=moment(2026, 2, 5))
    open_period(
        title=f"Januari–december 2026 {MARK}",
        starts_on=datetime.date(2026, 1, 1),
        ends_on=datetime.date(2026, 12, 31),
        due_on=datetime.date(2027, 1, 31),
        by=cast["officer1"],
        at=moment(2026, 10, 1),
    )
