"""The demo's request for completion: an application that waits for two sections."""

import datetime

from grants.models import Application
from grants.services.completion import request_completion
from nch.accounts.models import User
from nch.cases.services import declare_interest

DAY = datetime.timedelta(days=1)


def ask_for_completion(application: Application, by: User, *, due_on: datetime.date, at: datetime.datetime) -> None:
    """An officer declares no conflict of interest and asks for more about anchoring and the budget."""
    if application.case is None:
        raise ValueError("only what is handed in can be completed")
    declare_interest(case=application.case, recused=False, by=by, at=at - DAY)
    request_completion(
        application=application,
        comments={
            "behov": "Beskriv vilka beslut som styrgruppen har fattat, och när.",
            "budget": "Förklara vilka tjänster som ska köpas. Kostnaden är dubbelt så hög som i liknande ansökningar.",
        },
        due_on=due_on,
        by=by,
        at=at,
    )
