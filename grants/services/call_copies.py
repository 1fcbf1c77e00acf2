"""Last year's call as the beginning of this year's."""

import datetime
import re
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from grants.models import FundingCall
from grants.services.calls import content_of, save_call
from nch.accounts.models import User
from nch.audit.services import record

# Years in a title; the number of an ordinance such as 2025:838 is none.
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?![\d:])")


def a_year_later(day: datetime.date) -> datetime.date:
    """The same day of the next year; the last of February for a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _moment_a_year_later(moment: datetime.datetime) -> datetime.datetime:
    """The same day and hour by the Swedish clock, also where summer time has changed."""
    local = timezone.localtime(moment)
    return datetime.datetime.combine(a_year_later(local.date()), local.time(), tzinfo=timezone.get_default_timezone())


@transaction.atomic
def copy_call(*, call: FundingCall, by: User, at: datetime.datetime) -> FundingCall:
    """Write a new draft that says what the call says, with all days, budget years and years in the title moved a year
    ahead and a copy of its form. Applications, notices and decisions stay with the old one."""
    content = content_of(call)
    moved = replace(
        content,
        title=_YEAR.sub(lambda found: str(int(found[1]) + 1), content.title)[:200],
        opens_at=_moment_a_year_later(content.opens_at),
        closes_at=_moment_a_year_later(content.closes_at),
        budgets={year + 1: amount for year, amount in content.budgets.items()},
        reporting_plan=[
            replace(
                report,
                period_starts_on=a_year_later(report.period_starts_on),
                period_ends_on=a_year_later(report.period_ends_on),
                opens_on=a_year_later(report.opens_on),
                due_on=a_year_later(report.due_on),
            )
            for report in content.reporting_plan
        ],
    )
    copy = save_call(content=moved, by=by, at=at, form_of=call.version)
    copy.copied_from = call
    copy.save(update_fields=["copied_from"])
    record("call_copied", by=by, subject=copy, organisation_id=copy.grantor_id, details={"from": call.pk}, at=at)
    return copy
