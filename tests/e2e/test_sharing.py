"""A call's form built and tried, a notice, eligibility, and the money shared out and decided in one sitting."""

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from grants.enums import DecisionState
from grants.models import Application, Decision, FundingCall
from grants.services.applications import start_application, submit_application
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.counties.models import Organisation
from nch.demo.build import budget, fill_in
from nch.demo.texts import APPLICATION_ANSWERS
from tests.e2e.stage import Stage, moment
from tests.e2e.steps import fill, no_axe_findings
from tests.e2e.walk import Round, Walk
from tests.factories.accounts import make_user
from tests.factories.grants import assess

pytestmark = [pytest.mark.django_db(transaction=True)]
QUESTION = "Hur många kommuner i länet deltar?"
TERMS = "Har länsledningen ställt sig bakom ansökan?"


class Sharing(Walk):
    """The steps that this journey adds to those of a round."""

    def builds_form(self) -> None:
        """A question is added; what was typed when the session ended is laid back after signing in again."""
        self.stage.go(f"{self.call}formular/")
        self.page.get_by_role("link", name="Lägg till fråga i Behov och förankring").click()
        self.page.get_by_role("link", name="Kort text").click()
        place = self.path()
        fill(self.page, "Fråga", QUESTION)
        self.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        self.press("Spara frågan")
        self.stage.enter(self.officer, place)
        self.page.get_by_role("button", name="Lägg tillbaka texten").click()
        expect(self.page.get_by_label("Fråga", exact=True)).to_have_value(QUESTION)
        self.page.get_by_label("Måste besvaras").uncheck()
        self.press("Spara frågan")
        self.says(QUESTION)

    def tries_form(self) -> None:
        """The form is seen as applicants will see it, and filled in without leaving a trace."""
        self.page.get_by_role("link", name="Förhandsgranska").click()
        self.says(QUESTION)
        no_axe_findings(self.page)
        self.stage.go(f"{self.call}formular/prova/")
        self.page.get_by_role("link", name="Behov och förankring").click()
        fill(self.page, QUESTION, "Sju")
        self.press("Till översikten")
        self.page.get_by_role("link", name="Kontrollera som vid inlämning").click()
        expect(self.page.get_by_role("alert")).to_contain_text("Det går inte att lämna in ännu")
        self.confirm("Släng provningen")
        assert not Application.objects.exists()

    def gives_notice(self, *readers: User) -> None:
        """What is clarified after the opening reaches those who may apply, by mail and on the call's page."""
        self.stage.new_mail()
        self.stage.enter(self.officer, f"{self.call}meddelande/")
        fill(self.page, "Rubrik", "Så räknas OH")
        fill(self.page, "Meddelande", "OH räknas på lönekostnaderna.")
        self.press("Lämna meddelandet")
        self.letters("Meddelande om utlysningen", *readers)
        self.stage.enter(self.county, self.call)
        self.says("OH räknas på lönekostnaderna.")

    def is_stopped_and_begins(self) -> None:
        """An answer that ends the application is met with the reason; with the other one the draft begins."""
        self.press(f"Påbörja ansökan för {self.round.board}")
        for answer, outcome in (("Nej", "Utan det kan ni inte söka."), ("Ja", QUESTION)):
            self.page.get_by_role("radio", name=answer).check()
            self.press("Påbörja ansökan")
            if answer == "Ja":
                self.page.get_by_role("link", name="Behov och förankring").click()
            else:
                assert not Application.objects.exists()
            self.says(outcome)

    def submit(self, application: Application, by: User) -> None:
        """Fill in and submit as the round does in the browser; here through the services, to save time."""
        answers = {**APPLICATION_ANSWERS, "budget": budget([self.round.year], 100_000)}
        fill_in(application.response, answers, by=by, at=timezone.now())
        submit_application(application=application, by=by, at=timezone.now())
        assess(application, self.officer, self.second)

    def shares_out(self) -> None:
        """The ranking is saved and adopted, and becomes drafts that the presenter hands over one by one."""
        self.stage.enter(self.officer, f"{self.call}fordelning/")
        self.press("Spara som utkast")
        self.confirm("Fastställ")
        self.page.get_by_role("link", name="Gör utkast till förslag").click()
        drafts = self.path()
        no_axe_findings(self.page)
        self.press("Gör 2 utkast")
        no_axe_findings(self.page)
        for _ in range(2):
            self.stage.go(drafts)
            self.page.get_by_role("link", name="Utkast till förslag för").first.click()
            self.press("Lämna förslaget till beslutsfattaren")
            self.says("Förslaget är lämnat till beslutsfattaren.")

    def sits(self, *readers: User) -> None:
        """The decision-maker declares, reviews and decides both at once."""
        self.stage.new_mail()
        self.stage.enter(self.decider, "/bidrag/beslut/")
        for box in self.page.get_by_role("checkbox").all():
            box.check()
        self.press("Ange att jag inte är jävig i de valda")
        for box in self.page.get_by_role("checkbox").all():
            box.check()
        self.press("Granska de valda")
        self.press("Besluta enligt 2 förslag")
        self.says("2 beslut är fattade")
        self.letters("Beslut", *readers)


@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["javascript"])
def test_money_is_shared_out_from_the_form_builder_to_a_sitting(stage: Stage) -> None:
    stage.on(2026, 1, 12)
    walk = Sharing(stage, Round(2026, "400 000", "Gotland"))
    neighbour = make_user(Role.COUNTY_SIGNATORY, Organisation.objects.get(name="Länsstyrelsen Kalmar"))
    walk.writes_call(moment(2026, 1, 19, 8), moment(2026, 2, 26, 16))
    walk.builds_form()
    walk.tries_form()
    stage.go(f"{walk.call}andra/")
    walk.part("Behörighetsfrågor", {"Fråga": TERMS, "Besked vid annat svar": "Utan det kan ni inte söka."})
    walk.publishes()
    stage.on(2026, 1, 20)
    walk.gives_notice(walk.county, walk.signatory, neighbour)
    walk.is_stopped_and_begins()
    call = FundingCall.objects.get()
    walk.submit(Application.objects.get(), walk.signatory)
    answers = {question.pk: "yes" for question in call.eligibility_questions.all()}
    board = neighbour.memberships.get().organisation
    begun = start_application(
        call=call, organisation=board, eligibility_answers=answers, by=neighbour, at=timezone.now()
    )
    walk.submit(begun, neighbour)
    stage.on(2026, 3, 10)
    walk.shares_out()
    walk.sits(walk.county, walk.signatory, neighbour)
    decided = {decision.application_id: decision for decision in Decision.objects.filter(state=DecisionState.SIGNED)}
    kronor = sorted(sum(row.amount for row in decision.amounts.all()) for decision in decided.values())
    assert kronor == [170_000, 230_000]
    assert all("av sökta" in d.reasons or "hela det sökta" in d.reasons for d in decided.values())
