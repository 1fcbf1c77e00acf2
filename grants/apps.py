"""The grants app."""

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "grants"
    verbose_name = "Bidrag"

    def ready(self) -> None:
        from grants.services.assignments import drop_recused
        from nch.cases.services import when_recused

        when_recused(drop_recused)
