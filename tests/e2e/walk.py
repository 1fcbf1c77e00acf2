"""A round of grants as people walk it, step by step; each step is what one person does in one sitting."""

import datetime
import re
from dataclasses import dataclass

from playwright.sync_api import expect

from grants.enums import DecisionKind, GrantState
from grants.models import Decision, FinancialReport, Grant
from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.counties.models import Organisation
from tests.e2e.stage import Stage
from tests.e2e.steps import confirm, fill, press
from tests.factories.accounts import make_user

MINUTE = "%Y-%m-%dT%H:%M"


@dataclass
class Round:
    """What a round is about: its budget year and money, and the county that is followed all the way."""

    year: int
    money: str
    county: str

    @property
    def title(self) -> str:
        return f"Utvecklingsmedel till resurscentrum {self.year}"

    @property
    def board(self) -> str:
        return f"Länsstyrelsen {self.county}"


class Walk:
    """One round, its people and where things are."""

    def __init__(self, stage: Stage, about: Round) -> None:
        self.stage, self.page, self.round = stage, stage.page, about
        board = Organisation.objects.get(name=about.board)
        self.officer, self.second = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
        self.decider, self.finance = make_user(Role.NCH_DECISION_MAKER), make_user(Role.NCH_FINANCE)
        self.other_finance = make_user(Role.NCH_FINANCE)
        self.county, self.signatory = make_user(Role.COUNTY_OFFICER, board), make_user(Role.COUNTY_SIGNATORY, board)
        self.application = self.grant = self.change = ""

    def press(self, button: str) -> None:
        """Press a button and wait for the page that it leads to."""
        with self.page.expect_navigation():
            press(self.page, button)

    def confirm(self, button: str) -> None:
        """Say yes to a confirmation and wait for the page that it leads to."""
        with self.page.expect_navigation():
            confirm(self.page, button)

    def heading(self, text: str | re.Pattern[str]) -> None:
        """The page has this main heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def says(self, text: str) -> None:
        """The page says this somewhere."""
        expect(self.page.get_by_text(text).first).to_be_visible()

    def path(self) -> str:
        """Where one is."""
        return self.page.url.removeprefix(self.stage.address)

    def letters(self, subject: str, *readers: User) -> None:
        """New mail with this in its subject has come to these, each once, and leads to a page of the system."""
        found = [letter for letter in self.stage.new_mail() if subject in letter.subject]
        addressees = sorted(address for letter in found for address in letter.recipients())
        assert addressees == sorted(reader.email for reader in readers), (subject, addressees)
        assert all("http" in str(letter.body) for letter in found)

    # --- The call -------------------------------------------------------------------------------------------------

    def writes_call(self, opens: datetime.datetime, closes: datetime.datetime) -> None:
        """An officer writes a call part by part."""
        self.stage.enter(self.officer, "/bidrag/utlysningar/ny/")
        fill(self.page, "Rubrik", self.round.title)
        fill(self.page, "Syfte", "Starta och utveckla resurscentrum.")
        fill(self.page, "Rättslig grund", "Regleringsbrevet för budgetåret")
        fill(self.page, "Öppnar", opens.strftime(MINUTE))
        fill(self.page, "Stänger", closes.strftime(MINUTE))
        self.page.get_by_label("Utvecklingsmedel till resurscentrum").check()
        fill(self.page, "Konto", "7311")
        fill(self.page, "Anslagspost", "5:1 ap.4")
        self.press("Spara")
        self.call = self.path().removesuffix("andra/")
        self.part("Pengar per budgetår", {"Budgetår": str(self.round.year), "Belopp i kronor": self.round.money})
        self.part("Kriterier", {"Kriterium": "Behov i länet"})
        year = self.round.year
        self.part(
            "Återrapportering",
            {
                "Perioden börjar": f"{year}-01-01",
                "Perioden slutar": f"{year}-12-31",
                "Kan lämnas från": f"{year + 1}-01-01",
                "Lämnas senast": f"{year + 1}-02-15",
            },
            {"Slag av rapport": "Ekonomisk redovisning"},
        )

    def publishes(self) -> None:
        """The officer publishes the call."""
        self.stage.go(f"{self.call}andra/")
        self.confirm("Publicera")
        self.says("Utlysningen är publicerad.")

    def part(self, name: str, typed: dict[str, str], chosen: dict[str, str] | None = None) -> None:
        """Fill in the first row of a part of the call."""
        self.page.get_by_role("link", name=name, exact=True).click()
        row = self.page.locator("fieldset.nch-row").first
        for label, choice in (chosen or {}).items():
            row.get_by_label(label).select_option(label=choice)
        for label, text in typed.items():
            row.get_by_label(label, exact=False).first.fill(text)
        self.press("Spara")
        self.says(f"{name}: sparat.")

    # --- The application ------------------------------------------------------------------------------------------

    def applies(self, salaries: str) -> None:
        """The county's officer fills in, and its signatory submits."""
        self.stage.enter(self.county)
        self.page.get_by_role("link", name=f"Sök bidrag: {self.round.title}").click()
        self.press(f"Påbörja ansökan för {self.round.board}")
        self.application = self.path()
        self.page.get_by_role("link", name="Behov och förankring").click()
        fill(self.page, "Vad visar länets behovsinventering?", "Många vet inte vem de ska vända sig till.")
        self.page.get_by_role("radio", name="Nej").check()
        fill(self.page, "Hur är arbetet förankrat på högsta ledningsnivå?", "Länsledningen står bakom.")
        self.press("Spara och fortsätt")
        self.page.get_by_role("radio", name="Barnahus").check()
        fill(self.page, "Vem är eller blir huvudman?", "Barnahus")
        cells = self.page.locator("table[data-rows] tbody tr").first
        cells.locator("textarea, input").nth(0).fill("Länets kommuner")
        cells.locator("textarea, input").nth(1).fill("Deltar i styrgruppen.")
        self.press("Spara och fortsätt")
        self.page.get_by_label("Yrkesverksamma").check()
        fill(self.page, "Vilka mål ska vara uppnådda när bidragsperioden är slut?", "En väg in.")
        fill(self.page, "Vilka aktiviteter ska genomföras, och när?", "Rekrytering.")
        fill(self.page, "Hur ska arbetet följas upp?", "Statistik.")
        self.press("Spara och fortsätt")
        self.page.get_by_label(f"Lönekostnader inklusive sociala avgifter, {self.round.year}, kronor").fill(salaries)
        self.page.get_by_label(f"Resor, {self.round.year}, kronor").fill("100 000")
        self.press("Spara och fortsätt")
        self.page.get_by_role("radio", name="Den är planerad men inte beslutad").check()
        fill(self.page, "Hur ska verksamheten finansieras långsiktigt?", "Kommunerna delar.")
        self.press("Spara och fortsätt")
        self.stage.enter(self.signatory, self.application)
        self.press("Lämna in ansökan")
        self.says("Ansökan är inlämnad. Diarienummer")

    def asks_for_completion(self, due: datetime.date) -> None:
        """An officer asks for one section to be completed; the county is told by mail."""
        self.declares(self.officer, f"{self.application}komplettering/")
        fill(self.page, "Sista dag att komplettera", due.isoformat())
        fill(self.page, "Behov och förankring", "Ange vilka underlag inventeringen bygger på.")
        self.press("Begär komplettering")
        self.letters("omplett", self.county, self.signatory)

    def completes(self) -> None:
        """The county answers in the section that is open again, and its signatory hands that in."""
        self.stage.enter(self.county, self.application)
        expect(self.page.get_by_role("link", name="Budget", exact=True)).to_have_count(0)
        self.page.get_by_role("link", name="Behov och förankring").click()
        self.says("Ange vilka underlag inventeringen bygger på.")
        fill(self.page, "Vad visar länets behovsinventering?", "En enkät till alla kommuner hösten före ansökan.")
        self.press("Spara och gå till översikten")
        self.stage.enter(self.signatory, self.application)
        self.press("Lämna in kompletteringen")
        self.stage.go(f"{self.application}inlamningar/1/")
        self.says("Många vet inte vem de ska vända sig till.")

    # --- Assessment -----------------------------------------------------------------------------------------------

    def declares(self, user: User, path: str) -> None:
        """Somebody who handles the case says there is no conflict of interest, and comes to the page."""
        self.stage.enter(user, path)
        self.heading("Är du jävig i ärendet?")
        self.page.get_by_label("Nej, jag är inte jävig").check()
        self.press("Spara")

    def assesses(self, officer: User, score: str) -> None:
        """An officer's own assessment."""
        if not self.has_declared(officer):
            self.declares(officer, self.application)
        self.stage.enter(officer, f"{self.application}bedomning/")
        self.page.get_by_role("radio", name=re.compile(f"^{score} –")).check()
        fill(self.page, "Motivering: Behov i länet", "Väl underbyggt.")
        self.press("Lämna bedömningen")
        self.says("Din bedömning är lämnad.")

    def has_declared(self, user: User) -> bool:
        """Whether the user has said so in this round's case already."""
        return bool(user.declarations.filter(case__applications__call__title=self.round.title).exists())

    # --- Decision -------------------------------------------------------------------------------------------------

    def decides(self, amount: str) -> None:
        """The presenter proposes a part of what is asked for, and another person decides."""
        self.stage.enter(self.officer, f"{self.application}forslag/")
        self.page.get_by_role("radio", name="Delvis bifall").check()
        fill(self.page, f"Belopp för {self.round.year}, kronor", amount)
        fill(self.page, "Skäl för beslutet", "Behovet är tydligt men kostnaderna är höga.")
        self.press("Fördela beloppen på kostnadsslag")
        self.press("Lämna förslaget till beslutsfattaren")
        self.says("Förslaget är lämnat till beslutsfattaren.")
        self.declares(self.decider, f"{self.application}beslut/")
        self.press("Besluta enligt förslaget")
        self.says("Beslutet är fattat")
        self.letters("Beslut", self.county, self.signatory)

    # --- A change ---------------------------------------------------------------------------------------------------

    def asks_for_another_budget(self, *, salaries: str, travel: str) -> None:
        """The county asks for the same money in another way, and its signatory hands that in."""
        self.opens_grant(self.county, "andringar/")
        self.press("Ansök om ändring")
        change = self.path()
        self.page.get_by_label("Ny budget", exact=True).first.check()
        self.page.get_by_label(f"Lönekostnader inklusive sociala avgifter, {self.round.year}, kronor").fill(salaries)
        self.page.get_by_label(f"Resor, {self.round.year}, kronor").fill(travel)
        fill(self.page, "Varför vill ni ändra bidraget?", "Kommunerna ligger långt från varandra.")
        self.press("Spara utkast")
        self.stage.enter(self.signatory, change)
        self.press("Spara och lämna in")
        self.says("Ansökan om ändring är inlämnad.")
        self.change = change

    def decides_change(self) -> None:
        """An officer assesses, a presenter proposes, another person decides: a decision of its own that links back."""
        self.stage.enter(self.officer, f"{self.change}bedomning/")
        fill(self.page, "Bedömning", "Ändringen är rimlig och ryms i det beviljade.")
        self.page.get_by_role("radio", name="Bifall", exact=True).check()
        self.press("Lämna bedömningen")
        self.stage.enter(self.officer, f"{self.change}forslag/")
        self.page.get_by_role("radio", name="Bifall", exact=True).check()
        fill(self.page, "Skäl för beslutet", "Budgeten får ändras som länsstyrelsen begär.")
        self.press("Lämna förslaget till beslutsfattaren")
        self.stage.enter(self.decider, f"{self.application}beslut/")
        self.press("Besluta enligt förslaget")
        self.letters("Beslut", self.county, self.signatory)
        decision = Decision.objects.get(application__call__title=self.round.title, kind=DecisionKind.CHANGE)
        assert decision.changes is not None
        assert decision.changes.kind == DecisionKind.GRANT

    # --- Payment --------------------------------------------------------------------------------------------------

    def opens_grant(self, user: User, tab: str = "") -> None:
        """Somebody opens a page of the grant."""
        if not self.grant:
            self.grant = f"/bidrag/beviljade/{Grant.objects.get(call__title=self.round.title).pk}/"
        self.stage.enter(user, f"{self.grant}{tab}")

    def plans_payments(self) -> None:
        """An officer lays the plan that is suggested: one sum in the year."""
        self.opens_grant(self.officer, "utbetalningar/plan/?forslag=engang")
        self.press("Spara planen")

    def requisitions(self, amount: str) -> None:
        """The signatory asks for an instalment; more than what is left is refused at the field."""
        self.opens_grant(self.signatory, "utbetalningar/rekvirera/")
        self.page.get_by_label("Belopp i kronor").fill("99 000 000")
        self.page.get_by_label("Vad ska pengarna användas till?").fill("Löner under våren.")
        self.press("Lämna rekvisitionen")
        expect(self.page.get_by_role("alert")).to_be_visible()
        expect(self.page.get_by_label("Vad ska pengarna användas till?")).to_have_value("Löner under våren.")
        self.page.get_by_label("Belopp i kronor").fill(amount)
        self.press("Lämna rekvisitionen")
        self.says("Rekvirerad")

    def is_paid(self, day: datetime.date, voucher: str) -> None:
        """One person prepares, another approves, and the payment is entered in the books."""
        self.stage.enter(self.finance, "/bidrag/utbetalningar/")
        self.page.get_by_role("row").filter(has_text=self.round.board).get_by_role("link").first.click()
        payment = self.path()
        self.press("Förbered utbetalningen")
        self.stage.go(payment)
        expect(self.page.get_by_role("button", name="Godkänn utbetalningen")).to_have_count(0)
        self.stage.enter(self.other_finance, payment)
        self.press("Godkänn utbetalningen")
        self.stage.go(payment)
        self.page.get_by_role("link", name="Markera som utbetald").click()
        fill(self.page, "Dagen då pengarna betalades ut", day.isoformat())
        self.page.get_by_role("group").get_by_role("textbox").first.fill(voucher)
        self.press("Bokför som utbetalda")
        self.stage.go(payment)
        self.says(voucher)

    # --- The economic report --------------------------------------------------------------------------------------

    def report(self, year: int) -> str:
        """Where the year's economic report is."""
        return (
            f"/bidrag/redovisningar/{FinancialReport.objects.get(grant__call__title=self.round.title, year=year).pk}/"
        )

    def accounts_for(self, year: int, *, salaries: str, travel: str, explanation: str) -> None:
        """The county writes its report; a deviation without an explanation stops it, with one it is certified."""
        report = self.report(year)
        self.stage.enter(self.county, report)
        self.press("Börja fylla i redovisningen")
        self.page.get_by_role("link", name="Kostnader och avvikelser").click()
        self.page.get_by_label("Lönekostnader inklusive sociala avgifter, Kostnad, kronor").fill(salaries)
        self.page.get_by_label("Resor, Kostnad, kronor").fill(travel)
        self.press("Spara och fortsätt")
        fill(self.page, "Hur många timmar har arbetats i uppdraget under året?", "1 250")
        self.press("Spara och fortsätt")
        self.page.get_by_role("radio", name="Vi betalar tillbaka allt som är kvar").check()
        self.press("Spara och gå till översikten")
        self.stage.enter(self.signatory, report)
        self.certifies()
        expect(self.page.get_by_role("alert")).to_contain_text("Avvikelse från budgeten: Resor")
        self.page.get_by_role("alert").get_by_role("link").first.click()
        fill(self.page, "Avvikelse från budgeten: Resor", explanation)
        self.press("Spara och gå till översikten")
        self.certifies()
        self.stage.go(report)
        self.says("Inlämnad")

    def certifies(self) -> None:
        """Certify and hand in."""
        self.page.get_by_role("checkbox", name="Jag intygar").check()
        self.press("Intyga och lämna in")

    def reviews(self, year: int) -> None:
        """One person reviews in substance, another the sums."""
        report = self.report(year)
        self.stage.enter(self.officer, f"{report}granska/substance/")
        self.press("Spara granskningen")
        self.stage.enter(self.finance, f"{report}granska/sums/")
        self.press("Spara granskningen")
        self.stage.go(report)
        self.says("Godkänd")

    def pays_back(self, year: int, amount: str, due: datetime.date, repaid: datetime.date) -> None:
        """What is left is agreed to be paid back, and entered in the books when it has come."""
        report = self.report(year)
        self.stage.enter(self.officer, f"{report}kvar/")
        self.says(amount)
        region = self.page.locator("details").filter(has=self.page.get_by_label("Belopp som betalas tillbaka, kronor"))
        region.locator("summary").click()
        region.get_by_label("Belopp som betalas tillbaka, kronor").fill(amount)
        region.get_by_label("Senast").fill(due.isoformat())
        with self.page.expect_navigation():
            region.get_by_role("button").click()
        self.stage.enter(self.finance, f"{report}kvar/")
        self.page.get_by_role("link", name="Bokför").click()
        fill(self.page, "Dag då pengarna kom in", repaid.isoformat())
        fill(self.page, "Verifikation", "I77")
        self.press("Bokför återbetalningen")
        self.says("Återbetalad")

    # --- The end --------------------------------------------------------------------------------------------------

    def closes(self) -> None:
        """The officer closes the grant, and with it the case."""
        self.opens_grant(self.officer, "avsluta/")
        self.confirm("Avsluta bidraget")
        self.opens_grant(self.officer, "saldo/")
        grant = Grant.objects.get(call__title=self.round.title)
        assert grant.state == GrantState.CLOSED
        assert grant.case.closed_at is not None
