"""Kinds of report, the states a report passes through, and which moves between them there are."""

from django.db.models import TextChoices

from nch.common.transitions import Transition


class ReportKind(TextChoices):
    ANNUAL = "annual", "Årsrapport"


class ReportState(TextChoices):
    REQUESTED = "requested", "Beställd"
    RENDERING = "rendering", "Tas fram"
    DONE = "done", "Klar"
    FAILED = "failed", "Misslyckades"


class ReportFailure(TextChoices):
    """Why a report failed, as its reader needs to know it; what happened inside is in the server's log."""

    DATA = "data", "Uppgifter som rapporten behöver saknas eller går inte ihop."
    RENDERING = "rendering", "Ett fel uppstod när rapporten sattes."


UNDER_WAY = (ReportState.REQUESTED, ReportState.RENDERING)

TRANSITIONS = (
    Transition(ReportState.REQUESTED, ReportState.RENDERING),
    Transition(ReportState.RENDERING, ReportState.DONE),
    Transition(ReportState.RENDERING, ReportState.FAILED),
    Transition(ReportState.RENDERING, ReportState.REQUESTED),
    Transition(ReportState.FAILED, ReportState.REQUESTED),
)
"""A report that is being made is asked for again only after its worker has been silent for long (services)."""


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


class PreparationState(TextChoices):
    """A draft that has been asked for."""

    REQUESTED = "requested", "Begärd"
    WORKING = "working", "Förbereds"
    DONE = "done", "Klar"
    FAILED = "failed", "Misslyckades"


PREPARATION_TRANSITIONS = (
    Transition(PreparationState.REQUESTED, PreparationState.WORKING),
    Transition(PreparationState.WORKING, PreparationState.DONE),
    Transition(PreparationState.WORKING, PreparationState.FAILED),
    Transition(PreparationState.WORKING, PreparationState.REQUESTED),
    Transition(PreparationState.FAILED, PreparationState.REQUESTED),
)
"""As with reports, what is being prepared is asked for again only after its worker has been silent for long."""
