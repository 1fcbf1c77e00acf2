"""The NCH system: composition root and the rooms every app builds on."""

from nch.celery import app as celery_app

__all__ = ["celery_app"]
