"""How a document came into a case."""

from django.db.models import TextChoices


class DocumentDirection(TextChoices):
    INCOMING = "incoming", "Inkommen"
    DRAWN_UP = "drawn_up", "Upprättad"
    OUTGOING = "outgoing", "Utgående"
