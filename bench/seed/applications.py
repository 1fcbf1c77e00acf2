"""Funding calls since 2018 with the county boards' applications, in every state and with all that comes with it."""

import datetime
import hashlib
import math
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from bench.seed.bulk import Bulk
from bench.seed.grants import add_grant
from bench.seed.log import Log
from bench.seed.people import People
from grants.enums import ApplicationState, DecisionState, Outcome
from grants.models import (
    Application,
    ApplicationMove,
    ApplicationSubmission,
    AppliedAmount,
    Assessment,
    AssessmentScore,
    CallBudget,
    Criterion,
    Decision,
    DecisionAmount,
    DecisionCondition,
    FundingCall,
)
from grants.services.applications import assess_task_key, detail_url
from grants.services.assessments import propose_task_key
from grants.services.calls import call_task_key
from grants.services.decisions import decide_task_key
from grants.standard_form import BUDGET_KEY, FORM_KEY, FORM_TITLE, application_form
from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.cases.enums import DocumentDirection
from nch.cases.models import Case, DiarySeries, Document, InterestDeclaration, Task, TimelineEntry
from nch.common.files import PDF
from nch.counties.models import Organisation
from nch.counties.selectors import county_boards, national_centre
from nch.demo.build import budget
from nch.demo.texts import APPLICATION_ANSWERS
from nch.questionnaires.enums import ResponseState
from nch.questionnaires.grids import GridSums
from nch.questionnaires.models import Answer, AnswerVersion, QuestionnaireVersion, Response
from nch.questionnaires.selectors import sections_of
from nch.questionnaires.versions import create_version, freeze_version

FIRST_CALL = datetime.datetime(2018, 2, 1, 8, tzinfo=datetime.UTC)
LAST_CALL_AGE, WINDOW = datetime.timedelta(days=10), datetime.timedelta(days=60)
DAY, HOUR = datetime.timedelta(days=1), datetime.timedelta(hours=1)
CRITERIA = (("Behov i länet", 3), ("Förankring och samverkan", 3), ("Genomförande", 2), ("Långsiktig finansiering", 2))
CONDITIONS = ("Medlen får användas för de kostnader som anges i ansökan.", "En lägesbild lämnas för varje period.")
State = ApplicationState
# Shares of a hundred applications to a call that has closed, and to one that is open.
CLOSED_MIX: Mapping[State, int] = {
    State.DECIDED: 80,
    State.SUBMITTED: 10,
    State.PROPOSED: 5,
    State.WITHDRAWN: 3,
    State.DRAFT: 2,
}
OPEN_MIX: Mapping[State, int] = {State.SUBMITTED: 55, State.DRAFT: 40, State.WITHDRAWN: 5}


@dataclass(frozen=True)
class StandingCall:
    """A call, with what its applications need of it. `questions` maps the form's keys to primary keys."""

    call: FundingCall
    years: list[int]
    criteria: list[Criterion]
    questions: dict[str, int]


def seed_applications(number: int, *, people: People, now: datetime.datetime, bulk: Bulk, log: Log) -> None:
    """Add `number` applications, to as many calls as it takes when each board has one application to each."""
    _Seeding(people, now, bulk, log).run(number)


class _Seeding:
    def __init__(self, people: People, now: datetime.datetime, bulk: Bulk, log: Log) -> None:
        self.people, self.now, self.bulk, self.log = people, now, bulk, log
        self.draw = random.Random(2018)
        self.boards = list(county_boards())
        self.nch = national_centre()
        self.numbers: Counter[int] = Counter()
        content = b"%PDF-1.7\n%%EOF\n"
        self.file = default_storage.save("bench/handling.pdf", ContentFile(content))
        self.file_facts = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    def run(self, number: int) -> None:
        calls = math.ceil(number / len(self.boards))
        span = self.now - LAST_CALL_AGE - FIRST_CALL
        for index in range(calls):
            opens_at = FIRST_CALL + span * ((index + 1) / calls)
            standing = self.add_call(index + 1, opens_at)
            for board in self.boards[: number - index * len(self.boards)]:
                self.add_application(standing, board)
            self.bulk.breathe()
        for year, last in self.numbers.items():
            DiarySeries.objects.create(handler=self.nch, year=year, last_number=last)

    # --- The call -------------------------------------------------------------------------------------------------

    def add_call(self, number: int, opens_at: datetime.datetime) -> StandingCall:
        years = [opens_at.year, opens_at.year + 1]
        version, questions = _form(years, at=opens_at)
        call = self.bulk.add(
            FundingCall(
                title=f"Utvecklingsmedel {opens_at.year}, utlysning {number}",
                purpose="Medlen ska göra det möjligt att starta eller utveckla ett regionalt resurscentrum.",
                legal_basis="Förordningen (2022:1345)",
                grantor=self.nch,
                opens_at=opens_at,
                closes_at=opens_at + WINDOW,
                version=version,
                created_at=opens_at - 30 * DAY,
                created_by=self.people.officers[0],
                published_at=opens_at - 21 * DAY,
            )
        )
        for year in years:
            self.bulk.add(CallBudget(call=call, year=year, amount=Decimal(30_000_000)))
        criteria = [
            self.bulk.add(Criterion(call=call, position=position, title=title, weight=weight))
            for position, (title, weight) in enumerate(CRITERIA, start=1)
        ]
        return StandingCall(call, years, criteria, questions)

    # --- The application ------------------------------------------------------------------------------------------

    def add_application(self, standing: StandingCall, board: Organisation) -> None:
        call = standing.call
        mix = CLOSED_MIX if call.closes_at < self.now else OPEN_MIX
        state = self.draw.choices(list(mix), weights=list(mix.values()))[0]
        begun_at = call.opens_at + self.draw.randint(1, 4) * DAY
        handed_in_at = begun_at + self.draw.randint(1, 5) * DAY
        is_draft = state == State.DRAFT
        officer, signatory = self.people.county_officers[board.pk], self.people.signatories[board.pk]
        response = self.bulk.add(
            Response(
                version_id=call.version_id,
                organisation=board,
                state=ResponseState.DRAFT if is_draft else ResponseState.SUBMITTED,
                created_at=begun_at,
                changed_at=begun_at + HOUR,
                submitted_at=None if is_draft else handed_in_at,
                submitted_by=None if is_draft else signatory,
            )
        )
        costs = budget(standing.years, self.draw.randint(200, 500) * 1000)
        self.add_answers(response, standing.questions, {**APPLICATION_ANSWERS, BUDGET_KEY: costs}, by=officer)
        per_year = {year: GridSums(costs).column(str(year)) for year in standing.years}
        application = Application(
            call=call, grantor=self.nch, organisation=board, response=response, state=state, created_at=begun_at
        )
        if not is_draft:
            application.case = self.add_case(f"Ansökan: {call.title}", board, at=handed_in_at)
            application.submitted_at = handed_in_at
            application.applied_total = sum(per_year.values(), Decimal(0))
        self.bulk.add(application)
        self.event("application_started", application, by=officer, at=begun_at)
        self.add_task(
            call_task_key(call, board),
            board,
            Right.FILL_IN,
            f"Sök bidrag: {call.title}",
            url=f"/bidrag/utlysningar/{call.pk}/",
            created_at=call.opens_at,
            done_at=None if is_draft else handed_in_at,
            due_on=timezone.localdate(call.closes_at),
            expires_at=call.closes_at,
        )
        if not is_draft:
            self.add_submission(application, per_year, by=signatory, at=handed_in_at)
        if state in (State.PROPOSED, State.DECIDED):
            self.add_outcome(standing, application, per_year, costs, at=handed_in_at)

    def add_answers(
        self, response: Response, questions: Mapping[str, int], answers: Mapping[str, Any], *, by: User
    ) -> None:
        for key, value in answers.items():
            answer = self.bulk.add(
                Answer(
                    response=response,
                    question_id=questions[key],
                    value=value,
                    changed_at=response.changed_at,
                    changed_by=by,
                )
            )
            self.bulk.add(AnswerVersion(answer=answer, revision=1, value=value, at=answer.changed_at, by=by))

    def add_case(self, title: str, board: Organisation, *, at: datetime.datetime) -> Case:
        year = timezone.localtime(at).year
        self.numbers[year] += 1
        return self.bulk.add(
            Case(number=self.numbers[year], year=year, title=title, organisation=board, handler=self.nch, opened_at=at)
        )

    def add_submission(
        self, application: Application, per_year: Mapping[int, Decimal], *, by: User, at: datetime.datetime
    ) -> None:
        for year, amount in per_year.items():
            self.bulk.add(AppliedAmount(application=application, year=year, amount=amount))
        self.bulk.add(ApplicationSubmission(application=application, number=1, at=at, by=by))
        self.add_move(application, State.DRAFT, State.SUBMITTED, by=by, at=at)
        self.add_note(application, f"Ansökan kom in från {application.organisation}", by=by, at=at)
        self.add_document(application, 1, DocumentDirection.INCOMING, "Ansökan", by=by, at=at)
        self.event("application_submitted", application, by=by, at=at)
        if application.state == State.WITHDRAWN:
            self.add_move(application, State.SUBMITTED, State.WITHDRAWN, by=by, at=at + DAY)
        self.add_task(
            assess_task_key(application),
            self.nch,
            Right.ASSESS,
            f"Bedöm ansökan från {application.organisation}",
            url=detail_url(application),
            created_at=at,
            done_at=None if application.state == State.SUBMITTED else at + DAY,
        )

    # --- Assessments and the decision -----------------------------------------------------------------------------

    def add_outcome(
        self,
        standing: StandingCall,
        application: Application,
        per_year: Mapping[int, Decimal],
        costs: Mapping[str, Mapping[str, str]],
        *,
        at: datetime.datetime,
    ) -> None:
        presenter = self.people.officers[0]
        for officer in self.people.officers:
            self.add_assessment(standing, application, officer, at=at + DAY)
        proposed_at, decided_at = at + 2 * DAY, at + 3 * DAY
        decided = application.state == State.DECIDED
        decision = Decision(
            application=application,
            state=DecisionState.SIGNED if decided else DecisionState.PROPOSED,
            outcome=Outcome.GRANTED_IN_PART,
            reasons="Ansökan visar ett tydligt behov. Kostnaderna för lokaler är inte tillräckligt motiverade.",
            presenter=presenter,
            proposed_at=proposed_at,
        )
        self.add_move(application, State.SUBMITTED, State.PROPOSED, by=presenter, at=proposed_at)
        self.add_note(application, "Beslut föreslogs: Delvis bifall", by=presenter, at=proposed_at, internal=True)
        if decided:
            by = self.people.decision_maker
            decision.decision_maker, decision.decided_at = by, decided_at
            decision.document = self.add_document(
                application, 2, DocumentDirection.OUTGOING, "Beslut: delvis bifall", by=by, at=decided_at
            )
            self.add_move(application, State.PROPOSED, State.DECIDED, by=by, at=decided_at)
            self.add_note(application, "Beslut: Delvis bifall", by=by, at=decided_at)
        self.bulk.add(decision)
        if decided:
            self.event("decision_signed", application, by=self.people.decision_maker, at=decided_at)
        granted = {year: amount // 2 for year, amount in per_year.items()}
        for year, amount in granted.items():
            self.bulk.add(DecisionAmount(decision=decision, year=year, amount=amount))
        if decided:
            self.declare(application, self.people.decision_maker, at=decided_at)
            add_grant(application, decision, granted, costs, people=self.people, now=self.now, bulk=self.bulk)
        for number, text in enumerate(CONDITIONS, start=1):
            self.bulk.add(DecisionCondition(decision=decision, number=number, text=text))
        for key, right, title, done_at in (
            (propose_task_key(application), Right.PROPOSE_DECISIONS, "Föreslå beslut för", proposed_at),
            (decide_task_key(application), Right.DECIDE, "Besluta om ansökan från", decided_at if decided else None),
        ):
            self.add_task(
                key,
                self.nch,
                right,
                f"{title} {application.organisation}",
                url=detail_url(application),
                created_at=at + DAY,
                done_at=done_at,
            )

    def add_assessment(
        self, standing: StandingCall, application: Application, officer: User, *, at: datetime.datetime
    ) -> None:
        self.declare(application, officer, at=at)
        assessment = self.bulk.add(
            Assessment(
                application=application,
                officer=officer,
                begun_at=at,
                comment="Ansökan håller ihop. Finansieringen efter bidragsperioden bör följas upp.",
                submitted_at=at + HOUR,
            )
        )
        for criterion in standing.criteria:
            self.bulk.add(
                AssessmentScore(
                    assessment=assessment,
                    criterion=criterion,
                    score=self.draw.randint(2, 5),
                    reason="Beskrivningen är tydlig och bygger på angivna underlag.",
                )
            )
        self.add_note(application, f"{officer} lämnade sin bedömning", by=officer, at=at + HOUR, internal=True)

    def declare(self, application: Application, user: User, *, at: datetime.datetime) -> None:
        self.bulk.add(InterestDeclaration(case=application.case, user=user, recused=False, declared_at=at))

    # --- What every step leaves behind ----------------------------------------------------------------------------

    def add_move(
        self, application: Application, source: State, target: State, *, by: User, at: datetime.datetime
    ) -> None:
        self.bulk.add(ApplicationMove(subject=application, source=source, target=target, at=at, by=by))

    def add_note(
        self, application: Application, title: str, *, by: User, at: datetime.datetime, internal: bool = False
    ) -> None:
        self.bulk.add(TimelineEntry(case_id=application.case_id, at=at, by=by, title=title, internal=internal))

    def add_document(
        self,
        application: Application,
        number: int,
        direction: DocumentDirection,
        title: str,
        *,
        by: User,
        at: datetime.datetime,
    ) -> Document:
        """A document; all of them point at one small file."""
        return self.bulk.add(
            Document(
                case_id=application.case_id,
                number=number,
                direction=direction,
                title=title,
                file_name=f"{number}.pdf",
                file=self.file,
                content_type=PDF,
                registered_at=at,
                registered_by=by,
                **self.file_facts,
            )
        )

    def add_task(self, key: str, organisation: Organisation, right: Right, title: str, **fields: Any) -> None:
        self.bulk.add(Task(key=key, organisation=organisation, right=right, title=title, **fields))

    def event(self, action: str, application: Application, *, by: User, at: datetime.datetime) -> None:
        self.log.add(action, by=by, subject=application, organisation_id=application.organisation_id, at=at)


@transaction.atomic
def _form(years: list[int], *, at: datetime.datetime) -> tuple[QuestionnaireVersion, dict[str, int]]:
    """A frozen version of the application form, and its questions' primary keys."""
    version = create_version(key=FORM_KEY, title=FORM_TITLE, sections=application_form(years))
    freeze_version(version, at=at)
    return version, {question.key: question.pk for part in sections_of(version) for question in part.questions.all()}
