"""The app that every other app stands on: formats, files, page components."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "nch.common"
    verbose_name = "Gemensamt"

    def ready(self) -> None:
        """Register the checks."""
        from nch.common import checks  # noqa: F401
