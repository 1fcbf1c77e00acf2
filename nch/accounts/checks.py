"""System checks: what must never reach production."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def production_is_not_a_toy(**kwargs: Any) -> list[Error]:
    """Report SQLite, tasks without a worker and open sign-in as errors of a deployment."""
    errors = []
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        errors.append(
            Error("SQLite is for the demo and the tests.", hint="Set DATABASE_URL to PostgreSQL.", id="nch.E001")
        )
    if settings.CELERY_TASK_ALWAYS_EAGER or not settings.REDIS_URL:
        errors.append(
            Error("Tasks have no broker of their own.", hint="Set REDIS_URL, unset eager mode.", id="nch.E002")
        )
    if settings.DEMO or not settings.MFA_REQUIRED:
        errors.append(Error("Sign-in is open without a second factor.", hint="Set NCH_MODE=production.", id="nch.E003"))
    return errors
