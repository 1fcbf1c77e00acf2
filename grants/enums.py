"""States and kinds in the chain from call to closed grant."""

from django.db.models import TextChoices


class CallPhase(TextChoices):
    """Follows from the clock and from whether the call is published; never stored."""

    DRAFT = "draft", "Utkast"
    PLANNED = "planned", "Planerad"
    OPEN = "open", "Öppen"
    CLOSED = "closed", "Stängd"


class CallPart(TextChoices):
    """The pages on which a call is written; the value stands in the address."""

    BASICS = "grund", "Grunduppgifter"
    MONEY = "pengar", "Pengar per budgetår"
    APPLICANTS = "sokande", "Vilka som får söka"
    CRITERIA = "kriterier", "Kriterier"
    ELIGIBILITY = "behorighet", "Behörighetsfrågor"
    TERMS = "villkor", "Villkor, återkrav och överklagande"
    REPORTING = "aterrapportering", "Återrapportering"
    FORM = "formular", "Ansökningsformulär"


class ApplicationState(TextChoices):
    DRAFT = "draft", "Utkast"
    SUBMITTED = "submitted", "Inlämnad"
    COMPLETION = "completion", "Komplettering begärd"
    PROPOSED = "proposed", "Förslag till beslut"
    DECIDED = "decided", "Beslutad"
    WITHDRAWN = "withdrawn", "Återkallad"


class EligibilityEffect(TextChoices):
    """What an answer other than the wanted one does."""

    END = "end", "Ansökan kan inte göras"
    WARN = "warn", "Varning visas"


class ReportingKind(TextChoices):
    SITUATION_REPORT = "situation_report", "Lägesbild"
    FINANCIAL_REPORT = "financial_report", "Ekonomisk redovisning"
    STATISTICS = "statistics", "Statistik"


class AssessmentKind(TextChoices):
    INDIVIDUAL = "individual", "Egen bedömning"
    COMMON = "common", "Gemensam bedömning"


class PlanState(TextChoices):
    DRAFT = "draft", "Utkast"
    ADOPTED = "adopted", "Fastställd"


class DecisionKind(TextChoices):
    GRANT = "grant", "Beslut om bidrag"
    CHANGE = "change", "Ändringsbeslut"
    CARRY_OVER = "carry_over", "Beslut om överföring"
    REPAYMENT_CLAIM = "repayment_claim", "Beslut om återkrav"


class ClaimGround(TextChoices):
    """Why money is claimed back."""

    UNUSED = "unused", "Bidraget har inte använts"
    WRONG_USE = "wrong_use", "Bidraget har använts till annat än det beviljades för"
    NOT_REPORTED = "not_reported", "Redovisning har inte lämnats"
    WRONG_BASIS = "wrong_basis", "Bidraget har beviljats på felaktiga uppgifter"
    CONDITION_BROKEN = "condition_broken", "Villkor i beslutet har inte följts"


class GrantState(TextChoices):
    ACTIVE = "active", "Pågår"
    CLOSED = "closed", "Avslutat"


class ChangeKind(TextChoices):
    TIME = "time", "Mer tid"
    BUDGET = "budget", "Ny budget"
    CONTENTS = "contents", "Nytt innehåll"


class ChangeRequestState(TextChoices):
    DRAFT = "draft", "Utkast"
    SUBMITTED = "submitted", "Inlämnad"
    ASSESSED = "assessed", "Bedömd"
    DECIDED = "decided", "Beslutad"
    WITHDRAWN = "withdrawn", "Återkallad"


OPEN_CHANGE_REQUESTS = (ChangeRequestState.DRAFT, ChangeRequestState.SUBMITTED, ChangeRequestState.ASSESSED)


class PaymentBasis(TextChoices):
    PLAN = "plan", "Enligt plan"
    REQUISITION = "requisition", "Rekvisition"


class PaymentState(TextChoices):
    PLANNED = "planned", "Planerad"
    REQUESTED = "requested", "Rekvirerad"
    PREPARED = "prepared", "Förberedd"
    APPROVED = "approved", "Godkänd"
    PAID = "paid", "Utbetalad"
    WITHDRAWN = "withdrawn", "Återtagen"
    CANCELLED = "cancelled", "Inställd"


class FinancialReportState(TextChoices):
    EXPECTED = "expected", "Väntas"
    DRAFT = "draft", "Utkast"
    SUBMITTED = "submitted", "Inlämnad"
    RETURNED = "returned", "Återlämnad för komplettering"
    APPROVED = "approved", "Godkänd"


class ReviewPart(TextChoices):
    """What one of the two reviewers of an economic report looks at."""

    SUBSTANCE = "substance", "I sak"
    SUMS = "sums", "Summor"


class RepaymentState(TextChoices):
    EXPECTED = "expected", "Väntas"
    REPAID = "repaid", "Återbetalad"
    CANCELLED = "cancelled", "Utgår"


class Outcome(TextChoices):
    GRANTED = "granted", "Bifall"
    GRANTED_IN_PART = "granted_in_part", "Delvis bifall"
    REJECTED = "rejected", "Avslag"


class DecisionState(TextChoices):
    PROPOSED = "proposed", "Föreslaget"
    RETURNED = "returned", "Återlämnat till föredraganden"
    SIGNED = "signed", "Beslutat"


class CostCategory(TextChoices):
    """The lines of an application's budget (domain: economic report)."""

    SALARIES = "salaries", "Lönekostnader inklusive sociala avgifter"
    PURCHASED_SERVICES = "purchased_services", "Köpta tjänster"
    PREMISES = "premises", "Lokaler"
    TRAVEL = "travel", "Resor"
    OVERHEAD = "overhead", "Overhead (OH)"
    OTHER = "other", "Övriga verksamhetskostnader"
