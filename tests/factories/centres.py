"""Resource centres and what is asked of them."""

import datetime

from django.utils import timezone

from nch.accounts.enums import Role
from nch.counties.models import Organisation
from resurscentra.models import SituationReport
from resurscentra.services import load_known_centres, open_period
from tests.factories.accounts import make_user


def ask_for_report(board: Organisation) -> SituationReport:
    """Ask every county with a centre for a lägesbild of today, and return the board's."""
    officer, today = make_user(Role.NCH_OFFICER), timezone.localdate()
    load_known_centres(by=officer, at=timezone.now())
    due_on = today + datetime.timedelta(days=9)
    open_period(title="2026", starts_on=today, ends_on=today, due_on=due_on, by=officer, at=timezone.now())
    return SituationReport.objects.get(organisation=board)
