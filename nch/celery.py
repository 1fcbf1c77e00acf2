"""The Celery application; the beat schedule is static and lives here."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nch.settings")

app = Celery("nch")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
