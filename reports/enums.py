"""Kinds of report, the states a release passes through, and which moves between them there are."""

from django.db.models import TextChoices

from nch.common.transitions import Transition


class ReportKind(TextChoices):
    ANNUAL = "annual", "Årsrapport"


class ReleaseState(TextChoices):
    """A signed release is public from its day on; that follows from the clock and is not a state."""

    DRAFT = "draft", "Utkast"
    SIGNED = "signed", "Godkänd"
    DISCARDED = "discarded", "Kasserad"
    WITHDRAWN = "withdrawn", "Återkallad"


RELEASE_TRANSITIONS = (
    Transition(ReleaseState.DRAFT, ReleaseState.SIGNED),
    Transition(ReleaseState.DRAFT, ReleaseState.DISCARDED),
    Transition(ReleaseState.SIGNED, ReleaseState.WITHDRAWN),
)
