"""What reports do in the background."""

from celery import shared_task
from django.utils import timezone

from reports import preparing, rendering
from reports.services import saved_queries


@shared_task
def render_report(report_id: int) -> None:
    """Render an ordered report; a second delivery changes nothing."""
    rendering.render(report_id)


@shared_task
def prepare_asked_release(preparation_id: int) -> None:
    """Prepare a draft that was asked for; a second delivery changes nothing."""
    preparing.prepare(preparation_id)


@shared_task
def remove_unused_queries() -> int:
    """Take away saved queries that nobody asks any more; return how many."""
    return saved_queries.remove_unused(on=timezone.localdate())
