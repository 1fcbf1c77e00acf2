"""Questions in the demo's cases: one answered, one waiting, one internal; and the reminders that have come by now."""

import datetime

from django.utils import timezone

from grants.enums import ApplicationState
from grants.models import Application
from nch.accounts.models import User
from nch.cases.conversations import MessageInput, open_conversation, write_message
from nch.cases.models import Case
from nch.cases.reminders import remind
from nch.cases.services import declare_interest

Cast = dict[str, User]


def build_follow_up(cast: Cast) -> None:
    """Ask and answer in the cases of Gävleborg and Södermanland, and remind of what is due."""
    now = timezone.now()
    decided = _case_of(cast["officer-gavleborg"], ApplicationState.DECIDED)
    if decided is not None:
        _answered_question(decided, cast, at=now - datetime.timedelta(days=40))
    submitted = _case_of(cast["officer-sodermanland"], ApplicationState.SUBMITTED)
    if submitted is not None:
        _waiting_question(submitted, cast, at=now - datetime.timedelta(days=3))
    remind(at=now)


def _case_of(officer: User, state: ApplicationState) -> Case | None:
    """The case of the officer's county whose application stands so."""
    own = Application.objects.filter(organisation__memberships__user=officer, state=state, case__isnull=False)
    found = own.select_related("case__organisation", "case__handler").order_by("-pk").first()
    return found.case if found else None


def _answered_question(case: Case, cast: Cast, *, at: datetime.datetime) -> None:
    question = open_conversation(
        case=case,
        subject="Får lokalkostnader delas med ett annat projekt?",
        content=MessageInput(
            "Vi hyr lokal tillsammans med ett annat projekt. Kan vi redovisa halva hyran om vi visar hur den delas?"
        ),
        by=cast["officer-gavleborg"],
        at=at,
    )
    write_message(
        conversation=question,
        content=MessageInput("Ja. Bifoga hur hyran delas när ni redovisar, så räcker det."),
        by=cast["officer1"],
        at=at + datetime.timedelta(hours=20),
    )


def _waiting_question(case: Case, cast: Cast, *, at: datetime.datetime) -> None:
    declare_interest(case=case, recused=False, by=cast["officer2"], at=at)
    open_conversation(
        case=case,
        subject="Stämmer raden om OH i er budget?",
        content=MessageInput("OH är högre än i er förra ansökan. Går det att se hur påslaget är räknat?"),
        about_key="budget",
        about_label="Budget",
        internal=True,
        by=cast["officer2"],
        at=at - datetime.timedelta(days=1),
    )
    open_conversation(
        case=case,
        subject="När väntas beslut?",
        content=MessageInput("Vi behöver veta ungefär när beslut väntas för att kunna anställa en samordnare."),
        by=cast["officer-sodermanland"],
        at=at,
    )
