"""What reports do in the background."""

from celery import shared_task

from reports import rendering


@shared_task
def render_report(report_id: int) -> None:
    """Render an ordered report; a second delivery changes nothing."""
    rendering.render(report_id)
