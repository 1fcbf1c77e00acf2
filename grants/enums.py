"""States and outcomes in the chain from call to decision."""

from django.db.models import TextChoices


class CallPhase(TextChoices):
    """Follows from the clock and from whether the call is published; never stored."""

    DRAFT = "draft", "Utkast"
    PLANNED = "planned", "Planerad"
    OPEN = "open", "Öppen"
    CLOSED = "closed", "Stängd"


class ApplicationState(TextChoices):
    DRAFT = "draft", "Utkast"
    SUBMITTED = "submitted", "Inlämnad"
    PROPOSED = "proposed", "Förslag till beslut"
    DECIDED = "decided", "Beslutad"
    WITHDRAWN = "withdrawn", "Återkallad"


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
