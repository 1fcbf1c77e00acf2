"""What a case is about, how a document came into it, and how a mail fares."""

from django.db.models import TextChoices


class DocumentDirection(TextChoices):
    INCOMING = "incoming", "Inkommen"
    DRAWN_UP = "drawn_up", "Upprättad"
    OUTGOING = "outgoing", "Utgående"


class CaseKind(TextChoices):
    """What a case is about; a grant is decided, so whoever handles it first declares conflicts of interest."""

    GRANT = "grant", "Bidrag"
    SITUATION_REPORT = "situation_report", "Lägesbild"
    STATISTICS = "statistics", "Statistik"


class MailState(TextChoices):
    WAITING = "waiting", "Väntar"
    SENT = "sent", "Skickat"
    FAILED = "failed", "Kunde inte skickas"
