"""By when money that a decision claims back is to be paid."""

import datetime

from django.utils import timezone

DAYS_TO_REPAY = datetime.timedelta(days=30)


def last_day_to_repay(at: datetime.datetime) -> datetime.date:
    """The last day to pay what a decision of that moment claims back."""
    return timezone.localdate(at) + DAYS_TO_REPAY
