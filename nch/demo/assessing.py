"""A closed round in the demo that is assessed, talked over and shared out, so that its pages have something on them."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from grants.enums import AssessmentKind
from grants.models import Application, FundingCall
from grants.selectors.allocation import Wish, basis_of
from grants.selectors.calls import criteria
from grants.services.allocation import adopt_plan, save_plan
from grants.services.applications import start_application, submit_application
from grants.services.assessments import add_note, submit_assessment
from grants.services.assignments import assign
from grants.services.calls import CallInput, CriterionInput, publish_call, save_call
from nch.accounts.models import User
from nch.common.constructed import MARK
from nch.demo.cast import Cast
from nch.demo.means import budget, declare_impartial, fill_in, moment
from nch.demo.texts import APPLICATION_ANSWERS

OFFICERS = ("officer1", "officer2")
# Scores of the two officers, criterion by criterion; in Skåne they differ and write a common assessment.
SCORES = {
    "skane": ((5, 5, 4, 4), (5, 3, 4, 2)),
    "sodermanland": ((3, 4, 3, 2), (3, 4, 3, 3)),
    "vastra-gotaland": ((4, 4, 5, 4), (4, 4, 4, 4)),
}
SALARIES = {"skane": 640_000, "sodermanland": 820_000, "vastra-gotaland": 900_000}
HAS_CENTRE = {"skane": "yes", "sodermanland": "no", "vastra-gotaland": "yes"}


def assess_and_allocate(cast: Cast) -> None:
    """Build the extra round of 2026: three applications, assignments, assessments, two plans, one of them adopted."""
    call = _call(cast["officer1"])
    applications = {key: _application(call, cast, key) for key in SCORES}
    officers = [cast[key] for key in OFFICERS]
    assign(
        call=call,
        wanted=dict.fromkeys(applications.values(), officers),
        due_on=datetime.date(2026, 5, 29),
        by=cast["officer1"],
        at=moment(2026, 5, 4),
    )
    for key, application in applications.items():
        _assess(application, cast, SCORES[key])
    _together(applications["skane"], cast["officer1"])
    _share_out(call, cast["officer1"], applications)


def _call(by: User) -> FundingCall:
    call = save_call(
        content=CallInput(
            title=f"Utvecklingsmedel till resurscentrum 2026, extra omgång {MARK}",
            purpose="Medel som blev över fördelas till länsstyrelser som vill starta eller utveckla ett resurscentrum.",
            legal_basis="Regeringens uppdrag om regionala resurscentrum 2026–2028 och förordningen (2022:1345)",
            opens_at=moment(2026, 3, 2),
            closes_at=moment(2026, 4, 30, 16),
            is_development_money=True,
            budgets={2026: Decimal(2_400_000), 2027: Decimal(2_000_000)},
            criteria=[
                CriterionInput("Behov i länet", "Hur väl är behovet underbyggt?", 3),
                CriterionInput("Förankring och samverkan", "Har parternas ledningar ställt sig bakom?", 3),
                CriterionInput("Genomförande", "Är mål, aktiviteter och tidsplan rimliga?", 2),
                CriterionInput("Långsiktig finansiering", "Kan centrumet bära sig efter bidragsperioden?", 2),
            ],
        ),
        by=by,
        at=moment(2026, 2, 2),
    )
    return publish_call(call=call, by=by, at=moment(2026, 2, 9))


def _application(call: FundingCall, cast: Cast, key: str) -> Application:
    officer = cast[f"officer-{key}"]
    organisation = officer.memberships.get().organisation
    application = start_application(call=call, organisation=organisation, by=officer, at=moment(2026, 3, 16))
    answers = {
        **APPLICATION_ANSWERS,
        "har_resurscentrum": HAS_CENTRE[key],
        "nulage": "Centrumet ger råd till yrkesverksamma per telefon.",
        "budget": budget([2026, 2027], SALARIES[key]),
    }
    fill_in(application.response, answers, by=officer, at=moment(2026, 3, 16, 13))
    return submit_application(application=application, by=cast[f"signatory-{key}"], at=moment(2026, 4, 21))


def _assess(application: Application, cast: Cast, given: tuple[tuple[int, ...], ...]) -> None:
    wanted = criteria(application.call)
    for officer, scores in zip(OFFICERS, given, strict=True):
        declare_impartial(application, cast[officer], at=moment(2026, 5, 11))
        reasons = (
            "Väl underbyggt med egna siffror.",
            "Ledningarna är med.",
            "Planen går att följa.",
            "Delvis klarlagt.",
        )
        submit_assessment(
            application=application,
            scores={c: (score, reason) for c, score, reason in zip(wanted, scores, reasons, strict=True)},
            comment="Ansökan håller ihop.",
            by=cast[officer],
            at=moment(2026, 5, 18),
        )


def _together(application: Application, by: User) -> None:
    add_note(
        application=application,
        text="Vi skiljer oss åt om förankringen. Vi talas vid på torsdag.",
        by=by,
        at=moment(2026, 5, 20),
    )
    submit_assessment(
        application=application,
        scores={
            c: (score, "Vi är överens efter samtal.")
            for c, score in zip(criteria(application.call), (5, 4, 4, 3), strict=True)
        },
        comment="Gemensam bedömning efter genomgång.",
        by=by,
        at=moment(2026, 5, 22),
        kind=AssessmentKind.COMMON,
    )


def _share_out(call: FundingCall, by: User, applications: Mapping[str, Application]) -> None:
    """One plan by the rule alone, and one where an amount is settled by hand; that one is adopted."""
    centres = {facts.application.pk: Wish(has_centre=facts.registered_centre) for facts in basis_of(by, call).facts}
    save_plan(call=call, wishes=centres, note="Enligt regeln, utan ändringar.", by=by, at=moment(2026, 6, 1))
    skane = applications["skane"].pk
    wishes = {**centres, skane: Wish(has_centre=True, fixed={2027: Decimal(700_000)})}
    note = "Skåne får ett bestämt belopp 2027, så att arbetet kan fortsätta i mindre omfattning."
    chosen = save_plan(call=call, wishes=wishes, note=note, by=by, at=moment(2026, 6, 2))
    adopt_plan(plan=chosen, by=by, at=moment(2026, 6, 3))
