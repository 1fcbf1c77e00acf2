"""What reports do in the background; how work is claimed and followed is nch/common/work.py."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from reports import preparing, rendering, signing
from reports.services import saved_queries


@shared_task(bind=True)
def render_report(self: Any, report_id: int) -> None:
    """Render an ordered report; a second delivery changes nothing."""
    rendering.render(report_id, task=self.request.id or "")


@shared_task(bind=True)
def prepare_asked_release(self: Any, preparation_id: int) -> None:
    """Prepare a draft that was asked for; a second delivery changes nothing."""
    preparing.prepare(preparation_id, task=self.request.id or "")


@shared_task(bind=True)
def attack_signed_release(self: Any, signing_id: int) -> None:
    """Attack a draft that has been signed, so that the signature takes effect; a second delivery changes nothing."""
    signing.sign(signing_id, task=self.request.id or "")


@shared_task
def remove_unused_queries() -> int:
    """Take away saved queries that nobody asks any more; return how many."""
    return saved_queries.remove_unused(on=timezone.localdate())
