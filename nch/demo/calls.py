"""The demo's calls: NCH's rounds, a pilot call to one invited body, a county board's own, and next year's draft."""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from grants.enums import EligibilityEffect, ReportingKind
from grants.models import FundingCall
from grants.services.applications import start_application, submit_application
from grants.services.call_copies import copy_call
from grants.services.call_forms import form_draft
from grants.services.call_notices import give_notice
from grants.services.calls import (
    CallInput,
    CriterionInput,
    EligibilityInput,
    ReportingInput,
    publish_call,
    save_call,
)
from nch.accounts.models import User
from nch.common.constructed import MARK
from nch.counties.enums import OrganisationKind
from nch.demo.means import budget, fill_in, moment, wanted_answers
from nch.demo.texts import APPLICATION_ANSWERS
from nch.questionnaires.builder.services import QuestionInput, save_question
from nch.questionnaires.models import Question

Cast = Mapping[str, User]


def _reporting_plan(years: Sequence[int], *kinds: ReportingKind) -> list[ReportingInput]:
    """A report of each kind for each year, handed in during January and February of the next."""
    return [
        ReportingInput(
            kind,
            datetime.date(year, 1, 1),
            datetime.date(year, 12, 31),
            datetime.date(year + 1, 1, 2),
            datetime.date(year + 1, 2, 15),
        )
        for year in years
        for kind in kinds
    ]


def national_call(cast: Cast, *, year: int, opens: datetime.datetime, closes: datetime.datetime) -> FundingCall:
    """A published round of development money to the county boards."""
    call = save_call(
        content=CallInput(
            title=f"Utvecklingsmedel till resurscentrum {year} {MARK}",
            purpose=(
                "Medlen ska göra det möjligt för länsstyrelser att starta eller utveckla ett regionalt resurscentrum "
                "som stöder yrkesverksamma och utsatta i hela länet.\n\nLän som ännu saknar resurscentrum går före, "
                "om det inte finns särskilda skäl mot det."
            ),
            legal_basis="Regeringens uppdrag om regionala resurscentrum 2026–2028 och förordningen (2022:1345)",
            opens_at=opens,
            closes_at=closes,
            is_development_money=True,
            account="7431",
            appropriation_item="3:1 ap.1",
            eligibility=[
                EligibilityInput(
                    "Gäller ansökan ett resurscentrum i det egna länet?",
                    "Medlen kan bara sökas för ett resurscentrum i det egna länet.",
                ),
                EligibilityInput(
                    "Har länet redan fått utvecklingsmedel i fyra år?",
                    "Ett län kan få utvecklingsmedel i högst fyra år. Ta kontakt med NCH innan ni arbetar vidare.",
                    "no",
                    EligibilityEffect.WARN,
                ),
            ],
            reporting_plan=_reporting_plan([year, year + 1], *ReportingKind),
            budgets={year: Decimal(15_000_000), year + 1: Decimal(15_000_000)},
            criteria=[
                CriterionInput("Behov i länet", "Hur väl är behovet underbyggt?", 3),
                CriterionInput("Förankring och samverkan", "Har parternas ledningar ställt sig bakom?", 3),
                CriterionInput("Genomförande", "Är mål, aktiviteter och tidsplan rimliga?", 2),
                CriterionInput("Långsiktig finansiering", "Kan centrumet bära sig efter bidragsperioden?", 2),
            ],
        ),
        by=cast["officer1"],
        at=opens - datetime.timedelta(days=30),
    )
    return publish_call(call=call, by=cast["officer1"], at=opens - datetime.timedelta(days=21))


def more_calls(cast: Cast) -> None:
    """A notice on the open round, a pilot call of 2023, a county board's own call, and the draft of next year's."""
    officer = cast["officer1"]
    open_round = FundingCall.objects.get(title=f"Utvecklingsmedel till resurscentrum 2026 {MARK}")
    give_notice(
        call=open_round,
        title="Så räknas OH i budgeten",
        text="Flera har frågat hur OH ska räknas. Ange procent och vad den räknas på. Inget annat är ändrat.",
        by=officer,
        at=moment(2026, 2, 16),
    )
    copy_call(call=open_round, by=officer, at=moment(2026, 11, 2))
    _pilot_call(cast)
    _county_call(cast)


def _pilot_call(cast: Cast) -> None:
    """The pilot of the national function for exposed persons: one invited body, closed before this system began."""
    centre = cast["officer-nck"].memberships.get().organisation
    call = save_call(
        content=CallInput(
            title=f"Pilotverksamhet: nationell stödfunktion för utsatta {MARK}",
            purpose="En pilot under ett år av en nationell stödfunktion för utsatta, med telefon och därefter chatt.",
            legal_basis="Förordningen (2022:1345) 3 §",
            opens_at=moment(2023, 10, 2),
            closes_at=moment(2023, 11, 10, 16),
            budgets={2024: Decimal(5_000_000)},
            criteria=[CriterionInput("Erfarenhet av stöd per telefon", "", 2), CriterionInput("Genomförande", "", 1)],
            applicant_kinds=[OrganisationKind.UNIVERSITY],
            invited=[centre.pk],
            reporting_plan=_reporting_plan([2024], ReportingKind.FINANCIAL_REPORT),
        ),
        by=cast["officer1"],
        at=moment(2023, 9, 18),
    )
    publish_call(call=call, by=cast["officer1"], at=moment(2023, 9, 25))


def _county_call(cast: Cast) -> None:
    """Länsstyrelsen Skåne hands on money to municipalities in Skåne; Lund has applied."""
    officer = cast["grant-officer-skane"]
    call = save_call(
        content=CallInput(
            title=f"Medel till kommuner för resurscentrum i Skåne 2026 {MARK}",
            purpose="Kommuner i Skåne ska kunna utveckla stödet till utsatta tillsammans med länets resurscentrum.",
            legal_basis="Förordningen (2025:838)",
            opens_at=moment(2026, 2, 2),
            closes_at=moment(2027, 1, 29, 16),
            budgets={2026: Decimal(4_000_000), 2027: Decimal(4_000_000)},
            criteria=[
                CriterionInput("Behov", "Hur väl är behovet i kommunen underbyggt?", 2),
                CriterionInput("Samverkan", "Hur knyter arbetet an till länets resurscentrum?", 2),
                CriterionInput("Genomförande", "Är mål, aktiviteter och tidsplan rimliga?", 1),
            ],
            applicant_kinds=[OrganisationKind.MUNICIPALITY, OrganisationKind.REGION, OrganisationKind.BARNAHUS],
            eligibility=[
                EligibilityInput(
                    "Ligger verksamheten i Skåne län?", "Länsstyrelsen Skåne lämnar bidrag i det egna länet."
                )
            ],
            reporting_plan=_reporting_plan([2026, 2027], ReportingKind.FINANCIAL_REPORT),
            account="7421",
        ),
        by=officer,
        at=moment(2026, 1, 12),
    )
    _reword(call, "behovsinventering", "Vad visar kommunens eller regionens behovsinventering?", officer)
    publish_call(call=call, by=officer, at=moment(2026, 1, 19))
    town, signatory = cast["officer-lund"], cast["signatory-lund"]
    application = start_application(
        call=call,
        organisation=town.memberships.get().organisation,
        eligibility_answers=wanted_answers(call),
        by=town,
        at=moment(2026, 3, 9),
    )
    answers = {**APPLICATION_ANSWERS, "har_resurscentrum": "yes", "budget": budget([2026, 2027], 380_000)}
    answers["nulage"] = "Resurscentrumet ger råd per telefon till yrkesverksamma i hela länet."
    fill_in(application.response, answers, by=town, at=moment(2026, 3, 9, 14))
    submit_application(application=application, by=signatory, at=moment(2026, 3, 23))


def _reword(call: FundingCall, key: str, label: str, by: User) -> None:
    """Put a question of the call's draft form in other words."""
    question = Question.objects.select_related("section").get(section__version=call.version, key=key)
    content = QuestionInput(
        section=question.section,
        kind=question.kind,
        label=label,
        hint=question.hint,
        required=question.required,
        max_length=question.max_length,
        options=question.options,
    )
    save_question(draft=form_draft(call), content=content, question=question, by=by, at=call.created_at)
