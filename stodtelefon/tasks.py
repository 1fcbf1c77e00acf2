"""Background work of the support line."""

from celery import shared_task
from django.utils import timezone

from stodtelefon import importing, services
from stodtelefon.services import matters, notes


@shared_task
def sum_up_tallies() -> int:
    """Sum up the tally's entries; return how many that saved."""
    return services.sum_up_tallies()


@shared_task
def mend_tallies() -> int:
    """Make the tally agree with the calls, at night; return how many keys differed, which ought to be none."""
    return services.mend_tallies(at=timezone.now())


@shared_task
def read_in_register(import_id: int) -> None:
    """Read in an ordered register; a second delivery changes nothing."""
    importing.read_in(import_id)


@shared_task
def take_back_register(import_id: int) -> None:
    """Carry out an ordered withdrawal; a second delivery changes nothing."""
    importing.take_back(import_id)


@shared_task
def remove_old_drafts() -> int:
    """Take away drafts of calls that nobody has touched for a day; return how many."""
    return services.remove_old_drafts(at=timezone.now())


@shared_task
def delete_due_notes() -> int:
    """Delete the notes whose day has come; return how many."""
    return notes.delete_due_notes(at=timezone.now())


@shared_task
def rescan_notes() -> int:
    """Read the notes that older rules let through with today's; return how many are suspected."""
    return notes.rescan_notes(at=timezone.now())


@shared_task
def expire_matter_codes() -> int:
    """Wipe the follow-up codes that have expired; return how many."""
    return matters.expire_codes(at=timezone.now())
