"""The Celery application; the beat schedule is static and lives here."""

import os

from celery import Celery
from celery.schedules import crontab

from nch.common import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nch.settings")

broker.register()
app = Celery("nch")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# What a lost task left out is made good every ten minutes.
app.conf.beat_schedule = {
    "missing copies of applications": {"task": "grants.tasks.file_missing_copies", "schedule": 600.0},
    "missing copies of requisitions": {"task": "grants.tasks.file_missing_requisitions", "schedule": 600.0},
    "missing copies of economic reports": {"task": "grants.tasks.file_missing_reports", "schedule": 600.0},
    "missing copies of lägesbilder": {"task": "resurscentra.tasks.file_missing_copies", "schedule": 600.0},
    "missing copies of statistics returns": {"task": "resurscentra.tasks.file_missing_returns", "schedule": 600.0},
    "the tally of support calls": {"task": "stodtelefon.tasks.sum_up_tallies", "schedule": crontab(minute=40)},
    "notes of calls whose day has come": {
        "task": "stodtelefon.tasks.delete_due_notes",
        "schedule": crontab(minute=15, hour="3-23/4"),
    },
    "notes read with newer rules": {"task": "stodtelefon.tasks.rescan_notes", "schedule": crontab(minute=25, hour=3)},
    "expired follow-up codes": {
        "task": "stodtelefon.tasks.expire_matter_codes",
        "schedule": crontab(minute=35, hour=3),
    },
    "the tally against the calls": {"task": "stodtelefon.tasks.mend_tallies", "schedule": crontab(minute=5, hour=3)},
    "old drafts of calls": {"task": "stodtelefon.tasks.remove_old_drafts", "schedule": crontab(minute=20)},
    "saved queries that nobody asks": {
        "task": "reports.tasks.remove_unused_queries",
        "schedule": crontab(minute=50, hour=3),
    },
    # Many times a day: each reminder is written once, and a scheduler that was down is made good within the hour.
    "reminders": {"task": "nch.cases.tasks.send_reminders", "schedule": crontab(minute=10, hour="7-17")},
    "waiting mail": {"task": "nch.cases.outbox.send_waiting_mail", "schedule": 60.0, "options": {"expires": 55}},
}
